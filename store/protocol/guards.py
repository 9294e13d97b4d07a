"""What may stand in the way of a command up to the panel, each a sentence with its rule and source.

A guard answers with a refusal or None. `store.protocol.life` has the table that says which guards each command meets.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from store.errors import CaseworkError, NotAllowed, NotNow
from store.protocol.case import Case, GapKind, Hold, Kind, Stage
from store.protocol.commands import CorrectReferral, RecordCrisis, RecordPlacement
from store.protocol.context import Context
from store.protocol.panels import is_over
from store.protocol.pupils import Identity, compare
from store.protocol.rulebook import Cite

Guard = Callable[[Any, Case, Context], CaseworkError | None]
DECIDERS = frozenset({"officer", "deputy"})


def by_an_officer(command: Any, _case: Case | None, context: Context) -> CaseworkError | None:
    """The Complex Case Officer owns the cases (R14); the bot checks and reminds, and decides nothing."""
    if command.by.role in DECIDERS:
        return None
    officer = context.protocol.vocabulary.officer
    return not_allowed(f"Only the {officer} or a deputy may do this.", context.protocol.rules.intake, context)


def no_hold(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R4, R56: nothing but the recorded decision of the person named lets a held case go on."""
    for rule in context.protocol.hold:
        if rule.hold in case.holds:
            return not_allowed(f"{case.reference} {_WAITS_FOR[rule.hold]}.", rule.cite, context)
    if case.holds:  # set under another version of the protocol: it stands all the same
        return NotAllowed(f"{case.reference} {_WAITS_FOR[case.holds[0]]}.")
    return None


def parent_has_not_refused(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R55, R57: No is an answer. Nothing goes to a panel against it."""
    for gap in case.gaps:
        if gap.kind is GapKind.REFUSED:
            move = context.protocol.vocabulary.move
            said = f"The parent or carer of {case.reference} has not agreed; a {move} is voluntary."
            return NotAllowed(said, rule=gap.rule, source=gap.source)
    return None


def nothing_missing(_command: Any, case: Case, _context: Context) -> CaseworkError | None:
    """R26: fully completed."""
    if not case.must_gaps:
        return None
    first, count = case.must_gaps[0], len(case.must_gaps)
    still = "1 answer that it must have is" if count == 1 else f"{count} answers that it must have are"
    return NotAllowed(
        f"{case.reference} is not complete: {still} still open.", rule=first.rule, source=first.source
    )


def has_a_panel_to_come(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R15: the panel considers it; so there must be one."""
    if context.protocol.panel is None:
        return not_allowed("This protocol has no panel.", context.protocol.rules.intake, context)
    if case.panel is None:
        return not_now(
            f"No panel date is known for {case.reference}. Add the next dates.",
            context.protocol.panel.cite,
            context,
        )
    if is_over(case.panel, context):
        said = f"The panel of {written(case.panel)} has met. {case.reference} goes to the next one first."
        return not_now(said, context.protocol.panel.cite, context)
    return None


def panel_has_met(command: RecordPlacement, case: Case, context: Context) -> CaseworkError | None:
    """R15: the panel considers the referral and recommends before a placement starts."""
    panel = context.protocol.panel
    if panel is None or (case.panel and case.panel <= min(context.today, command.start)):
        return None
    when = written(case.panel) if case.panel else "a later date"
    return not_now(
        f"{case.reference} goes to the panel of {when}; a placement starts after it.", panel.cite, context
    )


def on_agenda_where_there_is_a_panel(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R15: where there is a panel, a placement follows from its agenda."""
    panel = context.protocol.panel
    if panel is None or case.recommendation or case.stage is Stage.ON_AGENDA:
        return None
    return not_now(f"{case.reference} has not been on the agenda of a panel.", panel.cite, context)


def protocol_knows_crisis(_command: Any, _case: Case, context: Context) -> CaseworkError | None:
    """R21 is Salford's; a protocol without it has no such exception."""
    if context.protocol.rules.crisis:
        return None
    said = "This protocol has no exception for a crisis."
    return not_allowed(said, context.protocol.rules.complete, context)


def crisis_is_told(command: RecordCrisis, case: Case, context: Context) -> CaseworkError | None:
    """R21: who, why and when are recorded, once."""
    cite = context.protocol.rules.crisis or context.protocol.rules.complete
    if case.crisis:
        return not_now(f"A crisis is recorded for {case.reference} already.", cite, context)
    if not command.why.strip():
        return not_allowed("Say why this is a crisis or incident.", cite, context)
    if command.when > context.now:
        return not_allowed("The crisis or incident cannot lie in the future.", cite, context)
    return None


def a_referral(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R46: an out-of-borough case rests on a head's written report, not on a referral form."""
    if case.kind is Kind.REFERRAL:
        return None
    rests = "a notice of the schools" if case.kind is Kind.NOTIFIED else "a written report"
    cite = context.protocol.rules.out_of_borough or context.protocol.rules.intake
    return not_now(f"{case.reference} is a case of {case.kind}; it rests on {rests}.", cite, context)


def about_the_same_pupil(command: CorrectReferral, case: Case, context: Context) -> CaseworkError | None:
    """A correction never joins the case of another child; where the forms conflict, the officer is asked."""
    if compare(case.pupil, command.pupil) in (Identity.SAME, Identity.COMPATIBLE):
        return None
    said = f"This form is not, or not surely, about the pupil of {case.reference}."
    return not_allowed(said, context.protocol.rules.complete, context)


def something_to_ask(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R26: the school is written to about what is missing; so something must be."""
    if case.gaps:
        return None
    return not_now(f"Nothing is missing from {case.reference}.", context.protocol.rules.complete, context)


def not_allowed(said: str, cite: Cite | None, context: Context) -> NotAllowed:
    """The protocol does not allow it: a sentence, with rule and source where a document is at work."""
    return NotAllowed(said, **_cited(cite, context))


def not_now(said: str, cite: Cite | None, context: Context) -> NotNow:
    """It cannot be done now: a sentence, with rule and source where a document is at work."""
    return NotNow(said, **_cited(cite, context))


def _cited(cite: Cite | None, context: Context) -> dict[str, str]:
    return {"rule": cite.rule, "source": context.protocol.source(cite)} if cite else {}


def written(day: date) -> str:
    """A day as a sentence says it."""
    return f"{day.day} {day:%B %Y}"


_WAITS_FOR = {
    Hold.VIRTUAL_SCHOOL_HEAD: "waits for the recorded decision of the Virtual School Head",
    Hold.SEN_CASEWORKER: "waits for the recorded consent of the SEN caseworker",
}
