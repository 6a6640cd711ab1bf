"""Which work tickets wait for a word of mine, though I am called to nothing?

Whoever issues or permits work is seldom of the unit that does it. What a member is called to shows
their tickets itself (`my_assignment`).
"""

from collections.abc import Iterable
from typing import Final

from coordinator.boards import my_assignment
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.boards.work_tickets import steps
from coordinator.domain.at_work import begun, to_count
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket


def row(state: Jurisdiction, key: str) -> Row | None:
    member = state.roster.members.get(key)
    if member is None or member.assignment_id in state.assignments.by_id:
        return None
    tickets = [it for _, it in sorted(state.safety.tickets.items()) if key in _answers_for(it)]
    if not tickets:
        return None
    return {"member_id": key, "tickets": [steps(state, it) for it in tickets]}


def _answers_for(ticket: Ticket) -> tuple[str | None, ...]:
    """Return who issues and who permits, and who is still to be counted off the line.

    Who gave up as hurt lies there, maybe, and has to see that supply is back.
    """
    uncounted = sorted(to_count(ticket)) if begun(ticket) and not ticket.people_off else ()
    return (ticket.issuer, ticket.permitter, *uncounted)


def _keys(state: Jurisdiction) -> Iterable[str]:
    named = {who for it in state.safety.tickets.values() for who in _answers_for(it)}
    return sorted(who for who in named if who is not None)


BOARD: Final = Board(
    name="my_tickets",
    concerns=my_assignment.BOARD.concerns,
    touched=my_assignment.touched,
    row=row,
    keys=_keys,
    on_request=True,
)
