"""What makes a protocol whole beyond its single settings: sentences for the officer who wrote the file, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from store.protocol.placement import Footing

if TYPE_CHECKING:
    from store.protocol.rulebook import Protocol


def problems(protocol: Protocol) -> Iterator[str]:
    """What does not fit together in a protocol, each with its fix; nothing where all is well."""
    yield from _of_citations(protocol)
    yield from _of_dates(protocol)
    yield from _of_the_panel(protocol)
    yield from _of_lengths(protocol)
    yield from _twice("[[agreement]]", (rule.party for rule in protocol.agreement))
    yield from _twice("[[hold]]", (rule.hold for rule in protocol.hold))
    yield from _twice("[[required]]", (line.field for line in protocol.required))


def _of_citations(protocol: Protocol) -> Iterator[str]:
    for cite in protocol.cites():
        if cite.document not in protocol.documents:
            who = getattr(cite, "rule", "a setting")
            yield f"{who} cites the document {cite.document!r}; add it to [documents], or correct the cite"


def _of_dates(protocol: Protocol) -> Iterator[str]:
    if protocol.effective_to and protocol.effective_to < protocol.effective_from:
        yield "effective_to lies before effective_from; correct one of the two"


def _of_the_panel(protocol: Protocol) -> Iterator[str]:
    if protocol.panel is None and (
        protocol.deadline or protocol.panel_reminder or protocol.deadline_reminder
    ):
        yield "a deadline or a reminder of a panel needs [panel]"
    if protocol.deadline is None and protocol.deadline_reminder:
        yield "[deadline_reminder] needs [deadline]"


def _of_lengths(protocol: Protocol) -> Iterator[str]:
    placement, reviews, extension = protocol.placement, protocol.reviews, protocol.extension
    if placement and placement.footing is Footing.PERMANENT and (placement.weeks or placement.end_agreed):
        yield "a move that is permanent at once has no length; take weeks out of [placement], or change footing"
    if placement and placement.weeks and (placement.longest_weeks or placement.weeks) < placement.weeks:
        yield "longest_weeks of [placement] is shorter than its weeks; correct one of the two"
    if extension and (extension.longest_weeks or extension.after_weeks) < extension.after_weeks:
        yield "longest_weeks of [extension] is shorter than its after_weeks; correct one of the two"
    if reviews and reviews.points and not (placement and (placement.weeks or placement.end_agreed)):
        yield "points of [reviews] need a placement with an end; give [placement] weeks or end_agreed = true"
    if reviews and list(reviews.weeks) != sorted(set(reviews.weeks)):
        yield "weeks of [reviews] must rise, each once"


def _twice(where: str, entries: Iterable[str]) -> Iterator[str]:
    for entry, times in Counter(entries).items():
        if times > 1:
            yield f"{where} has {str(entry)!r} {times} times; keep one"
