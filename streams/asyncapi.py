"""The topics as an AsyncAPI 3 document: for whoever publishes signals or listens to assignments."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.catalogue import SIGNALS, version_of
from streams.sources import topics_of
from streams.topics import INPUTS, Topic

_ABOUT: Final[Mapping[Topic, str]] = {
    Topic.OUTAGE_REPORTS: "Signals of feeds: outages and what becomes of them.",
    Topic.DISASTER_ALERTS: "Alerts of the weather service and others, and their cancellation.",
    Topic.COMMANDS: "What dispatchers and commanders say.",
    Topic.MEMBER_RESPONSES: "What members answer.",
    Topic.PLANS: "Units that a planner proposes.",
    Topic.MUTUAL_AID: "Words of mutual aid between jurisdictions.",
    Topic.LOG: "The log: sealed records, never compacted, never expired. See docs/log-format.md.",
    Topic.ASSIGNMENTS: "Assignments to members, each message at least once; drop repeats by ce_id.",
    Topic.NOTICES: "Notices to members and desks, each message at least once.",
    Topic.EXERCISE_ASSIGNMENTS: "Assignments of an exercise; feed no real phone from here.",
    Topic.EXERCISE_NOTICES: "Notices of an exercise; feed no real phone from here.",
    Topic.DEAD_LETTERS: "What came in and could not be read, with the reason in its headers.",
    Topic.JURISDICTIONS: "Which jurisdictions there are; compacted.",
}
_TEXT: Final = {"type": "string"}
_SIGNAL_HEADERS: Final = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {**_TEXT, "description": "The signal_id; the same again is the same signal."},
        "ce_source": _TEXT,
        "ce_type": {**_TEXT, "description": "coordinator.signal.<type>.v<version>"},
        "ce_subject": {**_TEXT, "description": "The jurisdiction, which is also the key."},
        "ce_time": {**_TEXT, "format": "date-time"},
    },
}
_EFFECT_HEADERS: Final = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {**_TEXT, "description": "The effect_id, the same in every repeat."},
        "ce_source": {**_TEXT, "description": "/logs/<log_id>"},
        "ce_type": {**_TEXT, "description": "coordinator.effect.<kind>"},
        "ce_subject": {**_TEXT, "description": "The member or desk, which is also the key."},
        "ce_time": {**_TEXT, "format": "date-time"},
        "ce_sequence": {**_TEXT, "pattern": "^[0-9]{20}$", "description": "The record's seq."},
    },
}
_DEAD_LETTER_HEADERS: Final = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "source", "reason", "field"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {**_TEXT, "description": "Where it lay: topic-partition-offset."},
        "ce_source": {**_TEXT, "description": "/topics/<topic>"},
        "ce_type": {"const": "coordinator.dead_letter"},
        "source": _TEXT,
        "key": _TEXT,
        "reason": _TEXT,
        "field": _TEXT,
        "value": _TEXT,
    },
}
_EFFECT: Final = {
    "type": "object",
    "required": ["effect_id", "log_id", "seq", "at", "target", "kind", "expires_at", "document"],
    "properties": {
        "effect_id": {**_TEXT, "description": "The same in every repeat."},
        "log_id": _TEXT,
        "seq": {"type": "integer", "description": "An older one never follows a newer one."},
        "at": {"type": "integer", "description": "UTC milliseconds."},
        "target": {**_TEXT, "description": "The member, or `desk:<role>`; also the key."},
        "kind": _TEXT,
        "about": _TEXT,
        "expires_at": {"type": "integer", "description": "UTC milliseconds; not shown later."},
        "document": {"type": "object", "description": "The fact it follows from."},
        "realm": {"enum": ["actual", "exercise"]},
    },
}
_JURISDICTION: Final = {
    "type": "object",
    "required": ["jurisdiction", "realm", "partitions"],
    "properties": {
        "jurisdiction": _TEXT,
        "realm": {"enum": ["actual", "exercise"]},
        "partitions": {"type": "integer", "minimum": 1},
    },
}


def document() -> dict[str, Any]:
    """Return the whole document, as JSON."""
    components: dict[str, Any] = {"messages": {}, "schemas": {}}
    for type_, model in sorted(SIGNALS.items()):
        name = f"{type_}.v{version_of(model)}"
        schema = model.model_json_schema(
            ref_template=f"#/components/schemas/{name}/$defs/{{model}}"
        )
        components["schemas"][name] = schema
        components["messages"][name] = {
            "name": name,
            "contentType": "application/json",
            "headers": _SIGNAL_HEADERS,
            "payload": {"$ref": f"#/components/schemas/{name}"},
        }
    components["messages"] |= {
        "record": {"contentType": "application/octet-stream", "payload": _TEXT},
        "effect": {
            "contentType": "application/json",
            "headers": _EFFECT_HEADERS,
            "payload": _EFFECT,
        },
        "dead_letter": {
            "contentType": "application/octet-stream",
            "headers": _DEAD_LETTER_HEADERS,
            "payload": _TEXT,
        },
        "jurisdiction": {"contentType": "application/json", "payload": _JURISDICTION},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Power emergency coordinator",
            "version": "1",
            "description": "Topics of the many-machines home. CloudEvents 1.0, binary mode.",
        },
        "defaultContentType": "application/json",
        "channels": {it.value: _channel(it) for it in Topic},
        "operations": {it.name.lower(): _operation(it) for it in Topic},
        "components": components,
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.value,
        "description": _ABOUT[topic],
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in _messages_of(topic)
        },
        "bindings": {"kafka": {"topic": topic.value, "bindingVersion": "0.5.0"}},
    }


def _operation(topic: Topic) -> dict[str, Any]:
    return {
        "action": "receive" if topic in INPUTS else "send",
        "channel": {"$ref": f"#/channels/{topic.value}"},
        "summary": _ABOUT[topic],
    }


def _messages_of(topic: Topic) -> list[str]:
    """Return what lies on a topic, by who may send it."""
    if topic is Topic.LOG:
        return ["record"]
    if topic is Topic.DEAD_LETTERS:
        return ["dead_letter"]
    if topic is Topic.JURISDICTIONS:
        return ["jurisdiction"]
    if topic not in INPUTS:
        return ["effect"]
    return [
        f"{type_}.v{version_of(model)}"
        for type_, model in sorted(SIGNALS.items())
        if topic in topics_of(model)
    ]
