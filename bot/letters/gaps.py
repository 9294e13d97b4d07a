"""What a referral still needs, as sentences for the school, in the groups in which a letter shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.text import letters as words
from store.protocol.case import Case, FactState, Gap, GapKind, Level


@dataclass(frozen=True, slots=True)
class GapGroups:
    """Sentences by what is asked of the school: `needed` makes the referral complete, `wished` is only asked for,
    `refused` is an answer that stops it, `ours` is what we could not read."""

    needed: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    about_agreement: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to say at all."""
        return bool(self.needed or self.wished or self.refused or self.ours)


def gap_sentence(gap: Gap, case: Case) -> str:
    """One sentence for one gap: the words of their form, what would close it, and the clause that asks for it."""
    return _pattern(gap, case).format(
        question=words.question(gap.label, gap.section, gap.field),
        plain=words.field_words(gap.field),
        detail=words.outcome_of(gap.detail),
        cited=words.cited(gap.source, gap.rule),
    )


def grouped(case: Case) -> GapGroups:
    """The gaps of a case in the protocol's order, each sentence once."""

    def told(gaps: Iterable[Gap]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gap_sentence(gap, case) for gap in gaps))

    asked = [gap for gap in case.gaps if gap.kind not in (GapKind.UNREADABLE, GapKind.REFUSED)]
    return GapGroups(
        needed=told(gap for gap in asked if gap.level is Level.MUST),
        wished=told(gap for gap in asked if gap.level is Level.SHOULD),
        refused=told(gap for gap in case.gaps if gap.kind is GapKind.REFUSED),
        ours=told(gap for gap in case.gaps if gap.kind is GapKind.UNREADABLE),
        about_agreement=any(gap.field in words.ABOUT_AGREEMENT for gap in case.gaps),
    )


def _pattern(gap: Gap, case: Case) -> str:
    if gap.kind is GapKind.UNCLEAR:
        fact = case.referral.facts.get(gap.field)
        return words.UNCLEAR.get(fact.state if fact else FactState.AMBIGUOUS, words.GAPS[gap.kind])
    return words.GAPS[gap.kind]
