"""What leaves by push, robot and text message: short, in the reader's language, nobody named."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from coordinator.clock import SetClock
from coordinator.outbox.deliveries import Deliveries
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.notices_out import NoticesOut
from coordinator.outbox.wording import Style, Tongue, worded, worded_together
from schemas import ids
from schemas.said import document_of
from schemas.sentences import notices, reasons
from schemas.vocabulary import NoticeKind, UnitRole
from tests.story import MINUTE, START

LI = "mem_01KDVDNA00P5ZFDMCWF9DHXT1V"
SITE = "sit_01KDVDNA00P5ZFDMCWF9DHXT1V"
SENDER = "国网黄石供电"
SMS_MAX = 70
AROUND: dict[str, Any] = {
    "circuit": "下陆区团城山线",
    "kind": "equipment_fault",
    "utc_offset_min": 480,
}


def effect(fact: str, /, *, around: dict[str, Any] = AROUND, **document: Any) -> ActualEffect:
    return ActualEffect(
        effect_id="e", log_id="county", seq=1, at=START, target=LI, kind=fact, about="-",
        expires_at=START + 60 * MINUTE, document=document | {"surroundings": around},
    )  # fmt: skip


OFFERED = effect(
    "assignment_offered", member_id=LI, answer_by=START + 5 * MINUTE, arrive_by=START + 45 * MINUTE
)
IN_DANGER = effect(
    "assignment_offered", around=AROUND | {"injury_risk": True}, member_id=LI,
    answer_by=START + 5 * MINUTE, arrive_by=START + 45 * MINUTE,
)  # fmt: skip
RELEASED = effect("assignment_released", reason=document_of(reasons.RESTORED))
STOOD_DOWN = effect(
    "assignment_released", reason=document_of(reasons.RESTORED), around=AROUND | {"came": True}
)
REMINDED = effect(
    "notice_raised", kind="escalation_step", recipient="member",
    text=document_of(notices.no_answer(LI, UnitRole.LEADER)),
)  # fmt: skip
HELP = effect(
    "notice_raised", kind="help_called", recipient="commander",
    text=document_of(notices.needs_help(LI)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (OFFERED, "出动通知：下陆区团城山线设备故障，请08:05前答复，08:45前到集结点。"),
        (
            IN_DANGER,
            "出动通知：下陆区团城山线设备故障，现场有人身伤害风险，请08:05前答复，08:45前到集结点。",
        ),
        (REMINDED, "催办：下陆区团城山线出动通知您尚未答复，请立即答复；不能出动请说明原因。"),
        (
            STOOD_DOWN,
            "撤回通知：下陆区团城山线抢修任务已结束，请清点人员、工器具后撤离，归队后报平安。",
        ),
        (HELP, "紧急求助：下陆区团城山线抢修现场人员求助，请立即接手并电话核实。"),
        (
            RELEASED,
            "任务解除：下陆区团城山线出动任务您已解除，无需前往；已在途请注意安全，返回后报平安。",
        ),
    ],
)
def test_a_text_message_says_it_all_in_seventy_characters(told: ActualEffect, message: str) -> None:
    found = worded(told, Style(sender=SENDER)).text_message

    assert found == f"【{SENDER}】{message}"
    assert len(found) <= SMS_MAX
    assert LI not in found


@pytest.mark.parametrize(
    ("tongue", "title"), [("zh", "出动通知"), ("en", "Call-out"), ("both", "出动通知 · Call-out")]
)
def test_a_message_is_in_the_language_that_is_set(tongue: Tongue, title: str) -> None:
    found = worded(OFFERED, Style(tongue, link="https://here"))

    assert found.title == title
    assert found.body.endswith("\nhttps://here/me")
    assert ("answer by 08:05" in found.body) == (tongue != "zh")


def test_a_message_leads_to_the_page_of_whom_it_is_for() -> None:
    style, desk = Style(link="https://here"), replace(HELP, target="desk:commander")

    assert worded(HELP, style).body.splitlines()[-1] == "https://here/me"
    assert worded(desk, style).body.splitlines()[-1] == "https://here/"
    together = worded_together([desk, replace(REMINDED, target="desk:dispatcher")], style).body
    assert together.splitlines()[-1] == "https://here/"
    assert together.count("https://") == 1
    assert "http" not in worded(desk, Style()).body


def test_another_day_is_told_with_the_time() -> None:
    late = effect("roll_call_opened", due_at=START + 24 * 60 * MINUTE)

    assert worded(late, Style()).body == "请2日08:00前应答。"


def test_a_desk_is_told_of_places_by_name_and_of_nobody() -> None:
    told = notices.nobody_took_it_on((notices.no_supply(SITE), notices.needs_help(LI)))
    found = worded(
        effect(
            "notice_raised", kind="escalation_exhausted", recipient="dispatcher",
            text=document_of(told), around=AROUND | {"names": {SITE: "人民医院", LI: "李四"}},
        ),
        Style(),
    )  # fmt: skip

    assert (found.title, found.body) == (
        "逐级催办无人应答",
        "无人接手：人民医院失电；一名队员紧急求助",
    )


def test_a_member_is_not_told_outside_what_a_notice_says() -> None:
    whistle = notices.community_calls("riverside", 2, "carry water to 6-301")
    found = worded(
        effect(
            "notice_raised", kind="whistle_blown", recipient="member", text=document_of(whistle)
        ),
        Style(),
    )

    assert "6-301" not in found.title + found.body


def test_what_was_typed_is_put_back_within_what_is_said(tmp_path: Any) -> None:
    deliveries = Deliveries(tmp_path / "deliveries.db")
    out = NoticesOut(
        deliveries, (), SetClock(START), CollectorRegistry(),
        put_back=lambda it: it.replace("told:1", "pump"),
    )  # fmt: skip
    told = notices.nobody_took_it_on(notices.objective_overdue("told:1"))

    shown = out._with_words(
        effect("notice_raised", kind="x", recipient="dispatcher", text=document_of(told))
    )

    assert worded(shown, Style("en")).body == "Nobody took it on: Overdue: pump"
    deliveries.close()


@pytest.mark.parametrize(
    ("kind", "must"),
    [("supply_back_with_people_on_line", "撤离线路"), ("work_stopped", "撤离线路")],
)
def test_what_a_member_has_to_do_this_moment_is_in_the_message_itself(kind: str, must: str) -> None:
    told_of_line = notices.supply_back("splice", SITE, 1, (LI,), LI)
    told = effect("notice_raised", kind=kind, recipient="member", text=document_of(told_of_line))

    said = worded(told, Style(sender=SENDER)).body

    assert must in said
    assert LI not in said


KINDS = re.findall(r'_id\("(\w{3})"\)', Path(ids.__file__).read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_has_an_id_is_called_something_where_nobody_knows_its_name(
    language: Tongue, kind: str
) -> None:
    about = kind + LI.removeprefix("mem")
    text = document_of(notices.gathered_of(1, NoticeKind.SHORTAGE, (about,)))
    told = effect("notice_raised", kind="shortage", recipient="dispatcher", text=text)

    assert about not in worded(told, Style(language)).body
