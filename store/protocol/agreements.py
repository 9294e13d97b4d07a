"""Who agrees to a move: each party, how its answer was shown, and whether it stands (R4, R49, R55, R56)."""

from datetime import date
from enum import StrEnum

from store.protocol.frozen import Frozen, School


class Party(StrEnum):
    """Whose agreement a move may need."""

    PARENT = "parent"
    OTHER_PARENT = "other parent"  # where separated parents share responsibility
    CHILD = "child"
    HOME_HEAD = "home head"
    RECEIVING_HEAD = "receiving head"
    LOCAL_AUTHORITY = "local authority"  # where its protocol asks for it
    SEN_CASEWORKER = "sen caseworker"  # where there is a plan (R56)
    VIRTUAL_SCHOOL_HEAD = "virtual school head"  # of a looked-after child (R4)


HEADS = (Party.HOME_HEAD, Party.RECEIVING_HEAD)
PARENTS = frozenset({Party.PARENT, Party.OTHER_PARENT})
OF_THE_CHILD = frozenset({Party.SEN_CASEWORKER, Party.VIRTUAL_SCHOOL_HEAD})
"""Parties that decide about the child's move as such: their answer stands whichever school is proposed (R4, R56)."""


class Shown(StrEnum):
    """How an answer was shown."""

    LETTER = "letter"
    FORM = "form"
    MEETING = "meeting"


class Agreement(Frozen):
    """One party's answer. `to` is the school it was asked about, None where it is not about a school. Private."""

    party: Party
    agrees: bool
    who: str
    on: date
    shown: Shown
    to: School | None = None
    explained_by: str = ""  # who explained the move to the parent, and when (R57)
    explained_on: date | None = None
    reason: str = ""  # why a move is right for a looked-after child (R1), or why the party does not agree
    support: str = ""  # what is arranged for the transition of a looked-after child (R5)
    withdrawn: date | None = None
    withdrawn_why: str = ""

    def stands_for(self, proposal: School | None) -> bool:
        """Whether it is a yes, not withdrawn, to the school that is proposed now."""
        if not self.agrees or self.withdrawn:
            return False
        if self.party in OF_THE_CHILD:
            return True
        return self.to is not None and proposal is not None and self.to.is_the_same(proposal)


class Consequence(StrEnum):
    """What follows when an agreement is withdrawn."""

    GATHERING = (
        "gathering"  # before a placement: agreements are gathered again, and an arranged meeting falls
    )
    HELD = "held"  # the decision that a gate rests on: the gate is shut again (R4, R56)
    NO_FURTHER = "no further"  # in a placement: no extension, no permanent place; the child may go home (R51)


class Contributor(StrEnum):
    """Who must be heard before the Virtual School Head decides (R3)."""

    CARERS = "carers"
    SOCIAL_WORKER = "social worker"
    VIRTUAL_SCHOOL = "virtual school"


class Contribution(Frozen):
    """What one of them said about the move of a looked-after child (R3). Private."""

    role: Contributor
    who: str
    on: date
    says: str


class Status(Frozen):
    """What the officer has found out that a form did not say; None where nothing is known. Private."""

    looked_after: bool | None = None
    plan: bool | None = None
    shared_responsibility: bool | None = None  # separated parents who share it (R55)
