"""Mailboxes that tell of new letters wake the worker, and their troubles stop nothing."""

from threading import Event

from bot.flows.listening import listening


class Telling:
    """A mailbox that says what it is told to."""

    name = "telling"

    def __init__(self, *answers: bool | Exception) -> None:
        self._answers = list(answers)
        self._closed = Event()
        self.closed = False

    def wait(self, seconds: float) -> bool:
        if not self._answers:
            self._closed.wait(seconds)
            return False
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True
        self._closed.set()


def test_a_letter_that_comes_wakes_the_worker() -> None:
    """The poll need not be waited for."""
    woken = Event()
    mailbox = Telling(False, True)
    with listening([mailbox], woken.set):
        assert woken.wait(10)
    assert mailbox.closed


def test_a_mailbox_that_breaks_does_not_silence_the_others() -> None:
    """An error in one is logged; the other is heard."""
    woken = Event()
    broken, well = Telling(OSError("gone")), Telling(True)
    with listening([broken, well], woken.set):
        assert woken.wait(10)
    assert broken.closed
    assert well.closed
