"""Whoever issues, permits or works under a ticket reads what is to be done, and who is next."""

from typing import Any

from coordinator.boards import my_assignment, work_tickets
from schemas.events.ticket import WorkStarted, WorkStopped
from schemas.sentences import reasons
from schemas.signals.assignment import AbortAssignment
from schemas.signals.command import EstablishCommand
from schemas.signals.ticket import PauseWork, StartWork
from schemas.vocabulary import Interlock, Role
from tests.boards.drawn import redrawn, rows_of
from tests.domain.line import Line, by, cleared, made_safe
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
        state = line.story.state
        shown = work_tickets.steps(state, state.safety.tickets[ticket_id])
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


def test_who_may_count_the_people_off_is_said_also_where_their_leader_has_left() -> None:
    """Work that stopped without its leader does not wait for them: its people are counted off."""
    line = Line()
    ticket = line.story.state.safety.tickets[line.ticket_id]
    who, other = ticket.work_leader, next(it for it in ticket.crew if it != ticket.work_leader)
    held = line.story.state.units.by_id[line.unit_id].people[who]

    def shown() -> dict[str, Any]:
        state = line.story.state
        return work_tickets.steps(state, state.safety.tickets[line.ticket_id])

    assert shown()["leader_there"]
    assert shown()["may_count"] == [who]
    line.story.when(AbortAssignment, assignment_id=held, reason="hurt", **by(who))
    row = my_assignment.BOARD.row(line.story.state, other)
    assert row is not None
    (mine,) = row["tickets"]

    assert not shown()["leader_there"]
    assert shown()["next"] == {"type": "confirm_clear", "step": "people_off"}
    assert who not in shown()["may_count"]
    assert other in shown()["may_count"]
    assert mine["may_count"] == shown()["may_count"]
    line.story.when(EstablishCommand, incident_id=line.incident_id, commander_id="chief",
                    actor_role=Role.COMMANDER)  # fmt: skip
    assert "chief" in shown()["may_count"]


def test_a_stop_needs_no_reason_that_nobody_gave() -> None:
    line = Line()
    who = by(line.story.state.safety.tickets[line.ticket_id].work_leader)
    line.story.when(PauseWork, ticket_id=line.ticket_id, **who)
    assert line.story.the(WorkStopped).reason == reasons.NONE_GIVEN
    line.story.when(StartWork, ticket_id=line.ticket_id, **who).then(WorkStarted)
    line.story.when(PauseWork, ticket_id=line.ticket_id, reason="wasps", **who)
    assert line.story.the(WorkStopped).reason == reasons.as_typed("wasps")
