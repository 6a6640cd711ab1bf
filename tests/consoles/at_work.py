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


async def at_work(room: Room) -> AtWork:
    """Let a unit come, and begin a ticket of two of its people."""
    here = room.station
    incident, led_by, _ = await called(room)
    unit_id = here.home.state_of(HERE).units.by_incident[incident][0]
    people = dict(here.home.state_of(HERE).units.by_id[unit_id].people)
    for member, assignment in people.items():
        for word in ("accept_assignment", "depart", "arrive"):
            await done(room, here.member_token(member), word, assignment_id=assignment)
    hand = next(it for it in sorted(people) if it != led_by)
    base = here.places[0].teams[0].base
    said = await done(
        room, Role.COMMANDER, "draft_ticket", incident_id=incident, unit_id=unit_id, kind="patrol",
        place={"lon": base.lon, "lat": base.lat}, work_leader=led_by, crew=[led_by, hand],
        text="clamp",
    )  # fmt: skip
    ticket = f"tkt_{said}"
    for interlock in here.home.state_of(HERE).safety.tickets[ticket].interlocks:
        await done(
            room, Role.COMMANDER, "confirm_interlock", ticket_id=ticket, interlock=interlock.value,
            confirmed_by="permit-1", reference="P-7",
        )  # fmt: skip
    await done(room, Role.COMMANDER, "start_work", ticket_id=ticket)
    return AtWork(incident, unit_id, ticket, led_by, hand)
