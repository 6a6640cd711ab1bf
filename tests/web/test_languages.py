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
            {"type": "restore_incident", "incident_id": NOWHERE, "temporary": "yes"},
            "temporary", "bool_type", "yes or no is wanted (true, false)",
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
        status, told = await said(here, language, **({"type": "close_incident"} | fields))
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


BODIES = [
    (b"", "json_cut_short"),
    (b"{", "json_cut_short"),
    (b'{"a" 1}', "not_json_at"),
    (b'{"a": 1e999}', "number_out_of_range"),
    (b"[" * 70 + b"]" * 70, "nested_too_deep"),
    (b"[]", "json_object_wanted"),
    (b"\xff\xfe", "not_json_at"),
    (b'{"type": "\\ud800"}', "text_not_kept"),
    (b'{"type": "nothing"}', "no_type_of_signal"),
    (b'{"type": "close_incident", "at": 5}', "set_by_coordinator"),
]


def in_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


@pytest.mark.parametrize("path", ["/v1/signals", "/v1/signals:check", "/v1/signals:batch"])
@pytest.mark.parametrize(("body", "code"), BODIES)
async def test_what_is_no_signal_is_told_by_a_code_and_in_chinese(
    here: Station, path: str, body: bytes, code: str
) -> None:
    token = here.home.tokens.mint("desk", Role.DISPATCHER)
    if path.endswith("batch") and not body:
        return
    answer = await here.client.post(
        path,
        content=body,
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"},
    )
    told = answer.json()
    (line,) = told["results"] if path.endswith("batch") else [told]
    (error,) = line["errors"]

    assert error["code"] == line["said"]["code"] == code
    assert error["parameters"] == line["said"]["parameters"]
    assert in_chinese(error["reason"])
    assert error["reason"] in line["detail"]
    assert not error["value"].startswith("b'")


@pytest.mark.parametrize(
    ("method", "path", "role", "status", "code"),
    [
        ("GET", "/v1/nowhere", Role.DISPATCHER, 404, "nothing_at_address"),
        ("DELETE", "/v1/boards/people", Role.DISPATCHER, 405, "method_not_taken"),
        ("GET", "/v1/boards/nothing", Role.DISPATCHER, 404, "board_one_of"),
        ("GET", "/v1/boards/people?jurisdiction=nope", Role.DISPATCHER, 404, "no_such_here"),
        ("GET", "/v1/me/assignments", Role.DISPATCHER, 403, "may_not_do_this"),
        ("GET", "/v1/session", None, 401, "send_bearer"),
    ],
)
async def test_every_other_answer_has_a_code_and_is_in_chinese(
    here: Station, method: str, path: str, role: Role | None, status: int, code: str
) -> None:
    headers = {"Accept-Language": "zh-CN"}
    if role is not None:
        headers["Authorization"] = f"Bearer {here.home.tokens.mint('desk', role)}"
    answer = await here.client.request(method, path, headers=headers)
    told = answer.json()

    assert answer.status_code == status, told
    assert told["said"]["code"] == code
    assert in_chinese(told["detail"])
    assert not re.search("[a-z]+ [a-z]+ [a-z]+", told["detail"])


@pytest.mark.parametrize(
    ("media_type", "body", "codes"),
    [
        ("text/csv", b"staff_number,name\n", ["column_missing"]),
        ("text/csv", b"\xff", ["not_utf8"]),
        ("application/json", b"[]", ["not_object_of_lists"]),
        ("application/json", b'{"horses": []}', ["unknown_list"]),
        (
            "application/json",
            b'{"people": [{"staff_number": "1", "name": "x", "team_number": "none"}]}',
            ["no_team_of_number"],
        ),
        ("application/json", b'{"people": [{"staff_number": "1"}]}', ["missing", "missing"]),
    ],
)
async def test_bad_rows_are_told_by_a_code_and_in_chinese(
    here: Station, media_type: str, body: bytes, codes: list[str]
) -> None:
    token = here.home.tokens.mint("desk", Role.DISPATCHER)
    answer = await here.client.post(
        f"/v1/roster/{HERE}/import?dry_run=true",
        content=body,
        headers={
            "Authorization": f"Bearer {token}",
            "Accept-Language": "zh",
            "Content-Type": media_type,
        },
    )
    rows = answer.json()["bad_rows"]

    assert [it["code"] for it in rows] == codes
    assert all(in_chinese(it["reason"]) for it in rows)
