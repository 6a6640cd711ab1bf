"""The policy an installation begins with; every value has its evidence in `default_evidence`.

A utility checks what is not verified before go-live and adopts its own version by an event.
"""

from typing import Final

from msgspec.structs import replace

from schemas.default_evidence import EVIDENCE
from schemas.default_tables import GRADING_ROWS, TEMPLATES
from schemas.grading_policy import Grading, LossRow, StationRule, Termination
from schemas.hours import Hours
from schemas.policy import (
    AidRules,
    AlertRules,
    Answering,
    BranchRules,
    CommandRules,
    Correlation,
    GuardRules,
    Ladder,
    LadderAction,
    LadderStep,
    Muster,
    Policy,
    Promises,
    Reporting,
    SiteRules,
)
from schemas.readiness import ReadinessMeasure
from schemas.safety_rules import OverrideRule, SafetyRules, TicketRules, WeatherLimit
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    EventGrade,
    GuaranteeLevel,
    Hazard,
    IncidentKind,
    Interlock,
    Overridable,
    Recipient,
    ResponseLevel,
    Role,
    SiteKind,
    Skill,
    TicketRole,
    UnitRole,
    WarningColour,
    WorkKind,
)

_HOUR = 60
_DAY = 24 * _HOUR

_SKILLS = {
    UnitRole.LEADER: (Skill.LEADERSHIP,),
    UnitRole.DEPUTY: (Skill.LEADERSHIP,),
    UnitRole.SAFETY_SUPERVISOR: (Skill.SAFETY_SUPERVISION,),
    UnitRole.LINE_WORKER: (Skill.DISTRIBUTION, Skill.TRANSMISSION),
    UnitRole.LIVE_LINE_WORKER: (Skill.LIVE_LINE,),
    UnitRole.CABLE_WORKER: (Skill.CABLE,),
    UnitRole.RELAY_WORKER: (Skill.RELAY,),
    UnitRole.SUBSTATION_WORKER: (Skill.SUBSTATION_MAINTENANCE, Skill.SUBSTATION_OPERATION),
    UnitRole.GENERATOR_OPERATOR: (Skill.GENERATOR_VEHICLE,),
    UnitRole.DRIVER: (Skill.DRIVING,),
    UnitRole.UAV_PILOT: (Skill.UAV_PILOT,),
    UnitRole.COMMUNICATIONS: (Skill.COMMUNICATIONS,),
    UnitRole.FIRST_AIDER: (Skill.FIRST_AID,),
}


def _step(delay_s: int, action: LadderAction, recipient: Recipient) -> LadderStep:
    return LadderStep(delay_s=delay_s, action=action, recipient=recipient)


def _told(*steps: tuple[int, Recipient], repeat: int = 0, timeout_s: int = 900) -> Ladder:
    return Ladder(
        steps=tuple(_step(delay_s, "notify", recipient) for delay_s, recipient in steps),
        repeat=repeat,
        acknowledge_timeout_s=timeout_s,
    )


_LADDERS = {
    "assignment": Ladder(
        steps=(
            _step(120, "remind", Recipient.MEMBER),
            _step(60, "next_candidate", Recipient.MEMBER),
        ),
        acknowledge_timeout_s=1_800,
    ),
    "unanswered": Ladder(
        steps=(
            _step(300, "notify", Recipient.CAPTAIN),
            _step(300, "notify", Recipient.DISPATCHER),
            _step(600, "call_aid", Recipient.NEIGHBOUR),
            _step(600, "notify", Recipient.PROVINCE),
        ),
        acknowledge_timeout_s=1_800,
    ),
    "shortage": Ladder(
        steps=(
            _step(300, "notify", Recipient.DISPATCHER),
            _step(600, "call_aid", Recipient.NEIGHBOUR),
            _step(900, "notify", Recipient.PROVINCE),
        ),
        acknowledge_timeout_s=3_600,
    ),
    "arrival": _told(
        (300, Recipient.CAPTAIN), (600, Recipient.DISPATCHER), (900, Recipient.COMMANDER)
    ),
    "care": _told((900, Recipient.DISPATCHER), (1_800, Recipient.COMMANDER), repeat=2),
    "check_in": _told(
        (120, Recipient.CAPTAIN), (180, Recipient.DISPATCHER), (300, Recipient.COMMANDER)
    ),
    "roll_call": _told((60, Recipient.DISPATCHER), (120, Recipient.COMMANDER), repeat=1),
    "help": _told((30, Recipient.DISPATCHER), (60, Recipient.COMMANDER), repeat=2, timeout_s=600),
    "site": _told((300, Recipient.DISPATCHER), (600, Recipient.COMMANDER)),
    "report": _told((600, Recipient.DISPATCHER), (600, Recipient.COMMANDER)),
    "promise": _told((900, Recipient.DISPATCHER), (1_800, Recipient.COMMANDER)),
    "confirmation": _told((120, Recipient.DISPATCHER), (180, Recipient.COMMANDER)),
}


def _guard(check_in: int, patrol: int, zero_report: int, *, approval: bool) -> GuardRules:
    steps: tuple[str, ...] = ("surveyed", "single_line_filed", "plan_filed")
    if approval:
        steps = (*steps, "drilled", "generator_tested")
    return GuardRules(
        check_in_min=check_in,
        patrol_min=patrol,
        zero_report_min=zero_report,
        grace_min=10,
        plan_needs_approval=approval,
        required_steps=steps,
    )


_STORM_LIMIT = WeatherLimit(thunder=True, heavy_rain=True, hail=True, fog=True, wind_force_from=6)
_AT_HEIGHT = WeatherLimit(thunder=True, heavy_rain=True, hail=True, fog=True, wind_force_from=5)
_ALL_INTERLOCKS = tuple(Interlock)

DEFAULT_POLICY: Final = Policy(
    policy_id="default",
    version=1,
    title="Defaults from published rules; check what is not verified before go-live",
    grading=Grading(
        rows=GRADING_ROWS,
        losses=(
            LossRow(measure="deaths", extraordinary=30.0, major=10.0, serious=3.0, ordinary=1.0),
            LossRow(
                measure="serious_injuries",
                extraordinary=100.0,
                major=50.0,
                serious=10.0,
                ordinary=1.0,
            ),
            LossRow(
                measure="loss_10k_cny",
                extraordinary=10_000.0,
                major=5_000.0,
                serious=1_000.0,
                ordinary=1.0,
            ),
        ),
        stations=(
            StationRule(below_pct=20.0, minutes=30, grade=EventGrade.III),
            StationRule(below_pct=10.0, minutes=60, grade=EventGrade.III),
        ),
        urgent_customers_out=500,
        warning={
            EventGrade.I: WarningColour.RED,
            EventGrade.II: WarningColour.ORANGE,
            EventGrade.III: WarningColour.YELLOW,
            EventGrade.IV: WarningColour.BLUE,
            EventGrade.FAULT: WarningColour.NONE,
        },
        response={
            EventGrade.I: ResponseLevel.I,
            EventGrade.II: ResponseLevel.II,
            EventGrade.III: ResponseLevel.III,
            EventGrade.IV: ResponseLevel.IV,
            EventGrade.FAULT: ResponseLevel.NONE,
        },
        led_by={
            ResponseLevel.I: "province",
            ResponseLevel.II: "province",
            ResponseLevel.III: "city",
            ResponseLevel.IV: "county",
        },
        activate_automatically=(EventGrade.I, EventGrade.II, EventGrade.III, EventGrade.IV),
        priority={
            EventGrade.I: 5_000,
            EventGrade.II: 4_000,
            EventGrade.III: 3_000,
            EventGrade.IV: 2_000,
            EventGrade.FAULT: 100,
        },
        urgent_priority_bonus=400,
    ),
    termination=Termination(load_restored_pct=80.0, key_areas_restored_pct=90.0),
    reporting=Reporting(
        flash_within_min=60,
        situation_at_min=(8 * _HOUR, 17 * _HOUR),
        situation_cutoff_min=2 * _HOUR,
        verified_within_h=48,
        utc_offset_min=8 * _HOUR,
    ),
    promises=Promises(
        accept_min=3,
        arrival_min={AreaClass.URBAN: 45, AreaClass.RURAL: 90, AreaClass.REMOTE: 120},
        restoration_after_arrival_min={
            AreaClass.URBAN: 180,
            AreaClass.RURAL: 240,
            AreaClass.REMOTE: 240,
        },
    ),
    correlation=Correlation(
        device_window_min=_DAY,
        circuit_window_min=2 * _HOUR,
        place_radius_m=150,
        place_window_min=30,
        recurrence_window_min=3 * _DAY,
        close_after_restored_min=_DAY,
        file_after_closed_min=_DAY,
    ),
    muster=Muster(
        templates=TEMPLATES,
        propose_within_s=0,
        confirm_within_s=300,
        when_unconfirmed="dispatch",
        retry_short_min=10,
        skills=_SKILLS,
        certified_roles=(
            UnitRole.LIVE_LINE_WORKER,
            UnitRole.CABLE_WORKER,
            UnitRole.RELAY_WORKER,
        ),
        party_roles=(UnitRole.LEADER,),
        smallest=2,
        travel_speed_kmh=40,
        detour_factor_pct=130,
        turnout_min=10,
    ),
    answering=Answering(answer_within_min=5, arrive_grace_min=15, expires_after_min=_HOUR),
    ladders=_LADDERS,
    hours=Hours(work_max_h=12, rest_min_h=8, gap_look_ahead_h=24),
    branch=BranchRules(
        full_members_min=3,
        members_max=50,
        committee_from=7,
        committee_min=3,
        committee_usual_max=5,
        committee_max=7,
        term_d=183,
        warn_before_d=30,
        unit_size_due=10,
    ),
    guard={
        GuaranteeLevel.SPECIAL: _guard(30, _HOUR, _HOUR, approval=True),
        GuaranteeLevel.L1: _guard(_HOUR, 2 * _HOUR, 4 * _HOUR, approval=True),
        GuaranteeLevel.L2: _guard(2 * _HOUR, 4 * _HOUR, 8 * _HOUR, approval=True),
        GuaranteeLevel.L3: _guard(4 * _HOUR, _DAY, _DAY, approval=False),
    },
    command=CommandRules(roll_call_every_min=30, roll_call_answer_min=5),
    safety=SafetyRules(
        interlocks={
            WorkKind.LINE_REPAIR: _ALL_INTERLOCKS,
            WorkKind.LIVE_LINE_WORK: (Interlock.PERMIT,),
            WorkKind.CABLE_REPAIR: _ALL_INTERLOCKS,
            WorkKind.SUBSTATION_REPAIR: _ALL_INTERLOCKS,
            WorkKind.RELAY_WORK: (Interlock.PERMIT, Interlock.SWITCHING),
            WorkKind.WORK_AT_HEIGHT: _ALL_INTERLOCKS,
            WorkKind.HOISTING: (Interlock.PERMIT,),
            WorkKind.PATROL: (),
            WorkKind.GENERATOR_SUPPLY: (Interlock.PERMIT, Interlock.SWITCHING),
            WorkKind.TREE_CUTTING: (Interlock.PERMIT,),
        },
        tickets=TicketRules(
            apart=(
                (TicketRole.PERMITTER, TicketRole.LEADER),
                (TicketRole.ISSUER, TicketRole.LEADER),
                (TicketRole.PERMITTER, TicketRole.ISSUER),
                (TicketRole.PERMITTER, TicketRole.CREW),
                (TicketRole.GUARDIAN, TicketRole.LEADER),
                (TicketRole.GUARDIAN, TicketRole.CREW),
            ),
        ),
        overrides={
            Overridable.PERMIT: OverrideRule(by=(Role.COMMANDER,), at_most_min=2 * _HOUR),
            Overridable.SWITCHING: OverrideRule(by=(Role.COMMANDER,), at_most_min=2 * _HOUR),
            Overridable.FATIGUE: OverrideRule(by=(Role.COMMANDER,), at_most_min=12 * _HOUR),
        },
        weather={
            WorkKind.LIVE_LINE_WORK: WeatherLimit(
                thunder=True,
                rain=True,
                heavy_rain=True,
                snow=True,
                hail=True,
                fog=True,
                wind_force_from=6,
                humidity_above_pct=80.0,
            ),
            WorkKind.LINE_REPAIR: _STORM_LIMIT,
            WorkKind.CABLE_REPAIR: WeatherLimit(thunder=True),
            WorkKind.SUBSTATION_REPAIR: WeatherLimit(thunder=True, wind_force_from=10),
            WorkKind.WORK_AT_HEIGHT: _AT_HEIGHT,
            WorkKind.HOISTING: _STORM_LIMIT,
            WorkKind.PATROL: WeatherLimit(thunder=True),
            WorkKind.TREE_CUTTING: WeatherLimit(thunder=True, wind_force_from=6),
        },
        guardian_for=(WorkKind.LIVE_LINE_WORK, WorkKind.WORK_AT_HEIGHT, WorkKind.HOISTING),
        crew_min=2,
    ),
    sites=SiteRules(
        priority_by_kind={
            SiteKind.COMMAND_POST: 1_900,
            SiteKind.HOSPITAL: 1_800,
            SiteKind.SHELTER: 1_700,
            SiteKind.WATER: 1_600,
            SiteKind.COMMUNICATIONS: 1_500,
            SiteKind.GOVERNMENT: 1_000,
            SiteKind.TRANSPORT: 900,
            SiteKind.SCHOOL: 600,
            SiteKind.INDUSTRY: 400,
            SiteKind.OTHER: 200,
        },
        priority_by_class={
            CustomerClass.SPECIAL: 900,
            CustomerClass.FIRST: 600,
            CustomerClass.SECOND: 300,
            CustomerClass.TEMPORARY: 200,
            CustomerClass.ORDINARY: 0,
        },
        guarded_bonus=4_000,
        supply_share_pct=120,
        warn_left_min=(60, 30, 10),
        near_m=300,
    ),
    alerts=AlertRules(
        measures={
            WarningColour.NONE: (),
            WarningColour.BLUE: (
                ReadinessMeasure.RESTAFF_SUBSTATIONS,
                ReadinessMeasure.SPECIAL_PATROL,
                ReadinessMeasure.REPAIR_TEAMS_ON_STANDBY,
                ReadinessMeasure.WATCH_GRID_AND_FORECAST,
            ),
            WarningColour.YELLOW: (
                ReadinessMeasure.ACTIVATE_THE_PLAN,
                ReadinessMeasure.COLLECT_AND_REPORT,
                ReadinessMeasure.ASSESS,
                ReadinessMeasure.PUBLISH,
                ReadinessMeasure.REPAIR_TEAMS_ON_STANDBY,
            ),
            WarningColour.ORANGE: (
                ReadinessMeasure.TEAMS_ON_STANDBY,
                ReadinessMeasure.RESERVES_MOBILISED,
                ReadinessMeasure.MATERIALS_STAGED,
                ReadinessMeasure.KEY_SITES_GUARDED,
            ),
            WarningColour.RED: (
                ReadinessMeasure.TEAMS_ON_STANDBY,
                ReadinessMeasure.RESERVES_MOBILISED,
                ReadinessMeasure.MATERIALS_STAGED,
                ReadinessMeasure.KEY_SITES_GUARDED,
                ReadinessMeasure.PEOPLE_BROUGHT_TO_SAFETY,
            ),
        },
        lasts_without_expiry_h=24,
        link_hazards=dict.fromkeys(
            (
                Hazard.FLOOD,
                Hazard.TYPHOON,
                Hazard.WIND_HAIL,
                Hazard.FREEZING,
                Hazard.SNOW,
                Hazard.EARTHQUAKE,
                Hazard.LANDSLIDE,
                Hazard.DEBRIS_FLOW,
                Hazard.WILDFIRE,
            ),
            (IncidentKind.EQUIPMENT_FAULT, IncidentKind.NATURAL_DISASTER),
        ),
    ),
    aid=AidRules(neighbours=(), resend_s=60, resend_max=20),
    evidence=EVIDENCE,
)

PROPOSE_WITHIN_S: Final = 5
"""How long a planner beside a home may take, in seconds; it seldom takes one."""

PLANNED_POLICY: Final = replace(
    DEFAULT_POLICY, muster=replace(DEFAULT_POLICY.muster, propose_within_s=PROPOSE_WITHIN_S)
)
"""The defaults with a planner, for jurisdictions that are founded by a command."""
