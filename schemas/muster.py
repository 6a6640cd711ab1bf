"""What a unit is made of: roles and vehicles wanted, people picked, and why these."""

from typing import Annotated, Literal

from msgspec import field

from schemas.bounds import MEMBERS_MAX, Count, Line, Millis, Minutes, Position
from schemas.ids import MemberId, ResourceId
from schemas.said import Said
from schemas.value import Value, bounded
from schemas.vocabulary import ResourceKind, UnitRole
from schemas.why_not import WhyNot


class RoleNeed(Value):
    role: UnitRole
    count: Annotated[int, *bounded(ge=1, le=100)]


class ResourceNeed(Value):
    kind: ResourceKind
    count: Annotated[int, *bounded(ge=1, le=50)]


class Need(Value):
    """What a unit must be made of, where it musters and by when."""

    roles: Annotated[tuple[RoleNeed, ...], *bounded(min_length=1, max_length=13)]
    resources: Annotated[tuple[ResourceNeed, ...], *bounded(max_length=13)] = ()
    muster_point: Position
    deadline_at: Millis


class NextBest(Value):
    """Who would stand in this place otherwise, and what that would cost the unit.

    `later_min`: by how much the unit would be ready later; `dearer`: what its cost would rise by.
    """

    member_id: MemberId
    later_min: Minutes
    dearer: Annotated[int, *bounded(ge=-1_000_000, le=1_000_000)]


class Pick(Value):
    """One person in one role, with the reasons a dispatcher will read."""

    member_id: MemberId
    role: UnitRole
    arrival_min: Minutes
    reasons: Annotated[tuple[Said, ...], *bounded(max_length=10)] = ()
    next_best: NextBest | None = None


class Allotment(Value):
    resource_id: ResourceId
    kind: ResourceKind


class Alternative(Value):
    """Another unit that was found, and how it differs from the proposed one."""

    name: Literal["faster", "teams_together", "spares_the_reserve"]
    ready_min: Minutes
    cost: Annotated[int, *bounded(ge=0, le=1_000_000_000)]
    teams: Count
    reserve: Count
    picks: Annotated[tuple[Pick, ...], *bounded(min_length=1, max_length=MEMBERS_MAX)]


class Gap(Value):
    """What a need lacks and who could close it."""

    role: UnitRole
    count: Annotated[int, *bounded(ge=1, le=100)]
    by: Annotated[tuple[Said, ...], *bounded(max_length=10)] = ()


class Explanation(Value):
    """Why these people: cost, bound, and how many each hard filter removed.

    `ready_min` is the arrival of the last member, minimised before the cost; a cost that equals its
    bound is proven. Costs are minutes and what the policy weighs as minutes.
    """

    method: Said
    cost: Annotated[int, *bounded(ge=0, le=1_000_000_000)] = 0
    bound: Annotated[int, *bounded(ge=0, le=1_000_000_000)] | None = None
    considered: Count = 0
    removed: Annotated[dict[WhyNot, Count], *bounded(max_length=30)] = field(default_factory=dict)
    account: Annotated[tuple[Said, ...], *bounded(max_length=20)] = ()
    ready_min: Minutes | None = None
    teams: Count | None = None
    solver: Line | None = None
    elapsed_ms: Count | None = None
    travel: Said | None = None
    gaps: Annotated[tuple[Gap, ...], *bounded(max_length=13)] = ()
    alternatives: Annotated[tuple[Alternative, ...], *bounded(max_length=3)] = ()
