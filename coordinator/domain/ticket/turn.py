"""Whose turn it is at a work ticket: the one step that takes it further, and who is named for it.

Whoever issues a ticket, gives leave or ends it is seldom at the line: they are told once when the
ticket waits for them, and that is over when their step is done, another is named for it, or the
ticket is used no more.
"""

from collections.abc import Iterable
from typing import Final, Never

from coordinator.domain.at_work import begun, worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.member_rights import is_there
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket.clearing import still_to_clear
from coordinator.domain.ticket.interlock import lacking
from schemas.catalogue import members
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.notice import NoticeOver
from schemas.events.safety import SafetyOverridden, SafetyOverrideEnded
from schemas.events.ticket import ReadyToEnergise, TicketEvent
from schemas.said import Said
from schemas.sentences import work
from schemas.vocabulary import Interlock, NoticeKind, Recipient

_LASTS_MS: Final = 4 * HOUR
_TURNS: Final = frozenset(members(TicketEvent)) - {ReadyToEnergise}
"""After each of these somebody else may be asked."""


def next_step(ticket: Ticket, *, leader_there: bool) -> dict[str, str]:
    """Return the one signal that takes a ticket further, with the step it is about.

    `leader_there`: whether who leads the work is on scene; work that has stopped without them does
    not go on, its people are counted off the line.
    """
    if ticket.stage is TicketStage.DRAFTED:
        return {"type": "issue_ticket"}
    if ticket.stage is TicketStage.FINISHED:
        return {"type": "end_ticket"}
    asked = still_to_clear(ticket)
    left = begun(ticket) and not leader_there
    at_end = ticket.cleared or ticket.supply_back_at is not None
    if ticket.stage is TicketStage.WORKING or at_end or left:
        if asked is None:
            return {"type": "finish_work"}
        return {"type": "confirm_clear", "step": asked.value}
    missing = lacking(ticket, 0)
    if missing is not None:
        return {"type": "confirm_interlock", "step": missing.value}
    return {"type": "start_work"}


def who_is_next(ticket: Ticket, following: dict[str, str]) -> str | None:
    """Return who is named for the next step; None where it is any desk's to take."""
    if following["type"] == "issue_ticket":
        return ticket.issuer
    if following["type"] == "end_ticket" or following.get("step") == Interlock.PERMIT:
        return ticket.permitter
    return ticket.work_leader


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Tell who is asked now, and that whoever was asked before is asked no more."""
    ticket_id: str | None = event.ticket_id  # type: ignore[attr-defined]
    was = state.notices.turns.get(ticket_id or "")
    ticket = state.safety.tickets.get(ticket_id or "")
    asked = None if ticket is None else _asked(state, ticket)
    if was is not None and asked is not None and (was.who, was.text) == asked:
        return
    if was is not None:
        yield NoticeOver(notice_id=was.notice_id, because=event.type)
    if ticket is not None and asked is not None:
        who, text = asked
        if who == cause.actor_id:
            # Whoever names themself for what comes next knows.
            return
        yield notify(
            cause,
            NoticeKind.TICKET_WAITS,
            Recipient.MEMBER,
            text,
            about=ticket.ticket_id,
            targets=(who,),
            lasts_ms=_LASTS_MS,
        )


def _asked(state: Jurisdiction, ticket: Ticket) -> tuple[str, Said] | None:
    """Return whose word a ticket waits for, and for what; None where it is for who is at the line,
    or for a desk.
    """
    following = next_step(ticket, leader_there=is_there(state, ticket.work_leader, ticket))
    who, where = who_is_next(ticket, following), worked_at(ticket)
    if who is None or who not in state.roster.members:
        return None
    match following:
        case {"type": "issue_ticket"}:
            return who, work.ticket_to_issue(ticket.text, where, ticket.work_leader)
        case {"type": "end_ticket"}:
            return who, work.ticket_to_end(ticket.text, where, ticket.work_leader)
        case {"step": Interlock.PERMIT.value}:
            return who, work.ticket_to_permit(ticket.text, where, ticket.work_leader)
    return None


CONCEPT: Final[Concept[Never, Never]] = Concept(
    name="ticket_turn", reacts_to=_TURNS | {SafetyOverridden, SafetyOverrideEnded}, react=react
)
