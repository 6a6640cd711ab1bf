"""The response to a graded event, and the reports upwards."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Line, Text
from schemas.ids import IncidentId
from schemas.signals.envelope import Signal
from schemas.vocabulary import (
    ReportKind,
    ResponseLevel,
)


class ActivateResponse(Signal):
    """Emergency response begins: matter, level, expected duration, measures (ERL art. 72)."""

    type: Literal["activate_response"] = "activate_response"
    v: Literal[1] = 1
    incident_id: IncidentId
    level: ResponseLevel
    matter: Line
    expected_duration_h: Annotated[int, Field(ge=1, le=8_760)]
    measures: Text


class TerminateResponse(Signal):
    """A commander states that all four conditions hold and ends the response."""

    type: Literal["terminate_response"] = "terminate_response"
    v: Literal[1] = 1
    incident_id: IncidentId
    main_grid_normal: bool
    hazards_removed: bool
    secondary_accidents_handled: bool
    load_restored_pct: Annotated[float, Field(ge=0, le=100)]
    key_areas_restored_pct: Annotated[float, Field(ge=0, le=100)]


class ReportSent(Signal):
    """A flash, situation, verified or full report went up."""

    type: Literal["report_sent"] = "report_sent"
    v: Literal[1] = 1
    incident_id: IncidentId
    report: ReportKind
    text: Text = ""


ResponseSignal = ActivateResponse | TerminateResponse | ReportSent
