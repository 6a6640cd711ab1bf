"""Planned work on a circuit: planned, moved, over; and who has to be told of its outage."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Code, Line, Millis
from schemas.events.envelope import Event
from schemas.ids import OperationId, SiteId, TicketId, WorkId

Sites = Annotated[tuple[SiteId, ...], Meta(max_length=200)]


class WorkPlanned(Event):
    """`owed`: the important customers on the circuit, who have to be told one by one."""

    work_id: WorkId
    circuit: Code
    starts_at: Millis
    ends_at: Millis
    text: Line
    notice: Literal["planned", "temporary"]
    cuts_supply: bool
    owed: Sites = ()


class PlannedWorkMoved(Event):
    """Notices of the old time are void, whoever got them."""

    work_id: WorkId
    starts_at: Millis
    ends_at: Millis
    reason: Line


class PlannedWorkCancelled(Event):
    work_id: WorkId
    reason: Line


class PlannedWorkBegun(Event):
    """Its time has come."""

    work_id: WorkId


class PlannedWorkOverran(Event):
    """Its time is over, and people are still at it: it ends when the last of their tickets has."""

    work_id: WorkId
    tickets: Annotated[tuple[TicketId, ...], Meta(min_length=1, max_length=200)]


class PlannedWorkOver(Event):
    """Its time is over."""

    work_id: WorkId


class WorkConflictFound(Event):
    """The work is on a supply of a site that is guarded meanwhile: it has to be planned anew."""

    work_id: WorkId
    operation_id: OperationId
    site_id: SiteId


class OutageNoticeOwed(Event):
    """An important customer came to be on the circuit after the work was planned."""

    work_id: WorkId
    site_id: SiteId


class OutageNoticeDue(Event):
    """The notices have to be given by `due_at`, and some were not: told a while before."""

    work_id: WorkId
    due_at: Millis
    public: bool
    site_ids: Sites = ()


class OutageNoticeGiven(Event):
    """The public (`public`) or important customers were told; `late` after it was due."""

    work_id: WorkId
    happened_at: Millis
    public: bool
    site_ids: Sites = ()
    late: bool
    text: Line = "-"


class OutageNoticeMissed(Event):
    """By `due_at` these were not told."""

    work_id: WorkId
    due_at: Millis
    public: bool
    site_ids: Sites = ()


PlannedWorkEvent = (
    WorkPlanned
    | PlannedWorkMoved
    | PlannedWorkCancelled
    | PlannedWorkBegun
    | PlannedWorkOverran
    | PlannedWorkOver
    | WorkConflictFound
    | OutageNoticeOwed
    | OutageNoticeDue
    | OutageNoticeGiven
    | OutageNoticeMissed
)
