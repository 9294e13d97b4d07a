"""Words of the letters to both heads along a move: notices of every stage (R31), and what the diary asks for.

Neutral (R12), in Plain English, with the clause cited. Subjects hold the reference and nothing of a child.
"""

from dataclasses import dataclass
from typing import Final

from store.protocol.case import PanelOutcome
from store.protocol.dues import DueKind

HEADING_OF_DAYS: Final = "The days"
INVITATION: Final = "An invitation for your calendar is attached for each day named here."
CANCELLED: Final = "A cancellation for your calendar is attached for each day that no longer stands."
A_TASK: Final = "Your reply to this letter is enough; please keep the reference {reference} in the subject."


@dataclass(frozen=True, slots=True)
class Words:
    """A letter: its subject after the reference, its paragraphs, and whether it asks for an answer.

    In them: {home}, {receiving}, {panel}, {on}, {until}, {cited} and {officer}.
    """

    subject: str
    paragraphs: tuple[str, ...]
    asks: bool = False

    def line(self, reference: str) -> str:
        """The whole subject line."""
        return f"Managed move {reference}: {self.subject}"


OUTCOMES: Final = {
    PanelOutcome.RECOMMENDED: Words(
        "the panel's recommendation",
        (
            ("The {panel} recommends the move {cited}. The {officer} now asks a receiving school, and then everyone whose "
            "agreement is needed."),
        ),
    ),
    PanelOutcome.DEFERRED: Words(
        "the panel takes it up again",
        ("The {panel} takes the referral up again at a later meeting {cited}. You need not send it again.",),
    ),
    PanelOutcome.NOT_SUPPORTED: Words(
        "the panel's view",
        (
            ("The {panel} does not support the move {cited}. The {officer} will speak with you about what can help "
            "instead."),
        ),
    ),
    PanelOutcome.MORE_INFORMATION: Words(
        "the panel asks for more",
        (("The {panel} asks for more information before it makes a recommendation {cited}. The {officer} will tell you "
         "what it needs."),),
        asks=True,
    ),
}  # fmt: skip

PROPOSED: Final = Words(
    "agreements are being gathered",
    (
        (
            "{receiving} is asked to receive the pupil from {home} {cited}. A move needs everyone's agreement: please tell us "
            "whether your school agrees, and if it does not, why. Nobody should be put under pressure to agree."
        ),
    ),
    asks=True,
)
MEETING: Final = Words(
    "initial meeting",
    (
        (
            "Everyone whose agreement is needed has agreed. The initial meeting is on {on} {cited}. It goes through what is "
            "good about a fresh start, what the school expects, and who else should be there. It is not there to punish."
        ),
    ),
)
MEETING_OFF: Final = Words(
    "an agreement was withdrawn",
    (
        (
            "An agreement that this move rests on was withdrawn {cited}. It is voluntary, so nothing goes on against that. The "
            "{officer} will be in touch about what follows."
        ),
    ),
)
PLACED: Final = Words(
    "a placement starts",
    (
        (
            "A placement of the pupil from {home} at {receiving} starts on {on} {cited}. The days that follow from the protocol "
            "are below. Each review is held with both schools, the {officer}, the pupil and the parents, and is recorded on "
            "the agreed form."
        ),
    ),
)
EXTENDED: Final = Words(
    "the placement goes on",
    ("Both heads have agreed that the placement goes on until {until} {cited}. The panel is told.",),
)
AT_RISK: Final = Words(
    "the placement needs support",
    (
        (
            "We were told that the placement at {receiving} may not work out {cited}. Please speak with each other now about "
            "what would help; the {officer} can join you."
        ),
    ),
)
FAILED: Final = Words(
    "the placement ends early",
    (
        "The placement at {receiving} ends early. The re-integration meeting at {home} is on {on} {cited}.",
        (
            "{receiving} sends its reason, a brief summary and evidence, such as the behaviour log and the strategies used, to "
            "{home} and to the {officer}."
        ),
    ),
)
SUCCEEDED: Final = Words(
    "the placement has succeeded",
    (
        (
            "The final meeting on {on} acknowledged the success of the placement at {receiving} {cited}. Please tell us the "
            "day from which the pupil is on that school's roll for good."
        ),
    ),
    asks=True,
)
PERMANENT: Final = Words(
    "on the new roll for good",
    ("From {on} the pupil is on the roll of {receiving} for good, and no longer on that of {home} {cited}.",),
)
WITHDRAWN: Final = Words(
    "the referral was withdrawn",
    ("The referral was withdrawn on {on} {cited}. There is nothing more to do.",),
)
DECLINED: Final = Words(
    "the move does not go on",
    (
        "The move was declined on {on} {cited}. The {officer} will speak with you about what can help instead.",
    ),
)
CLOSED: Final = Words("the case is closed", ("The case was closed on {on}. There is nothing more to do.",))

PROMPTS: Final = {
    DueKind.AGREEMENTS: Words(
        "your agreement",
        ("We have not yet heard whether your school agrees to the move from {home} to {receiving} {cited}.",),
        asks=True,
    ),
    DueKind.INITIAL_MEETING: Words(
        "initial meeting",
        ("The initial meeting of this move is due: {on} {cited}.",),
    ),
    DueKind.RECORD: Words(
        "the record of a meeting",
        (("The record of the meeting planned for {on} has not reached us {cited}. Please send it, with who was there, the "
         "pupil's views and the family's views; or tell us the new day if it was put off."),),
        asks=True,
    ),
    DueKind.REVIEW: Words(
        "review meeting",
        (("The review of the placement at {receiving} is due on {on} {cited}. Both schools, the {officer}, the pupil and the "
         "parents attend, and the meeting is recorded on the agreed form, with the views of pupil and family."),),
    ),
    DueKind.EXTENSION: Words(
        "does the placement go on?",
        (("The placement at {receiving} may last until {on} without an extension {cited}. If it should go on, both heads "
         "agree to that: please tell us whether you do, and until which day."),),
        asks=True,
    ),
    DueKind.PLACEMENT_END: Words(
        "the planned end",
        (("The planned end of the placement at {receiving} is {on} {cited}. Please tell us what was decided: a permanent "
         "place, a return to {home}, or more time."),),
        asks=True,
    ),
    DueKind.EVIDENCE: Words(
        "reason, summary and evidence",
        (("The report on the early end of the placement is not complete {cited}: the reason as a national code where "
         "possible, a brief summary, and evidence, to {home} and to the {officer}."),),
        asks=True,
    ),
    DueKind.REINTEGRATION: Words(
        "re-integration meeting",
        ("The re-integration meeting at {home} is on {on} {cited}.",),
    ),
    DueKind.FOLLOW_UP: Words(
        "follow-up review",
        (("The {officer} reviews with {home} by {on} how the pupil is doing, and what the move changed for the better "
         "{cited}. Please suggest a day."),),
        asks=True,
    ),
    DueKind.PERMANENT_ROLL: Words(
        "the permanent roll",
        (("The final meeting was on {on}. Please tell us the day from which the pupil is on the roll of {receiving} for good "
         "{cited}."),),
        asks=True,
    ),
}  # fmt: skip
"""What the diary asks of schools. The other kinds are for the officer, in the channel."""

REVIEW_NUMBER: Final = "Review {number} of the placement"
INITIAL_MEETING: Final = "Initial meeting"
REINTEGRATION: Final = "Re-integration meeting"
ENDS: Final = "Planned end: {on}"
A_DAY: Final = "{what}: {on}"
FOLLOW_UP_BY: Final = "Follow-up review with the home school, by {on}"
SUMMARY: Final = "{what}, managed move {reference}"
