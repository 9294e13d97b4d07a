"""The stages as the table of moves groups them, how a case comes to stand at one, and how a sentence says it."""

from store.protocol.case import Case, PanelOutcome, Stage

WAITING = frozenset(
    {Stage.RECEIVED, Stage.INCOMPLETE, Stage.HELD, Stage.READY, Stage.DEFERRED, Stage.MORE_INFORMATION}
)
BEFORE_PANEL = WAITING | {Stage.ON_AGENDA}
AGREEING = frozenset({Stage.RECOMMENDED, Stage.GATHERING, Stage.ARRANGED})
BEFORE_PLACEMENT = BEFORE_PANEL | AGREEING
IN_PLACEMENT = frozenset({Stage.PLACED, Stage.EXTENDED})
ENDED = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.DECLINED})
ANY = frozenset(Stage)
OPEN = ANY - ENDED
UNDECIDED = OPEN - {Stage.SUCCEEDED, Stage.FAILED}
"""From here a case can be withdrawn or declined; a move that worked, or did not, has had its end and is closed."""

_STAYS = IN_PLACEMENT | ENDED | {Stage.SUCCEEDED, Stage.FAILED}
_KEPT = AGREEING | {Stage.ON_AGENDA, Stage.DEFERRED, Stage.MORE_INFORMATION, Stage.NOT_SUPPORTED}


def stage_of(case: Case) -> Stage:
    """The stage that follows from the facts of a case."""
    if case.stage in _STAYS:
        return case.stage
    if case.must_gaps:
        return Stage.INCOMPLETE
    if case.holds:
        return Stage.HELD
    return case.stage if case.stage in _KEPT else _where_it_was(case)


def _where_it_was(case: Case) -> Stage:
    """Where a case that was incomplete or held goes on: no panel need see twice what it has recommended."""
    if case.initial_meeting:
        return Stage.ARRANGED
    if case.proposal:
        return Stage.GATHERING
    return Stage.RECOMMENDED if case.recommendation is PanelOutcome.RECOMMENDED else Stage.READY


STANDS = {
    Stage.RECEIVED: "has just come",
    Stage.INCOMPLETE: "is not complete",
    Stage.READY: "is ready",
    Stage.HELD: "is on hold",
    Stage.ON_AGENDA: "is on the agenda of its panel",
    Stage.MORE_INFORMATION: "waits for what the panel asked",
    Stage.DEFERRED: "was deferred by the panel",
    Stage.NOT_SUPPORTED: "was not supported by the panel",
    Stage.RECOMMENDED: "was recommended by the panel",
    Stage.GATHERING: "waits for agreements",
    Stage.ARRANGED: "is arranged",
    Stage.PLACED: "has been placed",
    Stage.EXTENDED: "has been extended",
    Stage.SUCCEEDED: "has succeeded",
    Stage.FAILED: "has failed",
    Stage.CLOSED: "is closed",
    Stage.WITHDRAWN: "was withdrawn",
    Stage.DECLINED: "was declined",
}
