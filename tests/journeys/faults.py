"""Kills the bot at its n-th step: before or after a call to the outside, and round every commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from store import Store


class Killed(BaseException):
    """The process ends here. No `except Exception` may catch it, as none catches a SIGKILL."""


class Faults:
    """Counts steps and kills at one of them; 0 kills nowhere."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Killed


class Port:
    """A port that may be killed before a call reaches the outside, and after it did but before its answer came."""

    def __init__(self, outside: Any, faults: Faults) -> None:
        self._outside = outside
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._outside, name)
        if not callable(real):
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            self._faults.step()
            answer = real(*arguments, **named)
            self._faults.step()
            return answer

        return call


class KillableStore(Store):
    """A case database that may be killed before a transaction, before its commit, and after it."""

    def __init__(self, store: Store, faults: Faults) -> None:
        super().__init__(store.engine)
        self._faults = faults
        _without_waiting_for_the_disk(store.engine)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self._faults.step()
        with super().writing() as session:
            yield session
            self._faults.step()
        self._faults.step()


def _without_waiting_for_the_disk(engine: sa.Engine) -> None:
    """A killed process loses nothing that the system has taken; only a power cut does, and none is played here."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
