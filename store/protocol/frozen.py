"""What every value of the rules is made of: immutable, nothing unknown let in; and who does a thing, to which school."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of every value the rules pass round: immutable, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # errors reach logs


class School(Frozen):
    """A school by its unique reference number; `urn` is "" for one outside the directory."""

    urn: str = ""
    name: str

    def is_the_same(self, other: "School") -> bool:
        """Whether two entries name one school: by number where both have one, else by name."""
        if self.urn and other.urn:
            return self.urn == other.urn
        return self.name.casefold() == other.name.casefold()


Reference = Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{2}-\d{4,}$")]
ActorRole = Literal["officer", "deputy", "panel member", "administrator", "system"]


class Actor(Frozen):
    """Who does a thing. The bot itself is `Actor.bot()`: it checks, computes and reminds, and never decides."""

    id: str
    name: str
    role: ActorRole

    @classmethod
    def bot(cls) -> "Actor":
        """The bot acting on the protocol's own dates."""
        return cls(id="moves", name="Managed Moves", role="system")


class Happening(Frozen):
    """Base of every event. Fields in `private` are kept out of the timeline, so that it holds references only."""

    private: ClassVar[frozenset[str]] = frozenset()
    reference: str
    rule: str = ""  # the rule that made it so
    source: str = ""


class Asked(Frozen):
    """Base of what a person asks of a case. `version` is the one that they saw; None asks whatever it is by now."""

    reference: str
    by: Actor
    version: int | None = None
