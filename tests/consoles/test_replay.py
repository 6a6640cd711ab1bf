"""The replay console in a real browser: any moment by its link, played, stepped, proved."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room
from tests.web.station import HERE
from tests.web.storm import MARKUP, storm

NOW = ".telling-at"


class Past:
    """A room with a storm behind it."""

    def __init__(self, room: Room, incident: str) -> None:
        self.room = room
        self.incident = incident

    async def last_seq(self) -> int:
        answer = await self.room.station.get(Role.AUDITOR, f"/v1/replay/{HERE}/extent")
        return int(answer.json()["last"]["seq"])

    async def records(self) -> list[dict[str, object]]:
        path = f"/v1/replay/{HERE}/changes"
        answer = await self.room.station.get(Role.AUDITOR, path, after=-1, limit=500)
        found: list[dict[str, object]] = answer.json()["records"]
        return found

    async def seq_of(self, signal_type: str) -> int:
        records = await self.records()
        return next(int(str(it["seq"])) for it in records if it["signal_type"] == signal_type)

    async def page(self, link: str, role: Role = Role.COMMANDER) -> Page:
        page = await self.room.desk(f"/replay{link}", role)
        await expect(page.locator(NOW)).to_have_attribute("data-busy", "false")
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def past(tmp_path: Path) -> AsyncIterator[Past]:
    async with control_room(tmp_path) as room:
        yield Past(room, await storm(room.station))


async def _at(page: Page, seq: int) -> None:
    await expect(page.locator(NOW)).to_have_attribute("data-seq", str(seq))


async def test_a_link_shows_the_moment_and_the_incident_it_names(past: Past) -> None:
    seq = await past.seq_of("decline_assignment")
    page = await past.page(f"#j={HERE}&seq={seq}&incident={past.incident}")

    await _at(page, seq)
    await expect(page.locator(f"[data-record='{seq}'] [data-proof]")).to_have_attribute(
        "data-proof", "proved"
    )
    await expect(page.get_by_role("tab", name="Incidents")).to_contain_text("3")
    await expect(page.locator(".records .virtual-current")).to_be_in_viewport()
    assert f"seq={seq}" in page.url
    assert past.incident in page.url

    await page.reload()
    await _at(page, seq)
    await expect(page.get_by_role("link", name="Record of the incident")).to_be_visible()


async def test_stepping_shows_the_boards_as_they_were(past: Past) -> None:
    seq = await past.seq_of("close_incident")
    page = await past.page(f"#j={HERE}&seq={seq}")
    tab = page.get_by_role("tab", name="Incidents")

    await expect(tab).to_contain_text("2")
    await page.get_by_role("button", name="Previous record").click()
    await _at(page, seq - 1)
    await expect(tab).to_contain_text("3")
    await page.get_by_role("button", name="Next record").click()
    await _at(page, seq)
    await expect(tab).to_contain_text("2")
    await page.wait_for_url(f"**seq={seq}*")


async def test_the_time_bar_is_worked_by_keyboard(past: Past) -> None:
    page = await past.page(f"#j={HERE}&seq=3")
    last = await past.last_seq()
    bar = page.get_by_role("slider")
    await bar.focus()

    await page.keyboard.press("ArrowRight")
    await _at(page, 4)
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await _at(page, 2)
    await page.keyboard.press("End")
    await _at(page, last)
    await page.keyboard.press("PageUp")
    await expect(page.locator(NOW)).not_to_have_attribute("data-seq", str(last))
    await page.keyboard.press("Home")
    await _at(page, 0)
    assert "record 0" in str(await bar.get_attribute("aria-valuetext"))


async def test_a_finger_on_the_bar_moves_the_label_first_and_the_boards_at_rest(
    past: Past,
) -> None:
    page = await past.page(f"#j={HERE}&seq={await past.last_seq()}")
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url) if "/moment" in it.url else None)
    box = await page.locator(".bar-box").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    before = await page.locator(NOW).inner_text()

    await page.mouse.move(box["x"] + box["width"] - 5, middle)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=80)
    during = await page.locator(NOW).inner_text()
    await page.mouse.up()
    await expect(page.locator(NOW)).to_have_attribute("data-busy", "false")

    assert during != before
    # A finger that stops on its way, as on a busy machine, is at rest: but not eighty times.
    assert len(asked) <= 20, asked
    shown = await page.locator(NOW).get_attribute("data-seq")
    records = {str(it["seq"]): it for it in await past.records()}
    first, last = records["0"]["at"], records[str(len(records) - 1)]["at"]
    at = records[str(shown)]["at"]
    assert isinstance(first, int)
    assert isinstance(last, int)
    assert isinstance(at, int)
    assert at <= first + (last - first) * 0.6


async def test_it_plays_to_the_end_and_stops(past: Past) -> None:
    seq = await past.seq_of("decline_assignment")
    page = await past.page(f"#j={HERE}&seq={seq}")
    await page.get_by_role("button", name="600×").click()

    await page.get_by_role("button", name="Play").click()
    await _at(page, await past.last_seq())
    await expect(page.get_by_role("button", name="Play")).to_be_visible()


async def test_one_jumps_to_what_stands_out(past: Past) -> None:
    page = await past.page(f"#j={HERE}&seq=0")
    formed = [
        int(str(it["seq"])) for it in await past.records() if "unit_formed" in str(it["events"])
    ]

    await page.locator(".controls select").select_option("unit_formed")
    await page.get_by_role("button", name="Jump to the next").click()
    await _at(page, formed[0])
    await page.get_by_role("button", name="Jump to the next").click()
    await _at(page, formed[1])
    await page.get_by_role("button", name="Jump to the previous").click()
    await _at(page, formed[0])


async def test_an_incident_is_picked_by_keyboard_and_its_report_saved(past: Past) -> None:
    page = await past.page(f"#j={HERE}&seq=1")
    await page.locator("body").press("/")
    # By its id: «C0», its circuit, may stand by chance in the id of another.
    await page.get_by_role("searchbox").fill(past.incident)
    await expect(page.locator(".picker-list [role=option]")).to_have_count(1)
    await page.get_by_role("searchbox").press("Enter")

    await expect(page.locator(".subject-pick")).to_contain_text("C0")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Record of the incident").click()
    saved = await coming.value
    text = (await asyncio.to_thread(Path(await saved.path()).read_bytes)).decode()
    assert saved.suggested_filename == f"{past.incident}.md"
    assert text.startswith(f"# Incident {past.incident}")
    assert "<img" not in text


async def test_markup_in_what_people_wrote_shows_as_text(past: Past) -> None:
    seq = await past.seq_of("close_incident")
    page = await past.page(f"#j={HERE}&seq={seq}&incident={past.incident}")

    shown = page.locator(f"[data-record='{seq}'] .payload").first
    await expect(shown).to_contain_text("<img src=x")
    assert await page.locator(".replay-room img").count() == 0
    assert "owned" not in await page.title()
    assert MARKUP.split()[0] in await shown.inner_text()


async def test_what_was_told_later_says_so_and_who_knew_what_when(past: Past) -> None:
    seq = await past.seq_of("restore_incident")
    page = await past.page(f"#j={HERE}&seq={seq}&incident={past.incident}")

    await expect(page.locator(f"[data-record='{seq}']")).to_contain_text("told 12 min later")
    await page.get_by_role("tab", name="Who knew what when").click()
    known = page.locator(".known")
    await expect(known).to_contain_text("+12 min")
    await expect(known).to_contain_text("assignment declined")
    await page.get_by_role("button", name="Previous record").click()
    await expect(known).not_to_contain_text("+12 min")


async def test_another_policy_is_compared_side_by_side(past: Past) -> None:
    page = await past.page(f"#j={HERE}&seq=1&incident={past.incident}")
    await expect(page.get_by_role("link", name="Record of the incident")).to_be_visible()
    await page.get_by_role("button", name="What if").click()
    policy = page.get_by_label("Fields of the policy")

    await policy.fill('{"promises": {"accept_min": "never"}}')
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("alert")).to_contain_text("promises.accept_min", timeout=60_000)

    await policy.fill('{"promises": {"accept_min": 1}}')
    await page.get_by_role("button", name="Compare").click()
    row = page.locator(".compare tr.differs").first
    await expect(row).to_contain_text("promises", timeout=60_000)


async def test_an_auditor_sees_ids_and_no_names(past: Past) -> None:
    seq = await past.seq_of("decline_assignment")
    seen = await past.page(f"#j={HERE}&seq={seq}", Role.AUDITOR)
    names = [name for it in past.room.station.places for _, name, _ in it.names.values()]

    await expect(seen.locator(f"[data-record='{seq}']")).to_contain_text("mem_")
    text = await seen.locator("body").inner_text()
    assert not any(name in text for name in names)
