"""A crew at work on a line, as a desk and phones see it."""

from typing import Any, NamedTuple

from schemas.vocabulary import Role
from tests.consoles.browser import Room
from tests.consoles.test_on_call import called
from tests.web.station import HERE


class AtWork(NamedTuple):
    """Who is at work where; `led_by` leads the work and the unit, `hand` is of the crew."""

    incident: str
    unit: str
    ticket: str
    led_by: str
    hand: str


async def done(room: Room, role: Role | str, type_: str, **fields: Any) -> str:
    """Say a signal that is taken; returns its id."""
    answer = await room.station.say(role, type=type_, **fields)
    assert answer.status_code == 200, answer.text
    signal_id: str = answer.json()["signal_id"]
    return signal_id


async def on_scene(room: Room, unit_id: str) -> list[str]:
    """Let everybody of a unit accept and come; returns who that is, by id."""
    here = room.station
    people = dict(here.home.state_of(HERE).units.by_id[unit_id].people)
    for member, assignment in people.items():
        for word in ("accept_assignment", "depart", "arrive"):
            await done(room, here.member_token(member), word, assignment_id=assignment)
    return sorted(people)


async def at_work(room: Room) -> AtWork:
    """Let a unit come, and begin a ticket of two of its people."""
    here = room.station
    incident, led_by, _ = await called(room)
    unit_id = here.home.state_of(HERE).units.by_incident[incident][0]
    hand = next(it for it in await on_scene(room, unit_id) if it != led_by)
    base = here.places[0].teams[0].base
    said = await done(
        room, Role.COMMANDER, "draft_ticket", incident_id=incident, unit_id=unit_id, kind="patrol",
        place={"lon": base.lon, "lat": base.lat}, work_leader=led_by, crew=[led_by, hand],
        text="clamp",
    )  # fmt: skip
    ticket = f"tkt_{said}"
    await done(
        room, Role.COMMANDER, "issue_ticket", ticket_id=ticket, issued_by="the-commander"
    )  # fmt: skip
    await done(room, Role.COMMANDER, "start_work", ticket_id=ticket)
    return AtWork(incident, unit_id, ticket, led_by, hand)


async def over(room: Room, work: AtWork) -> None:
    """Clear the line, end the work and the ticket, as its leader and the desk say."""
    said: dict[str, Any] = {"ticket_id": work.ticket, "confirmed_by": work.led_by}
    people = [work.led_by, work.hand]
    await done(room, Role.COMMANDER, "confirm_clear", clearance="people_off", people=people, **said)
    await done(room, Role.COMMANDER, "confirm_clear", clearance="tools_out", **said)
    await done(room, Role.COMMANDER, "finish_work", ticket_id=work.ticket, reported_by=work.led_by)
    await done(
        room, Role.COMMANDER, "end_ticket", ticket_id=work.ticket, ended_by="the-commander"
    )  # fmt: skip
