"""The response to a graded event: activated, ended, and the reports that are due upwards."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Line, Millis, Text
from schemas.events.envelope import Event
from schemas.ids import IncidentId
from schemas.vocabulary import (
    ResponseLevel,
)


class ResponseActivated(Event):
    """`continues`: it goes on with the reports of a merged incident's response."""

    type: Literal["response_activated"] = "response_activated"
    v: Literal[1] = 1
    incident_id: IncidentId
    level: ResponseLevel
    led_by: Literal["province", "city", "county"]
    matter: Line
    expected_duration_h: Annotated[int, Field(ge=1, le=8_760)]
    measures: Text
    continues: IncidentId | None = None


class ResponseTerminated(Event):
    type: Literal["response_terminated"] = "response_terminated"
    v: Literal[1] = 1
    incident_id: IncidentId
    load_restored_pct: Annotated[float, Field(ge=0, le=100)]
    key_areas_restored_pct: Annotated[float, Field(ge=0, le=100)]


class ResponseFiled(Event):
    """All that the response owed is done, or the incident was merged: nothing runs any more."""

    type: Literal["response_filed"] = "response_filed"
    v: Literal[1] = 1
    incident_id: IncidentId


class ReportFellDue(Event):
    type: Literal["report_fell_due"] = "report_fell_due"
    v: Literal[1] = 1
    incident_id: IncidentId
    report: Literal["flash", "situation", "verified", "full"]
    due_at: Millis


class ReportSent(Event):
    type: Literal["report_sent"] = "report_sent"
    v: Literal[1] = 1
    incident_id: IncidentId
    report: Literal["flash", "situation", "verified", "full"]
    late: bool


ResponseEvent = ResponseActivated | ResponseTerminated | ResponseFiled | ReportFellDue | ReportSent
