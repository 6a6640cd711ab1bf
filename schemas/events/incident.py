"""An incident's life: opened, joined, graded, responded to, restored, closed, reviewed."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Code, Line, Millis, Position, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId, AlertId, GridCellId, IncidentId, SiteId
from schemas.said import Said
from schemas.signals.incident import Account, Extent
from schemas.vocabulary import (
    AccidentGrade,
    AreaClass,
    CallBackAnswer,
    ClosedWith,
    EventGrade,
    FaultClass,
    IncidentKind,
    ResponseLevel,
    Urgency,
    WarningColour,
)


class IncidentOpened(Event):
    incident_id: IncidentId
    source: Code
    dedup_key: Code
    correlation_key: Code | None = None
    kind: IncidentKind
    fault_class: FaultClass
    place: Position
    area_class: AreaClass
    device: Code | None = None
    circuit: Code | None = None
    cell_id: GridCellId | None = None
    started_at: Millis
    extent: Extent = Extent()
    account: Account = Account()
    customer_ref: Code | None = None
    urgent: bool = False
    owner_id: ActorId
    recurrence_of: IncidentId | None = None
    split_from: IncidentId | None = None


class ReportJoined(Event):
    """A report was found to be about an incident already open, and by which rule.

    `repeated`: it was there before, and now names its device, circuit, customer or place anew.
    """

    incident_id: IncidentId
    source: Code
    dedup_key: Code
    rule: Literal[
        "correlation_key",
        "customer",
        "device",
        "circuit",
        "place",
        "returned",
        "repeated",
        "merged",
        "split",
    ]
    key: Code | None = None
    device: Code | None = None
    circuit: Code | None = None
    place: Position | None = None
    extent: Extent = Extent()
    customer_ref: Code | None = None
    started_at: Millis | None = None


class NumbersDoubted(Event):
    """A report said more than there can be: not counted. The desk is told once of the same.

    `field`: of the extent; `said` and `most` in its unit: customers, or MW of load.
    """

    incident_id: IncidentId
    source: Code
    dedup_key: Code
    field: Code
    said: float
    most: float


class ReportDuplicated(Event):
    """The same report again: counted, nothing added."""

    incident_id: IncidentId
    source: Code
    dedup_key: Code


class IncidentUpdated(Event):
    """The numbers or the account of it changed; only what changed is given."""

    incident_id: IncidentId
    source: Code | None = None
    dedup_key: Code | None = None
    extent: Extent = Extent()
    corrected: bool = False
    account: Account = Account()
    kind: IncidentKind | None = None
    fault_class: FaultClass | None = None
    happened_at: Millis


class ReportWithdrawn(Event):
    """The source no longer lists this report; others of the incident may remain."""

    incident_id: IncidentId
    source: Code
    dedup_key: Code
    reason: Literal["restored", "withdrawn", "unknown"]


class IncidentWithdrawn(Event):
    """It never was: reported by mistake. Neither restored nor closed, and counted nowhere."""

    incident_id: IncidentId
    reason: Line | None = None
    cause: Literal["said_so", "reports_withdrawn"]


class IncidentGraded(Event):
    """Four separate fields, and the rows of the tables that gave them."""

    incident_id: IncidentId
    grade: EventGrade
    warning: WarningColour
    response: ResponseLevel
    accident: AccidentGrade
    urgency: Urgency
    priority: Annotated[int, Meta(ge=0, le=10_000)]
    rows: Annotated[tuple[Said, ...], Meta(max_length=20)] = ()


class RecurrenceForgotten(Event):
    """The window in which a recurrence links to this incident is over."""

    incident_id: IncidentId


class PriorityRaised(Event):
    """Something other than size raised it: a guarded or critical site, a call for help."""

    incident_id: IncidentId
    priority: Annotated[int, Meta(ge=0, le=10_000)]
    reason: Said
    site_id: SiteId | None = None


class IncidentsMerged(Event):
    into: IncidentId
    incident_id: IncidentId
    reason: Line


class IncidentSplit(Event):
    """These reports left `incident_id`; `IncidentOpened` and `ReportJoined` for `into` follow."""

    incident_id: IncidentId
    into: IncidentId
    dedup_keys: Annotated[tuple[Code, ...], Meta(max_length=500)]
    reason: Line


class OwnerHandedOver(Event):
    incident_id: IncidentId
    to: ActorId
    reason: Line


class IncidentResponded(Event):
    """A crew is on its way or a unit is formed: somebody is coming."""

    incident_id: IncidentId
    happened_at: Millis


class CrewArrivalTakenBack(Event):
    """Who said they were the first on site was not: the arrival is waited for again."""

    incident_id: IncidentId


class CrewArrived(Event):
    """The first crew is on site: the arrival promise is judged against this."""

    incident_id: IncidentId
    happened_at: Millis


class IncidentControlled(Event):
    incident_id: IncidentId
    happened_at: Millis
    text: Text = ""


class IncidentRestored(Event):
    incident_id: IncidentId
    happened_at: Millis
    temporary: bool = False
    first_visit: bool | None = None
    cause: Literal["reported", "source_gone", "last_report_gone", "by_phone"] = "reported"


class CustomerCalledBack(Event):
    """`customer_ref`: none of one answer for all who had none, or where nobody is known."""

    incident_id: IncidentId
    answer: CallBackAnswer
    customer_ref: Code | None = None
    feedback: Text = ""
    happened_at: Millis


class CallBackOverdue(Event):
    """Supply has been back for as long as a call-back may take, and nobody was called."""

    incident_id: IncidentId


class IncidentReopened(Event):
    """It begins anew. `dissatisfied`: because of what the customer said when called back;
    `danger`: because its source tells for the first time that people are in danger."""

    incident_id: IncidentId
    reason: Line
    cause: Literal["said_so", "dissatisfied", "danger"] = "said_so"


class IncidentClosed(Event):
    incident_id: IncidentId
    answer: ClosedWith
    feedback: Text = ""
    by_clock: bool = False


class IncidentReviewed(Event):
    incident_id: IncidentId
    cause: Line
    lessons: Text
    improvements: Text = ""


class IncidentFiled(Event):
    """Out of the working state (the log keeps it); its key is remembered for recurrences."""

    incident_id: IncidentId
    forget_at: Millis


class AlertLinked(Event):
    incident_id: IncidentId
    alert_id: AlertId
    by_rule: bool = False


IncidentEvent = (
    IncidentOpened
    | ReportJoined
    | NumbersDoubted
    | ReportDuplicated
    | IncidentUpdated
    | ReportWithdrawn
    | IncidentWithdrawn
    | IncidentGraded
    | PriorityRaised
    | IncidentsMerged
    | IncidentSplit
    | OwnerHandedOver
    | IncidentResponded
    | CrewArrived
    | CrewArrivalTakenBack
    | IncidentControlled
    | IncidentRestored
    | CustomerCalledBack
    | CallBackOverdue
    | IncidentReopened
    | IncidentClosed
    | IncidentReviewed
    | IncidentFiled
    | RecurrenceForgotten
    | AlertLinked
)
