"""A commando unit's life, and the vehicles it takes. Its state derives from its people."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId, MemberId, OperationId, ResourceId, SiteId, UnitId
from schemas.muster import Allotment, Explanation, Need, Pick, ResourceNeed, RoleNeed
from schemas.said import Said
from schemas.vocabulary import UnitRole
from schemas.why_not import WhyNot


class UnitCalled(Event):
    """Muster requested. Whoever plans may propose until `propose_by`; then the fallback does."""

    type: Literal["unit_called"] = "unit_called"
    v: Literal[1] = 1
    unit_id: UnitId
    incident_id: IncidentId | None = None
    operation_id: OperationId | None = None
    site_id: SiteId | None = None
    need: Need
    priority: Annotated[int, Field(ge=0, le=10_000)]
    propose_by: Millis
    automatic: bool = True
    reason: Said


class UnitProposed(Event):
    """A sound proposal; waits for a dispatcher until `confirm_by` if the policy says so."""

    type: Literal["unit_proposed"] = "unit_proposed"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Field(max_length=100)] = ()
    explanation: Explanation
    confirm_by: Millis | None = None


class ProposalRejected(Event):
    """Picks that break a hard rule now; asked again."""

    type: Literal["proposal_rejected"] = "proposal_rejected"
    v: Literal[1] = 1
    unit_id: UnitId
    reasons: Annotated[tuple[Said, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


class UnitFormed(Event):
    """Confirmed by a dispatcher or by policy; the assignments of its people follow as events."""

    type: Literal["unit_formed"] = "unit_formed"
    v: Literal[1] = 1
    unit_id: UnitId
    confirmed_by: ActorId
    picks: Annotated[tuple[Pick, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Field(max_length=100)] = ()
    explanation: Explanation


class UnitShort(Event):
    """What the unit still lacks after all who may go were called; it is tried again.

    `explanation` is a planner's: who was looked at, and who could close which gap.
    """

    type: Literal["unit_short"] = "unit_short"
    v: Literal[1] = 1
    unit_id: UnitId
    roles: Annotated[tuple[RoleNeed, ...], Field(max_length=13)] = ()
    resources: Annotated[tuple[ResourceNeed, ...], Field(max_length=13)] = ()
    removed: Annotated[dict[WhyNot, int], Field(max_length=30)] = Field(default_factory=dict)
    retry_at: Millis
    explanation: Explanation | None = None


class ProposalAwaited(Event):
    """People became free for a unit that lacks some; it is served by `propose_by` at the latest."""

    type: Literal["proposal_awaited"] = "proposal_awaited"
    v: Literal[1] = 1
    unit_id: UnitId
    propose_by: Millis


class UnitReinforced(Event):
    """More people join a formed unit: a replacement, a relief, or a gap that could be closed."""

    type: Literal["unit_reinforced"] = "unit_reinforced"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    cause: Literal["replacement", "relief", "gap"]
    explanation: Explanation | None = None


class ReliefStarted(Event):
    """These are relieved once their replacements are on scene."""

    type: Literal["relief_started"] = "relief_started"
    v: Literal[1] = 1
    unit_id: UnitId
    leaving: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    reason: Line


class RelievedAfterWork(Event):
    """The relief is on scene while who is relieved is at work: they leave when it has ended."""

    type: Literal["relieved_after_work"] = "relieved_after_work"
    v: Literal[1] = 1
    unit_id: UnitId
    member_id: MemberId


class RoleTakenOver(Event):
    """The deputy or the next in line takes a role whose holder left."""

    type: Literal["role_taken_over"] = "role_taken_over"
    v: Literal[1] = 1
    unit_id: UnitId
    role: UnitRole
    member_id: MemberId


class UnitStoodDown(Event):
    type: Literal["unit_stood_down"] = "unit_stood_down"
    v: Literal[1] = 1
    unit_id: UnitId
    reason: Said


class UnitFiled(Event):
    """Out of the working state with its ended assignments; the log keeps them."""

    type: Literal["unit_filed"] = "unit_filed"
    v: Literal[1] = 1
    unit_id: UnitId


class ResourceCommitted(Event):
    type: Literal["resource_committed"] = "resource_committed"
    v: Literal[1] = 1
    resource_id: ResourceId
    unit_id: UnitId | None = None
    operation_id: OperationId | None = None


class ResourceFreed(Event):
    type: Literal["resource_freed"] = "resource_freed"
    v: Literal[1] = 1
    resource_id: ResourceId


class ResourceServiceChanged(Event):
    type: Literal["resource_service_changed"] = "resource_service_changed"
    v: Literal[1] = 1
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
    | RelievedAfterWork
    | RoleTakenOver
    | UnitStoodDown
    | UnitFiled
)
ResourceEvent = ResourceCommitted | ResourceFreed | ResourceServiceChanged
