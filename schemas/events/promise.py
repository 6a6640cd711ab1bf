"""Promised times: made, kept, broken, met late, put right."""

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import IncidentId
from schemas.vocabulary import Coming, Promised


class PromiseMade(Event):
    incident_id: IncidentId
    promise: Promised
    due_at: Millis


class PromiseKept(Event):
    incident_id: IncidentId
    promise: Promised
    happened_at: Millis


class PromiseBroken(Event):
    incident_id: IncidentId
    promise: Promised
    due_at: Millis


class PromiseDropped(Event):
    """The promise no longer runs here: the incident was merged, or begins anew."""

    incident_id: IncidentId
    promise: Promised


class PromiseMetLate(Event):
    """What was promised was done, too late: its clock stops here."""

    incident_id: IncidentId
    promise: Promised
    happened_at: Millis


class PromiseLapsed(Event):
    """Power was back before anybody had taken it on, or had come: nobody is waited for any more.

    It is `broken` if somebody should have come by then.
    """

    incident_id: IncidentId
    promise: Coming
    happened_at: Millis
    broken: bool


class PromiseExplained(Event):
    incident_id: IncidentId
    promise: Promised
    reason: Line


class PromiseCorrected(Event):
    """A late fact from an offline crew: the promise had been kept (or broken) after all.

    `due_at` where that fact also moves when it had been due.
    """

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
