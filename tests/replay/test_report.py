"""The report of an incident says of each promise how it ended, and how late."""

from typing import Any

import msgspec
import pytest

from coordinator.replay.naming import things_named, unread
from coordinator.replay.report import markdown
from coordinator.replay.story import Entry
from schemas.catalogue import write_payload
from schemas.signals.assignment import DeclineAssignment
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    OutageUpdated,
    ReopenIncident,
    RestoreIncident,
    ReviewIncident,
)
from schemas.vocabulary import CrewStatus, DeclineReason, EventGrade, Role
from tests.county import county, outage
from tests.domain.outages import FAR_AWAY, MAP, opened
from tests.domain.outages import gone as withdrawn
from tests.domain.test_site import with_site
from tests.story import HOUR, MINUTE, SECOND, Story
from words.catalogue import LANGUAGES, Language, current


def report(story: Story, incident_id: str, language: Language = "en") -> str:
    told = entries_of(story, incident_id)
    return markdown(incident_id, told, names={}, verified="ok", utc_offset_min=0, language=language)


def entries_of(story: Story, incident_id: str) -> list[Entry]:
    entries = [
        Entry(
            seq=seq, at=at, hash=bytes(32), signal_type="-", actor_id="-", on_behalf_of=None,
            happened_at=None,
            events=_of(incident_id, msgspec.json.decode(write_payload(None, facts))),
        )
        for seq, (at, facts) in enumerate(story.history)
    ]  # fmt: skip
    return [it for it in entries if it.events]


def _of(incident_id: str, payload: Any) -> list[dict[str, Any]]:
    return [it for it in payload["events"] if it.get("incident_id") == incident_id]


def crew(story: Story, status: CrewStatus) -> None:
    story.when(OutageUpdated, source=MAP, dedup_key="r1", crew_status=status)


@pytest.fixture
def story() -> Story:
    return Story()


def test_an_arrival_51_seconds_late_is_told_so(story: Story) -> None:
    id_ = opened(story)
    story.after(45 * MINUTE + 51 * SECOND)
    crew(story, CrewStatus.ON_SITE)
    story.after(27 * MINUTE)

    assert (
        "| arrive | 2026-01-01 00:45:00 | broken, met at 2026-01-01 00:45:51, 0 min 51 s late |"
        in report(story, id_)
    )


def test_a_remote_restoration_is_told_as_one(story: Story) -> None:
    id_ = opened(story)
    story.after(10 * MINUTE)
    story.when(RestoreIncident, incident_id=id_)

    told = report(story, id_)
    assert "no longer needed: power was back at 2026-01-01 00:10:00 |" in told
    assert "| accept | 2026-01-01 00:03:00 | broken; nobody by 2026-01-01 00:10:00" in told


def test_a_reopened_incident_does_not_run_for_ever_in_its_report(story: Story) -> None:
    id_ = opened(story)
    crew(story, CrewStatus.ON_SITE)
    story.after(HOUR)
    story.when(RestoreIncident, incident_id=id_)
    story.when(ReopenIncident, incident_id=id_, reason="dark")

    assert "| restore | 2026-01-01 03:00:00 | dropped |" in report(story, id_)


def test_a_report_is_written_in_chinese_and_what_was_typed_stays(story: Story) -> None:
    id_ = opened(story)
    story.after(45 * MINUTE + 51 * SECOND)
    crew(story, CrewStatus.ON_SITE)
    late = report(story, id_, "zh")
    story.when(RestoreIncident, incident_id=id_)
    story.when(ReopenIncident, incident_id=id_, reason="no such incident")

    told = report(story, id_, "zh")

    assert "| 到场 | 2026-01-01 00:45:00 | 超时限，2026-01-01 00:45:51完成，超时0分51秒 |" in late
    assert "事件重开：no such incident" in told
    assert "签发人：" in told


def test_a_grade_is_told_with_its_word_and_its_numeral(story: Story) -> None:
    id_ = opened(story)

    assert "| 未达事件等级的故障 |" in report(story, id_, "zh")
    assert "| below grade IV |" in report(story, id_)
    assert current().word("full_grade", EventGrade.I, "zh") == "特别重大（Ⅰ级）"
    for language in LANGUAGES:
        told = {current().word("full_grade", it, language) for it in EventGrade}
        assert len(told) == len(EventGrade)
        assert not told & {it.value for it in EventGrade}


def test_a_report_tells_the_latest_cause_how_to_get_in_and_how_many_are_dark(story: Story) -> None:
    id_ = opened(story, cause="wind", access="north gate", extent=Extent(customers_out=1_200))
    story.after(10 * MINUTE)
    story.when(OutageUpdated, source=MAP, dedup_key="r1", cause="a tree on the line")
    story.when(OutageUpdated, source=MAP, dedup_key="r1", extent=Extent(customers_out=30))

    told = report(story, id_)

    assert "cause: a tree on the line" in told
    assert (
        "Customers without power, the most in one report: 1200; how to get in: north gate" in told
    )
    assert "All times are UTC+00:00." in told


@pytest.mark.parametrize(("language", "said"), [("en", "An exercise"), ("zh", "演练")])
def test_the_report_of_an_exercise_says_so_first(
    story: Story, language: Language, said: str
) -> None:
    id_ = opened(story)

    drilled, real = (
        markdown(
            id_, entries_of(story, id_), names={}, verified="ok", utc_offset_min=0,
            language=language, exercise=exercise,
        )
        for exercise in (True, False)
    )  # fmt: skip

    assert said in drilled.splitlines()[2]
    assert said not in real


@pytest.mark.parametrize(
    ("language", "said"), [("en", "reported in danger there"), ("zh", "现场存在人身伤害风险")]
)
def test_the_summary_says_that_people_are_in_danger(
    story: Story, language: Language, said: str
) -> None:
    safe = opened(story)
    id_ = opened(story, "r2", place=FAR_AWAY, injury_risk=True)

    assert said in report(story, id_, language).split("##")[0]
    assert said not in report(story, safe, language)


SAID_AT_THE_END: dict[Language, tuple[str, ...]] = {
    "en": ("at its highest (MW): 12.5", "The customer said: quick", "cause: wind; lessons: trim"),
    "zh": ("减供负荷（MW）：12.5", "客户意见：quick", "复盘：原因：wind；经验教训：trim"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_losses_what_the_customer_said_and_the_review_are_in_the_summary(
    story: Story, language: Language
) -> None:
    id_ = opened(story, extent=Extent(load_lost_mw=12.5))
    story.when(RestoreIncident, incident_id=id_)
    story.when(CloseIncident, incident_id=id_, feedback="quick")
    story.when(ReviewIncident, incident_id=id_, cause="wind", lessons="trim")

    told = report(story, id_, language).split("##")[0]

    assert [it for it in SAID_AT_THE_END[language] if it not in told] == []


@pytest.mark.parametrize(
    ("language", "promise", "gone", "loss"),
    [
        ("zh", "确定服务承诺时限（接单）", "来源已撤回", "直接经济损失（万元）为12.5，达到一般"),
        ("en", "promise made (accept)", "withdrawn: withdrawn", "loss in CNY 10,000: 12.5, which"),
    ],
)  # fmt: skip
def test_the_timeline_says_which_promise_and_reasons_by_their_words(
    story: Story, language: Language, promise: str, gone: str, loss: str
) -> None:
    id_ = opened(story, extent=Extent(loss_10k_cny=12.5))
    withdrawn(story, reason="withdrawn")

    told = report(story, id_, language)

    assert promise in told
    assert gone in told
    assert loss in told


def test_the_timeline_names_whose_call_out_somebody_else_ended_and_why_one_cannot_come() -> None:
    story = county(size=16)
    id_ = outage(story)
    leader, other = sorted(story.state.assignments.by_id.values(), key=lambda it: it.member_id)[:2]
    story.when(
        DeclineAssignment, assignment_id=leader.assignment_id, actor_id=leader.member_id,
        actor_role=Role.MEMBER, reason=DeclineReason.ILL,
    )  # fmt: skip
    story.when(RestoreIncident, incident_id=id_)
    entries = [
        Entry(
            seq=seq, at=at, hash=bytes(32), signal_type="-", actor_id="-", on_behalf_of=None,
            happened_at=None, events=msgspec.json.decode(write_payload(None, facts))["events"],
        )
        for seq, (at, facts) in enumerate(story.history)
    ]  # fmt: skip

    told = markdown(
        id_, entries, names=things_named(story.state), verified="ok", utc_offset_min=0,
        language="zh",
    )  # fmt: skip

    assert f"队员不能出动（{leader.member_id}）：身体不适" in told
    assert f"解除任务（{other.member_id}）：已复电" in told


def test_a_site_is_told_by_its_name_and_unread_words_are_told_as_such() -> None:
    story = with_site()
    token = f"told:{'a' * 40}"
    id_ = opened(story, device="T-1", cause=token)
    told = markdown(
        id_, entries_of(story, id_), names=things_named(story.state), verified="ok",
        utc_offset_min=0, language="zh",
    )  # fmt: skip

    assert "影响First hospital" in told
    assert "原因：（未显示）" in unread(told, "zh")
    assert "cause: (not shown)" in unread(report(story, id_), "en")
