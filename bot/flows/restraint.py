"""How much one address can make the bot say: robots that look like people flood neither each other nor the channel."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from bot.flows.deciding import Verdict
from bot.flows.dispositions import Reason
from store.letters import Conclusion, KeptLetter

POSTS_A_DAY = 5
"""Posts to the officer about letters of one sender that ended alike, in any 24 hours. More are only in `moves letters`."""

ALWAYS_POSTED = frozenset({Reason.POSSIBLE_PRESSURE, Reason.FAILURE_NOTICE, Reason.IDENTITY_CONFLICT})
"""A child may be behind each of them (R37, R57): never one among many."""

_DAY = timedelta(days=1)


class PastLetters(Protocol):
    """What is asked of the letters on file (`store.Letters`)."""

    def from_sender(self, sender: str, since: datetime, *, marked: str = "") -> tuple[KeptLetter, ...]:
        """The letters kept from an address since an instant; `marked` names a true entry of their detail."""
        ...


class Restraint:
    """Judges by what was said about an address in the 24 hours before."""

    def __init__(self, letters: PastLetters, *, answers_a_day: int) -> None:
        self._letters = letters
        self._answers_a_day = answers_a_day

    def answered_enough(self, email: str, subject: str, now: datetime) -> bool:
        """Two robots that look like people stop talking here: so many answers a day, half as many on one subject."""
        if not email:
            return True
        answered = self._past(email, now, marked="answered")
        same_subject = [one for one in answered if one.detail.get("subject_key") == subject_key(subject)]
        return len(answered) >= self._answers_a_day or len(same_subject) >= max(1, self._answers_a_day // 2)

    def folded(self, verdict: Verdict, email: str, now: datetime) -> Verdict:
        """The verdict without its post where `POSTS_A_DAY` like it were made; the last one made says that it is so.

        Only letters with the same reason count: nobody can hide a school's letters behind forged ones.
        """
        if not (verdict.officer and email) or verdict.reason in ALWAYS_POSTED:
            return verdict
        alike = sum(one.reason == verdict.reason for one in self._past(email, now, marked="posted"))
        return replace(verdict, officer=alike < POSTS_A_DAY, last_post=alike == POSTS_A_DAY - 1)

    def _past(self, email: str, now: datetime, *, marked: str) -> list[Conclusion]:
        found = self._letters.from_sender(email, now - _DAY, marked=marked)
        return [one.outcome.conclusion for one in found if one.outcome is not None]


def subject_key(subject: str) -> str:
    """Tells subjects apart without keeping them; answers and forwards of one subject are the same."""
    bare = subject.casefold().strip()
    while bare[:3] in {"re:", "fw:"} or bare[:4] in {"fwd:", "aw: "}:
        bare = bare.partition(":")[2].strip()
    return sha256(" ".join(bare.split()).encode("utf-8", "replace")).hexdigest()[:16]
