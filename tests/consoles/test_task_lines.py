"""The lines of a task at the desk: its tickets, who is on them, and when nobody is any more."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.at_work import done, on_scene
from tests.consoles.browser import Room, control_room, look

HOUR_MS = 3_600_000
WORDS = {
    "en-GB": ("Work tickets", "nobody is on a line", "Ready to energise"),
    "zh-CN": ("工作票", "线路上无人作业", "具备送电条件"),
}


async def _unit_of_task(room: Room) -> tuple[str, str, list[str]]:
    """Open a task, let a unit of three come to it; return task, unit and its people."""
    here, now = room.station, room.station.home.clock.now()
    base = here.places[0].teams[0].base
    opened = await done(
        room, Role.COMMANDER, "open_task", name="医院迁改", aim="relocate_line",
        deadline_at=now + 200 * HOUR_MS,
    )  # fmt: skip
    task_id = f"tsk_{opened}"
    need: dict[str, Any] = {
        "roles": [{"role": "line_worker", "count": 3}],
        "muster_point": {"lon": base.lon, "lat": base.lat}, "deadline_at": now + 4 * HOUR_MS,
    }  # fmt: skip
    said = await done(
        room, Role.COMMANDER, "call_muster", task_id=task_id, need=need, reason="move the line"
    )
    unit_id = f"unt_{said}"
    return task_id, unit_id, await on_scene(room, unit_id)


@pytest.mark.parametrize("locale", WORDS)
async def test_the_tickets_of_a_task_are_drafted_and_ended_where_the_task_is_run(
    tmp_path: Path, locale: str
) -> None:
    title, nobody, ready = WORDS[locale]
    async with control_room(tmp_path) as room:
        task_id, unit_id, people = await _unit_of_task(room)
        page = await room.desk(locale=locale)
        await page.locator(f"[data-task={task_id}] button").click()
        lines = page.locator("[data-test=task-tickets]")
        await expect(lines).to_contain_text(title)
        await expect(lines).to_contain_text(nobody)
        await look(page, f"{locale}-task-1-none")

        base = room.station.places[0].teams[0].base
        said = await done(
            room, Role.DISPATCHER, "draft_ticket", task_id=task_id, unit_id=unit_id, kind="patrol",
            place={"lon": base.lon, "lat": base.lat}, work_leader=people[0], crew=people,
            text="立杆 7 号",
        )  # fmt: skip
        ticket = f"tkt_{said}"
        await expect(lines.locator(f"[data-ticket={ticket}]")).to_be_visible()
        await look(page, f"{locale}-task-2-drafted")
        await done(
            room, Role.DISPATCHER, "issue_ticket", ticket_id=ticket, issued_by="the-dispatcher"
        )
        leader = room.station.member_token(people[0])
        # What is done where the task is run is taken back there: nothing behind it can be reached.
        await lines.locator("[data-signal=start_work]").click()
        await page.locator("form[data-form=start_work] button.button-main").click()
        await page.locator("dialog [data-test=undo]").click()
        await expect(lines.locator("[data-signal=start_work]")).to_be_visible()
        assert await page.locator(".toasts").count() == 1
        await done(room, leader, "start_work", ticket_id=ticket)
        await done(
            room, leader, "confirm_clear", ticket_id=ticket, clearance="people_off",
            confirmed_by=people[0], people=people,
        )  # fmt: skip
        await done(
            room, leader, "confirm_clear", ticket_id=ticket, clearance="tools_out",
            confirmed_by=people[0],
        )  # fmt: skip
        await done(room, leader, "finish_work", ticket_id=ticket)
        await lines.locator("[data-signal=end_ticket]").click()
        form = page.locator("form[data-form=end_ticket]")
        await form.locator("button.button-main").click()

        await expect(lines.locator(f"[data-ticket={ticket}]")).to_have_count(0)
        await expect(lines.locator("[data-test=task-ready]")).to_contain_text(ready)
        await look(page, f"{locale}-task-3-ready")
