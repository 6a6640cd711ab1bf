"""A shift that may change hands, on the phone of who has to agree."""

from pathlib import Path

from msgspec import to_builtins
from playwright.async_api import expect

from schemas.roster import Shift
from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.story import DAY, name
from tests.web.station import HERE


async def test_who_is_asked_agrees_with_one_tap_and_it_changes_hands(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        roster = room.station.home.state_of(HERE).roster
        team_id, people = sorted(roster.team_members.items())[0]
        holder, taker = people[0], people[1]
        begins = room.station.home.clock.now() + 30 * DAY
        shift = Shift(
            shift_id=name("shf", "later"), team_id=team_id, member_ids=(holder,),
            starts_at=begins, ends_at=begins + DAY,
        )  # fmt: skip
        said = {"shift_id": shift.shift_id, "holder_id": holder, "taker_id": taker, "reason": "ill"}
        planned = await room.station.say(
            Role.COMMANDER, type="import_roster", shifts=[to_builtins(shift)]
        )
        assert planned.status_code == 200, planned.text
        phone = await room.phone(holder)
        asked = await room.station.say(
            room.station.member_token(taker), type="take_over_shift", **said
        )
        assert asked.status_code == 200, asked.text

        await phone.locator("[data-test=takeovers] [data-say=take_over_shift]").click()

        await expect(phone.locator("[data-test=takeovers]")).to_have_count(0)
        held = room.station.home.state_of(HERE).roster.shifts[shift.shift_id]
        assert held.member_ids == (taker,)
