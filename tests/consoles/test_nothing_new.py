"""What changed nothing: told as that at the desk, and nothing is offered to take it back."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.web.station import HERE

RESTORE = """async (incident) => {
  const { act } = await import("/static/dispatch/actions.js");
  await act({ type: "restore_incident", jurisdiction: "%s", incident_id: incident });
}"""


async def test_an_order_that_was_obeyed_already_is_told_as_that(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        opened = (await room.station.say(Role.FEED, **room.station.outage("1"))).json()
        incident = f"inc_{opened['signal_id']}"
        back: dict[str, Any] = {"type": "restore_incident", "incident_id": incident}
        await room.station.say(Role.DISPATCHER, **back)
        page = await room.desk()
        await expect(page.locator("[data-test=publish]")).to_be_visible()

        await page.evaluate(RESTORE % HERE, incident)

        told = page.locator("[data-deed=done]")
        await expect(told).to_contain_text("nothing changed, it was so already")
        # To reopen it would undo what another desk did.
        await expect(told.locator("[data-test=undo]")).to_have_count(0)
