"""What became of a work ticket, step by step, each with who answered for it."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId, MemberId, TaskId, TicketId, UnitId, WorkId
from schemas.said import Said
from schemas.vocabulary import Clearance, Heard, Interlock, TicketForm, TicketRole, WorkKind


class TicketDrafted(Event):
    """`incident_id` or `task_id`: what its unit works at; `work_id`: the planned work it is of."""

    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    work_id: WorkId | None = None
    unit_id: UnitId
    form: TicketForm
    kind: WorkKind
    place: Position
    work_leader: MemberId
    guardian: MemberId | None = None
    issuer: ActorId | None = None
    permitter: ActorId | None = None
    crew: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    interlocks: Annotated[tuple[Interlock, ...], Meta(max_length=4)]
    text: Line


class TicketIssued(Event):
    """`heard`: how, where a desk passed on the word of who issued it."""

    ticket_id: TicketId
    issued_by: ActorId
    heard: Heard | None = None
    happened_at: Millis


class InterlockConfirmed(Event):
    """`heard`: how, where a desk passed on the word of who confirmed it."""

    ticket_id: TicketId
    interlock: Interlock
    confirmed_by: ActorId
    reference: Line | None = None
    heard: Heard | None = None
    happened_at: Millis


class InterlockWithdrawn(Event):
    ticket_id: TicketId
    interlock: Interlock
    reason: Line


class WorkStarted(Event):
    """Work began, at the word of its leader; `resumed`: it goes on after a pause."""

    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    by: MemberId
    resumed: bool = False
    happened_at: Millis


WhyStopped = Literal[
    "weather",
    "interlock",
    "guardian",
    "help",
    "person",
    "crew",
    "violation",
    "override",
    "handover",
    "supply_back",
    "clearing",
]


class WorkStopped(Event):
    """By the weather, an interlock, a missing guardian, a violation, a call for help, a person, an
    override that ended, a handover, word that supply is back, or because the line is being cleared.
    """

    ticket_id: TicketId
    cause: WhyStopped
    reason: Said


class TicketHandedOver(Event):
    ticket_id: TicketId
    role: TicketRole
    was: ActorId | None = None
    to: ActorId
    reason: Line | None = None
    happened_at: Millis


class TakenOffTicket(Event):
    """Before anything was begun under it, somebody was taken off its crew."""

    ticket_id: TicketId
    member_id: MemberId
    by: ActorId
    reason: Line


class LeftTicket(Event):
    """Somebody of its people had left and was counted off the line: they are of it no more."""

    ticket_id: TicketId
    member_id: MemberId


class ClearConfirmed(Event):
    """`people`: who was counted off the line, by name."""

    ticket_id: TicketId
    clearance: Clearance
    confirmed_by: ActorId
    people: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)] = ()
    happened_at: Millis


class WorkFinished(Event):
    """All is clear and the work has ended; the ticket lives until it is ended."""

    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    by: ActorId
    happened_at: Millis


class TicketEnded(Event):
    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    unit_id: UnitId
    ended_by: ActorId
    happened_at: Millis


class TicketCancelled(Event):
    """Nothing was begun under it."""

    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    reason: Said


class ReadyToEnergise(Event):
    """The last ticket of an incident or a task has ended: nothing of ours is on its lines."""

    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    ticket_id: TicketId
    happened_at: Millis


class SupplyReportedBack(Event):
    """Supply was said to be back under a living ticket: its people are told, and stay bound.

    What was verified dead has to be verified anew. `alarm`: people are not off the line.
    """

    ticket_id: TicketId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    alarm: bool = True
    happened_at: Millis


class SupplyBackToldAgain(Event):
    """Nobody has confirmed yet that all are clear: those concerned are told again."""

    ticket_id: TicketId
    times: Annotated[int, Meta(ge=1, le=1_000_000)]


class SupplyBackOver(Event):
    """The leader has confirmed that all are clear, or supply is off again."""

    ticket_id: TicketId
    reason: Said


TicketEvent = (
    TicketDrafted
    | TicketIssued
    | InterlockConfirmed
    | InterlockWithdrawn
    | WorkStarted
    | WorkStopped
    | TicketHandedOver
    | TakenOffTicket
    | LeftTicket
    | ClearConfirmed
    | WorkFinished
    | TicketEnded
    | TicketCancelled
    | ReadyToEnergise
    | SupplyReportedBack
    | SupplyBackToldAgain
    | SupplyBackOver
)
