"""Helps of `moves record …`: what each records and by which rule, in an officer's words."""

from datetime import date
from typing import Final

from bot.text import dates

DAY: Final = "A day, such as 2027-01-11."
ON_DAY: Final = "The day it happened, such as 2027-01-11; today by default."
PRESENT: Final = "Who was there: home school, receiving school, officer, pupil, parents, social worker, governing board; or all."
ABSENT: Final = 'Who was not there, and why: --absent "parents=at work, agreed by telephone" (R29).'
WHO: Final = "Who said so: a name, kept on the record."
SHOWN: Final = "How it was shown: letter, form or meeting."
REASON: Final = "The reason, kept on the record and never put into the channel."
MINUTE: Final = "Where the panel's minute holds it."
CATEGORY: Final = "In which of its categories the panel sees the case, where its protocol has such."
REPLY: Final = "Which version of the case you looked at; it is refused when the case has changed since."

PANEL_AGENDA: Final = "Put a ready case on the agenda of its panel (R15)."
STATUS: Final = "Record what the form does not say: looked after, a plan, shared responsibility."
LOOKED_AFTER: Final = "Whether the child is looked after (R1)."
PLAN: Final = "Whether there is an education, health and care plan (R56)."
SHARED: Final = "Whether separated parents share responsibility (R55)."
CONTRIBUTION: Final = (
    "Record what carers, social worker or Virtual School say of a looked-after child's move (R3)."
)
CONTRIBUTOR: Final = "carers, social worker or virtual school."
SAYS: Final = "What they said, in a sentence or two."
OUTCOME: Final = (
    "Record what the panel recommends: recommended, deferred, not supported, more information (R15)."
)
PROPOSE: Final = "Ask a receiving school; agreements are gathered from here on (R44, R49)."
AUTHORITY: Final = "The other authority, where the school is not one of ours (R47)."
AGREEMENT: Final = "Record a party's answer: who, when, how it was shown (R49, R55, R56, R4)."
PARTY: Final = (
    "parent, other parent, child, home head, receiving head, sen caseworker or virtual school head."
)
REFUSES: Final = "The party does not agree."
EXPLAINED_BY: Final = "Who explained the move to the parent (R57)."
EXPLAINED_ON: Final = "When it was explained."
SUPPORT: Final = "What is arranged for the transition of a looked-after child (R5)."
TAKE_BACK: Final = "Record that a party takes its agreement back, at any time (R55)."
PLAN_AMENDED: Final = "Record that the plan was amended by its own process (R56)."
MEETING: Final = "Fix the day of the initial meeting, once all agree (R32)."
MEETING_HELD: Final = "Record the initial meeting and what it went through (R32 to R35)."
POSITIVES: Final = "The positive side of a fresh start was stressed (R32)."
EXPECTATIONS: Final = "The school's expectations were outlined (R32)."
OWN_POLICY: Final = "Behaviour is managed by the receiving school's own policy (R35)."
PROFESSIONALS: Final = "It was considered who else should be invited (R33)."
PLACEMENT: Final = "Record that a placement starts; review dates follow from the protocol (R28 to R30, R50)."
ENDS: Final = "The planned end, where it is not the protocol's."
FOOTING: Final = "What it is in law: trial, off-site direction or permanent."
NOTICE_GIVEN: Final = "When written notice of an off-site direction was given."
PART_TIME: Final = "The start is not full time; say why (R34)."
DIRECTION_NOTICE: Final = "Record that written notice of an off-site direction was given (national guidance)."
REVIEW: Final = "Record a review: who was there, its record, the views of pupil and family (R29, R30, R63)."
RECORD: Final = "The document that the review is recorded on (R30)."
PUPIL_VIEWS: Final = "The pupil's views (R63)."
FAMILY_VIEWS: Final = "The family's views (R63)."
BEST_INTERESTS: Final = "Why the move is still right (R61)."
OF: Final = "The planned day that it answers; the first still open by default."
EXTENSION: Final = "Record one head's agreement to an extension; alone it extends nothing (R43)."
HEAD: Final = "home head or receiving head."
UNTIL: Final = "Until which day, such as 2027-05-28."
AT_RISK: Final = "Record that a placement may fail, before it does (R37)."
FAILURE: Final = "Record the notice that a placement has failed, and the re-integration meeting (R38, R39)."
NOTICED: Final = "When notice was given, such as 2027-02-08T10:00; now by default."
ADVANCE: Final = "The officer was told in advance (R37)."
REFUSED: Final = "The receiving school refuses admission from that day: then a suspension is needed (R39)."
SUSPENSION_DAYS: Final = "For how many days the pupil is suspended (R39)."
CODES: Final = "A national reason code, such as DB; up to three (R40)."
REPORT: Final = "Record why it failed: codes or why there is none, summary, evidence (R40)."
NO_CODE: Final = "Why there is no code (R40)."
SUMMARY: Final = "A brief summary, kept on the record (R40)."
EVIDENCE: Final = "The name of a document: the behaviour log, strategies used (R40)."
DELIVERY: Final = "Record that the report has reached the home school or the officer (R40)."
RECIPIENT: Final = "home school or officer."
HOW: Final = "How it came: by e-mail, by hand."
MET: Final = "Record the re-integration meeting at the home school (R38)."
RETURNED: Final = "Record that the pupil is back at the home school (R51)."
FOLLOW_UP: Final = "Record the review at the end of the following term, and what the move did for good (R41)."
IMPACT: Final = "What the move changed for the better."
FINAL: Final = "Record the final meeting that acknowledges the success (R36)."
ACKNOWLEDGED: Final = "What was acknowledged."
PERMANENT: Final = (
    "Record that the pupil is on the receiving school's roll for good; the credit follows (R18, R51)."
)
LEFT_HOME: Final = "When the pupil left the home school's roll, where it is another day."
UNCREDIT: Final = "Take a credit back (R18)."
FULL: Final = "Record that the year group is full in which a place is kept open (R59)."
WITHDRAW: Final = "Record that the school or the family takes the referral back (R55)."
DECLINE: Final = "Record that the move is declined."
CLOSE: Final = "Close a case in which nothing is left to do."
SNOOZE: Final = "Keep one kind of reminder silent until a day."
KIND: Final = "The kind of reminder, as `moves diary` names it."
EXEMPT: Final = "Record that the panel exempts a school for a time, with grounds and minute (R19, R20)."
GROUNDS: Final = "The grounds, as the protocol names them (R19)."
EXEMPT_END: Final = "Record that the panel ends an exemption early (R20)."
NOTIFIED: Final = "Record a move that two schools agreed by themselves: nothing gates it (R42, R52, R58)."
HOME: Final = "The home school, by name or unique reference number."
INFORMAL: Final = "A trial of the schools' own, with parental agreement (R58)."
POLICY: Final = "Where the school's policy outlines it (R58)."
OUT_OF_BOROUGH: Final = "Open a case on the written report of another authority's head (R46)."
FROM_AUTHORITY: Final = "The authority that the report comes from (R47)."
REINTEGRATION: Final = "It asks for a place to come back to school, and for no move (R46)."


def not_one_of(written: str, known: str) -> str:
    """A word that is none of a list."""
    return f"“{written}” is none of these: {known}."


def exempted(school: str, start: date, end: date) -> str:
    """An exemption was recorded."""
    return f"Recorded. {school} is exempt from {dates.day(start)} to {dates.day(end)}."


def exemption_ended(school: str, end: date) -> str:
    """An exemption ends early."""
    return f"Recorded. The exemption of {school} ends on {dates.day(end)}."
