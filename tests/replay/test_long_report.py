"""The report of a guarded operation and of a task says what was covered, measured and met."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from coordinator.replay.naming import things_named
from coordinator.replay.report import markdown
from coordinator.replay.story import ABOUT, Entry
from coordinator.replay.subjects import Named, Subjects
from schemas.catalogue import write_payload
from schemas.events.operation import OperationConcluded
from schemas.signals.operation import (
    CheckIn,
    ConcludeOperation,
    GuardPost,
    PostGuard,
    ProlongGuard,
    StartGuard,
    SupplyDisturbed,
    SupplyInterrupted,
    WithdrawPost,
)
from schemas.signals.task import (
    CancelTask,
    FinishTask,
    MeetMilestone,
    ReportTaskProgress,
    SetMilestone,
)
from tests.county import HOSPITAL, member
from tests.domain.test_operation import GUARDS, opened
from tests.domain.test_task import POLES, WIRE, at_work, shift, task_of
from tests.story import DAY, HOUR, MINUTE, START, Story
from words.catalogue import LANGUAGES, Language


def report(
    story: Story,
    id_: str,
    language: Language = "en",
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    entries = []
    for seq, (at, facts) in enumerate(story.history):
        events = msgspec.json.decode(write_payload(None, facts))["events"]
        own = [it for it in events if id_ in {it.get(name) for name in ABOUT}]
        if own:
            entries.append(
                Entry(seq=seq, at=at, hash=bytes(32), signal_type="-", actor_id="-",
                      on_behalf_of=None, happened_at=None, events=own)
            )  # fmt: skip
    return markdown(
        id_, entries, names=things_named(story.state) | dict(names), verified="ok",
        utc_offset_min=0, language=language,
    )  # fmt: skip


def guarded() -> tuple[Story, str]:
    story, operation_id = opened()
    post = GuardPost(site_id=HOSPITAL, member_ids=GUARDS, start_orderer=member(0, 7),
                     start_operator=GUARDS[0])  # fmt: skip
    story.when(PostGuard, operation_id=operation_id, post=post, starts_at=START,
               ends_at=START + 2 * HOUR)  # fmt: skip
    story.when(StartGuard, operation_id=operation_id, override_reason="the river rises")
    one = {"operation_id": operation_id, "site_id": HOSPITAL}
    story.when(CheckIn, **one, member_id=GUARDS[0], kind="patrol")
    story.when(SupplyDisturbed, **one, disturbance="dip", lasted_ms=80)
    story.at += MINUTE
    story.when(SupplyInterrupted, **one, interrupted=True, reason="tripped")
    story.at += 2 * MINUTE
    story.when(SupplyInterrupted, **one, interrupted=False, reason="closed")
    story.after(MINUTE)
    story.when(ConcludeOperation, operation_id=operation_id, summary="quiet", lessons="post more")
    assert story.all(OperationConcluded)
    return story, operation_id


def test_the_report_of_a_guard_counts_each_thing_and_shows_where_nobody_stood() -> None:
    story, operation_id = guarded()

    told = report(story, operation_id)

    for line in (
        "- Level: special; basis: organiser's notice, notice 7",
        "| Check-ins | 0 |", "| Patrols | 1 |", "| Interruptions | 1 |", "| Dips | 1 |",
        "| Interrupted, seconds | 120 |",
        "| 2026-01-01 02:00:00 | 2026-01-01 09:00:00 | Hospital | 0 |",
        "- Summary: quiet", "- Lessons: post more",
    ):  # fmt: skip
        assert line in told, told
    assert f"{member(0, 7)} orders, {GUARDS[0]} starts" in told
    assert "Promises" not in told


def test_the_report_of_a_guard_that_changed_shows_until_when_it_went_and_who_stood() -> None:
    story, operation_id = opened()
    for begin, people in ((0, GUARDS), (4, (member(0, 5), member(0, 6)))):
        post = GuardPost(site_id=HOSPITAL, member_ids=people)
        story.when(PostGuard, operation_id=operation_id, post=post,
                   starts_at=START + begin * HOUR, ends_at=START + 9 * HOUR)  # fmt: skip
    one = {"operation_id": operation_id, "site_id": HOSPITAL, "reason": "-"}
    story.after(3 * HOUR)
    story.when(WithdrawPost, **one, member_ids=(member(0, 5), member(0, 6)),
               starts_at=START + 4 * HOUR)  # fmt: skip
    story.when(WithdrawPost, **one, member_ids=GUARDS, starts_at=START)
    story.when(ProlongGuard, operation_id=operation_id, guard_until=START + 12 * HOUR, reason="-")

    told = report(story, operation_id)

    assert "- Guard: 2026-01-01 01:00:00 to 2026-01-01 12:00:00" in told
    assert f"| 2026-01-01 00:00:00 | 2026-01-01 03:00:00 | Hospital | {GUARDS[0]}" in told
    assert member(0, 5) not in told[: told.index("## Timeline")]


def test_the_report_names_unguarded_hours_once_and_not_those_that_somebody_stood() -> None:
    story, operation_id = opened()
    story.after(30 * MINUTE)  # the gap from the first hour on is told ahead
    post = GuardPost(site_id=HOSPITAL, member_ids=GUARDS)
    story.when(PostGuard, operation_id=operation_id, post=post,
               starts_at=START + HOUR, ends_at=START + 9 * HOUR)  # fmt: skip
    story.after(START + 5 * HOUR - story.at)
    story.when(WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, reason="-",
               member_ids=GUARDS, starts_at=START + HOUR)  # fmt: skip

    told = report(story, operation_id)

    assert "| 2026-01-01 05:00:00 | 2026-01-01 09:00:00 | Hospital | 0 |" in told
    assert "| 2026-01-01 01:00:00 | 2026-01-01 09:00:00 | Hospital | 0 |" not in told


def test_the_report_of_a_task_says_how_early_it_was_and_which_step_was_late() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 0, 8)
    story.after(2 * DAY + HOUR)
    story.when(MeetMilestone, task_id=task_id, milestone=POLES)
    story.when(ReportTaskProgress, task_id=task_id, percent=60)
    story.after(START + 7 * DAY - story.at)
    story.when(MeetMilestone, task_id=task_id, milestone=WIRE)
    story.when(ReportTaskProgress, task_id=task_id, percent=100)
    story.when(FinishTask, task_id=task_id, summary="live", all_in=True)

    told = report(story, task_id)

    assert "Finished 2026-01-08 00:00:00, 96.0 h early" in told
    assert f"| {POLES} | 2026-01-03 00:00:00 | late, at 2026-01-03 01:00:00 |" in told
    assert "| 2026-01-03 01:00:00 | 60 | – |" in told
    assert "4 people in 1 units, 1 shifts" in told
    (line,) = [it for it in told.splitlines() if "milestone met" in it and POLES in it]
    assert WIRE not in line


def test_the_report_of_a_task_names_who_was_on_its_shifts_and_who_came_and_went() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people[:2], 0, 8)
    shift(story, task_id, people[2:], 30, 40)
    story.after(9 * HOUR)
    story.when(CancelTask, task_id=task_id, reason="snow", all_in=True)

    told = report(story, task_id, names={it: f"N{it[-4:]}" for it in people})

    halves = (people[:2], people[2:])
    first, later = (", ".join(f"N{it[-4:]}" for it in part) for part in halves)
    assert f"| 2026-01-01 00:00:00 | 2026-01-01 08:00:00 | {first} |" in told
    assert f"| 2026-01-02 06:00:00 | 2026-01-02 16:00:00 | called off: {later} |" in told
    assert f"task shift planned ({first})" in told
    assert f"task shift turned (in: {first})" in told
    assert f"task shift turned (off: {first}, {later})" in told
    assert "医院迁改 has ended" in told
    assert not any(it in told for it in (*people, f"{task_id} has"))


def test_the_report_of_a_task_that_was_ended_unfinished_says_that_and_not_how_early() -> None:
    story, task_id = task_of()
    story.when(ReportTaskProgress, task_id=task_id, percent=35)
    story.when(MeetMilestone, task_id=task_id, milestone=POLES)
    story.when(FinishTask, task_id=task_id, summary="so far", unfinished=True, reason="snow")

    told = report(story, task_id)

    assert "Ended unfinished 2026-01-01 00:00:00: 35 % done. snow" in told
    assert f"Milestones left open: {WIRE}" in told
    assert "early" not in told


def test_a_step_that_was_missed_and_has_another_date_is_reported_as_running() -> None:
    story, task_id = task_of()
    story.after(2 * DAY + HOUR)
    assert f"| {POLES} | 2026-01-03 00:00:00 | missed |" in report(story, task_id)

    story.when(SetMilestone, task_id=task_id, milestone=POLES, due_at=START + 4 * DAY)

    assert f"| {POLES} | 2026-01-05 00:00:00 | running |" in report(story, task_id)


def test_what_is_not_over_or_was_cancelled_says_so() -> None:
    story, task_id = task_of()
    assert "Not over yet." in report(story, task_id)

    story.when(CancelTask, task_id=task_id, reason="another way")

    assert "Cancelled: another way" in report(story, task_id)


def test_each_language_has_all_its_words() -> None:
    for story, id_ in (guarded(), task_of()):
        for language in LANGUAGES:
            assert "{" not in report(story, id_, language)
    assert "值守空档" in report(*guarded(), "zh")


def test_a_task_is_found_by_its_name_and_its_story_is_whole() -> None:
    story, task_id = task_of()
    story.when(CancelTask, task_id=task_id, reason="another way")
    subjects = Subjects()
    for seq, (at, facts) in enumerate(story.history):
        events = msgspec.json.decode(write_payload(None, facts))["events"]
        subjects.take(seq, at, msgspec.convert(events, list[Named]))

    (found,) = subjects.found("医院", kind="task", limit=9)

    assert (found.id, found.closed) == (task_id, True)
    assert len(found.seqs) == 2
