"""The document of the topics is valid AsyncAPI, and says what is true."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemas.signals.envelope import Signal
from schemas.vocabulary import Role
from streams.asyncapi import document
from streams.publisher import headers_of, topic_of
from streams.topics import Topic
from tests.engine.county import away, outage, roster

_PACKAGE = Path(__file__).with_name("asyncapi")


@pytest.fixture(scope="module")
def asyncapi_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if shutil.which("npm") is None:
        if os.environ.get("REQUIRE_REAL_PARTS"):
            pytest.fail("npm is required here: it fetches the schema of AsyncAPI")
        pytest.skip("needs npm: it fetches the schema of AsyncAPI")
    folder = tmp_path_factory.mktemp("asyncapi")
    for it in ("package.json", "package-lock.json"):
        shutil.copy(_PACKAGE / it, folder)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )
    file = folder / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_the_document_is_valid(asyncapi_schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(asyncapi_schema).validate(document())


def test_a_document_that_is_wrong_is_found_out(asyncapi_schema: dict[str, Any]) -> None:
    wrong = document()
    wrong["operations"]["log"]["action"] = "shout"

    assert not jsonschema.Draft7Validator(asyncapi_schema).is_valid(wrong)


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def look(it: Any) -> None:
        if isinstance(it, dict):
            if "$ref" in it:
                at: Any = whole
                for part in it["$ref"].removeprefix("#/").split("/"):
                    at = at[part]
            for part in it.values():
                look(part)
        elif isinstance(it, list):
            for part in it:
                look(part)

    look(whole)


@pytest.mark.parametrize(
    "signal",
    [
        outage("a", actor_role=Role.FEED),
        roster("b"),
        away(1, "c", actor_role=Role.MEMBER, actor_id="mem"),
    ],
)
def test_what_is_published_is_what_the_document_says(signal: Signal) -> None:
    whole = document()
    channel = whole["channels"][str(topic_of(signal))]
    headers = {name: value.decode() for name, value in headers_of(signal)}
    name = headers["ce_type"].removeprefix("coordinator.signal.")

    assert name in channel["messages"]
    jsonschema.validate(headers, whole["components"]["messages"][name]["headers"])
    fields = whole["components"]["schemas"][name]["properties"]
    assert json.loads(signal.model_dump_json()).keys() <= fields.keys()


def test_every_topic_is_described() -> None:
    assert document()["channels"].keys() == set(map(str, Topic))


def test_a_topic_lists_what_those_who_write_there_may_say() -> None:
    channels = document()["channels"]
    on = {topic: set(channels[topic.value]["messages"]) for topic in Topic}

    assert "adopt_policy.v1" in on[Topic.COMMANDS]
    assert "adopt_policy.v1" not in on[Topic.OUTAGE_REPORTS] | on[Topic.MEMBER_RESPONSES]
    assert "accept_assignment.v1" in on[Topic.MEMBER_RESPONSES] & on[Topic.COMMANDS]
    assert "accept_assignment.v1" not in on[Topic.OUTAGE_REPORTS]
    # The clock speaks by no topic: nobody may pass a deadline from outside.
    assert not any("deadline_passed.v1" in it for it in on.values())
