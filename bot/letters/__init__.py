"""Letters to schools and services (R12, R26, R27, R2, R46): templates, and the facts that go into them."""

from bot.letters.gaps import GapGroups, gap_sentence, grouped
from bot.letters.house import House
from bot.letters.writing import Written, answer, ask_again, notice, out_of_borough, reminder, resend

__all__ = [
    "GapGroups",
    "House",
    "Written",
    "answer",
    "ask_again",
    "gap_sentence",
    "grouped",
    "notice",
    "out_of_borough",
    "reminder",
    "resend",
]
