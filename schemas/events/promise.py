"""Promised times: made, kept, broken, met late, put right."""

from typing import Literal

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import IncidentId
from schemas.vocabulary import Promised


class PromiseMade(Event):
    type: Literal["promise_made"] = "promise_made"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    due_at: Millis


class PromiseKept(Event):
    type: Literal["promise_kept"] = "promise_kept"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    happened_at: Millis


class PromiseBroken(Event):
    type: Literal["promise_broken"] = "promise_broken"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    due_at: Millis


class PromiseDropped(Event):
    """The promise no longer runs here: the incident was merged, or begins anew."""

    type: Literal["promise_dropped"] = "promise_dropped"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised


class PromiseMetLate(Event):
    """What was promised was done, too late: its clock stops here."""

    type: Literal["promise_met_late"] = "promise_met_late"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    happened_at: Millis


class PromiseLapsed(Event):
    """Power was back before anybody had taken it on, or had come: nobody is waited for any more.

    It is `broken` if somebody should have come by then.
    """

    type: Literal["promise_lapsed"] = "promise_lapsed"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Literal["accept", "arrival"]
    happened_at: Millis
    broken: bool


class PromiseExplained(Event):
    type: Literal["promise_explained"] = "promise_explained"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    reason: Line


class PromiseCorrected(Event):
    """A late fact from an offline crew: the promise had been kept (or broken) after all.

    `due_at` where that fact also moves when it had been due.
    """

    type: Literal["promise_corrected"] = "promise_corrected"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    kept: bool
    happened_at: Millis
    due_at: Millis | None = None


PromiseEvent = (
    PromiseMade
    | PromiseKept
    | PromiseBroken
    | PromiseMetLate
    | PromiseLapsed
    | PromiseDropped
    | PromiseExplained
    | PromiseCorrected
)
