"""The OpenAPI document says who has to ask, what is sent, and how one is refused."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemas.catalogue import SIGNALS
from schemas.roles import Capability
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station

OPEN = {"get /health", "get /ready", "get /metrics", "delete /v1/session"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def document_of(here: Station) -> dict[str, Any]:
    answer = await here.client.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


async def test_every_way_in_says_who_has_to_ask(here: Station) -> None:
    document = await document_of(here)

    assert {it for it, held in operations(document).items() if "security" not in held} == OPEN
    named = {
        name for held in operations(document).values() for one in held.get("security", ())
        for name in one
    }  # fmt: skip
    assert named == set(document["components"]["securitySchemes"])


async def test_what_says_that_it_asks_turns_away_who_has_no_token(here: Station) -> None:
    for name, held in operations(await document_of(here)).items():
        method, path = name.split()
        if path == "/v1/session":  # Who enters says so in the body, and whoever leaves is out.
            continue
        answer = await here.client.request(method, path.replace("{", "").replace("}", ""))
        assert (answer.status_code == 401) == ("security" in held), name


async def test_every_refusal_is_a_problem_as_the_document_says(here: Station) -> None:
    document = await document_of(here)
    problem = document["components"]["schemas"]["Problem"]
    answers = [
        await here.client.get("/v1/jurisdictions"),
        await here.say(Role.DISPATCHER, type="no such"),
        await here.say(Role.DISPATCHER, **here.outage(place="here")),
        await here.say(Role.DISPATCHER, type="release_member", assignment_id="x", reason="-"),
        await here.get(Role.DISPATCHER, "/v1/log/" + HERE, limit="x"),
    ]

    assert all(it.status_code >= 400 for it in answers)
    for it in answers:
        assert it.headers["content-type"] == "application/problem+json"
        jsonschema.validate(it.json(), problem)


async def test_each_signal_that_is_sent_from_outside_is_there_and_no_other(here: Station) -> None:
    document = await document_of(here)
    body = document["paths"]["/v1/signals"]["post"]["requestBody"]["content"]["application/json"]

    mapping = body["schema"]["discriminator"]["mapping"]
    assert set(mapping) == {
        type_ for type_, it in SIGNALS.items() if it.needs is not Capability.BE_COORDINATOR
    }
    schemas = document["components"]["schemas"]
    for reference in mapping.values():
        assert not {"at", "actor_id"} & set(schemas[reference.rpartition("/")[2]]["properties"])


async def test_what_the_document_calls_a_signal_is_taken(here: Station) -> None:
    document = await document_of(here)
    said = {"jurisdiction": HERE} | here.outage()
    jsonschema.validate(
        said, {"$ref": "#/components/schemas/OutageReported", "components": document["components"]}
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            said | {"place": "here"},
            {"$ref": "#/components/schemas/OutageReported", "components": document["components"]},
        )

    answer = await here.client.post(
        "/v1/signals", content=json.dumps(said), headers=bearer(here.tokens[Role.FEED])
    )
    assert answer.status_code == 200


async def test_nothing_it_refers_to_is_missing(here: Station) -> None:
    document = await document_of(here)
    text = json.dumps(document)
    named = {it.split('"')[0] for it in text.split("#/components/schemas/")[1:]}
    assert named <= set(document["components"]["schemas"])
