"""The whole life of a move: the stages after the panel, and moves that are only notified

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

KINDS = ('referral', 'out of borough', 'notified only', 're-integration')
STAGES = (
    'received', 'incomplete', 'ready', 'held', 'on agenda', 'more information', 'deferred', 'not supported',
    'recommended', 'agreements being gathered', 'arranged', 'placed', 'extended', 'succeeded', 'failed',
    'closed', 'withdrawn', 'declined',
)


def upgrade() -> None:
    # SQLite cannot change a CHECK: the table is rebuilt, and none of its old CHECKs comes with it.
    rebuilt = op.get_bind().dialect.name == 'sqlite'
    with op.batch_alter_table('cases', schema=None, recreate='always' if rebuilt else 'auto') as batch_op:
        if rebuilt:
            batch_op.create_check_constraint('version', 'version >= 1')
        else:
            batch_op.drop_constraint('kind', type_='check')
            batch_op.drop_constraint('stage', type_='check')
        batch_op.create_check_constraint('kind', sa.column('kind').in_(KINDS))
        batch_op.create_check_constraint('stage', sa.column('stage').in_(STAGES))
