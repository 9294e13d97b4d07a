"""A protocol as data: what an authority's document asks for, each setting with its rule, document and clause.

The files ship beside this module (`salford.toml`, …), versions of old in `earlier/` (`salford-1.toml`); an authority
writes its own in the same words.
"""

from collections.abc import Iterable
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from store.errors import BadProtocol
from store.protocol import soundness
from store.protocol.case import Frozen
from store.protocol.mistakes import in_words
from store.protocol.settings import (
    AgreementRule,
    Cite,
    CreditRule,
    Deadline,
    Document,
    Exclusion,
    ExemptionRule,
    Extension,
    FailureNotice,
    FollowUp,
    HoldRule,
    OffSiteDirection,
    Panel,
    Paper,
    PlacementRule,
    Prompts,
    Ranking,
    Reminder,
    Requirement,
    Retention,
    Reviews,
    Source,
    Template,
    Vocabulary,
    Weekday,
)
from store.protocol.term_files import parse_toml, read_toml
from store.protocol.wall import LONDON

__all__ = ["Cite", "Deadline", "HoldRule", "Protocol", "Requirement", "Rules", "Weekday", "load", "names"]


class Rules(Frozen):
    """The citations of what is not a setting. A rule that a document does not have is None, and asks for nothing."""

    intake: Cite
    complete: Cite
    crisis: Cite | None = None  # None: this protocol knows no crisis
    out_of_borough: Cite | None = None  # None: it has no such cases
    looked_after_reason: Cite | None = None  # R1: a reason why a move is right for a looked-after child
    contributors: Cite | None = None  # R3: carers, social worker and Virtual School are heard
    support: Cite | None = None  # R5: what is arranged for the transition
    repeat_moves: Cite | None = None  # R16
    initial_meeting: Cite | None = None  # R32
    professionals: Cite | None = None  # R33
    integration: Cite | None = None  # R34
    own_policy: Cite | None = None  # R35
    record: Cite | None = None  # R30
    views: Cite | None = None  # R63
    best_interests: Cite | None = None  # R61, at each review
    explained: Cite | None = None  # R57
    held_place: Cite | None = None  # R59
    one_term: Cite | None = None  # R60
    final_meeting: Cite | None = None  # R36
    at_risk: Cite | None = None  # R37
    refused_admission: Cite | None = None  # R39
    failure_report: Cite | None = None  # R40
    reported: Cite | None = None  # R42
    returns_home: Cite | None = None  # R51
    plan_amendment: Cite | None = None  # R56
    notified: Cite | None = None  # R52 or R42: None records no moves that schools agree by themselves
    informal: Cite | None = None  # R58
    exemption: Cite | None = None  # R19, R20
    equity: Cite | None = None  # R9, R10
    reciprocity: Cite | None = None  # R47
    voluntary: Cite | None = None  # R55: a move may be withdrawn


class Protocol(Frozen):
    """An authority's protocol. A case keeps the `key` ("salford/1") that it started under."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    title: str
    effective_from: date
    effective_to: date | None = None
    zone: Literal["Europe/London"] = "Europe/London"
    cite: Source | None = None
    documents: dict[str, Document]
    vocabulary: Vocabulary = Vocabulary()
    rules: Rules
    panel: Panel | None = None
    deadline: Deadline | None = None
    panel_reminder: Reminder | None = None
    deadline_reminder: Reminder | None = None
    reviews: Reviews | None = None
    follow_up: FollowUp | None = None
    hold: tuple[HoldRule, ...] = ()
    exclusion: tuple[Exclusion, ...] = ()
    agreement: tuple[AgreementRule, ...] = ()
    placement: PlacementRule | None = None
    extension: Extension | None = None
    failure_notice: FailureNotice | None = None
    credit: CreditRule | None = None
    exemption: ExemptionRule | None = None
    off_site_direction: OffSiteDirection | None = None
    prompts: Prompts = Prompts()
    required: tuple[Requirement, ...] = Field(min_length=1)
    ranking: Ranking | None = None
    paper: tuple[Paper, ...] = ()
    retention: tuple[Retention, ...] = ()
    template: tuple[Template, ...] = ()

    @property
    def key(self) -> str:
        """Its id and version, as a case keeps it."""
        return f"{self.id}/{self.version}"

    @property
    def tz(self) -> ZoneInfo:
        """The zone of its wall times."""
        return LONDON

    def source(self, cite: Source) -> str:
        """How a citation is written for people, e.g. "Salford 3.1 Referral"."""
        return f"{self.documents[cite.document].short} {cite.clause}".strip()

    def cites(self) -> list[Source]:
        """Every citation in it, in the order of the settings."""
        return _cites(self)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        problems = list(soundness.problems(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self


def load(name_or_path: str | Path) -> Protocol:
    """A protocol by the name of one that ships ("salford", or "salford/1" for that version) or by the path of a file.

    Raises `BadProtocol`, naming the key and the fix.
    """
    name, _, version = str(name_or_path).partition("/")
    shipped = resources.files("store.protocol") / f"{name}.toml"
    if isinstance(name_or_path, str) and (version.isdigit() or not version) and shipped.is_file():
        protocol = _read(shipped)
        return protocol if version in ("", str(protocol.version)) else _earlier(protocol, version)
    path = Path(name_or_path)
    if not path.is_file():
        raise BadProtocol(
            f"There is no protocol {str(name_or_path)!r}. Give the path of a file, or one of: {', '.join(names())}."
        )
    return _validated(read_toml(path), path.name)


def names() -> tuple[str, ...]:
    """The protocols that ship, in their newest version."""
    files = resources.files("store.protocol").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_earlier(folder: Path) -> tuple[Protocol, ...]:
    """The earlier versions that an authority keeps of its own protocol, each a file in a folder. Raises `BadProtocol`.

    Cases keep the version they started under (R66), so no file that a case may name is thrown away.
    """
    if not folder.is_dir():
        return ()
    found = tuple(load(path) for path in sorted(folder.glob("*.toml")))
    _refuse_twins(found)
    return found


def _refuse_twins(found: Iterable[Protocol]) -> None:
    seen: set[str] = set()
    for each in found:
        if each.key in seen:
            raise BadProtocol(f"Two files say that they are {each.key}. Give one of them another version.")
        seen.add(each.key)


def _earlier(newest: Protocol, version: str) -> Protocol:
    kept = resources.files("store.protocol") / "earlier" / f"{newest.id}-{int(version)}.toml"
    if kept.is_file():
        return _read(kept)
    raise BadProtocol(f"Version {version} of {newest.id!r} is not here; the one that ships is {newest.key}.")


def _read(file: Traversable) -> Protocol:
    return _validated(parse_toml(lambda: file.read_text("utf-8"), name=file.name), file.name)


def _validated(data: dict[str, Any], name: str) -> Protocol:
    try:
        return Protocol.model_validate(data)
    except ValidationError as error:
        raise BadProtocol(in_words(error, name)) from error


def _cites(value: object) -> list[Source]:
    if isinstance(value, Source):
        return [value]
    if isinstance(value, tuple):
        return [cite for entry in value for cite in _cites(entry)]
    if isinstance(value, Frozen):
        return [cite for name in type(value).model_fields for cite in _cites(getattr(value, name))]
    return []
