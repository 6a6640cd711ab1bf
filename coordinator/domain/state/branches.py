"""Temporary branches at work."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct


class BranchStage(StrEnum):
    REQUESTED = "requested"
    ESTABLISHED = "established"
    REFUSED = "refused"
    DISSOLVED = "dissolved"


class Taking(Struct, frozen=True, gc=False):
    """One member's part in the branch."""

    joined_at: int
    left_at: int | None = None
    posts: tuple[str, ...] = ()
    activities: int = 0
    conduct: tuple[str, ...] = ()


class Branch(Struct, frozen=True, gc=False):
    branch_id: str
    unit_id: str
    name: str
    stage: BranchStage
    requested_at: int
    approving_organisation: str
    established_at: int | None = None
    secretary: str | None = None
    deputy_secretary: str | None = None
    committee: tuple[str, ...] = ()
    members: Map[str, Taking] = Map()


class Branches(Struct, frozen=True, gc=False):
    by_id: Map[str, Branch] = Map()
    by_unit: Map[str, str] = Map()
    due: tuple[str, ...] = ()
