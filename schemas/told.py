"""Words that people type, and which of them may stand on the record.

None may, unless it is said here why: whoever types can name a person, a house, an illness. In place
of the words the record holds a token, their salted digest; the words are beside the log.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from schemas.roles import Capability
from schemas.signals.envelope import Signal

TOKEN: Final = re.compile(r"told:[0-9a-f]{40}")
"""What stands for words on the record. It is a `Line`, a `Text` and a `Code`."""
STAND_FOR_WORDS: Final = "told: and 40 digits stand for words of others"
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
    "open_task": {"name": "names a work that is public"},
    "activate_response": dict.fromkeys(("matter", "measures"), "announced to everybody"),
    "confirm_interlock": {"reference": "the number of a permit"},
    "record_violation": {"clause": "names an item of a public list"},
}
"""By type of signal the texts that stay on the record, each with the reason."""
_POST = "a post or an id decides, not a person by name"
_THING = "names a thing"
_PAPER = "rules and reports ask for it, by the id of a member"
CODES_STAY: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("actor_id", "approver", "confirmed_by", "permitter", "taken_from", "to"), _POST
    ),
    **dict.fromkeys(("issued_by", "ended_by"), _POST),
    **dict.fromkeys(("commander_id",), _POST),
    **dict.fromkeys(("circuit", "device", "danger", "correlation_key"), _THING),
    **dict.fromkeys(
        ("source", "dedup_key", "dedup_keys", "issuer", "references"), "a sender's own"
    ),
    "milestone": "names a step of a work",
    "group": "names a Party group of a branch; rules compare it",
    "community": "a community is no person; rules compare it",
    "customer_ref": "reports of one customer join by it",
    **dict.fromkeys(("briefed_by", "safety_briefing"), _NEIGHBOUR),
    **dict.fromkeys(("number", "home_branch"), _PAPER),
    "name": "of a team or a site",
    "named": _POST,
    "solver": "the planner's own",
    **dict.fromkeys(("policy_id", "title", "measures", "required_steps"), "the policy is public"),
}
"""By field the codes, and texts within values, that stay on the record, each with the reason."""
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


def typed_token_in(signal: Signal) -> tuple[str, str] | None:
    """Return the field of a signal, and its text, that looks like a token and stays on the record.

    Whatever shows it would put somebody else's words in its place. What the coordinator says itself
    may hold tokens: it made them.
    """
    if signal.needs is Capability.BE_COORDINATOR or "told:" not in signal.model_dump_json():
        return None
    taken_out = set(told_fields(type(signal)))
    return token_in(signal.model_dump(mode="json", exclude=taken_out))


def token_in(document: Any) -> tuple[str, str] | None:
    """Return where in a document a text or a key holds what looks like a token, and that text."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, it = waiting.pop()
        if isinstance(it, str):
            if TOKEN.search(it):
                return place, it
        elif isinstance(it, dict):
            waiting += [(place, key) for key in it]
            waiting += [(f"{place}.{key}".lstrip("."), held) for key, held in it.items()]
        elif isinstance(it, list | tuple):
            waiting += [(f"{place}.{index}".lstrip("."), held) for index, held in enumerate(it)]
    return None


def free_texts(kind: type[Signal]) -> list[str]:
    """Return the fields of a kind of signal that take any text."""
    properties = kind.model_json_schema()["properties"]
    return [name for name, schema in properties.items() if _is_free_text(schema)]


def _is_free_text(schema: Mapping[str, Any]) -> bool:
    """Say whether any text will do: what has a pattern or is one of a few is an id or a word."""
    if any(_is_free_text(it) for it in schema.get("anyOf", ())):
        return True
    return schema.get("type") == "string" and not schema.keys() & {"pattern", "enum", "const"}
