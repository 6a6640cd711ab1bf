"""A commando unit's life, and the vehicles it takes. Its state derives from its people."""

from typing import Annotated, Literal

from msgspec import Meta, field

from schemas.bounds import MEMBERS_MAX, Line, Millis
from schemas.events.envelope import Event
from schemas.ids import (
    ActorId,
    AssignmentId,
    IncidentId,
    MemberId,
    OperationId,
    ResourceId,
    SiteId,
    TaskId,
    UnitId,
)
from schemas.muster import Allotment, Explanation, Need, Pick, ResourceNeed, RoleNeed
from schemas.said import Said
from schemas.vocabulary import UnitRole
from schemas.why_not import WhyNot


class UnitCalled(Event):
    """Muster requested. Whoever plans may propose until `propose_by`; then the fallback does."""

    unit_id: UnitId
    incident_id: IncidentId | None = None
    operation_id: OperationId | None = None
    site_id: SiteId | None = None
    task_id: TaskId | None = None
    need: Need
    priority: Annotated[int, Meta(ge=0, le=10_000)]
    propose_by: Millis
    automatic: bool = True
    reason: Said


class UnitProposed(Event):
    """A sound proposal; waits for a dispatcher until `confirm_by` if the policy says so."""

    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Meta(max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Meta(max_length=100)] = ()
    explanation: Explanation
    confirm_by: Millis | None = None


class ProposalRejected(Event):
    """Picks that break a hard rule now; asked again."""

    unit_id: UnitId
    reasons: Annotated[tuple[Said, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]


class UnitFormed(Event):
    """Confirmed by a dispatcher or by policy; the assignments of its people follow as events."""

    unit_id: UnitId
    confirmed_by: ActorId
    picks: Annotated[tuple[Pick, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Meta(max_length=100)] = ()
    explanation: Explanation


class UnitShort(Event):
    """What the unit still lacks after all who may go were called; it is tried again.

    `explanation` is a planner's: who was looked at, and who could close which gap.
    """

    unit_id: UnitId
    roles: Annotated[tuple[RoleNeed, ...], Meta(max_length=13)] = ()
    resources: Annotated[tuple[ResourceNeed, ...], Meta(max_length=13)] = ()
    removed: Annotated[dict[WhyNot, int], Meta(max_length=30)] = field(default_factory=dict)
    retry_at: Millis
    explanation: Explanation | None = None


class ProposalAwaited(Event):
    """People became free for a unit that lacks some; it is served by `propose_by` at the latest."""

    unit_id: UnitId
    propose_by: Millis


class UnitReinforced(Event):
    """More people join a formed unit: a replacement, a relief, or a gap that could be closed.

    `instead_of`: of a replacement, the assignment of whom it replaces.
    """

    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    cause: Literal["replacement", "relief", "gap"]
    explanation: Explanation | None = None
    instead_of: AssignmentId | None = None


class ReliefStarted(Event):
    """These are relieved once their replacements are on scene."""

    unit_id: UnitId
    leaving: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    reason: Said


class ReliefCame(Event):
    """The relief is on scene. Whoever they relieve leaves at `leaves_at`, when the arrival can be
    taken back no longer, or when their work has ended after that, if their relief is there still.
    """

    unit_id: UnitId
    member_id: MemberId
    relieved_by: MemberId
    leaves_at: Millis


class ReliefCounts(Event):
    """The time is over in which a relief may say that they have not come after all."""

    unit_id: UnitId
    member_id: MemberId


class RoleTakenOver(Event):
    """The deputy or the next in line takes a role whose holder left."""

    unit_id: UnitId
    role: UnitRole
    member_id: MemberId


class UnitStoodDown(Event):
    unit_id: UnitId
    reason: Said


class UnitKept(Event):
    """Its incident is over: it stays for its task or its guard, and belongs to that alone."""

    unit_id: UnitId
    incident_id: IncidentId


class UnitFiled(Event):
    """Out of the working state with its ended assignments; the log keeps them."""

    unit_id: UnitId


class ResourceCommitted(Event):
    resource_id: ResourceId
    unit_id: UnitId | None = None
    operation_id: OperationId | None = None


class ResourceFreed(Event):
    resource_id: ResourceId


class ResourceServiceChanged(Event):
    resource_id: ResourceId
    in_service: bool
    reason: Line


UnitEvent = (
    UnitCalled
    | UnitProposed
    | ProposalRejected
    | UnitFormed
    | UnitShort
    | ProposalAwaited
    | UnitReinforced
    | ReliefStarted
    | ReliefCame
    | ReliefCounts
    | RoleTakenOver
    | UnitStoodDown
    | UnitKept
    | UnitFiled
)
ResourceEvent = ResourceCommitted | ResourceFreed | ResourceServiceChanged
