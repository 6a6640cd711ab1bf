"""The closed vocabularies of the field, in English codes; catalogues give the Chinese."""

from enum import StrEnum
from typing import Literal

from schemas.notice_kinds import NoticeKind as NoticeKind  # noqa: PLC0414 -- a list of its own
from schemas.roles import Role as Role  # noqa: PLC0414 -- said there with what each may do
from schemas.ticket_words import Clearance as Clearance  # noqa: PLC0414 -- and these of a ticket
from schemas.ticket_words import Heard as Heard  # noqa: PLC0414
from schemas.ticket_words import Interlock as Interlock  # noqa: PLC0414 -- the same
from schemas.ticket_words import Overridable as Overridable  # noqa: PLC0414 -- the same
from schemas.ticket_words import TicketForm as TicketForm  # noqa: PLC0414 -- the same
from schemas.ticket_words import TicketRole as TicketRole  # noqa: PLC0414 -- the same


class Realm(StrEnum):
    """A log, a signal and an effect belong to exactly one; they never mix."""

    ACTUAL = "actual"
    EXERCISE = "exercise"


class EventGrade(StrEnum):
    """事件分级; `fault` is anything below grade IV."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"
    FAULT = "fault"


class WarningColour(StrEnum):
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"
    NONE = "none"


class ResponseLevel(StrEnum):
    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"
    NONE = "none"


class AccidentGrade(StrEnum):
    """事故等级, State Council Order 493 art. 3 and Order 599 art. 34."""

    EXTRAORDINARY = "extraordinary"
    MAJOR = "major"
    SERIOUS = "serious"
    ORDINARY = "ordinary"
    NONE = "none"


class Urgency(StrEnum):
    URGENT = "urgent"
    GENERAL = "general"


class GridKind(StrEnum):
    """A row group of the grading table (Order 599 annex)."""

    REGIONAL_GRID = "regional_grid"
    PROVINCE = "province"
    MUNICIPALITY = "municipality"
    PROVINCIAL_CAPITAL = "provincial_capital"
    PREFECTURE_CITY = "prefecture_city"
    COUNTY_CITY = "county_city"


class AreaClass(StrEnum):
    URBAN = "urban"
    RURAL = "rural"
    REMOTE = "remote"


class Hazard(StrEnum):
    FLOOD = "flood"
    TYPHOON = "typhoon"
    WIND_HAIL = "wind_hail"
    FREEZING = "freezing"
    SNOW = "snow"
    SANDSTORM = "sandstorm"
    EARTHQUAKE = "earthquake"
    COLLAPSE = "collapse"
    LANDSLIDE = "landslide"
    DEBRIS_FLOW = "debris_flow"
    TSUNAMI = "tsunami"
    WILDFIRE = "wildfire"
    HEAT = "heat"
    EPIDEMIC = "epidemic"
    OTHER = "other"


class IncidentKind(StrEnum):
    EQUIPMENT_FAULT = "equipment_fault"
    EXTERNAL_DAMAGE = "external_damage"
    NATURAL_DISASTER = "natural_disaster"
    POWER_SAFETY_ACCIDENT = "power_safety_accident"
    FUEL_SHORTAGE = "fuel_shortage"
    EPIDEMIC = "epidemic"
    MAJOR_EVENT = "major_event"
    CUSTOMER_FAULT = "customer_fault"


class FaultClass(StrEnum):
    HIGH_VOLTAGE = "high_voltage"
    LOW_VOLTAGE = "low_voltage"
    POWER_QUALITY = "power_quality"
    CUSTOMER_INTERNAL = "customer_internal"
    NOT_POWER = "not_power"
    METERING = "metering"


class CrewStatus(StrEnum):
    AWAITING = "awaiting"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"


class PartyStanding(StrEnum):
    FULL_MEMBER = "full_member"
    PROBATIONARY_MEMBER = "probationary_member"
    APPLICANT = "applicant"
    YOUTH_LEAGUE = "youth_league"
    NONE = "none"


class Standing(StrEnum):
    """The person's place in the service team."""

    CAPTAIN = "captain"
    DEPUTY_CAPTAIN = "deputy_captain"
    MEMBER = "member"
    RESERVE = "reserve"


class Skill(StrEnum):
    TRANSMISSION = "transmission"
    SUBSTATION_OPERATION = "substation_operation"
    SUBSTATION_MAINTENANCE = "substation_maintenance"
    RELAY = "relay"
    DISTRIBUTION = "distribution"
    CABLE = "cable"
    LIVE_LINE = "live_line"
    DISPATCHING = "dispatching"
    METERING = "metering"
    COMMUNICATIONS = "communications"
    UAV_PILOT = "uav_pilot"
    HOISTING = "hoisting"
    DRIVING = "driving"
    ELECTRICAL_TEST = "electrical_test"
    SAFETY_SUPERVISION = "safety_supervision"
    FIRST_AID = "first_aid"
    GENERATOR_VEHICLE = "generator_vehicle"
    LEADERSHIP = "leadership"


class UnitRole(StrEnum):
    LEADER = "leader"
    DEPUTY = "deputy"
    SAFETY_SUPERVISOR = "safety_supervisor"
    LINE_WORKER = "line_worker"
    LIVE_LINE_WORKER = "live_line_worker"
    CABLE_WORKER = "cable_worker"
    RELAY_WORKER = "relay_worker"
    SUBSTATION_WORKER = "substation_worker"
    GENERATOR_OPERATOR = "generator_operator"
    DRIVER = "driver"
    UAV_PILOT = "uav_pilot"
    COMMUNICATIONS = "communications"
    FIRST_AIDER = "first_aider"


class ResourceKind(StrEnum):
    REPAIR_VEHICLE = "repair_vehicle"
    GENERATOR_VEHICLE = "generator_vehicle"
    UPS_VEHICLE = "ups_vehicle"
    GENERATOR_SET = "generator_set"
    LIGHTING_TOWER = "lighting_tower"
    LIVE_LINE_VEHICLE = "live_line_vehicle"
    MOBILE_SUBSTATION = "mobile_substation"
    CABLE_TEST_VEHICLE = "cable_test_vehicle"
    COMMUNICATIONS_VEHICLE = "communications_vehicle"
    SATELLITE_STATION = "satellite_station"
    UAV = "uav"
    PUMP = "pump"
    BOAT = "boat"


class AssignmentStatus(StrEnum):
    OFFERED = "offered"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    ABORTED = "aborted"
    RELEASED = "released"


class Tap(StrEnum):
    """What a member said of their own assignment last, where it can be taken back for seconds."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    ABORTED = "aborted"


class Unfit(StrEnum):
    """Why a member can do no work until somebody says that they are fit again."""

    HURT = "hurt"
    ILL = "ill"


class DeclineReason(StrEnum):
    ILL = "ill"
    TOO_FAR = "too_far"
    RESTING = "resting"
    NO_TRANSPORT = "no_transport"
    FAMILY_EMERGENCY = "family_emergency"
    OTHER_DUTY = "other_duty"
    NOT_QUALIFIED = "not_qualified"
    OTHER = "other"


class CustomerClass(StrEnum):
    """GB/T 29328-2018: important customers."""

    SPECIAL = "special"
    FIRST = "first"
    SECOND = "second"
    TEMPORARY = "temporary"
    ORDINARY = "ordinary"


class SiteKind(StrEnum):
    COMMAND_POST = "command_post"
    HOSPITAL = "hospital"
    SHELTER = "shelter"
    WATER = "water"
    COMMUNICATIONS = "communications"
    GOVERNMENT = "government"
    TRANSPORT = "transport"
    SCHOOL = "school"
    INDUSTRY = "industry"
    OTHER = "other"


class GuaranteeLevel(StrEnum):
    SPECIAL = "special"
    L1 = "1"
    L2 = "2"
    L3 = "3"


class ActivationBasis(StrEnum):
    """What may start a guaranteed-power operation (国能发安全〔2020〕18号 art. 3)."""

    STATE_DEPLOYMENT = "state_deployment"
    ORGANISER_NOTICE = "organiser_notice"
    PUBLIC_ANNOUNCEMENT = "public_announcement"
    CONFIRMED_NECESSITY = "confirmed_necessity"


class BranchActivity(StrEnum):
    """What a temporary branch may do; admission and discipline only with a reasoned override."""

    STUDY = "study"
    EDUCATION = "education"
    SUPERVISION = "supervision"
    APPLICANT_TRAINING = "applicant_training"
    TASK_MEETING = "task_meeting"
    REVIEW_MEETING = "review_meeting"
    ADMISSION = "admission"
    DISCIPLINE = "discipline"
    DUES_COLLECTION = "dues_collection"
    DELEGATE_ELECTION = "delegate_election"
    TERM_ELECTION = "term_election"


class BranchPost(StrEnum):
    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    COMMITTEE_MEMBER = "committee_member"
    VANGUARD_POST = "vanguard_post"
    RESPONSIBILITY_AREA = "responsibility_area"


class WorkKind(StrEnum):
    LINE_REPAIR = "line_repair"
    LIVE_LINE_WORK = "live_line_work"
    CABLE_REPAIR = "cable_repair"
    SUBSTATION_REPAIR = "substation_repair"
    RELAY_WORK = "relay_work"
    WORK_AT_HEIGHT = "work_at_height"
    HOISTING = "hoisting"
    PATROL = "patrol"
    GENERATOR_SUPPLY = "generator_supply"
    TREE_CUTTING = "tree_cutting"


class TaskAim(StrEnum):
    """What a task with a deadline is for: 抢建, 迁改, 支援."""

    RUSH_BUILD = "rush_build"
    RELOCATE_LINE = "relocate_line"
    SUPPORT = "support"


class Recipient(StrEnum):
    """Who a notice is for, resolved to people when it is sent."""

    MEMBER = "member"
    CAPTAIN = "captain"
    DISPATCHER = "dispatcher"
    COMMANDER = "commander"
    NEIGHBOUR = "neighbour"
    PROVINCE = "province"


Promised = Literal["accept", "arrival", "restoration"]
"""What a time is promised for: that somebody takes it on, comes, and brings power back."""
Coming = Literal["accept", "arrival"]
"""What is promised of somebody who comes; void once power is back."""

ReportKind = Literal["flash", "situation", "verified", "full"]
"""What goes up to the authorities of an incident (快报, 续报, 核报, 详报)."""


class CallBackAnswer(StrEnum):
    """What a customer says who is called back after supply is back (回访)."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    NO_ANSWER = "no_answer"


ClosedWith = Literal["satisfied", "no_answer", "not_called", "nobody_to_call"]
"""With which answer of the customer an incident was closed."""
