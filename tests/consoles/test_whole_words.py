"""On the smallest desk that is sold, what an incident is and how far it is are read whole."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.consoles.browser import control_room, look
from tests.consoles.test_dispatch import queue
from tests.consoles.test_on_call import called

CUT = """() => [...document.querySelectorAll(".queue-row .clip:not(.where), .chip, .count")]
  .filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.textContent.trim())"""


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_at_1366_pixels_no_line_of_the_queue_is_cut(tmp_path: Path, locale: str) -> None:
    async with control_room(tmp_path) as room:
        _, leader, assignment = await called(room)
        page = await room.desk(locale=locale, viewport={"width": 1366, "height": 768})
        await expect(queue(page)).to_have_count(1)
        await look(page, f"{locale}-1366-mustering")
        assert await page.evaluate(CUT) == []

        token = room.station.member_token(leader)
        for word in ("accept_assignment", "depart", "arrive"):
            said = await room.station.say(token, type=word, assignment_id=assignment)
            assert said.is_success
        await expect(queue(page).first).to_contain_text("1/3")
        await look(page, f"{locale}-1366-on-scene")
        assert await page.evaluate(CUT) == []
