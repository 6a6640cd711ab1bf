"""Every word is bounded and strict; what was ever recorded can be read."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from pydantic import ValidationError

from schemas import catalogue
from schemas.catalogue import NotReadBack, UnknownType, read_events, read_signal, write_payload
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import AssignmentAccepted
from schemas.events.incident import IncidentGraded, IncidentUpdated
from schemas.events.roster import PolicyAdopted
from schemas.export import json_schemas
from schemas.signals.incident import Account, Extent, OutageReported, OutageUpdated
from schemas.vocabulary import AccidentGrade, EventGrade, ResponseLevel, Urgency, WarningColour
from tests.story import name
from tools.examples import left_out

STORED = Path(__file__).parent / "stored"
SCHEMAS = json_schemas()
WITH_POLICY = {"adopt_policy", "policy_adopted", "jurisdiction_founded"}


def stored(kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (STORED / f"{kind}.jsonl").read_text("utf-8").splitlines()]


def unbounded(schema: Any, path: str = "") -> list[str]:
    """Return where a schema allows a string, list, map or number without a limit."""
    found = []
    if isinstance(schema, dict):
        kind = schema.get("type")
        closed = "enum" in schema or "const" in schema
        if kind == "string" and not closed and not schema.keys() & {"maxLength", "pattern"}:
            found.append(f"{path}: string")
        if kind == "array" and "maxItems" not in schema:
            found.append(f"{path}: array")
        if kind in ("integer", "number") and not closed and "maximum" not in schema:
            found.append(f"{path}: number")
        for name, part in schema.items():
            found += unbounded(part, f"{path}/{name}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            found += unbounded(part, f"{path}/{index}")
    return found


@pytest.mark.parametrize("name", [it for it in sorted(SCHEMAS["signals"]) if "policy" not in it])
def test_everything_that_comes_in_has_a_limit(name: str) -> None:
    assert unbounded(SCHEMAS["signals"][name]) == []


@pytest.mark.parametrize("kind", ["signals", "events"])
def test_the_schemas_are_json_schema(kind: str) -> None:
    for schema in SCHEMAS[kind].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_class_is_named_like_its_type() -> None:
    for type_, model in {**catalogue.SIGNALS, **catalogue.EVENTS}.items():
        assert model.__name__ == "".join(part.capitalize() for part in type_.split("_"))


def in_turn(kind: str) -> list[str]:
    """Return a name for each example: a type may have one for each set of fields it had."""
    names = [f"{it['type']}.v{it['v']}" for it in stored(kind)]
    return [f"{name}-{names[:at].count(name) + 1}" for at, name in enumerate(names)]


def kept(written: Any, recorded: Any) -> Any:
    """Return what is written without the fields that are younger than the recorded example."""
    if isinstance(written, dict) and isinstance(recorded, dict):
        return {name: kept(it, recorded[name]) for name, it in written.items() if name in recorded}
    if isinstance(written, list) and isinstance(recorded, list) and len(written) == len(recorded):
        return [kept(*pair) for pair in zip(written, recorded, strict=True)]
    return written


@pytest.mark.parametrize("kind", ["signals", "events"])
def test_every_type_has_a_recorded_example(kind: str) -> None:
    known = {it["type"] for it in stored(kind)}

    assert known | WITH_POLICY >= {name.partition(".")[0] for name in SCHEMAS[kind]}


@pytest.mark.parametrize("kind", ["signals", "events"])
def test_every_field_is_in_a_recorded_example(kind: str) -> None:
    lines = (STORED / f"{kind}.jsonl").read_text("utf-8").splitlines()
    without_account = [it for it in lines if '"access"' not in it]

    assert left_out(kind, lines) == [], "`python -m tools.examples` adds them"
    assert left_out(kind, without_account) != []


@pytest.mark.parametrize("document", stored("events"), ids=in_turn("events"))
def test_a_recorded_event_is_read_and_written_the_same(document: dict[str, Any]) -> None:
    payload = json.dumps({"signal": None, "events": [document]}).encode()

    (event,) = read_events(payload)

    (written,) = json.loads(write_payload(None, (event,)))["events"]
    assert kept(written, document) == document


@pytest.mark.parametrize("document", stored("signals"), ids=in_turn("signals"))
def test_a_recorded_signal_is_read_and_written_the_same(document: dict[str, Any]) -> None:
    payload = json.dumps({"signal": document, "events": []}).encode()

    signal = read_signal(payload)

    assert signal is not None
    assert kept(json.loads(signal.model_dump_json()), document) == document


def test_what_was_recorded_and_is_written_no_more_is_seen() -> None:
    recorded = {"a": [{"b": 1, "c": None}], "d": 2}

    assert kept({"a": [{"b": 1, "c": None, "new": 3}], "d": 2, "new": 4}, recorded) == recorded
    assert kept({"a": [{"b": 1}], "d": 2}, recorded) != recorded
    assert kept({"a": [], "d": 2}, recorded) != recorded


@pytest.mark.parametrize("document", stored("signals")[:10], ids=lambda it: it["type"])
def test_a_field_nobody_declared_is_refused_by_name(document: dict[str, Any]) -> None:
    model = catalogue.SIGNALS[document["type"]]

    with pytest.raises(ValidationError, match="surprise"):
        model.model_validate_json(json.dumps(document | {"surprise": 1}))


def test_a_report_has_all_that_may_be_said_of_an_outage_among_its_own_fields() -> None:
    said = set(Account.__struct_fields__)

    assert said <= OutageReported.model_fields.keys()
    assert said <= OutageUpdated.model_fields.keys()


def test_an_older_version_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    old = {"type": "policy_adopted", "v": 0, "document": to_builtins(DEFAULT_POLICY)}

    def newer(document: dict[str, Any]) -> dict[str, Any]:
        return {"type": "policy_adopted", "v": 1, "policy": document["document"]}

    payload = json.dumps({"signal": None, "events": [old]}).encode()
    with pytest.raises(UnknownType):
        read_events(payload)
    monkeypatch.setitem(catalogue.UPCASTERS, ("policy_adopted", 0), newer)

    assert read_events(payload) == (PolicyAdopted(policy=DEFAULT_POLICY),)


def test_every_policy_value_has_its_evidence() -> None:
    evidence = set(DEFAULT_POLICY.evidence)

    def leaves(value: Any, path: str) -> list[str]:
        if isinstance(value, dict) and value:
            return [it for key, part in value.items() for it in leaves(part, f"{path}{key}.")]
        return [path.removesuffix(".")]

    document = to_builtins(DEFAULT_POLICY)
    del document["evidence"]
    bare = [
        leaf
        for leaf in leaves(document, "")
        if leaf not in evidence
        and not any(
            f"{'.'.join(leaf.split('.')[:depth])}.*" in evidence
            for depth in range(1, leaf.count(".") + 2)
        )
    ]
    assert bare == []


def in_payload(document: dict[str, Any]) -> bytes:
    return json.dumps({"signal": None, "events": [document]}).encode()


@pytest.mark.parametrize(
    "document",
    list({it["type"]: it for it in stored("events")}.values()),  # the last one has all the fields
    ids=lambda it: str(it["type"]),
)
def test_a_record_says_again_what_was_read_of_it(document: dict[str, Any]) -> None:
    facts = read_events(in_payload(document))

    written = write_payload(None, facts)

    assert json.loads(written)["events"] == [document]
    assert read_events(written) == facts


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"aid_id": 5}, "aid_id"),
        ({"accepts": "yes"}, "accepts"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"reason": None}, "reason"),
        ({"reason": "長" * 201}, "reason"),
    ],
)
def test_a_record_of_another_shape_is_not_read(change: dict[str, Any], field: str) -> None:
    document = next(it for it in stored("events") if it["type"] == "aid_answered")

    with pytest.raises(msgspec.ValidationError, match=field):
        read_events(in_payload(document | change))


def test_a_field_that_an_older_program_did_not_write_has_its_default() -> None:
    document = next(it for it in stored("events") if it["type"] == "assignment_accepted")
    without = {name: value for name, value in document.items() if name != "arrival_min"}

    (read,) = read_events(in_payload(without))

    assert isinstance(read, AssignmentAccepted)
    assert read.arrival_min is None


@pytest.mark.parametrize(
    ("beyond", "named"),
    [
        ({"priority": 10_001}, "priority"),
        ({"rows": ("-" * 201,)}, "rows"),
        ({"priority": 1.0}, "priority"),
        ({"grade": "V"}, "grade"),
    ],
)
def test_a_fact_that_could_not_be_read_again_is_not_written(
    beyond: dict[str, Any], named: str
) -> None:
    graded = IncidentGraded(
        incident_id=name("inc", 1),
        grade=EventGrade.FAULT,
        warning=WarningColour.NONE,
        response=ResponseLevel.NONE,
        accident=AccidentGrade.NONE,
        urgency=Urgency.GENERAL,
        priority=1,
    )

    with pytest.raises(NotReadBack, match=named):
        write_payload(None, (replace(graded, **beyond),))


def test_a_whole_number_where_a_fraction_belongs_is_not_written() -> None:
    extent = Extent(load_lost_mw=30)
    fact = IncidentUpdated(incident_id=name("inc", 1), extent=extent, happened_at=0)

    with pytest.raises(NotReadBack, match="incident_updated"):
        write_payload(None, (fact,))
    written = write_payload(None, (replace(fact, extent=Extent(load_lost_mw=30.0)),))
    assert b'"load_lost_mw":30.0' in written


def test_nothing_is_called_a_signal_and_a_fact_at_once() -> None:
    said = {it.__name__ for it in catalogue.SIGNALS.values()}

    assert not said & {it.__name__ for it in catalogue.EVENTS.values()}
    assert not catalogue.SIGNALS.keys() & catalogue.EVENTS.keys()


@pytest.mark.parametrize("fact", ["5", "null", '"aid_answered"', "[]", "{}"])
def test_what_is_no_fact_at_all_halts_the_reader_by_its_own_name(fact: str) -> None:
    with pytest.raises(UnknownType):
        read_events(f'{{"signal":null,"events":[{fact}]}}'.encode())
