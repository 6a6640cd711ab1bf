"""Incidents, their promises and the response to them."""

from typing import Final

from schemas.said import Id, Ids, Number, Within, plain, sentence
from schemas.sentences.kinds import Phase

NO_SUCH_INCIDENT: Final = plain("no_such_incident")
CLOSED_ABSORBS_NOTHING: Final = plain("closed_absorbs_nothing")
ONLY_OPEN_MERGED: Final = plain("only_open_merged")
ONLY_OWN_REPORTS_LEAVE: Final = plain("only_own_reports_leave")
ONE_REPORT_STAYS: Final = plain("one_report_stays")
NO_SUCH_PROMISE: Final = plain("no_such_promise")
UPDATE_OF_OPEN_REPORT: Final = plain("update_of_open_report")
NUMBERS_OF_OPEN_INCIDENT: Final = plain("numbers_of_open_incident")
NO_SUCH_LIVE_ALERT: Final = plain("no_such_live_alert")
RESPONSE_TO_OPEN_INCIDENT: Final = plain("response_to_open_incident")
RESPONSE_HAS_LEVEL: Final = plain("response_has_level")
NO_RESPONSE_UNDER_WAY: Final = plain("no_response_under_way")
RESPONSE_ENDS_WHEN_ALL_HOLD: Final = plain("response_ends_when_all_hold")
CALL_BACK_BEFORE_CLOSING: Final = plain("call_back_before_closing")
CUSTOMER_OF_THIS_INCIDENT: Final = plain("customer_of_this_incident")
RESPONSE_ENDS_BEFORE_CLOSING: Final = plain("response_ends_before_closing")
REPORTS_OF_RESPONSE: Final = plain("reports_of_response")
NOBODY_TO_RING: Final = plain("nobody_to_ring")
APPOINTMENT_HAS_TIME: Final = plain("appointment_has_time")
APPOINTMENT_AHEAD: Final = plain("appointment_ahead")
BEGIN_NOT_AS_TOLD: Final = plain("begin_not_as_told")


@sentence
def more_than_there_is(most: Number) -> None: ...


@sentence
def several_to_call_back(count: Number) -> None: ...


@sentence
def all_called_back(count: Number) -> None: ...


@sentence
def not_in_this_phase(phase: Phase, wanted: Within, possible: Within) -> None: ...


@sentence
def merge_stands_down(units: Ids) -> None: ...


@sentence
def not_over_people_at_work(tickets: Ids) -> None: ...


@sentence
def taken_for_merged(into: Id) -> None: ...


@sentence
def merged_away(into: Id) -> None: ...
