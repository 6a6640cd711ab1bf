"""A report lists its work tickets, and says of each confirmation which step it was."""

import msgspec

from coordinator.replay.naming import things_named
from coordinator.replay.report import markdown
from coordinator.replay.story import Entry
from schemas.catalogue import write_payload
from schemas.signals.task import FinishTask
from tests.domain.line import over
from tests.domain.test_task import POLES, task_of
from tests.domain.test_task_tickets import Rebuilding
from tests.replay.test_long_report import report
from tests.story import Story
from words.catalogue import Language


def told(story: Story, about: str, language: Language) -> str:
    """Return the report of a story whose every fact is of one subject."""
    entries = [
        Entry(seq=seq, at=at, hash=bytes(32), signal_type="-", actor_id="-", on_behalf_of=None,
              happened_at=None, events=msgspec.json.decode(write_payload(None, facts))["events"])
        for seq, (at, facts) in enumerate(story.history)
    ]  # fmt: skip
    return markdown(
        about, entries, names=things_named(story.state), verified="ok", utc_offset_min=0,
        language=language,
    )  # fmt: skip


def test_the_report_of_a_task_lists_its_ticket_with_who_answered_and_when() -> None:
    work = Rebuilding()
    held = work.story.state.safety.tickets[work.ticket_id]
    over(work.story, work.ticket_id)
    found = told(work.story, work.task_id, "en")
    who = next(it for it in found.splitlines() if it.startswith(f"| {work.ticket_id}"))
    when = found.split("permit and times", maxsplit=1)[1].splitlines()[4]

    assert held.work_leader in who
    assert "issuing-desk" in who
    assert "permit-desk | T-1 | 2026-01-01" in when
    assert "–" not in when


def test_a_line_of_the_timeline_says_which_step_was_confirmed_and_that_work_began() -> None:
    work = Rebuilding()
    over(work.story, work.ticket_id)
    found = told(work.story, work.task_id, "zh")

    for step in ("工作许可", "接地", "验电"):
        assert f"确认安全措施（{step}）" in found
    assert "清场确认（人员已清点撤离）" in found
    assert "许可开工" not in found
    assert "开工" in found


def test_what_a_finished_task_left_open_is_not_done() -> None:
    story, task_id = task_of()
    assert f"| {POLES} | 2026-01-03 00:00:00 | running |" in report(story, task_id)
    story.when(FinishTask, task_id=task_id, summary="-", unfinished=True, reason="snow")

    assert f"| {POLES} | 2026-01-03 00:00:00 | not done |" in report(story, task_id)
