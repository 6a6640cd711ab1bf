"""Why a person is told something, and who is told."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """Why a person is told something without being asked to go anywhere."""

    INCIDENT_OPENED = "incident_opened"
    GRADE_CHANGED = "grade_changed"
    CONFIRMATION_WANTED = "confirmation_wanted"
    SHORTAGE = "shortage"
    VEHICLES_LACKING = "vehicles_lacking"
    STEP = "escalation_step"
    UNANSWERED = "unanswered"
    NOT_ARRIVED = "not_arrived"
    EXHAUSTED = "escalation_exhausted"
    PRE_WARNING = "pre_warning"
    PROMISE_BROKEN = "promise_broken"
    CHECK_IN_MISSED = "check_in_missed"
    ROLL_CALL_MISSED = "roll_call_missed"
    HELP_CALLED = "help_called"
    SUPPLY_BACK = "supply_back_with_people_on_line"
    REPORT_DUE = "report_due"
    BRANCH_TERM = "branch_term"
    SUPPLY_RUNNING_OUT = "supply_running_out"
    WORK_STOPPED = "work_stopped"
    AID = "mutual_aid"
    ROSTER_GAP = "roster_gap"
    FATIGUE = "fatigue"
    OBJECTIVE_OVERDUE = "objective_overdue"
    GUARDED_SITE_HIT = "guarded_site_hit"
    WHISTLE_BLOWN = "whistle_blown"
    WHISTLE_UNANSWERED = "whistle_unanswered"
    WARD_VISIT_DUE = "ward_visit_due"
    OFF_POST = "off_post"
    DEFECT = "defect"
    GATHERED = "gathered"


class Recipient(StrEnum):
    """Who a notice is for, resolved to people when it is sent."""

    MEMBER = "member"
    CAPTAIN = "captain"
    DISPATCHER = "dispatcher"
    COMMANDER = "commander"
    NEIGHBOUR = "neighbour"
    PROVINCE = "province"
