"""The response to a graded event: activated, ended, and the reports that are due upwards."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Millis
from schemas.events.envelope import Event
from schemas.ids import IncidentId
from schemas.said import Said
from schemas.vocabulary import (
    ReportKind,
    ResponseLevel,
)


class ResponseActivated(Event):
    """`continues`: it goes on with the reports of a merged incident's response."""

    incident_id: IncidentId
    level: ResponseLevel
    led_by: Literal["province", "city", "county"]
    matter: Said
    expected_duration_h: Annotated[int, Meta(ge=1, le=8_760)]
    measures: Said
    continues: IncidentId | None = None


class ResponseTerminated(Event):
    incident_id: IncidentId
    load_restored_pct: Annotated[float, Meta(ge=0, le=100)]
    key_areas_restored_pct: Annotated[float, Meta(ge=0, le=100)]


class ResponseFiled(Event):
    """All that the response owed is done, or the incident was merged: nothing runs any more."""

    incident_id: IncidentId


class ReportFellDue(Event):
    incident_id: IncidentId
    report: ReportKind
    due_at: Millis


class ReportSent(Event):
    incident_id: IncidentId
    report: ReportKind
    late: bool


ResponseEvent = ResponseActivated | ResponseTerminated | ResponseFiled | ReportFellDue | ReportSent
