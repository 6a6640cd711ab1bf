"""A log that was put back from a copy says so on pages that were open meanwhile."""

from pathlib import Path

from playwright.async_api import expect

from coordinator.home.backups import back_up, losses, put_back, read_backup
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.vocabulary import Realm
from tests.consoles.browser import Room, control_room, look
from tests.consoles.test_on_call import called, seeing_is_said


async def restored(room: Room, folder: Path, copy: Path) -> None:
    """End the server, put the copy back in place of what it had, and start it again."""
    here = room.station
    clock = here.home.clock
    realms = {place.code: Realm(here.home.realm_of(place.code)) for place in here.places}
    await room.stop()
    await here.home.close()
    put_back(
        copy, read_backup(copy), folder, clock.now(), losses(copy, read_backup(copy), folder, {})
    )
    policies = {code: (realm, here.home.state_of(code).policy) for code, realm in realms.items()}
    here.home = await Home.open(Settings(data_dir=folder), clock, policies)
    here.home.tokens.clock = clock


async def test_pages_that_were_open_show_what_the_copy_knows_and_that_it_is_one(
    tmp_path: Path,
) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy"
    async with control_room(folder) as room:
        here = room.station
        back_up(folder, copy, here.home.clock.now())
        _, leader, _ = await called(room)
        phone, desk = await room.phone(leader), await room.desk()
        await expect(phone.locator("[data-say=accept_assignment]").first).to_be_visible()
        await expect(desk.locator(".queue [role=option]")).to_have_count(1)
        await seeing_is_said(phone)

        await restored(room, folder, copy)
        await room.serve()

        await expect(desk.locator("[data-link=live]")).to_be_visible()
        await expect(desk.locator(".queue [role=option]")).to_have_count(0)
        await expect(desk.locator(".side")).to_contain_text("Record put back from a copy")
        await expect(phone.locator("[data-link=live]")).to_be_visible()
        await expect(phone.locator("[data-test=put_back]")).to_be_visible()
        await expect(phone.locator("[data-say=accept_assignment]")).to_have_count(0)
        await look(phone, "put-back-phone")
        await look(desk, "put-back-desk")
