"""Thresholds as data: one versioned document per jurisdiction, adopted by an event.

Every leaf has its evidence in `evidence`, keyed by its dotted path (a key ending in `.*` covers
everything below it). The defaults are in `default_policy.py`.
"""

from typing import Annotated, Literal

from msgspec import field
from pydantic_core import PydanticCustomError

from schemas.bounds import (
    Code,
    Count,
    Evidence,
    Line,
    Minutes,
    Seconds,
    Version,
)
from schemas.calm import Calm
from schemas.grading_policy import Grading, Priority, Termination
from schemas.hours import Hours
from schemas.ids import JurisdictionId
from schemas.muster import ResourceNeed, RoleNeed
from schemas.safety_rules import SafetyRules
from schemas.value import Value, bounded
from schemas.violations import ViolationClass
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    EventGrade,
    FaultClass,
    GuaranteeLevel,
    Hazard,
    IncidentKind,
    Recipient,
    SiteKind,
    Skill,
    UnitRole,
    WarningColour,
)


class Reporting(Value):
    """When information goes up. Times of day are minutes after local midnight.

    `situation_cutoff_min` before each of them its data are cut off: what goes up since then counts.
    """

    flash_within_min: Minutes
    situation_at_min: Annotated[tuple[Minutes, ...], *bounded(max_length=24)]
    situation_cutoff_min: Minutes = 120
    verified_within_h: Annotated[int, *bounded(ge=1, le=8_760)]
    utc_offset_min: Annotated[int, *bounded(ge=-840, le=840)]


class Promises(Value):
    """The clocks a customer was promised, minutes."""

    accept_min: Minutes
    arrival_min: dict[AreaClass, Minutes]
    restoration_after_arrival_min: dict[AreaClass, Minutes]


class Correlation(Value):
    """When two reports are about one incident, and when a new one is a recurrence."""

    device_window_min: Minutes
    circuit_window_min: Minutes
    place_radius_m: Annotated[int, *bounded(ge=0, le=50_000)]
    place_window_min: Minutes
    recurrence_window_min: Minutes
    close_after_restored_min: Minutes
    file_after_closed_min: Minutes


class MusterTemplate(Value):
    """What a unit is made of for a kind, class, grade and size; the first that matches is used.

    `customers_below` fits only where it is known how many are out. `calm`: only where nobody is
    known to be in danger and nothing makes it urgent. `ring_within_min`: the customer who reported
    it is rung first, and a unit is called if that did not settle it, or was not done in time.
    """

    kinds: Annotated[tuple[IncidentKind, ...], *bounded(max_length=8)] = ()
    grades: Annotated[tuple[EventGrade, ...], *bounded(max_length=5)] = ()
    classes: Annotated[tuple[FaultClass, ...], *bounded(max_length=6)] = ()
    customers_from: Count = 0
    customers_below: Count | None = None
    calm: bool = False
    roles: Annotated[tuple[RoleNeed, ...], *bounded(min_length=1, max_length=13)]
    resources: Annotated[tuple[ResourceNeed, ...], *bounded(max_length=13)] = ()
    arrive_within_min: Minutes
    automatic: bool = True
    unless_crew_reported: bool = False
    ring_within_min: Minutes | None = None


class Coverage(Value):
    """An attribute that so many of a unit should have; each one lacking costs `penalty_min`.

    Full party members count where `skill` is None: a temporary branch needs three.
    """

    skill: Skill | None
    unit_from: Annotated[int, *bounded(ge=1, le=200)]
    count: Annotated[int, *bounded(ge=1, le=50)]
    penalty_min: Minutes


class Planning(Value):
    """What the planner weighs against a minute of travel, all in minutes. It decides nothing.

    `team_min` for each team that sends anybody; `reserve_min`, `call_out_min`, `worked_hour_min`
    for a reserve member, each call-out before and each hour worked since the last rest;
    `straight_back_min` for somebody who has just finished elsewhere;
    `ability_min` for the most able over the least; `driverless_min` for a vehicle whose team sends
    nobody who may drive or operate it; `sticky_min` is gained by leaving a planned person in place.
    """

    team_min: Minutes = 25
    reserve_min: Minutes = 60
    straight_back_min: Minutes = 240
    call_out_min: Minutes = 2
    worked_hour_min: Minutes = 3
    ability_min: Minutes = 10
    driverless_min: Minutes = 30
    sticky_min: Minutes = 10
    coverage: Annotated[tuple[Coverage, ...], *bounded(max_length=10)] = (
        Coverage(skill=None, unit_from=10, count=3, penalty_min=30),
        Coverage(skill=Skill.FIRST_AID, unit_from=4, count=1, penalty_min=15),
    )


class Muster(Value):
    """Forming units. `propose_within_s` 0 means no planner: the decider forms the unit itself.

    `on_duty_minimum_per_skill`: so many who have a skill stay free and on call here.
    """

    templates: Annotated[tuple[MusterTemplate, ...], *bounded(min_length=1, max_length=50)]
    propose_within_s: Seconds
    confirm_within_s: Seconds
    when_unconfirmed: Literal["dispatch", "wait"]
    retry_short_min: Minutes
    skills: dict[UnitRole, Annotated[tuple[Skill, ...], *bounded(max_length=6)]]
    certified_roles: Annotated[tuple[UnitRole, ...], *bounded(max_length=13)]
    party_roles: Annotated[tuple[UnitRole, ...], *bounded(max_length=13)]
    smallest: Annotated[int, *bounded(ge=1, le=50)]
    travel_speed_kmh: Annotated[int, *bounded(ge=1, le=200)]
    detour_factor_pct: Annotated[int, *bounded(ge=100, le=400)]
    turnout_min: Minutes
    on_duty_minimum_per_skill: dict[Skill, Annotated[int, *bounded(ge=1, le=1_000)]] = field(
        default_factory=dict
    )


class Answering(Value):
    """What is expected of a member who was called.

    Their last tap can be taken back for `take_back_s`; where their phone had no network, and both
    came late, for `take_back_late_s` after the tap came.
    """

    answer_within_min: Minutes
    arrive_grace_min: Minutes
    expires_after_min: Minutes
    take_back_s: Seconds = 10
    take_back_late_s: Seconds = 60


LadderAction = Literal["remind", "next_candidate", "notify", "call_aid"]


class LadderStep(Value):
    delay_s: Seconds
    action: LadderAction
    recipient: Recipient


class Ladder(Value):
    """Escalation steps numbered from 0; step 0 fires at once, each delay leads to the next one."""

    steps: Annotated[tuple[LadderStep, ...], *bounded(min_length=1, max_length=20)]
    repeat: Annotated[int, *bounded(ge=0, le=5)] = 0
    repeat_from: Annotated[int, *bounded(ge=0, le=19)] = 0
    acknowledge_timeout_s: Seconds

    def __post_init__(self) -> None:
        if self.repeat_from >= len(self.steps):
            context = {"repeat_from": self.repeat_from, "last": len(self.steps) - 1}
            raise PydanticCustomError(
                "ladder_repeats_past",
                "repeat_from: {repeat_from} is past the last step, {last}",
                context,
            )


class BranchRules(Value):
    """中国共产党支部工作条例(试行); numbers of people, days."""

    full_members_min: Annotated[int, *bounded(ge=1, le=50)]
    members_max: Annotated[int, *bounded(ge=1, le=200)]
    committee_from: Annotated[int, *bounded(ge=1, le=50)]
    committee_min: Annotated[int, *bounded(ge=1, le=11)]
    committee_usual_max: Annotated[int, *bounded(ge=1, le=11)]
    committee_max: Annotated[int, *bounded(ge=1, le=11)]
    term_d: Annotated[int, *bounded(ge=1, le=3_650)]
    warn_before_d: Annotated[int, *bounded(ge=1, le=365)]
    unit_size_due: Annotated[int, *bounded(ge=1, le=200)]
    group_from: Annotated[int, *bounded(ge=1, le=50)] = 3


class GuardRules(Value):
    """Intervals of one level of guaranteed power, minutes.

    `gap_warn_min` before nobody stands at a site it is told, so that somebody can be posted.
    """

    check_in_min: Minutes
    patrol_min: Minutes
    zero_report_min: Minutes
    grace_min: Minutes
    plan_needs_approval: bool
    required_steps: Annotated[tuple[Line, ...], *bounded(max_length=8)]
    gap_warn_min: Minutes = 120


class CommandRules(Value):
    roll_call_every_min: Minutes
    roll_call_answer_min: Minutes


class OutageNotices(Value):
    """How long before a planned outage customers are told, hours; temporary ones if important.

    `remind_before_h` before that is due it is said that it is.
    """

    planned_ahead_h: Annotated[int, *bounded(ge=1, le=8_760)] = 168
    temporary_ahead_h: Annotated[int, *bounded(ge=1, le=8_760)] = 24
    remind_before_h: Annotated[int, *bounded(ge=0, le=720)] = 24


class SiteRules(Value):
    priority_by_kind: dict[SiteKind, Priority]
    priority_by_class: dict[CustomerClass, Priority]
    guarded_bonus: Priority
    supply_share_pct: Annotated[int, *bounded(ge=0, le=1_000)]
    supplies_by_class: dict[CustomerClass, Annotated[int, *bounded(ge=0, le=8)]] = field(
        default_factory=lambda: {
            CustomerClass.SPECIAL: 2,
            CustomerClass.FIRST: 2,
            CustomerClass.SECOND: 2,
        }
    )
    warn_left_min: Annotated[tuple[Minutes, ...], *bounded(max_length=10)]
    near_m: Annotated[int, *bounded(ge=0, le=50_000)]


class AlertRules(Value):
    """What readiness of each colour asks for (Emergency Response Law art. 66 and 67)."""

    measures: dict[WarningColour, Annotated[tuple[Line, ...], *bounded(max_length=20)]]
    lasts_without_expiry_h: Annotated[int, *bounded(ge=1, le=720)]
    link_hazards: dict[Hazard, Annotated[tuple[IncidentKind, ...], *bounded(max_length=8)]]


class AidRules(Value):
    neighbours: Annotated[tuple[JurisdictionId, ...], *bounded(max_length=50)]
    resend_s: Seconds
    resend_max: Annotated[int, *bounded(ge=0, le=1_000)]
    late_after_min: Minutes = 30
    """How long after its time a crew that a neighbour has sent counts as coming."""


class CommunityRules(Value):
    """Community whistles and wards. A ward is looked after at least every `visit_every_d`."""

    claim_within_min: Minutes = 60
    visit_every_d: Annotated[int, *bounded(ge=1, le=365)] = 7


class PrivacyRules(Value):
    """What the record may know of people. Homes stand on it as cells of this height, in metres."""

    home_cell_m: Annotated[int, *bounded(ge=500, le=50_000)] = 1_000


class DemeritRules(Value):
    """违章记分: points by class, and when a member is off post, in days."""

    points: Annotated[
        dict[ViolationClass, Annotated[int, *bounded(ge=0, le=100)]], *bounded(max_length=4)
    ] = field(
        default_factory=lambda: {
            ViolationClass.SERIOUS_I: 12,
            ViolationClass.SERIOUS_II: 6,
            ViolationClass.SERIOUS_III: 3,
            ViolationClass.GENERAL: 1,
        }
    )
    off_post_from: Annotated[int, *bounded(ge=1, le=1_000)] = 12
    off_post_d: Annotated[int, *bounded(ge=1, le=3_650)] = 90
    counts_d: Annotated[int, *bounded(ge=1, le=3_650)] = 365


class Policy(Value):
    policy_id: Code
    version: Version
    title: Line
    grading: Grading
    termination: Termination
    reporting: Reporting
    promises: Promises
    correlation: Correlation
    muster: Muster
    answering: Answering
    ladders: Annotated[dict[Code, Ladder], *bounded(max_length=20)]
    hours: Hours
    branch: BranchRules
    guard: dict[GuaranteeLevel, GuardRules]
    command: CommandRules
    safety: SafetyRules
    sites: SiteRules
    alerts: AlertRules
    aid: AidRules
    planning: Planning = Planning()
    outage_notices: OutageNotices = OutageNotices()
    community: CommunityRules = CommunityRules()
    demerits: DemeritRules = DemeritRules()
    privacy: PrivacyRules = PrivacyRules()
    calm: Calm = Calm()
    evidence: Annotated[dict[Line, Evidence], *bounded(max_length=500)]
