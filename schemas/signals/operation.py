"""Guaranteed-power operations: prepare, guard, conclude."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Code, Line, Millis, Text
from schemas.ids import MemberId, OperationId, ResourceId, SiteId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import Value, bounded
from schemas.vocabulary import ActivationBasis, GuaranteeLevel


class GuardPost(Value):
    """One protected site: who is on it in which shift, who orders and who starts the generator.

    Who orders and who starts are two people, named together; who starts is one of those posted.
    """

    site_id: SiteId
    member_ids: Annotated[tuple[MemberId, ...], *bounded(min_length=2, max_length=MEMBERS_MAX)]
    start_orderer: MemberId | None = None
    start_operator: MemberId | None = None
    resource_ids: Annotated[tuple[ResourceId, ...], *bounded(max_length=20)] = ()


class OpenOperation(Signal):
    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["open_operation"] = "open_operation"
    v: Literal[1] = 1
    name: Line
    level: GuaranteeLevel
    basis: ActivationBasis
    basis_reference: Line
    site_ids: Annotated[tuple[SiteId, ...], Field(min_length=1, max_length=500)]
    guard_from: Millis
    guard_until: Millis
    plan_approved_by: Line | None = None


class ReportPreparation(Signal):
    """One step of preparation for one site: survey, hidden danger found or closed, drill …"""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_preparation"] = "report_preparation"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    step: Literal[
        "surveyed",
        "single_line_filed",
        "danger_found",
        "danger_closed",
        "plan_filed",
        "drilled",
        "generator_tested",
        "ups_tested",
    ]
    danger: Code | None = None
    text: Text = ""


class PostGuard(Signal):
    """People and vehicles take up a site, in shifts."""

    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["post_guard"] = "post_guard"
    v: Literal[1] = 1
    operation_id: OperationId
    post: GuardPost
    starts_at: Millis
    ends_at: Millis


class WithdrawPost(Signal):
    """Those posted at a site from `starts_at` on stand there no longer: from now on, or never."""

    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["withdraw_post"] = "withdraw_post"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    starts_at: Millis
    reason: Line


class ProlongGuard(Signal):
    """A guard ends later. Whoever is posted hears of it; for the hours won others are posted."""

    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["prolong_guard"] = "prolong_guard"
    v: Literal[1] = 1
    operation_id: OperationId
    guard_until: Millis
    reason: Line


class StartGuard(Signal):
    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["start_guard"] = "start_guard"
    v: Literal[1] = 1
    operation_id: OperationId
    override_reason: Line | None = None


class CheckIn(Signal):
    """Check-in, patrol or zero report from a guarded site."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["check_in"] = "check_in"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    member_id: MemberId
    kind: Literal["check_in", "patrol", "zero_report", "disturbance"]
    text: Text = ""


class TakeBackCheckIn(Signal):
    """The last check-in of a site was a stray finger: taken back within seconds by who told it.

    `member_id`: who is said to have checked in.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_back_check_in"] = "take_back_check_in"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    member_id: MemberId


class SupplyInterrupted(Signal):
    """The protected load lost supply, or has it back."""

    needs: ClassVar = Capability.REPORT
    type: Literal["supply_interrupted"] = "supply_interrupted"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    interrupted: bool
    reason: Line = "-"


class SupplyDisturbed(Signal):
    """The protected load stayed supplied, but not undisturbed: a dip, or a transfer to another."""

    needs: ClassVar = Capability.REPORT
    type: Literal["supply_disturbed"] = "supply_disturbed"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    disturbance: Literal["dip", "transfer"]
    lasted_ms: Annotated[int, Field(ge=0, le=3_600_000)] = 0
    circuit: Code | None = None


class ConcludeOperation(Signal):
    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["conclude_operation"] = "conclude_operation"
    v: Literal[1] = 1
    operation_id: OperationId
    summary: Text
    lessons: Text = ""


class CancelOperation(Signal):
    needs: ClassVar = Capability.GUARD_SUPPLY
    type: Literal["cancel_operation"] = "cancel_operation"
    v: Literal[1] = 1
    operation_id: OperationId
    reason: Line


OperationSignal = (
    OpenOperation
    | ReportPreparation
    | PostGuard
    | WithdrawPost
    | ProlongGuard
    | StartGuard
    | CheckIn
    | TakeBackCheckIn
    | SupplyInterrupted
    | SupplyDisturbed
    | ConcludeOperation
    | CancelOperation
)
