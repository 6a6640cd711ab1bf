"""People at work where supply is said to be back are on the boards until their work has ended."""

from collections.abc import Callable

import pytest

from coordinator.domain.at_work import people_at
from schemas.signals.incident import ReopenIncident, RestoreIncident
from schemas.signals.ticket import HandOverTicket
from schemas.vocabulary import TicketRole, UnitRole
from tests.boards.drawn import redrawn, rows_of, shown
from tests.boards.stories import command_story
from tests.domain.line import over
from tests.story import HERE, HOUR, Story


def supply_back_story() -> Story:
    """Return a story in which supply is said to be back while people are at work."""
    story = command_story()
    (incident_id,) = story.state.incidents.by_id
    return story.when(RestoreIncident, incident_id=incident_id)


def still_at_work_story() -> Story:
    """Return the same an hour later: it was told again, and they are at work still."""
    return supply_back_story().after(HOUR)


def dark_again_story() -> Story:
    story = supply_back_story()
    (incident_id,) = story.state.incidents.by_id
    return story.when(ReopenIncident, incident_id=incident_id, reason="still dark")


@pytest.mark.parametrize(
    ("tell", "steps"),
    [
        (command_story, []), (supply_back_story, [None, 0]), (still_at_work_story, [None, 1]),
        (dark_again_story, [None, 0]),
    ],
)  # fmt: skip
async def test_the_alarm_stands_while_they_are_at_work(
    tell: Callable[[], Story], steps: list[int | None]
) -> None:
    story = tell()
    rows = rows_of(redrawn(story))
    alarms = [
        it
        for (board, _), it in rows.items()
        if board == "alarms" and it.get("kind") == "supply_back_with_people_on_line"
    ]
    (incident_id,), (ticket,) = story.state.incidents.by_id, story.state.safety.tickets.values()

    assert sorted(str(it["step"]) for it in alarms) == sorted(map(str, steps))
    assert {it["incident_id"] for it in alarms} <= {incident_id}
    shown_at = rows["incident_command", incident_id]["tickets"][0]["supply_back_at"]
    assert shown_at == (ticket.supply_back_at if steps else None)
    assert rows_of(await shown(story)) == rows


async def test_the_alarm_names_who_leads_the_work_now() -> None:
    story = supply_back_story()
    (ticket,) = story.state.safety.tickets.values()
    unit = story.state.units.by_id[ticket.unit_id]
    new = min(set(unit.people) - people_at(ticket))
    story.when(
        HandOverTicket, ticket_id=ticket.ticket_id, role=TicketRole.LEADER, to=new, reason="relief"
    )

    rows = rows_of(await shown(story))
    assert rows["alarms", ticket.ticket_id]["about"] == new
    assert rows == rows_of(redrawn(story))


def work_over_story() -> Story:
    story = supply_back_story()
    (ticket_id,) = story.state.safety.tickets
    over(story, ticket_id)
    return story


@pytest.mark.parametrize(
    ("tell", "at_work", "alarmed"),
    [
        (command_story, True, False), (supply_back_story, True, True),
        (still_at_work_story, True, True), (dark_again_story, True, True),
        (work_over_story, False, False),
    ],
)  # fmt: skip
async def test_whoever_is_at_work_or_answers_for_it_has_the_alarm_on_their_own_row(
    tell: Callable[[], Story], at_work: bool, alarmed: bool
) -> None:
    before = command_story().state
    (ticket,) = before.safety.tickets.values()
    unit = before.units.by_id[ticket.unit_id]
    answer_for_it = {UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR}
    bound = {*people_at(ticket), *(it for it in unit.people if unit.roles[it] in answer_for_it)}
    assert len(bound) < len(unit.people)

    story = tell()
    for store in (redrawn(story), await shown(story)):
        mine = {it.key: it.row for it in store.boards_of(HERE) if it.board == "my_assignment"}
        kept = {it for it, row in mine.items() if row and row["at_work"]}
        assert kept == (bound if at_work else set())
        told = {it: row["supply_back"] for it, row in mine.items() if row and row["supply_back"]}
        assert set(told) == (bound if alarmed else set())
        for who, alarm in told.items():
            assert alarm["tell"] == ([] if who == ticket.work_leader else [ticket.work_leader])
            assert alarm["since"] == story.state.safety.tickets[ticket.ticket_id].supply_back_at
