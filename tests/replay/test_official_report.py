"""The reports that go up: filled in from the record, and what it does not have is told as such."""

from typing import get_args

import pytest

from coordinator.replay.official_report import FORMS, official
from coordinator.replay.reckoning import Reckoning, reckoned
from coordinator.replay.report import page_of
from schemas.signals.incident import (
    CloseIncident,
    Extent,
    ExtentReported,
    OutageUpdated,
    RestoreIncident,
    ReviewIncident,
)
from schemas.signals.response import RecordReport
from schemas.vocabulary import GridKind, IncidentKind, ReportKind, WarningColour
from tests.boards.drawn import redrawn, rows_of, shown
from tests.county import county, unit_on_scene
from tests.domain.outages import FAR_AWAY, MAP, opened
from tests.domain.test_alert import heard
from tests.domain.test_site import with_site
from tests.replay.test_report import entries_of
from tests.story import HOUR, Story
from words.catalogue import LANGUAGES, Language, current

BEIJING_MIN = 480


def known_of(story: Story, incident_id: str) -> Reckoning:
    known = reckoned(story.state, incident_id, entries_of(story, incident_id))
    assert known is not None
    return known


def told(
    story: Story, incident_id: str, kind: ReportKind, language: Language = "zh"
) -> dict[str, str]:
    """Return a report's rows by item, and its title under «#»."""
    page = page_of({}, BEIJING_MIN, language)
    text = official(kind, known_of(story, incident_id), page, verified="ok", exercise=False)
    rows = [it.strip("| ").split(" | ") for it in text.splitlines() if it.startswith("| ")]
    head = [it[2:].split("：", 1) for it in text.splitlines() if it.startswith("- ")]
    found = {it[0]: it[-1] for it in [*rows, *head]}
    return found | {"#": text.splitlines()[0]}


@pytest.fixture
def story() -> Story:
    return Story()


def test_what_nobody_said_is_still_to_be_verified_and_no_zero(story: Story) -> None:
    id_ = opened(story)
    flash = told(story, id_, "flash")

    assert flash["人员伤亡"] == flash["停电用户"] == flash["减供负荷"] == "待核实"
    assert flash["受影响重要电力用户及供电方式"] == "无"
    assert flash["下一步安排"] == "______（待填）"


def test_nobody_hurt_is_said_and_one_who_died_is_not_left_out(story: Story) -> None:
    id_ = opened(story, extent=Extent(deaths=0, serious_injuries=0))
    assert told(story, id_, "flash")["人员伤亡"] == "无人员伤亡"

    story.when(ExtentReported, incident_id=id_, extent=Extent(deaths=1))
    assert told(story, id_, "verified")["人员伤亡"] == "死亡：1人；重伤：0人"


def test_danger_is_told_as_to_be_verified_until_somebody_says_who_was_hurt(story: Story) -> None:
    id_ = opened(story, injury_risk=True)
    first = told(story, id_, "flash")["人员伤亡"]
    story.when(ExtentReported, incident_id=id_, extent=Extent(deaths=0, serious_injuries=0))

    assert first == "待核实（有报修称现场存在人身伤害风险）"
    assert told(story, id_, "flash")["人员伤亡"] == "无人员伤亡"


def test_half_of_an_answer_about_people_does_not_say_that_nobody_was_hurt(story: Story) -> None:
    id_ = opened(story, extent=Extent(deaths=0))

    assert told(story, id_, "flash")["人员伤亡"] == "待核实"


def test_figures_are_written_as_a_report_has_them(story: Story) -> None:
    extent = Extent(
        grid=GridKind.PROVINCE, load_before_mw=1_320.0, load_lost_mw=13.2, customers_total=730_000,
        customers_out=365_000, loss_10k_cny=1_250.5,
    )  # fmt: skip
    id_ = opened(story, extent=extent)
    flash, english = told(story, id_, "flash"), told(story, id_, "flash", "en")

    assert flash["停电用户"] == "36.5万户（占50%）"
    assert flash["减供负荷"] == "1.32万千瓦（占1%）"
    assert flash["发生时间"] == "2026年1月1日8时"
    assert english["Customers out"] == "365,000 customers (50 %)"
    assert english["Load lost"] == "13.2 MW (1 %)"
    assert told(story, id_, "verified")["直接经济损失"] == "1250.5万元"


def test_situation_reports_are_numbered_and_say_who_is_out_still(story: Story) -> None:
    id_ = opened(story, extent=Extent(
        grid=GridKind.REGIONAL_GRID, load_before_mw=100.0, load_lost_mw=10.0, customers_out=900,
    ))  # fmt: skip
    first = told(story, id_, "situation")
    story.after(HOUR)
    story.when(RecordReport, incident_id=id_, report="situation")
    story.when(RestoreIncident, incident_id=id_)
    second = told(story, id_, "situation")

    assert first["#"].endswith("的续报一")
    assert second["#"].endswith("的续报二")
    assert (first["当前未恢复"], second["当前未恢复"]) == ("900户", "0户")
    assert second["（预计）全部恢复供电时间"] == "已于2026年1月1日9时恢复供电"
    assert told(story, id_, "verified")["停电时户数"].startswith("900时户")
    response = told(story, id_, "flash")["响应级别及启动、终止时间"]
    assert response.endswith("响应，2026年1月1日8时启动")


def test_the_text_to_customers_fits_one_message_and_says_back_only_when_it_is(
    story: Story,
) -> None:
    id_ = opened(story, circuit="10千伏团城山五线甲支", cause="树木倒伏压断导线")
    item = "客户短信（供营销专业发送）"
    dark = told(story, id_, "situation")[item]
    story.when(OutageUpdated, source=MAP, dedup_key="r1", expected_restored_at=story.at + 30 * HOUR)
    expected = told(story, id_, "situation")[item]
    story.after(31 * HOUR)
    story.when(ExtentReported, incident_id=id_, extent=Extent(customers_out=5))
    overdue = told(story, id_, "situation")[item]
    story.when(RestoreIncident, incident_id=id_)
    back = told(story, id_, "situation")[item]

    assert "因设备故障，10千伏团城山五线甲08:00起停电" in dark
    assert "恢复时间另行告知" in dark
    assert "预计2日14:00恢复供电" in expected
    assert "恢复时间另行告知" in overdue
    assert "已于15:00恢复供电" in back
    assert max(map(len, (dark, expected, overdue, back))) <= 70


def test_who_went_out_is_counted_once_and_told_as_now_and_in_all() -> None:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story, extent=Extent(customers_out=2_000))
    people = len(story.state.units.by_id[unit_id].people)
    known = known_of(story, incident_id)

    assert known.in_the_field().people == people > 0
    assert told(story, incident_id, "flash")["已出动力量"].startswith(f"抢修人员{people}人，")


def test_the_full_report_has_what_the_review_says_and_how_the_promises_ended(story: Story) -> None:
    id_ = opened(story)
    story.when(RestoreIncident, incident_id=id_)
    story.when(CloseIncident, incident_id=id_)
    story.when(ReviewIncident, incident_id=id_, cause="wind", lessons="先查树障")
    page = page_of({}, BEIJING_MIN, "zh")
    text = official("full", known_of(story, id_), page, verified="ok", exercise=True)

    assert "| 经验做法 | 先查树障 |" in text
    assert "## 服务承诺" in text
    assert "## 时间线" in text
    assert "演练记录" in text.splitlines()[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_report_is_a_form_and_each_item_has_its_word(language: Language) -> None:
    words = current().groups[language]["official"]
    items = {key for form in FORMS.values() for key, _ in form}

    assert set(FORMS) == set(get_args(ReportKind))
    assert {it for it in words if it.startswith("item_")} == {f"item_{it}" for it in items}
    assert {f"title_{it}" for it in FORMS} <= words.keys()


def test_the_alert_is_the_one_that_was_issued_and_no_colour_of_the_size(story: Story) -> None:
    extent = Extent(loss_10k_cny=12.5)
    id_ = opened(story, kind=IncidentKind.NATURAL_DISASTER, extent=extent)
    unwarned = told(story, id_, "flash")["预警级别"]
    heard(story, colour=WarningColour.ORANGE)
    other = opened(story, "r2", place=FAR_AWAY, kind=IncidentKind.NATURAL_DISASTER)
    warned = [told(story, it, "flash")["预警级别"] for it in (id_, other)]
    board = [rows_of(redrawn(story))["open_incidents", it]["warning"] for it in (id_, other)]
    story.when(RestoreIncident, incident_id=other)
    restored = told(story, other, "flash")["预警级别"]
    story.after(7 * HOUR)

    assert unwarned == told(story, id_, "flash")["预警级别"] == "无预警"
    assert warned == ["橙色", "橙色"]
    assert board == [WarningColour.ORANGE, WarningColour.ORANGE]
    assert restored == "橙色"
    assert reckoned_warning(story, other) == "橙色（已解除）"


def reckoned_warning(story: Story, incident_id: str) -> str:
    return told(story, incident_id, "full")["预警级别"]


async def test_a_row_is_drawn_again_when_an_alert_comes_and_goes(story: Story) -> None:
    opened(story)
    heard(story, colour=WarningColour.RED)
    assert rows_of(await shown(story)) == rows_of(redrawn(story))

    story.after(7 * HOUR)
    assert rows_of(await shown(story)) == rows_of(redrawn(story))


def test_a_site_that_was_hit_is_named_after_supply_is_back_too() -> None:
    story = with_site()
    id_ = opened(story, device="T-1")
    item = "受影响重要电力用户及供电方式"
    before = told(story, id_, "flash")[item]
    story.when(RestoreIncident, incident_id=id_)

    assert before != "无"
    assert told(story, id_, "flash")[item] == told(story, id_, "full")[item] == before
