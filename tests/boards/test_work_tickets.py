"""Whoever issues, permits or works under a ticket reads what is to be done, and who is next."""

from typing import Any

from coordinator.boards import work_tickets
from schemas.signals.ticket import DraftTicket
from schemas.vocabulary import Interlock, TicketForm, WorkKind
from tests.boards.drawn import redrawn, rows_of
from tests.county import county, unit_on_scene
from tests.domain.line import cleared, made_safe
from tests.story import HERE, Story


def drafted(**given: Any) -> tuple[Story, str]:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story)
    people = sorted(story.state.units.by_id[unit_id].people)
    leader, guardian, worker = people[:3]
    fields = {
        "incident_id": incident_id, "unit_id": unit_id, "form": TicketForm.REPAIR_SHEET,
        "kind": WorkKind.LINE_REPAIR, "place": story.state.incidents.by_id[incident_id].place,
        "work_leader": leader, "guardian": guardian, "crew": (worker,), "text": "set a new pole",
    }  # fmt: skip
    story.when(DraftTicket, **fields | given)
    (ticket_id,) = story.state.safety.tickets
    return story, ticket_id


def test_the_desk_and_the_phones_of_the_crew_read_what_is_to_be_done() -> None:
    story, ticket_id = drafted()
    rows = rows_of(redrawn(story))
    (shown,) = [
        it
        for (board, _), row in rows.items()
        if board == "incident_command"
        for it in row["tickets"]
    ]

    assert (shown["ticket_id"], shown["text"]) == (ticket_id, "set a new pole")
    mine = [it.row for it in redrawn(story).boards_of(HERE) if it.board == "my_assignment"]
    texts = [ticket["text"] for row in mine if row for ticket in row["tickets"]]
    assert texts
    assert set(texts) == {"set a new pole"}


def test_who_is_named_for_the_next_step_is_said_and_else_it_is_the_desks() -> None:
    story, ticket_id = drafted(permitter="permit-desk")
    held = story.state.safety.tickets

    def following() -> tuple[str, str | None, str | None]:
        shown = work_tickets.steps(story.state.safety.tickets[ticket_id])
        return shown["next"]["type"], shown["next"].get("step"), shown["next_by"]

    leader = held[ticket_id].work_leader
    assert following() == ("issue_ticket", None, None)
    made_safe(story, ticket_id, Interlock.PERMIT)
    assert following() == ("confirm_interlock", "switching", leader)
    made_safe(story, ticket_id, Interlock.SWITCHING, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    assert following() == ("start_work", None, leader)
    cleared(story, ticket_id)
    assert following() == ("finish_work", None, leader)
