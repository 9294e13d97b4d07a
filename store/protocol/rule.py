"""One rule of the project's own index: what a document says, what the bot does, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its number. `where` names functions and types, "module:name"; `later` says what is not yet there."""

    number: int
    document: str
    clause: str
    says: str
    does: str
    where: tuple[str, ...]
    later: str = ""

    @property
    def key(self) -> str:
        """How code, tests and messages cite it: "R27"."""
        return f"R{self.number}"

    @property
    def source(self) -> str:
        """Document and clause, "Salford 3.1 Referral"."""
        return f"{self.document} {self.clause}"
