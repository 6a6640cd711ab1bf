"""Commando units: called for, proposed, confirmed, relieved, stood down."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Count, Line, Millis, Minutes, Position, Strict, Text
from schemas.ids import IncidentId, MemberId, OperationId, ResourceId, SiteId, UnitId
from schemas.signals.envelope import Signal
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
    removed: Annotated[dict[str, Count], Field(max_length=30)] = {}
    text: Text = ""


class CallMuster(Signal):
    """A person calls for a unit, for an incident, an operation or a site."""

    type: Literal["call_muster"] = "call_muster"
    v: Literal[1] = 1
    incident_id: IncidentId | None = None
    operation_id: OperationId | None = None
    site_id: SiteId | None = None
    need: Need | None = None
    reason: Line


class MusterProposed(Signal):
    """The planner's answer to `UnitCalled`: a plan, its cost, its bound, its reasons."""

    type: Literal["muster_proposed"] = "muster_proposed"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Field(max_length=100)] = ()
    explanation: Explanation


class ConfirmProposal(Signal):
    """A dispatcher sends the proposed unit, with changes if any."""

    type: Literal["confirm_proposal"] = "confirm_proposal"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(max_length=MEMBERS_MAX)] = ()


class RefuseProposal(Signal):
    type: Literal["refuse_proposal"] = "refuse_proposal"
    v: Literal[1] = 1
    unit_id: UnitId
    reason: Line


class CallRelief(Signal):
    """Replace these people without ending the unit; none named means all who are due for rest."""

    type: Literal["call_relief"] = "call_relief"
    v: Literal[1] = 1
    unit_id: UnitId
    member_ids: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)] = ()
    reason: Line


class StandDownUnit(Signal):
    type: Literal["stand_down_unit"] = "stand_down_unit"
    v: Literal[1] = 1
    unit_id: UnitId
    reason: Line


class ResourceStateChanged(Signal):
    """A vehicle or piece of equipment breaks down or is ready again."""

    type: Literal["resource_state_changed"] = "resource_state_changed"
    v: Literal[1] = 1
    resource_id: ResourceId
    in_service: bool
    reason: Line


UnitSignal = (
    CallMuster | MusterProposed | ConfirmProposal | RefuseProposal | CallRelief | StandDownUnit
)
ResourceSignal = ResourceStateChanged
