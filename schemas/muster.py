"""What a unit is made of: roles and vehicles wanted, people picked, and why these."""

from typing import Annotated

from pydantic import Field

from schemas.bounds import Count, Line, Millis, Minutes, Position, Strict, Text
from schemas.ids import MemberId, ResourceId
from schemas.vocabulary import ResourceKind, UnitRole


class RoleNeed(Strict):
    role: UnitRole
    count: Annotated[int, Field(ge=1, le=100)]


class ResourceNeed(Strict):
    kind: ResourceKind
    count: Annotated[int, Field(ge=1, le=50)]


class Need(Strict):
    """What a unit must be made of, where it musters and by when."""

    roles: Annotated[tuple[RoleNeed, ...], Field(min_length=1, max_length=13)]
    resources: Annotated[tuple[ResourceNeed, ...], Field(max_length=13)] = ()
    muster_point: Position
    deadline_at: Millis


class Pick(Strict):
    """One person in one role, with the reason a dispatcher will read."""

    member_id: MemberId
    role: UnitRole
    arrival_min: Minutes
    reason: Line = "-"


class Allotment(Strict):
    resource_id: ResourceId
    kind: ResourceKind


class Explanation(Strict):
    """Why these people: cost, bound, and how many each hard filter removed."""

    method: Line
    cost: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    bound: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    considered: Count = 0
    removed: Annotated[dict[str, Count], Field(max_length=30)] = Field(default_factory=dict)
    text: Text = ""
