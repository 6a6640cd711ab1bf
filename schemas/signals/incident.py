"""Outages and disasters as they are reported, updated, merged and closed."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Code, Count, Line, Megawatts, Millis, Position, Text
from schemas.ids import ActorId, AlertId, GridCellId, IncidentId, UnitId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import Value, bounded
from schemas.vocabulary import (
    AreaClass,
    CallBackAnswer,
    CrewStatus,
    FaultClass,
    GridKind,
    IncidentKind,
    Promised,
    Urgency,
)


class Extent(Value):
    """How large it is: the numbers the grading table looks at. Unknown stays None.

    `load_before_mw` is the load at the event's first moment and never changes afterwards
    (Order 599 annex, note 3). Money in ten thousands of CNY (万元), as losses are reported.
    """

    grid: GridKind | None = None
    load_before_mw: Megawatts | None = None
    load_lost_mw: Megawatts | None = None
    load_restored_pct: Annotated[float, *bounded(ge=0, le=100)] | None = None
    key_areas_restored_pct: Annotated[float, *bounded(ge=0, le=100)] | None = None
    customers_total: Count | None = None
    customers_out: Count | None = None
    deaths: Annotated[int, *bounded(ge=0, le=1_000_000)] | None = None
    serious_injuries: Annotated[int, *bounded(ge=0, le=1_000_000)] | None = None
    loss_10k_cny: Annotated[float, *bounded(ge=0, le=1_000_000_000)] | None = None
    station_out_voltage_low_min: Annotated[int, *bounded(ge=0, le=10_000)] | None = None
    voltage_below_pct: Annotated[float, *bounded(ge=0, le=100)] | None = None


class Account(Value):
    """What is said of an outage as a whole, beside its numbers. Unknown stays None.

    `address` is where it is in the words of people there, beside the coordinates; `access` how to
    get to the fault: which gate, whose key, where the dog is; `text` what else
    whoever reports it has to say; `injury_risk` that people are in danger: once said it stands.
    Reports have these fields among their own; in facts and in the state they go together.
    """

    cause: Line | None = None
    crew_status: CrewStatus | None = None
    expected_restored_at: Millis | None = None
    address: Line | None = None
    access: Line | None = None
    text: Text | None = None
    injury_risk: bool | None = None


class OutageReported(Signal):
    """Somebody or something saw an outage.

    `dedup_key` names this very report at its source: the same key again adds only what it newly
    says. After its incident was restored it is a recurrence when it began later (`started_at`; a
    person's word counts as of now), is of another place, or tells of danger for the first time.
    `correlation_key` names the cause where the source knows it. Two different things. Without a
    `kind` an outage is a fault of equipment, without a `fault_class` one of high voltage, until
    its report says otherwise.
    """

    needs: ClassVar = Capability.REPORT
    type: Literal["outage_reported"] = "outage_reported"
    v: Literal[1] = 1
    source: Code
    dedup_key: Code
    correlation_key: Code | None = None
    kind: IncidentKind | None = None
    fault_class: FaultClass | None = None
    urgency: Urgency | None = None
    place: Position
    address: Line | None = None
    area_class: AreaClass | None = None
    device: Code | None = None
    circuit: Code | None = None
    cell_id: GridCellId | None = None
    started_at: Millis | None = None
    extent: Extent = Extent()
    cause: Line | None = None
    injury_risk: bool = False
    crew_status: CrewStatus | None = None
    expected_restored_at: Millis | None = None
    access: Line | None = None
    customer_ref: Code | None = None
    text: Text = ""


class OutageUpdated(Signal):
    """The source knows more about what it reported under `dedup_key`."""

    needs: ClassVar = Capability.REPORT
    type: Literal["outage_updated"] = "outage_updated"
    v: Literal[1] = 1
    source: Code
    dedup_key: Code
    kind: IncidentKind | None = None
    fault_class: FaultClass | None = None
    extent: Extent = Extent()
    cause: Line | None = None
    crew_status: CrewStatus | None = None
    expected_restored_at: Millis | None = None
    address: Line | None = None
    access: Line | None = None
    text: Text = ""
    injury_risk: bool = False


def account_of(signal: OutageReported | OutageUpdated) -> Account:
    """Return what a report says of the outage as a whole."""
    said = {name: getattr(signal, name, None) for name in Account.__struct_fields__}
    return Account(
        **{name: value for name, value in said.items() if value not in (None, "", False)}
    )


class OutageGone(Signal):
    """The source no longer lists it.

    `restored`: power is back there. `withdrawn`: it was reported by mistake. An incident of which
    all reports were mistakes never was, unless somebody else has told of it.
    """

    needs: ClassVar = Capability.SPEAK_FOR_SOURCE
    type: Literal["outage_gone"] = "outage_gone"
    v: Literal[1] = 1
    source: Code
    dedup_key: Code
    reason: Literal["restored", "withdrawn", "unknown"] = "unknown"


class WithdrawIncident(Signal):
    """It never was: all that was reported of it was reported by mistake.

    Nothing counts as restored and no promise as kept or broken. The same report again is another
    outage, and no recurrence.
    """

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["withdraw_incident"] = "withdraw_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    reason: Line


class ExtentReported(Signal):
    """New numbers for a known incident, from control room or site; they win over the reports.

    `corrected`: the earlier ones were wrong, so that the highest load lost and the load before
    are no longer held against the incident.
    """

    needs: ClassVar = Capability.REPORT
    type: Literal["extent_reported"] = "extent_reported"
    v: Literal[1] = 1
    incident_id: IncidentId
    extent: Extent
    corrected: bool = False


class MergeIncidents(Signal):
    """A dispatcher says these are one.

    The crews of those that are merged stand down: `stands_down` names their units, so that nobody
    sends a crew home without knowing it. Who works for a task or a guard, too, goes on there.
    """

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["merge_incidents"] = "merge_incidents"
    v: Literal[1] = 1
    into: IncidentId
    incident_ids: Annotated[tuple[IncidentId, ...], Field(min_length=1, max_length=50)]
    stands_down: Annotated[tuple[UnitId, ...], Field(max_length=200)] = ()
    reason: Line


class SplitIncident(Signal):
    """A dispatcher takes reports out of an incident into a new one."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["split_incident"] = "split_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    dedup_keys: Annotated[tuple[Code, ...], Field(min_length=1, max_length=500)]
    reason: Line


class ControlIncident(Signal):
    """The situation no longer gets worse; nothing is restored yet."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["control_incident"] = "control_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    text: Text = ""


class RestoreIncident(Signal):
    """Supply is back. `temporary` means by generator or by a detour."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["restore_incident"] = "restore_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    temporary: bool = False
    first_visit: bool | None = None


class RecordCallBack(Signal):
    """A customer was called back (回访) after supply was back.

    Who is not satisfied has the incident opened again; no answer is an answer of its own. Each
    customer has their own; `of_all`: it is that of everybody who has none yet, as after one
    message to all of them.
    """

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["record_call_back"] = "record_call_back"
    v: Literal[1] = 1
    incident_id: IncidentId
    answer: CallBackAnswer
    customer_ref: Code | None = None
    of_all: bool = False
    feedback: Text = ""


class CloseIncident(Signal):
    """The customer was called back, where there is one; the thread ends."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["close_incident"] = "close_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    feedback: Text = ""


class ReviewIncident(Signal):
    """After-action review (复盘): cause, lessons, improvements (Emergency Response Law art. 92)."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["review_incident"] = "review_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    cause: Line
    lessons: Text
    improvements: Text = ""


class ReopenIncident(Signal):
    """A person, never a machine, reopens a restored incident that was not yet closed."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["reopen_incident"] = "reopen_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    reason: Line


class HandOverIncident(Signal):
    """First-contact responsibility passes to another by name, never by silence."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["hand_over_incident"] = "hand_over_incident"
    v: Literal[1] = 1
    incident_id: IncidentId
    to: ActorId
    reason: Line


class ExplainPromise(Signal):
    """Weather or traffic prevents arrival: the customer was told (SERC Order 27 art. 14)."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["explain_promise"] = "explain_promise"
    v: Literal[1] = 1
    incident_id: IncidentId
    promise: Promised
    reason: Line


class LinkAlert(Signal):
    """A dispatcher ties an incident to a disaster alert."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["link_alert"] = "link_alert"
    v: Literal[1] = 1
    incident_id: IncidentId
    alert_id: AlertId


IncidentSignal = (
    OutageReported
    | OutageUpdated
    | OutageGone
    | WithdrawIncident
    | ExtentReported
    | MergeIncidents
    | SplitIncident
    | ControlIncident
    | RestoreIncident
    | RecordCallBack
    | CloseIncident
    | ReviewIncident
    | ReopenIncident
    | HandOverIncident
    | ExplainPromise
    | LinkAlert
)
