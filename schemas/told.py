"""Words that people type, and which of them may stand on the record.

None may, unless it is said here why: whoever types can name a person, a house, an illness. In place
of the words the record holds a token, their salted digest; the words are beside the log.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from schemas.signals.envelope import Signal

TOKEN: Final = re.compile(r"told:[0-9a-f]{40}")
"""What stands for words on the record. It is a `Line`, a `Text` and a `Code`."""
NOTHING_SAID: Final = frozenset({"", "-"})

_NEIGHBOUR = "goes to a neighbour, who cannot read what is kept beside our log"
_ORGANISATION = "an organisation; rules compare it"
_BROKEN = "what broke, in the source's own few words; rules compare it"
STAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "call_aid": {"reason": _NEIGHBOUR},
    "answer_aid": {"reason": _NEIGHBOUR},
    "release_aid": {"reason": _NEIGHBOUR},
    "call_aid_return": {"reason": _NEIGHBOUR},
    "withdraw_aid": {"reason": _NEIGHBOUR},
    "alert_received": dict.fromkeys(
        ("sender", "identifier", "event", "area", "headline", "instruction"), "a public warning"
    ),
    "cancel_alert": dict.fromkeys(("sender", "identifier"), "names a public warning"),
    "request_branch": dict.fromkeys(("name", "approving_organisation"), _ORGANISATION),
    "approve_branch": {"approved_by": _ORGANISATION},
    "refuse_branch": {"refused_by": _ORGANISATION},
    "name_branch_officers": {"named_by": _ORGANISATION},
    "give_branch_post": {"area": "a place of work"},
    "outage_reported": {"cause": _BROKEN},
    "outage_updated": {"cause": _BROKEN},
    "open_operation": dict.fromkeys(
        ("name", "basis_reference"), "names a public event and the notice it rests on"
    ),
    "activate_response": dict.fromkeys(("matter", "measures"), "announced to everybody"),
    "confirm_interlock": {"reference": "the number of a permit"},
    "record_violation": {"clause": "names an item of a public list"},
}
"""By type of signal the texts that stay on the record, each with the reason."""
NAMES_A_HOME: Final[Mapping[str, str]] = {"take_ward": "subject"}
"""Codes that people make up for a building or a household: the same one has to have one token."""


@cache
def told_fields(kind: type[Signal]) -> tuple[str, ...]:
    """Return the fields of a kind of signal whose words must not stand on the record."""
    type_ = kind.model_fields["type"].default
    found = [
        name
        for name, schema in kind.model_json_schema()["properties"].items()
        if _is_free_text(schema) and name not in STAYS.get(type_, {})
    ]
    return (*found, NAMES_A_HOME[type_]) if type_ in NAMES_A_HOME else tuple(found)


def words_of(signal: Signal) -> dict[str, str]:
    """Return the words in a signal that must not stand on the record, by field."""
    held = ((name, getattr(signal, name)) for name in told_fields(type(signal)))
    return {name: it for name, it in held if it is not None and it.strip() not in NOTHING_SAID}


def free_texts(kind: type[Signal]) -> list[str]:
    """Return the fields of a kind of signal that take any text."""
    properties = kind.model_json_schema()["properties"]
    return [name for name, schema in properties.items() if _is_free_text(schema)]


def _is_free_text(schema: Mapping[str, Any]) -> bool:
    """Say whether any text will do: what has a pattern or is one of a few is an id or a word."""
    if any(_is_free_text(it) for it in schema.get("anyOf", ())):
        return True
    return schema.get("type") == "string" and not schema.keys() & {"pattern", "enum", "const"}
