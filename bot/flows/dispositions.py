"""What can become of a letter, and why. `bot/text` holds the sentence for each; the letter's row keeps the codes."""

from enum import StrEnum


class Disposition(StrEnum):
    """What a letter came to. Every letter ends in exactly one of these; none is ever dropped."""

    REFERRAL = "referral"  # it opened one case or more (R14)
    CORRECTION = "correction"  # its form joined a case (R26)
    OUT_OF_BOROUGH = "out_of_borough"  # a head of another authority sent a written report (R46)
    REPLY = "reply"  # it belongs to a case and brings no form
    FOR_OFFICER = "for_officer"  # a person must read it
    DUPLICATE = "duplicate"  # the same letter, delivered again
    AUTOMATIC = "automatic"  # a machine wrote it
    BOUNCE = "bounce"  # it says that a letter of ours did not arrive
    OWN = "own"  # one of our own letters came back
    SET_ASIDE = "set_aside"  # it was not acted on; it waits in the set-aside folder


class Reason(StrEnum):
    """Why. The codes of `forms.refusals` stand here under the same words."""

    # filed
    FORM_READ = "form_read"
    SAME_CASE_BY_THREAD = "same_case_by_thread"
    SAME_CASE_BY_REFERENCE = "same_case_by_reference"
    SAME_PUPIL = "same_pupil"
    WRITTEN_REPORT = "written_report"
    # a person must read it
    QUESTION = "question"
    POSSIBLE_PRESSURE = "possible_pressure"  # on a parent (R57): flagged for a person, never judged
    FAILURE_NOTICE = "failure_notice"  # a placement is said to be failing (R37)
    UNKNOWN_FORM = "unknown_form"
    IDENTITY_CONFLICT = "identity_conflict"
    SENDER_NOT_OF_SCHOOL = (
        "sender_not_of_school"  # a corrected form from somebody else than the case's school
    )
    MACHINE_WITH_FORM = "machine_with_form"  # a photocopier or a portal sends what a person filled in
    NOT_TAKEN_UP = "not_taken_up"  # the protocol refused what the letter asked for
    ENCLOSED_LETTER = "enclosed_letter"  # what matters may be inside an enclosed letter or archive
    # nothing to do
    DELIVERED_TWICE = "delivered_twice"
    MACHINE = "machine"
    UNDELIVERED = "undelivered"
    OUR_OWN = "our_own"
    # set aside
    FAILED_AUTHENTICATION = "failed_authentication"
    REUSED_MESSAGE_ID = "reused_message_id"
    SUSPICIOUS = "suspicious"
    PROTECTED = "password_protected"
    EMPTY = "empty"
    NOT_A_DOCUMENT = "not_a_document"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    HOSTILE = "hostile"
    NEEDS_CONVERSION = "needs_conversion"
    UNSUPPORTED = "unsupported"
    TOOK_TOO_LONG = "took_too_long"
    UNREADABLE = "unreadable"
    COULD_NOT_BE_HANDLED = "could_not_be_handled"  # our own mistake; the log has its reference


class Attention(StrEnum):
    """What the officer must look at on a case; kept on the case as codes."""

    SCHOOL_MISMATCH = "school_mismatch"  # the form names another school than the sender's
    SCHOOL_NOT_KNOWN = (
        "school_not_known"  # no school of the directory is named, and the sender belongs to none
    )
    SENDER_NOT_KNOWN = "sender_not_known"  # not in the contact list: nothing is sent by itself
    SENDER_NOT_VERIFIED = "sender_not_verified"  # the mail server did not vouch for the sender's domain
    ANSWERS_CAPPED = "answers_capped"  # this address has been answered too often today
    OTHER_PUPIL_IN_THREAD = "other_pupil_in_thread"  # it answers the thread of another pupil's case
    EARLIER_CASE = "earlier_case"  # the same pupil has a case that is past correction
    DOCUMENT_NOT_READ = "document_not_read"  # another enclosed file could not be read
    POSSIBLE_PRESSURE = "possible_pressure"  # R57
    FROM_A_SCAN = "from_a_scan"  # nothing may be called missing on its strength


TELLABLE = frozenset(
    {
        Reason.PROTECTED,
        Reason.NEEDS_CONVERSION,
        Reason.UNSUPPORTED,
        Reason.TOO_BIG,
        Reason.DAMAGED,
        Reason.EMPTY,
    }
)
"""Refusals that a verified sender can mend by sending again, and is told how. A file that is no document, or is built
to do harm, is the officer's to judge: an answer would only tell its maker what gets through."""
