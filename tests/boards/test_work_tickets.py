"""Whoever issues, permits or works under a ticket reads what is to be done, and who is next."""

from coordinator.boards import work_tickets
from schemas.vocabulary import Interlock
from tests.boards.drawn import redrawn, rows_of
from tests.domain.line import Line, cleared, made_safe
from tests.story import HERE


def test_the_desk_and_the_phones_of_the_crew_read_what_is_to_be_done() -> None:
    line = Line()
    typed = line.story.state.safety.tickets[line.ticket_id].text
    assert typed
    rows = rows_of(redrawn(line.story))
    at_the_desk = [
        it["text"]
        for (board, _), row in rows.items()
        if board == "incident_command"
        for it in row["tickets"]
    ]
    mine = [it.row for it in redrawn(line.story).boards_of(HERE) if it.board == "my_assignment"]

    assert at_the_desk == [typed]
    assert {ticket["text"] for row in mine if row for ticket in row["tickets"]} == {typed}


def test_who_is_named_for_the_next_step_is_said_and_else_it_is_the_desks() -> None:
    line = Line()
    second = line.others[:2]
    ticket_id = line.drafted(line.leader, (second[0], second[1]))

    def following() -> tuple[str, str | None, str | None]:
        shown = work_tickets.steps(line.story.state.safety.tickets[ticket_id])
        return shown["next"]["type"], shown["next"].get("step"), shown["next_by"]

    named = line.story.state.safety.tickets[ticket_id]
    assert following() == ("issue_ticket", None, named.issuer)
    made_safe(line.story, ticket_id, Interlock.PERMIT)
    assert following() == ("confirm_interlock", "switching", line.leader)
    rest = [it for it in named.interlocks if it is not Interlock.PERMIT]
    made_safe(line.story, ticket_id, *rest)
    assert following() == ("start_work", None, line.leader)
    cleared(line.story, ticket_id)
    assert following()[2] == line.leader
