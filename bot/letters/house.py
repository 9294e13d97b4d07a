"""The council and its protocol as letters present them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol as Shape
from typing import Self

from bot.text.letters import cited
from store.protocol.case import Hold
from store.protocol.rulebook import Cite, Protocol

_VOLUNTARY = "R57"  # parents are not pressured


class CouncilSettings(Shape):
    """What the settings say of the council (`bot.settings.Council`)."""

    @property
    def name(self) -> str:
        """The council's name."""
        ...

    @property
    def officer(self) -> str:
        """What the council calls its case officer."""
        ...

    @property
    def inbox_address(self) -> str:
        """The address that schools write to (R14)."""
        ...

    @property
    def complaints(self) -> str:
        """Where a family finds support or can complain; "" for the general sentence."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Who writes, and by which clauses: each citation is ready to stand in a sentence, "" where there is none."""

    council: str
    officer: str
    inbox: str
    support: str
    panel: str
    move: str
    complete: str
    deadline: str
    recommends: str
    crisis: str
    out_of_borough: str
    holds: Mapping[Hold, str] = field(default_factory=dict)
    notice: str = ""
    voluntary: str = ""

    @classmethod
    def of(cls, council: CouncilSettings, protocol: Protocol) -> Self:
        """From the settings and the protocol that the authority works by."""

        def cite(where: Cite | None) -> str:
            return cited(protocol.source(where), where.rule) if where else ""

        return cls(
            council=council.name,
            officer=council.officer,
            inbox=council.inbox_address,
            support=council.complaints,
            panel=protocol.panel.name if protocol.panel else "",
            move=protocol.vocabulary.move,
            complete=cite(protocol.rules.complete),
            deadline=cite(protocol.deadline.cite if protocol.deadline else None),
            recommends=cite(protocol.panel.cite if protocol.panel else None),
            crisis=cite(protocol.rules.crisis),
            out_of_borough=cite(protocol.rules.out_of_borough),
            holds={rule.hold: cite(rule.cite) for rule in protocol.hold},
            notice=next((cite(rule.notice) for rule in protocol.hold if rule.notice), ""),
            voluntary=next(
                (cite(line.cite) for line in protocol.required if line.cite.rule == _VOLUNTARY), ""
            ),
        )
