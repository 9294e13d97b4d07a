"""The ledger of moves and the exemptions; the diary and the timeline are looked through by time.

Revision: 0003, after 0002.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

COLUMNS = ('tried', 'failed', 'in', 'out', 'credit')


def upgrade() -> None:
    ledger = op.create_table('ledger',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('column', sa.Enum(*COLUMNS, name='column', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reference'], ['cases.reference'], name=op.f('fk_ledger_reference_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger'))
    )
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_account_column'), ['account', 'column'], unique=False)
    op.create_table('exemptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_urn', sa.String(length=10), nullable=False),
    sa.Column('school_name', sa.Text(), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('minute', sa.Text(), nullable=False),
    sa.Column('granted_by', sa.Text(), nullable=False),
    sa.Column('ended_minute', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exemptions'))
    )
    with op.batch_alter_table('diary', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_diary_done_at'), ['done_at'], unique=False)
    with op.batch_alter_table('timeline', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timeline_event_at'), ['event', 'at'], unique=False)
    _post_what_has_happened(ledger)


def _post_what_has_happened(ledger: sa.Table) -> None:
    """Before the ledger, placements were recorded and nothing else that it counts."""
    timeline = sa.table('timeline', *map(sa.column, ('id', 'reference', 'at', 'event', 'detail')))
    at = sa.column('at', sa.DateTime(timezone=True))
    query = sa.select(timeline.c.reference, at, sa.cast(timeline.c.detail, sa.Text)).select_from(timeline)
    query = query.where(timeline.c.event == 'PlacementRecorded').order_by(timeline.c.id)
    rows = []
    for reference, when, detail in op.get_bind().execute(query).all():
        placement = json.loads(detail)['placement']
        school = placement['school']
        rows.append({
            'account': school.get('urn') or school['name'].casefold(),
            'column': 'tried',
            'amount': 1,
            'on': sa.Date().python_type.fromisoformat(placement['start']),
            'reference': reference,
            'at': when,
        })
    if rows:
        op.bulk_insert(ledger, rows)
