"""The response to a graded event, and the reports upwards."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Line, Text
from schemas.ids import IncidentId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.vocabulary import (
    ReportKind,
    ResponseLevel,
)


class ActivateResponse(Signal):
    """Emergency response begins: matter, level, expected duration, measures (ERL art. 72)."""

    needs: ClassVar = Capability.DECLARE_RESPONSE
    type: Literal["activate_response"] = "activate_response"
    v: Literal[1] = 1
    incident_id: IncidentId
    level: ResponseLevel
    matter: Line
    expected_duration_h: Annotated[int, Field(ge=1, le=8_760)]
    measures: Text


class TerminateResponse(Signal):
    """A commander states that all four conditions hold and ends the response."""

    needs: ClassVar = Capability.DECLARE_RESPONSE
    type: Literal["terminate_response"] = "terminate_response"
    v: Literal[1] = 1
    incident_id: IncidentId
    main_grid_normal: bool
    hazards_removed: bool
    secondary_accidents_handled: bool
    load_restored_pct: Annotated[float, Field(ge=0, le=100)]
    key_areas_restored_pct: Annotated[float, Field(ge=0, le=100)]


class RecordReport(Signal):
    """A flash, situation, verified or full report went up."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["record_report"] = "record_report"
    v: Literal[1] = 1
    incident_id: IncidentId
    report: ReportKind
    text: Text = ""


ResponseSignal = ActivateResponse | TerminateResponse | RecordReport
