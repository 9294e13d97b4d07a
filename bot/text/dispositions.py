"""What became of a letter, why, and what the officer must look at: a sentence for each code of `bot.flows`.

`OUTCOMES`, `REASONS` and `ATTENTION` are for listings on the bot's computer and private answers. `PUBLIC` is what the
channel may say of a letter: nothing that tells anything about a child or a family.
"""

from collections.abc import Iterable
from typing import Final

from bot.flows.dispositions import Attention, Disposition, Reason
from bot.text import refusals

OUTCOMES: Final = {
    Disposition.REFERRAL: "a referral: a case was opened",
    Disposition.CORRECTION: "a corrected form: it joined its case",
    Disposition.OUT_OF_BOROUGH: "an out-of-borough report: a case was opened",
    Disposition.REPLY: "a reply in a case's thread, without a form",
    Disposition.FOR_OFFICER: "for the officer to read",
    Disposition.DUPLICATE: "the same letter again: nothing to do",
    Disposition.AUTOMATIC: "an automatic message: nothing to do",
    Disposition.BOUNCE: "a letter of ours could not be delivered",
    Disposition.OWN: "one of our own letters came back: nothing to do",
    Disposition.SET_ASIDE: "set aside",
}

_FROM_FORMS: Final = (
    Reason.PROTECTED,
    Reason.EMPTY,
    Reason.NOT_A_DOCUMENT,
    Reason.DAMAGED,
    Reason.TOO_BIG,
    Reason.HOSTILE,
    Reason.NEEDS_CONVERSION,
    Reason.UNSUPPORTED,
    Reason.TOOK_TOO_LONG,
    Reason.UNREADABLE,
)

REASONS: Final = {
    Reason.FORM_READ: "Its form was read.",
    Reason.SAME_CASE_BY_THREAD: "It answers the thread of this case, and it is the same pupil.",
    Reason.SAME_CASE_BY_REFERENCE: "It names this case's reference, and it is the same pupil.",
    Reason.SAME_PUPIL: "The same school has an open case for the same pupil.",
    Reason.WRITTEN_REPORT: "A head outside the borough sent a written report (R46).",
    Reason.QUESTION: "It asks or tells something and brings no form.",
    Reason.POSSIBLE_PRESSURE: "Its wording may mean that a parent is being pressed to agree. Please read it (R57).",
    Reason.FAILURE_NOTICE: "A school writes that a placement is failing, and no case is known for it (R37).",
    Reason.UNKNOWN_FORM: "It brings a form of a kind that is not known here.",
    Reason.IDENTITY_CONFLICT: "It seems to belong to a case, but the pupil's details do not agree with that case.",
    Reason.SENDER_NOT_OF_SCHOOL: "A corrected form came from somebody outside the case's home school; it was not taken over.",
    Reason.MACHINE_WITH_FORM: "A machine sent it, and it brings a referral form. Machines are never answered: ask the school.",
    Reason.NOT_TAKEN_UP: "The protocol does not allow what it asks for at this stage.",
    Reason.ENCLOSED_LETTER: "What matters may be inside an enclosed letter or archive, which is not opened by itself.",
    Reason.DELIVERED_TWICE: "The mailbox delivered the same letter before.",
    Reason.MACHINE: "A machine wrote it; machines are never answered.",
    Reason.UNDELIVERED: "The address could not be reached. Please check it in the contact list.",
    Reason.OUR_OWN: "It is one of our own letters.",
    Reason.FAILED_AUTHENTICATION: "The sender's address is not genuine by our mail server's check. "
    "Nothing in it was opened; ask the school by telephone.",
    Reason.REUSED_MESSAGE_ID: "It carries the identity of another letter. Nothing in it was opened.",
    Reason.SUSPICIOUS: "It looks like an attempt to deceive or to do harm. Nothing in it was opened.",
    **{reason: refusals.to_officer(reason.value) for reason in _FROM_FORMS},
    Reason.COULD_NOT_BE_HANDLED: "A mistake of our own stopped it. The log has its reference; the letter is kept.",
}

_READ: Final = "A person has to read it."
_NOT_SAFE: Final = "It was set aside because it may not be safe, and nothing in it was opened."

PUBLIC: Final = {
    Reason.QUESTION: _READ,
    Reason.POSSIBLE_PRESSURE: _READ,
    Reason.FAILURE_NOTICE: _READ,
    Reason.IDENTITY_CONFLICT: _READ,
    Reason.SENDER_NOT_OF_SCHOOL: _READ,
    Reason.MACHINE_WITH_FORM: _READ,
    Reason.NOT_TAKEN_UP: _READ,
    Reason.ENCLOSED_LETTER: _READ,
    Reason.UNKNOWN_FORM: "It brings a form of a kind that is not known here.",
    Reason.UNDELIVERED: "A letter of ours could not be delivered to that school.",
    Reason.FAILED_AUTHENTICATION: _NOT_SAFE,
    Reason.REUSED_MESSAGE_ID: _NOT_SAFE,
    Reason.SUSPICIOUS: _NOT_SAFE,
    Reason.HOSTILE: _NOT_SAFE,
    Reason.NOT_A_DOCUMENT: "It was set aside: the enclosed file is no document.",
    Reason.PROTECTED: "It was set aside: the enclosed file is protected by a password.",
    Reason.EMPTY: "It was set aside: the enclosed file is empty.",
    Reason.DAMAGED: "It was set aside: the enclosed file is damaged.",
    Reason.TOO_BIG: "It was set aside: the enclosed file is too big.",
    Reason.NEEDS_CONVERSION: "It was set aside: the enclosed file is in a format that this computer cannot convert.",
    Reason.UNSUPPORTED: "It was set aside: the enclosed file is of a kind that is not read.",
    Reason.TOOK_TOO_LONG: "It was set aside: reading the enclosed file took too long.",
    Reason.UNREADABLE: "It was set aside: it could not be read.",
    Reason.COULD_NOT_BE_HANDLED: "It was set aside: a mistake of our own stopped it.",
}

ATTENTION: Final = {
    Attention.SCHOOL_MISMATCH: "The form names another school than the one its sender belongs to.",
    Attention.SCHOOL_NOT_KNOWN: "The school is not in the school list, and the sender belongs to none that is.",
    Attention.SENDER_NOT_KNOWN: "The sender is not in the contact list, so nothing was sent to them.",
    Attention.SENDER_NOT_VERIFIED: "The mail server did not vouch for the sender's address, so nothing was sent to it.",
    Attention.ANSWERS_CAPPED: "This address has been answered as often as one day allows; no more was sent.",
    Attention.OTHER_PUPIL_IN_THREAD: "It answers the thread of another pupil's case.",
    Attention.EARLIER_CASE: "The same pupil has an earlier case that can no longer be corrected.",
    Attention.DOCUMENT_NOT_READ: "Another file that came with it could not be read.",
    Attention.POSSIBLE_PRESSURE: "The wording may mean that a parent is being pressed to agree. Please read it (R57).",
    Attention.FROM_A_SCAN: "The form is a scan: what seems missing may only be hard to read.",
}


MORE_LIKE_IT: Final = (
    "More letters like it from this sender are not posted for a day: `moves letters` lists them."
)


def public(reason: Reason) -> str:
    """What the channel may say of a letter that ended for this reason."""
    return PUBLIC.get(reason, _READ)


def attention(codes: Iterable[str]) -> list[str]:
    """What the officer must look at on a case, a sentence a code; a code of a later version is shown as it is."""
    known = {code.value: sentence for code, sentence in ATTENTION.items()}
    return [known.get(code, code.replace("_", " ")) for code in codes]
