"""Commando units: called for, proposed, confirmed, relieved, stood down."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line
from schemas.ids import IncidentId, MemberId, OperationId, ResourceId, SiteId, TaskId, UnitId
from schemas.muster import Allotment, Explanation, Need, Pick
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class CallMuster(Signal):
    """A person calls for a unit, for an incident, an operation, a task or a site."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["call_muster"] = "call_muster"
    v: Literal[1] = 1
    incident_id: IncidentId | None = None
    operation_id: OperationId | None = None
    site_id: SiteId | None = None
    task_id: TaskId | None = None
    need: Need | None = None
    reason: Line


class MusterProposed(Signal):
    """The planner's answer for a unit that is called or lacks people: a plan and its reasons.

    No picks means that nobody can go; the explanation says who could close which gap.
    """

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["muster_proposed"] = "muster_proposed"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(max_length=MEMBERS_MAX)]
    allotments: Annotated[tuple[Allotment, ...], Field(max_length=100)] = ()
    explanation: Explanation


class ConfirmProposal(Signal):
    """A dispatcher sends the proposed unit, with changes if any."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["confirm_proposal"] = "confirm_proposal"
    v: Literal[1] = 1
    unit_id: UnitId
    picks: Annotated[tuple[Pick, ...], Field(max_length=MEMBERS_MAX)] = ()


class RefuseProposal(Signal):
    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["refuse_proposal"] = "refuse_proposal"
    v: Literal[1] = 1
    unit_id: UnitId
    reason: Line


class CallRelief(Signal):
    """Replace these people without ending the unit; none named means all who are due for rest."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["call_relief"] = "call_relief"
    v: Literal[1] = 1
    unit_id: UnitId
    member_ids: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)] = ()
    reason: Line


class StandDownUnit(Signal):
    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["stand_down_unit"] = "stand_down_unit"
    v: Literal[1] = 1
    unit_id: UnitId
    reason: Line


class ResourceStateChanged(Signal):
    """A vehicle or piece of equipment breaks down or is ready again."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["resource_state_changed"] = "resource_state_changed"
    v: Literal[1] = 1
    resource_id: ResourceId
    in_service: bool
    reason: Line


UnitSignal = (
    CallMuster | MusterProposed | ConfirmProposal | RefuseProposal | CallRelief | StandDownUnit
)
ResourceSignal = ResourceStateChanged
