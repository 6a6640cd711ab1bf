"""The whole API under what nobody thought of: every way in, every role, good and bad documents.

No 5xx, no hang, no memory without end, no answer of another kind than the document says.
"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from schemas.vocabulary import Role
from tests.fuzz.bytes_of import STRANGE, broken
from tests.fuzz.given import tried
from tests.fuzz.served import HERE, Server, served

_ANSWER_S: Final = 20.0
_MEMORY_MB: Final = 400.0
"""More than at the start; a busy home of sixteen counties has some 350 in all."""
_EXAMPLES: Final = 8
_NEVER_END: Final = {"/v1/stream", "/v1/me/stream"}
"""They answer for as long as somebody listens, and are tested in `tests/web/test_stream.py`."""
_BUSY: Final = {"busy", "not_read_yet", "no_cap", "no_importer", "no_push"}


_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer("application/x-ndjson", "application/cap+xml", "text/csv", _SHEET)
def as_it_is(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a text or bytes as they are, and what is neither as JSON."""
    if isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode(errors="surrogatepass")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("fuzz")) as running:
        began = running.memory_mb()
        yield running
        assert running.lives()
        assert running.memory_mb() < began + _MEMORY_MB


@pytest.fixture(scope="module")
def operations(server: Server) -> dict[str, Any]:
    document = requests.get(server.url + "/openapi.json", timeout=_ANSWER_S).json()
    found = schemathesis.openapi.from_dict(document).get_all_operations()
    made = [it.ok() for it in found if isinstance(it, Ok)]
    assert len(made) > 45
    return {f"{it.method.upper()} {it.path}": it for it in made if it.path not in _NEVER_END}


def asked(server: Server, case: "Case[Any]", role: Role) -> None:
    """Ask, and hold the answer against what every answer has to be."""
    headers = {"Authorization": f"Bearer {server.tokens[role]}"}
    arguments = case.as_transport_kwargs(base_url=server.url, headers=headers)
    arguments["headers"] = {
        name: value for name, value in arguments["headers"].items() if name.isascii()
    }
    answered(server, requests.request(**arguments, timeout=_ANSWER_S, allow_redirects=False))


def answered(server: Server, answer: requests.Response) -> None:
    told = f"{answer.request.method} {answer.request.path_url[:200]}: {answer.status_code}"
    assert server.lives(), told
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", told
        problem = answer.json()
        assert answer.status_code < 500 or problem["type"].rpartition(":")[2] in _BUSY, (
            f"{told} {problem}"
        )


def understood(case: "Case[Any]", server: Server, draw: DataObject) -> None:
    """Put what is there where something made up would only be «no such county»."""
    if "jurisdiction" in (case.path_parameters or {}):
        case.path_parameters["jurisdiction"] = HERE
    if isinstance(case.body, dict) and "jurisdiction" in case.body:
        case.body["jurisdiction"] = HERE
        case.body.pop("realm", None)
        case.body.pop("signal_id", None)
        for name in ("member_id", "team_id", "on_behalf_of"):
            if name in case.body and draw.draw(st.booleans()):
                case.body[name] = draw.draw(st.sampled_from(server.ids))


@tried(60, draw=st.data())
def test_every_way_in_answers_whatever_comes(
    server: Server, operations: dict[str, Any], draw: DataObject
) -> None:
    name = draw.draw(st.sampled_from(sorted(operations)))
    mode = draw.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw.draw(operations[name].as_strategy(generation_mode=mode))
    if draw.draw(st.booleans()):
        understood(case, server, draw)
    asked(server, case, draw.draw(st.sampled_from(sorted(server.tokens))))


def test_each_way_in_answers_what_its_document_allows(
    server: Server, operations: dict[str, Any]
) -> None:
    for name in sorted(operations):
        _each(server, operations[name])


def _each(server: Server, operation: Any) -> None:
    roles = count()

    @tried(_EXAMPLES, draw=st.data())
    def one(draw: DataObject) -> None:
        case = draw.draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        understood(case, server, draw)
        asked(server, case, sorted(server.tokens)[next(roles) % len(server.tokens)])

    one()


@tried(80, draw=st.data())
def test_strange_words_anywhere_in_a_signal_are_refused_or_taken(
    server: Server, operations: dict[str, Any], draw: DataObject
) -> None:
    signals = operations["POST /v1/signals"]
    case = draw.draw(signals.as_strategy(generation_mode=GenerationMode.POSITIVE))
    understood(case, server, draw)
    assert isinstance(case.body, dict)
    field = draw.draw(st.sampled_from(sorted(case.body)))
    strange = draw.draw(st.sampled_from(STRANGE))
    body = json.dumps(case.body | {field: strange}).encode()
    if draw.draw(st.booleans()):
        body = draw.draw(broken(body))
    path = draw.draw(st.sampled_from(["/v1/signals", "/v1/signals:check", "/v1/signals:batch"]))
    sent(server, path, body, Role.DISPATCHER)


_RAW: Final = {
    "/v1/cap": "application/cap+xml",
    f"/v1/roster/{HERE}/import": "text/csv",
    "/v1/signals:batch": "application/x-ndjson",
    "/v1/signals": "application/json",
    "/v1/names": "application/json",
    "/v1/session": "application/json",
    "/v1/me/push": "application/json",
    f"/v1/replay/{HERE}/what-if": "application/json",
}


@tried(60, body=st.binary(max_size=2_000), path=st.sampled_from(sorted(_RAW)))
def test_any_bytes_as_a_body_are_answered(server: Server, body: bytes, path: str) -> None:
    sent(server, path, body, Role.MEMBER if path.startswith("/v1/me") else Role.COMMANDER)


def sent(server: Server, path: str, body: bytes, role: Role) -> None:
    kind = _RAW.get(path, "application/json")
    headers = {"Authorization": f"Bearer {server.tokens[role]}", "Content-Type": kind}
    answered(
        server, requests.post(server.url + path, data=body, headers=headers, timeout=_ANSWER_S)
    )
