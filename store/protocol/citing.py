"""How an event says which case it belongs to, and which rule and document made it so."""

from store.protocol.case import Case
from store.protocol.context import Context
from store.protocol.rulebook import Cite


def cited(case: Case, cite: Cite | None, context: Context) -> dict[str, str]:
    """The fields `reference`, `rule` and `source` of an event; without a citation the reference alone."""
    if cite is None:
        return {"reference": case.reference}
    return {"reference": case.reference, "rule": cite.rule, "source": context.protocol.source(cite)}
