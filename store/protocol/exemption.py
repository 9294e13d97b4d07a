"""One exemption, as a value: what a decision rests on besides the case (R19, R20)."""

from datetime import date

from store.protocol.frozen import Frozen, School


class Exemption(Frozen):
    """A school that is not expected to take a pupil from one day to another, both counted; why, and by which minute."""

    school: School
    start: date
    end: date
    grounds: str
    minute: str

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= on <= self.end


class EarlierMove(Frozen):
    """An earlier move of the same pupil, as far as it is known (R16)."""

    reference: str
    start: date
