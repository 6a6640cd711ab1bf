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
    """One member's part in the branch; of an applicant, who is no member.

    `offices` are all they ever held there; `home_branch` is known though they left the roster.
    """

    joined_at: int
    left_at: int | None = None
    posts: tuple[str, ...] = ()
    activities: int = 0
    conduct: tuple[str, ...] = ()
    applicant: bool = False
    offices: tuple[str, ...] = ()
    home_branch: str = "-"


class Branch(Struct, frozen=True, gc=False):
    """`body_id` is the unit, operation or task it was set up for; `groups` the Party groups by
    name, the leader of each first.
    """

    branch_id: str
    body_id: str
    name: str
    stage: BranchStage
    requested_at: int
    approving_organisation: str
    established_at: int | None = None
    secretary: str | None = None
    deputy_secretary: str | None = None
    committee: tuple[str, ...] = ()
    members: Map[str, Taking] = Map()
    groups: Map[str, tuple[str, ...]] = Map()


class Branches(Struct, frozen=True, gc=False):
    by_id: Map[str, Branch] = Map()
    by_body: Map[str, str] = Map()
    due: tuple[str, ...] = ()
