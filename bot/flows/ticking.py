"""The clock is one more input: what has fallen due is done, each thing once, however late it is noticed."""

from bot.clock import Clock
from store.casebook import Casebook


class Ticking:
    """Lets time pass for the casebook."""

    def __init__(self, casebook: Casebook, clock: Clock) -> None:
        self._casebook = casebook
        self._clock = clock

    def begin(self) -> int:
        """Work the diary out anew, since terms or panel dates may have changed while we were off; how many cases."""
        return self._casebook.replan(self._clock.now())

    def tick(self) -> int:
        """Do all that has fallen due; how many things. What one of them leads to may be due as well."""
        total = done = self._casebook.tick(self._clock.now())
        while done:
            done = self._casebook.tick(self._clock.now())
            total += done
        return total
