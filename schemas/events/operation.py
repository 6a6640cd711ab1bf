"""Guaranteed-power operations and the critical sites they protect."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Code, Count, Line, Millis, Strict, Text
from schemas.events.envelope import Event
from schemas.ids import IncidentId, MemberId, OperationId, SiteId
from schemas.said import Said
from schemas.signals.operation import GuardPost
from schemas.vocabulary import ActivationBasis, GuaranteeLevel


class OperationOpened(Event):
    type: Literal["operation_opened"] = "operation_opened"
    v: Literal[1] = 1
    operation_id: OperationId
    name: Line
    level: GuaranteeLevel
    basis: ActivationBasis
    basis_reference: Line
    site_ids: Annotated[tuple[SiteId, ...], Field(min_length=1, max_length=500)]
    guard_from: Millis
    guard_until: Millis
    plan_approved_by: Line | None = None


class PreparationRecorded(Event):
    type: Literal["preparation_recorded"] = "preparation_recorded"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    step: Line
    danger: Code | None = None
    text: Text = ""


class GuardPosted(Event):
    type: Literal["guard_posted"] = "guard_posted"
    v: Literal[1] = 1
    operation_id: OperationId
    post: GuardPost
    starts_at: Millis
    ends_at: Millis


class PostsTurned(Event):
    """A guard shift begins or ends: who stands guard now is bound, who stood guard is free."""

    type: Literal["posts_turned"] = "posts_turned"
    v: Literal[1] = 1
    operation_id: OperationId


class GuardStarted(Event):
    type: Literal["guard_started"] = "guard_started"
    v: Literal[1] = 1
    operation_id: OperationId
    by_clock: bool = False
    gaps: Annotated[tuple[Said, ...], Field(max_length=500)] = ()
    override_reason: Line | None = None


class CheckedIn(Event):
    type: Literal["checked_in"] = "checked_in"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    member_id: MemberId
    kind: Literal["check_in", "patrol", "zero_report", "disturbance"]
    happened_at: Millis
    text: Text = ""


class CheckInMissed(Event):
    """Itself an alarm."""

    type: Literal["check_in_missed"] = "check_in_missed"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    kind: Literal["check_in", "patrol", "zero_report"]
    due_at: Millis


class GuardedSiteHit(Event):
    """An open incident touches a site under guard."""

    type: Literal["guarded_site_hit"] = "guarded_site_hit"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    incident_id: IncidentId


class InterruptionStarted(Event):
    type: Literal["interruption_started"] = "interruption_started"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    happened_at: Millis
    reason: Said


class InterruptionEnded(Event):
    type: Literal["interruption_ended"] = "interruption_ended"
    v: Literal[1] = 1
    operation_id: OperationId
    site_id: SiteId
    happened_at: Millis


class Statistics(Strict):
    """What an operation is measured by; the goal is zero interruptions of protected load."""

    sites: Count
    people: Count
    check_ins: Count
    patrols: Count
    zero_reports: Count
    missed: Count
    incidents: Count
    interruptions: Count
    interrupted_s: Count


class OperationConcluded(Event):
    type: Literal["operation_concluded"] = "operation_concluded"
    v: Literal[1] = 1
    operation_id: OperationId
    summary: Text
    lessons: Text
    statistics: Statistics


class OperationCancelled(Event):
    type: Literal["operation_cancelled"] = "operation_cancelled"
    v: Literal[1] = 1
    operation_id: OperationId
    reason: Line


OperationEvent = (
    OperationOpened
    | PreparationRecorded
    | GuardPosted
    | PostsTurned
    | GuardStarted
    | CheckedIn
    | CheckInMissed
    | GuardedSiteHit
    | InterruptionStarted
    | InterruptionEnded
    | OperationConcluded
    | OperationCancelled
)
