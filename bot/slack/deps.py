"""What the Slack side needs of the application: the desk, the clock, and who may do what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.clock import Clock
from bot.flows.desk import CaseLine, Details, PanelView
from store.protocol.case import Actor, ActorRole


class Desk(Protocol):
    """The flows a person at the desk can start (`bot.flows.desk`). Refusals are `store.errors.CaseworkError`."""

    def cases(self) -> Sequence[CaseLine]:
        """The open cases, oldest first."""
        ...

    def details(self, reference: str) -> Details:
        """Everything about one case. Raises `NoSuchCase`."""
        ...

    def panel(self, on: date | None = None) -> PanelView | None:
        """The panel of a day, the next one by default; None when there is none."""
        ...

    def ask_school(self, reference: str, *, by: Actor, version: int | None = None) -> object:
        """Write to the school again with what is missing (R26)."""
        ...

    def put_on_panel(self, reference: str, *, by: Actor, version: int | None = None) -> object:
        """Put a ready case on the agenda of its panel (R15)."""
        ...


@dataclass(frozen=True, slots=True)
class Team:
    """One Slack workspace and the roles of its people, by Slack user id."""

    workspace: str
    roles: Mapping[str, ActorRole] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        workspace: str,
        *,
        officers: Iterable[str] = (),
        deputies: Iterable[str] = (),
        panel_members: Iterable[str] = (),
        administrators: Iterable[str] = (),
    ) -> "Team":
        """A team from lists of ids; who stands in several has the role that may do most."""
        roles: dict[str, ActorRole] = dict.fromkeys(administrators, "administrator")
        roles |= dict.fromkeys(panel_members, "panel member")
        roles |= dict.fromkeys(deputies, "deputy")
        roles |= dict.fromkeys(officers, "officer")
        return cls(workspace, roles)


@dataclass(frozen=True, slots=True)
class Deps:
    """All that `build_app` is given. `base_url` is another than Slack's in tests only."""

    desk: Desk
    team: Team
    clock: Clock
    bot_token: str = field(repr=False)
    base_url: str = "https://slack.com/api/"
