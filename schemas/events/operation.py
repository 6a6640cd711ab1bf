"""Guaranteed-power operations and the critical sites they protect."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Code, Count, Line, Millis, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId, MemberId, OperationId, ResourceId, SiteId
from schemas.said import Said
from schemas.signals.operation import GuardPost
from schemas.value import Value
from schemas.vocabulary import ActivationBasis, GuaranteeLevel


class OperationOpened(Event):
    operation_id: OperationId
    name: Line
    level: GuaranteeLevel
    basis: ActivationBasis
    basis_reference: Line
    site_ids: Annotated[tuple[SiteId, ...], Meta(min_length=1, max_length=500)]
    guard_from: Millis
    guard_until: Millis
    plan_approved_by: Line | None = None


class PreparationRecorded(Event):
    operation_id: OperationId
    site_id: SiteId
    step: Line
    danger: Code | None = None
    text: Text = ""


class GuardPosted(Event):
    operation_id: OperationId
    post: GuardPost
    starts_at: Millis
    ends_at: Millis


class PostWithdrawn(Event):
    """A post was taken back before it began, or ended early: at `ended_at` nobody stands there."""

    operation_id: OperationId
    site_id: SiteId
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    starts_at: Millis
    ended_at: Millis
    reason: Line
    resource_ids: Annotated[tuple[ResourceId, ...], Meta(max_length=20)] = ()


class GuardProlonged(Event):
    operation_id: OperationId
    guard_until: Millis
    reason: Line


class PostsTurned(Event):
    """A guard shift begins or ends: who stands guard now is bound, who stood guard is free."""

    operation_id: OperationId


class GuardStarted(Event):
    operation_id: OperationId
    by_clock: bool = False
    gaps: Annotated[tuple[Said, ...], Meta(max_length=500)] = ()
    override_reason: Line | None = None


class CheckedIn(Event):
    operation_id: OperationId
    site_id: SiteId
    member_id: MemberId
    kind: Literal["check_in", "patrol", "zero_report", "disturbance"]
    happened_at: Millis
    text: Text = ""
    by: ActorId


class CheckInTakenBack(Event):
    """It was a slip: the site is heard of no later than before, and its clocks are those it had.

    `alarmed`: an alarm that a check-in was missed stood, and stands again.
    """

    operation_id: OperationId
    site_id: SiteId
    member_id: MemberId
    kind: Literal["check_in", "patrol", "zero_report", "disturbance"]
    check_in_due: Millis | None = None
    patrol_due: Millis | None = None
    zero_report_due: Millis | None = None
    alarmed: bool = False
    happened_at: Millis


Check = Literal["check_in", "patrol", "zero_report"]
"""What those posted at a site owe at intervals."""


class CheckInMissed(Event):
    """Itself an alarm."""

    operation_id: OperationId
    site_id: SiteId
    kind: Check
    due_at: Millis


class GuardedSiteHit(Event):
    """An open incident touches a site under guard."""

    operation_id: OperationId
    site_id: SiteId
    incident_id: IncidentId


class GuardTimeOver(Event):
    """The window has ended and nobody concluded the guard: it goes on until somebody does."""

    operation_id: OperationId


class GuardGapFound(Event):
    """From when to when fewer than two can stand at a site of a guard; seen ahead of time."""

    operation_id: OperationId
    site_id: SiteId
    starts_at: Millis
    ends_at: Millis
    people: Annotated[int, Meta(ge=0, le=1)]


class DisturbanceRecorded(Event):
    """The supply dipped, or went over to another line, and the load was not interrupted."""

    operation_id: OperationId
    site_id: SiteId
    disturbance: Literal["dip", "transfer"]
    happened_at: Millis
    lasted_ms: Annotated[int, Meta(ge=0, le=3_600_000)] = 0
    circuit: Code | None = None


class InterruptionStarted(Event):
    operation_id: OperationId
    site_id: SiteId
    happened_at: Millis
    reason: Said


class InterruptionEnded(Event):
    operation_id: OperationId
    site_id: SiteId
    happened_at: Millis


class Statistics(Value):
    """What an operation is measured by; the goal is zero interruptions of protected load.

    Check-ins, patrols and zero reports are three counts: a patrol is no check-in. A dip
    or a transfer is no interruption. `gaps`: how often a site was told to have too few on post.
    """

    sites: Count
    people: Count
    check_ins: Count
    patrols: Count
    zero_reports: Count
    missed: Count
    incidents: Count
    interruptions: Count
    interrupted_s: Count
    dips: Count = 0
    transfers: Count = 0
    disturbances: Count = 0
    gaps: Count = 0


class OperationConcluded(Event):
    operation_id: OperationId
    summary: Text
    lessons: Text
    statistics: Statistics


class OperationCancelled(Event):
    operation_id: OperationId
    reason: Line


OperationEvent = (
    OperationOpened
    | PreparationRecorded
    | GuardPosted
    | PostWithdrawn
    | GuardProlonged
    | PostsTurned
    | GuardStarted
    | GuardTimeOver
    | CheckedIn
    | CheckInTakenBack
    | CheckInMissed
    | GuardedSiteHit
    | GuardGapFound
    | DisturbanceRecorded
    | InterruptionStarted
    | InterruptionEnded
    | OperationConcluded
    | OperationCancelled
)
