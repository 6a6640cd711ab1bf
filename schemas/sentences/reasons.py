"""Why something happened, where the coordinator words it; and the rows that gave a grade."""

from typing import Final

from schemas.said import Id, Minutes, Number, Typed, TypedAtLength, plain, sentence
from schemas.sentences.kinds import (
    AccidentWord,
    ActionWord,
    GradeWord,
    GridWord,
    InterlockWord,
    MeasureWord,
    ReadinessMeasureWord,
    RecipientWord,
    SupplyWord,
    UnfitWord,
)

RECALLED: Final = plain("recalled")
CREW_IS_THERE: Final = plain("crew_is_there")
TOO_FEW_LEFT: Final = plain("too_few_left")
ALL_CLEAR: Final = plain("all_clear")
LINE_IS_CLEARED: Final = plain("line_is_cleared")
HANDED_OVER: Final = plain("handed_over")
NONE_GIVEN: Final = plain("no_reason_given")
SUPPLY_SAID_BACK: Final = plain("supply_said_back")
PEOPLE_ON_LIVE_LINE: Final = plain("people_on_live_line")
UNIT_STOOD_DOWN: Final = plain("unit_stood_down")
PLANNED_WORK_OVER: Final = plain("planned_work_over")
RESTORED: Final = plain("restored")
REPORTED_BY_MISTAKE: Final = plain("reported_by_mistake")
FIT_AGAIN: Final = plain("fit_again")
BROUGHT_AWAY: Final = plain("brought_away")
INCIDENT_CLOSED: Final = plain("incident_closed")
RESPONSE_BY_POLICY: Final = plain("response_by_policy")
RESPONSE_GOES_ON: Final = plain("response_goes_on")
MEASURES_AS_BEFORE: Final = plain("measures_as_before")
ALL_DONE: Final = plain("all_done")
HELP_TAKEN_BACK: Final = plain("help_was_taken_back")
TAP_TAKEN_BACK: Final = plain("tap_taken_back")
ALL_IN: Final = plain("all_in")
RELIEVED: Final = plain("relieved")
HOURS_END_SOON: Final = plain("hours_end_soon")
CREW_ON_ITS_WAY: Final = plain("crew_on_its_way")
HELP_HAS_COME: Final = plain("help_has_come")
CALLED_AWAY: Final = plain("called_away_to_work")
UNFIT: Final = plain("unfit_to_work")
CANNOT_BE_CALLED: Final = plain("cannot_be_called")
NO_LONGER_ON_ROSTER: Final = plain("no_longer_on_roster")
CHECKED_IN_AGAIN: Final = plain("checked_in_again")
GUARD_OVER: Final = plain("guard_over")
SUPPLY_NOT_ITS_OWN: Final = plain("supply_not_its_own")
SOMEBODY_POSTED: Final = plain("somebody_posted")
WORK_PLANNED_ANEW: Final = plain("work_planned_anew")
ALL_TOLD: Final = plain("all_told")
MILESTONES_MET: Final = plain("milestones_met")
TASK_OVER: Final = plain("task_over")
TASK_PLANNED_ANEW: Final = plain("task_planned_anew")
OPERATION_OVER: Final = plain("operation_over")
MERGED: Final = plain("merged")
INCIDENT_OVER: Final = plain("incident_over")
SOMEBODY_SEES_TO_IT: Final = plain("somebody_sees_to_it")
REPORT_WENT_UP: Final = plain("report_went_up")
RESPONSE_ANEW: Final = plain("response_anew")
REPORT_URGENT: Final = plain("report_urgent")
ANSWERED: Final = plain("answered")
ARRIVED: Final = plain("arrived")
WILL_NOT_COME: Final = plain("will_not_come")
ANOTHER_CALLED: Final = plain("another_called")
NOBODY_LEFT_TO_CALL: Final = plain("nobody_left_to_call")
PEOPLE_FOUND: Final = plain("people_found")
PLACE_FILLED: Final = plain("place_filled")
CALLED_FOR_HELP: Final = plain("called_for_help")
ALL_ACCOUNTED_FOR: Final = plain("all_accounted_for")
RECORD_WITHDRAWN: Final = plain("record_withdrawn")
SENT_BY_POLICY: Final = plain("sent_by_policy")
CONFIRMED: Final = plain("confirmed")


@sentence
def as_typed(text: Typed) -> None: ...


@sentence
def readiness_measure(measure: ReadinessMeasureWord) -> None: ...


@sentence
def as_typed_at_length(text: TypedAtLength) -> None: ...


@sentence
def large_area_outage(grade: GradeWord) -> None: ...


@sentence
def interlock_withdrawn(interlock: InterlockWord) -> None: ...


@sentence
def override_withdrawn(interlock: InterlockWord) -> None: ...


@sentence
def override_ended(interlock: InterlockWord) -> None: ...


@sentence
def hurt_there(member: Id, why: UnfitWord) -> None: ...


@sentence
def left_scene(member: Id) -> None: ...


@sentence
def share_row(grid: GridWord, measure: MeasureWord, percent: Number, grade: GradeWord) -> None: ...


@sentence
def station_row(percent: Number, lasts: Minutes, grade: GradeWord) -> None: ...


@sentence
def loss_row(measure: MeasureWord, value: Number, accident: AccidentWord) -> None: ...


@sentence
def touches_site(site: Id) -> None: ...


@sentence
def site_runs_on(site: Id, supply: SupplyWord) -> None: ...


@sentence
def supply_is(supply: SupplyWord) -> None: ...


@sentence
def merged_into(incident: Id) -> None: ...


@sentence
def graded(grade: GradeWord) -> None: ...


@sentence
def nobody_on_this_step(action: ActionWord, recipient: RecipientWord) -> None: ...


@sentence
def examined_by(who: Typed) -> None: ...
