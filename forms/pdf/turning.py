"""From a PDF's own coordinates to those of the sheet as it is looked at: turned pages, cropped pages, nested drawings."""

from dataclasses import dataclass
from typing import NamedTuple

from forms.pdf.items import Box


class Matrix(NamedTuple):
    """A PDF transformation ([ISO 32000-1] 8.3.3); the default leaves everything where it is."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def on(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a point goes."""
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


def times(first: Matrix, then: Matrix) -> Matrix:
    """One transformation after another."""
    return Matrix(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page is shown: its visible rectangle in its own units and the clockwise turn in degrees."""

    left: float
    bottom: float
    width: float
    height: float
    degrees: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as it is looked at."""
        return (self.width, self.height) if self.degrees % 180 == 0 else (self.height, self.width)

    def on(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the page, measured from the top left corner of the sheet."""
        x, y = point[0] - self.left, point[1] - self.bottom
        match self.degrees % 360:
            case 90:
                return y, x
            case 180:
                return self.width - x, y
            case 270:
                return self.height - y, self.width - x
            case _:
                return x, self.height - y

    def box_of(self, points: list[tuple[float, float]]) -> Box:
        """The box round some points of the page."""
        placed = [self.on(point) for point in points]
        across, down = [x for x, _ in placed], [y for _, y in placed]
        return Box(min(across), min(down), max(across), max(down))

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of the page."""
        return self.box_of([(left, bottom), (right, top)])
