"""How far is a work ticket, who answers for each step, and what comes next? Part of other rows."""

from typing import Any

from coordinator.domain.at_work import begun
from coordinator.domain.member_rights import is_there
from coordinator.domain.safety.override import NEVER_SET_ASIDE
from coordinator.domain.safety.weather import forbids
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket import named, supply_back
from coordinator.domain.ticket.clearing import still_to_clear
from coordinator.domain.ticket.turn import next_step, who_is_next
from schemas.said import document_of

_SAFE = {
    "permit": "permitted",
    "switching": "isolated",
    "verified_dead": "verified_dead",
    "grounding": "grounded",
}


def stage_of(ticket: Ticket) -> str:
    """Return the stage of a ticket as the field names it: the last step that was done."""
    if ticket.stage is TicketStage.ISSUED:
        done = [it for it in ticket.interlocks if it in ticket.confirmed]
        return _SAFE[done[-1]] if done else ticket.stage.value
    if ticket.stage is TicketStage.STOPPED and ticket.cleared:
        return "clearing"
    return ticket.stage.value


def steps(state: Jurisdiction, ticket: Ticket) -> dict[str, Any]:
    """Return what both pages show of a ticket; what is set aside ends by a fact of its own."""
    leader_there = is_there(state, ticket.work_leader, ticket)
    following = next_step(ticket, leader_there=leader_there)
    asked = still_to_clear(ticket)
    return {
        "leader_there": leader_there,
        "may_count": sorted(named.may_count_off(state, ticket)),
        "ticket_id": ticket.ticket_id,
        "form": ticket.form,
        "kind": ticket.kind,
        "stage": stage_of(ticket),
        "living": begun(ticket),
        "supply_back_at": ticket.supply_back_at if supply_back.stands(ticket) else None,
        "work_leader": ticket.work_leader,
        "guardian": ticket.guardian,
        "issuer": ticket.issuer,
        "permitter": ticket.permitter,
        "crew": list(ticket.crew),
        "formerly": list(ticket.formerly),
        "interlocks": [
            {
                "interlock": it,
                "confirmed_by": ticket.confirmed.get(it),
                "overridden_until": ticket.overridden.get(it),
                "set_aside_by": ticket.set_aside_by.get(it),
                "may_be_set_aside": it not in NEVER_SET_ASIDE,
            }
            for it in ticket.interlocks
        ],
        "clearances": [
            {"clearance": it, "confirmed_by": ticket.cleared.get(it)} for it in ticket.clearances
        ],
        "text": ticket.text,
        "turn": ticket.turn,
        "next": following,
        "next_by": who_is_next(ticket, following),
        # Work that stands still need not go on: the line may be cleared from there, too.
        "clear_next": asked if begun(ticket) and following["type"] != "confirm_clear" else None,
    }


def shown(state: Jurisdiction, ticket: Ticket) -> dict[str, Any]:
    """Return what the desk shows of a ticket: its steps, its unit, and what the weather forbids."""
    weather = forbids(state, ticket.kind)
    over = ticket.stage is TicketStage.FINISHED
    return steps(state, ticket) | {
        "unit_id": ticket.unit_id,
        "work_id": ticket.work_id,
        # What the weather forbids is forbidden whoever says otherwise.
        "forbidden_by": None if weather is None or over else document_of(weather),
    }
