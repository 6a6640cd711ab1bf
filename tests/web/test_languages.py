"""Answers are worded in the language that is asked for; codes and parameters stand beside them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, Station, station
from words.catalogue import LANGUAGES, current

WEB = Path(__file__).resolve().parent.parent.parent / "coordinator"
NOWHERE = f"inc_{ulid_of(START, 'nowhere')}"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def said(here: Station, language: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    token = here.home.tokens.mint("desk", Role.DISPATCHER)
    answer = await here.client.post(
        "/v1/signals",
        json={"jurisdiction": HERE, **fields},
        headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
    )
    assert answer.headers["content-language"] == language[:2]
    return answer.status_code, answer.json()


async def test_a_refusal_is_told_in_the_language_of_who_asks(here: Station) -> None:
    closing = {"type": "close_incident", "incident_id": NOWHERE}
    status, english = await said(here, "en-GB", **closing)
    _, chinese = await said(here, "zh-CN,zh;q=0.9", **closing)

    assert (status, english["title"], chinese["title"]) == (409, "refused", "操作未受理")
    for told, reason in ((english, "no such incident"), (chinese, "没有该事件")):
        (error,) = told["errors"]
        assert error == {
            "field": "incident_id",
            "value": NOWHERE,
            "said": {"code": "no_such_incident"},
            "reason": reason,
        }
        assert told["detail"] == f"incident_id: {reason} ({NOWHERE})"


@pytest.mark.parametrize(
    ("fields", "field", "code", "english", "chinese"),
    [
        ({}, "incident_id", "missing", "this field is wanted", "必填"),
        ({"incident_id": 5}, "incident_id", "string_type", "a text is wanted", "须为文字"),
        (
            {"incident_id": NOWHERE, "satisfied": "yes"},
            "satisfied", "bool_type", "yes or no is wanted (true, false)",
            "须为是或否（true、false）",
        ),
        (
            {"incident_id": NOWHERE, "feedback": "x" * 2_001},
            "feedback", "string_too_long", "at most 2000 characters", "不得超过2000个字符",
        ),
        ({"incident_id": NOWHERE, "colour": 1}, "colour", "extra_forbidden",
         "there is no such field", "没有此字段"),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_told_by_what_is_wrong_with_it(
    here: Station, fields: dict[str, Any], field: str, code: str, english: str, chinese: str
) -> None:
    for language, reason in (("en", english), ("zh", chinese)):
        status, told = await said(here, language, type="close_incident", **fields)
        (error,) = told["errors"]
        assert status == 422
        assert (error["field"], error["code"], error["reason"]) == (field, code, reason)


async def test_whatever_else_goes_wrong_has_a_title_in_each_language(here: Station) -> None:
    token = here.home.tokens.mint("desk", Role.DISPATCHER)
    answer = await here.client.get(
        "/v1/nowhere", headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh"}
    )
    assert (answer.status_code, answer.json()["title"]) == (404, "未找到")

    codes = set()
    for path in WEB.rglob("web/**/*.py"):
        codes |= set(re.findall(r'Problem\(\s*\d{3},\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 15
    for language in LANGUAGES:
        assert codes <= current().groups[language]["problems"].keys()
