"""The life of a case as one table: what may be done at which stage, where it leads, and what stands in its way.

A guard answers with a refusal (a sentence for the person who asked, the rule and its source) or None. The same table
refuses a command, tells which buttons to draw (`refusal`) and can be printed.

Stages, first match: PLACED and CLOSED stay; INCOMPLETE while a *must* gap stands; HELD while a hold stands; ON_AGENDA
once put there; else READY. A hold is never lifted by a letter, a crisis or a date, only by the recorded decision of the
person whom it names (R4, R56).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.errors import CaseworkError, NoSuchCase, NotAllowed, NotNow, StaleCase
from store.protocol.case import Case, GapKind, Hold, Kind, Stage
from store.protocol.commands import (
    AskSchool,
    Command,
    CorrectReferral,
    FileOutOfBoroughReport,
    FileReferral,
    MoveToNextPanel,
    PutOnPanel,
    RecordCrisis,
    RecordPlacement,
    Remind,
)
from store.protocol.context import Context
from store.protocol.panels import is_over
from store.protocol.pupils import Identity, compare
from store.protocol.rulebook import Cite

Guard = Callable[[Any, Case, Context], CaseworkError | None]

WAITING = frozenset({Stage.INCOMPLETE, Stage.HELD, Stage.READY})
BEFORE_PLACEMENT = WAITING | {Stage.ON_AGENDA}
ANY = frozenset(Stage)
OPEN = ANY - {Stage.CLOSED}
DECIDERS = frozenset({"officer", "deputy"})


def stage_of(case: Case) -> Stage:
    """The stage that follows from the facts of a case."""
    if case.stage in (Stage.PLACED, Stage.CLOSED):
        return case.stage
    if case.must_gaps:
        return Stage.INCOMPLETE
    if case.holds:
        return Stage.HELD
    return Stage.ON_AGENDA if case.stage is Stage.ON_AGENDA else Stage.READY


# ---------------------------------------------------------------- guards


def by_an_officer(command: Any, _case: Case, context: Context) -> CaseworkError | None:
    """The Complex Case Officer owns the cases (R14); the bot checks and reminds, and decides nothing."""
    if command.by.role in DECIDERS:
        return None
    officer = context.protocol.vocabulary.officer
    return _not_allowed(
        f"Only the {officer} or a deputy may do this.", context.protocol.rules.intake, context
    )


def no_hold(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R4, R56: nothing but the recorded decision of the person named lets a held case go on."""
    for rule in context.protocol.hold:
        if rule.hold in case.holds:
            return _not_allowed(f"{case.reference} {_WAITS_FOR[rule.hold]}.", rule.cite, context)
    if case.holds:  # set under another version of the protocol: it stands all the same
        return NotAllowed(f"{case.reference} {_WAITS_FOR[case.holds[0]]}.")
    return None


def parent_has_not_refused(_command: Any, case: Case, _context: Context) -> CaseworkError | None:
    """R55, R57: No is an answer. Nothing goes to a panel against it."""
    for gap in case.gaps:
        if gap.kind is GapKind.REFUSED:
            said = f"The parent or carer of {case.reference} has not agreed; a managed move is voluntary."
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
        return _not_allowed("This protocol has no panel.", context.protocol.rules.intake, context)
    if case.panel is None:
        return _not_now(
            f"No panel date is known for {case.reference}. Add the next dates.",
            context.protocol.panel.cite,
            context,
        )
    if is_over(case.panel, context):
        said = f"The panel of {_date(case.panel)} has met. {case.reference} goes to the next one first."
        return _not_now(said, context.protocol.panel.cite, context)
    return None


def panel_has_met(command: RecordPlacement, case: Case, context: Context) -> CaseworkError | None:
    """R15: the panel considers the referral and recommends before a placement starts."""
    panel = context.protocol.panel
    if panel is None or (case.panel and case.panel <= min(context.today, command.start)):
        return None
    when = _date(case.panel) if case.panel else "a later date"
    return _not_now(
        f"{case.reference} goes to the panel of {when}; a placement starts after it.", panel.cite, context
    )


def on_agenda_where_there_is_a_panel(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R15: where there is a panel, a placement follows from its agenda."""
    panel = context.protocol.panel
    if panel is None or case.stage is Stage.ON_AGENDA:
        return None
    return _not_now(f"{case.reference} has not been on the agenda of a panel.", panel.cite, context)


def protocol_knows_crisis(_command: Any, _case: Case, context: Context) -> CaseworkError | None:
    """R21 is Salford's; a protocol without it has no such exception."""
    if context.protocol.rules.crisis:
        return None
    said = "This protocol has no exception for a crisis."
    return _not_allowed(said, context.protocol.rules.complete, context)


def crisis_is_told(command: RecordCrisis, case: Case, context: Context) -> CaseworkError | None:
    """R21: who, why and when are recorded, once."""
    cite = context.protocol.rules.crisis or context.protocol.rules.complete
    if case.crisis:
        return _not_now(f"A crisis is recorded for {case.reference} already.", cite, context)
    if not command.why.strip():
        return _not_allowed("Say why this is a crisis or incident.", cite, context)
    if command.when > context.now:
        return _not_allowed("The crisis or incident cannot lie in the future.", cite, context)
    return None


def a_referral(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R46: an out-of-borough case rests on a head's written report, not on a referral form."""
    cite = context.protocol.rules.out_of_borough
    if case.kind is Kind.REFERRAL or cite is None:
        return None
    return _not_now(
        f"{case.reference} is an out-of-borough case; it rests on a written report.", cite, context
    )


def about_the_same_pupil(command: CorrectReferral, case: Case, context: Context) -> CaseworkError | None:
    """A correction never joins the case of another child; where the forms conflict, the officer is asked."""
    if compare(case.pupil, command.pupil) in (Identity.SAME, Identity.COMPATIBLE):
        return None
    said = f"This form is not, or not surely, about the pupil of {case.reference}."
    return _not_allowed(said, context.protocol.rules.complete, context)


def something_to_ask(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R26: the school is written to about what is missing; so something must be."""
    if case.gaps:
        return None
    return _not_now(f"Nothing is missing from {case.reference}.", context.protocol.rules.complete, context)


# ---------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done with a case: its name, at which stages, where it leads (None: wherever the facts
    lead) and what may stand in its way, in the order in which a person is told."""

    name: str
    at: frozenset[Stage]
    to: Stage | None = None
    guards: tuple[Guard, ...] = ()


MOVES: dict[type, Move] = {
    CorrectReferral: Move("join a corrected form", OPEN, None, (a_referral, about_the_same_pupil)),
    AskSchool: Move("ask the school", BEFORE_PLACEMENT, None, (by_an_officer, something_to_ask)),
    RecordCrisis: Move(
        "record a crisis",
        BEFORE_PLACEMENT,
        None,
        (by_an_officer, protocol_knows_crisis, a_referral, crisis_is_told),
    ),
    PutOnPanel: Move(
        "put on panel",
        WAITING,
        Stage.ON_AGENDA,
        (by_an_officer, no_hold, parent_has_not_refused, nothing_missing, has_a_panel_to_come),
    ),
    RecordPlacement: Move(
        "record a placement",
        BEFORE_PLACEMENT,
        Stage.PLACED,
        (
            by_an_officer,
            no_hold,
            parent_has_not_refused,
            nothing_missing,
            on_agenda_where_there_is_a_panel,
            panel_has_met,
        ),
    ),
    MoveToNextPanel: Move("move to the next panel", ANY),
    Remind: Move("remind", ANY),
}
OPENINGS: frozenset[type] = frozenset({FileReferral, FileOutOfBoroughReport})


def refusal(command: Command, case: Case | None, context: Context) -> CaseworkError | None:
    """Why a command may not be done, None when it may: stale, not at this stage, or what the first guard says."""
    if type(command) in OPENINGS:
        return NotNow("This case is open already.") if case else _no_such_cases(command, context)
    if case is None:
        return NoSuchCase()
    move = MOVES[type(command)]
    return _stale(command, case) or _at_stage(move, case) or _first(move.guards, command, case, context)


def _first(guards: tuple[Guard, ...], command: Command, case: Case, context: Context) -> CaseworkError | None:
    refusals = (guard(command, case, context) for guard in guards)
    return next((refused for refused in refusals if refused), None)


def _stale(command: Command, case: Case) -> CaseworkError | None:
    version = getattr(command, "version", None)
    if version is None or version == case.version:
        return None
    return StaleCase(f"{case.reference} has changed since this was shown. Look at it again.")


def _at_stage(move: Move, case: Case) -> CaseworkError | None:
    if case.stage in move.at:
        return None
    return NotNow(f"{case.reference} {_STANDS[case.stage]}, so one cannot {move.name}.")


def _no_such_cases(command: Command, context: Context) -> CaseworkError | None:
    """R46 is Salford's; a protocol without it takes no out-of-borough reports."""
    if isinstance(command, FileReferral) or context.protocol.rules.out_of_borough:
        return None
    return _not_allowed("This protocol has no out-of-borough cases.", context.protocol.rules.intake, context)


def _not_allowed(said: str, cite: Cite, context: Context) -> NotAllowed:
    return NotAllowed(said, rule=cite.rule, source=context.protocol.source(cite))


def _not_now(said: str, cite: Cite, context: Context) -> NotNow:
    return NotNow(said, rule=cite.rule, source=context.protocol.source(cite))


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


_WAITS_FOR = {
    Hold.VIRTUAL_SCHOOL_HEAD: "waits for the recorded decision of the Virtual School Head",
    Hold.SEN_CASEWORKER: "waits for the recorded consent of the SEN caseworker",
}
_STANDS = {
    Stage.INCOMPLETE: "is not complete",
    Stage.READY: "is ready",
    Stage.HELD: "is on hold",
    Stage.ON_AGENDA: "is on the agenda of its panel",
    Stage.PLACED: "has been placed",
    Stage.CLOSED: "is closed",
}
