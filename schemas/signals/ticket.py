"""The life of a work ticket: drafted, issued, permitted, made safe, worked under, ended."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Position
from schemas.ids import ActorId, IncidentId, MemberId, TaskId, TicketId, UnitId, WorkId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.vocabulary import Clearance, Heard, Interlock, TicketForm, TicketRole, WorkKind


class DraftTicket(Signal):
    """A piece of work on paper: its leader, guardian, issuer, permit giver and crew.

    `issuer`, `permitter`: who is to issue it and to give its permit; whoever does it, where nobody
    is named. `incident_id` or `task_id`: what the unit works at. `work_id`: the planned work, of
    such a circuit and such hours, that it belongs to.
    """

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["draft_ticket"] = "draft_ticket"
    v: Literal[1] = 1
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    work_id: WorkId | None = None
    unit_id: UnitId
    form: TicketForm = TicketForm.REPAIR_SHEET
    kind: WorkKind
    place: Position
    work_leader: MemberId
    guardian: MemberId | None = None
    issuer: ActorId | None = None
    permitter: ActorId | None = None
    crew: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    text: Line


class IssueTicket(Signal):
    """The issuer (签发人, of a repair sheet 布置人) answers for it that the work may be done so.

    `heard`: how, where a desk passes on the word of somebody else.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["issue_ticket"] = "issue_ticket"
    v: Literal[1] = 1
    ticket_id: TicketId
    issued_by: ActorId
    heard: Heard | None = None


class ConfirmInterlock(Signal):
    """A named person confirms permit, isolation, verified dead or grounding for one ticket.

    `reference`: the number of the permit, the order, the detector or the earth; none was given
    where it is left out. `heard`: how, where a desk passes on the word of somebody else.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["confirm_interlock"] = "confirm_interlock"
    v: Literal[1] = 1
    ticket_id: TicketId
    interlock: Interlock
    confirmed_by: ActorId
    reference: Line | None = None
    heard: Heard | None = None


class WithdrawInterlock(Signal):
    """What was confirmed holds no longer; work stops."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["withdraw_interlock"] = "withdraw_interlock"
    v: Literal[1] = 1
    ticket_id: TicketId
    interlock: Interlock
    reason: Line


class StartWork(Signal):
    """Work begins, or goes on after a pause: everything is looked at anew."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["start_work"] = "start_work"
    v: Literal[1] = 1
    ticket_id: TicketId


class PauseWork(Signal):
    """The guardian leaves or anything else: those guarded stop.

    `reason`: may be left out, for whoever sees danger stops the work first and explains later.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["pause_work"] = "pause_work"
    v: Literal[1] = 1
    ticket_id: TicketId
    reason: Line | None = None


class HandOverTicket(Signal):
    """Another leader, guardian, issuer or permit giver from now on; work stands still meanwhile.

    `reason`: None where nobody gave one; who it was and who it is now is always said.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["hand_over_ticket"] = "hand_over_ticket"
    v: Literal[1] = 1
    ticket_id: TicketId
    role: TicketRole
    to: ActorId
    reason: Line | None = None


class TakeOffTicket(Signal):
    """Who will not be at the work is no longer of its crew; said before anything was begun."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_off_ticket"] = "take_off_ticket"
    v: Literal[1] = 1
    ticket_id: TicketId
    member_id: MemberId
    reason: Line


class ConfirmClear(Signal):
    """People counted off by name, tools out, earths removed: one of the three, by who is there.

    `people`: who was counted off the line, each by name; asked for people off, and nothing else.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["confirm_clear"] = "confirm_clear"
    v: Literal[1] = 1
    ticket_id: TicketId
    clearance: Clearance
    confirmed_by: ActorId
    people: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)] = ()


class FinishWork(Signal):
    """The work has ended, and all of it is clear, as its leader or somebody who is there says.

    `reported_by`: who that is, where a desk says it for them.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["finish_work"] = "finish_work"
    v: Literal[1] = 1
    ticket_id: TicketId
    reported_by: MemberId | None = None


class EndTicket(Signal):
    """The permit giver takes the leader's word that all is clear, and ends the ticket."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["end_ticket"] = "end_ticket"
    v: Literal[1] = 1
    ticket_id: TicketId
    ended_by: ActorId


class CancelTicket(Signal):
    """A ticket under which nothing was begun is not used."""

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["cancel_ticket"] = "cancel_ticket"
    v: Literal[1] = 1
    ticket_id: TicketId
    reason: Line


TicketSignal = (
    DraftTicket
    | IssueTicket
    | ConfirmInterlock
    | WithdrawInterlock
    | StartWork
    | PauseWork
    | HandOverTicket
    | TakeOffTicket
    | ConfirmClear
    | FinishWork
    | EndTicket
    | CancelTicket
)
