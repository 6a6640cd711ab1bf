"""What the coordinator says, as it is kept: a code and what belongs in it, never a sentence.

The words for a code stand in the catalogues of `words/`, one for each language. So a record can be
read in any of them, and a wording can be mended without touching what happened.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, ParamSpec, get_args, get_origin, get_type_hints

import msgspec
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_P = ParamSpec("_P")
TEXT_MAX: Final = 200
"""As much of a text that somebody typed is repeated in what is said of it, in characters."""
LONG_MAX: Final = 2_000
"""As much of one that is long, where what is said is that text and nothing else."""
LISTED_MAX: Final = 20
"""As many ids, or sayings within one, are listed."""
_AT_LENGTH: Final = "at length"
_DEPTH_MAX: Final = 4


class Kind(StrEnum):
    """What a parameter is; the names are those of the fields of `Said`."""

    NUMBER = "numbers"
    MOMENT = "moments"
    MINUTES = "minutes"
    WORD = "words"
    ID = "ids"
    TEXT = "texts"
    SAID = "said"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a sentence: its name, its kind, and of a word the group it is from.

    Of a text `group` says whether it may be long.
    """

    name: str
    kind: Kind
    group: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code and its parameters, by kind.

    `numbers`: plain figures; the unit is in the words.
    `moments`: UTC milliseconds.
    `minutes`: how long something lasts.
    `words`: a code of a vocabulary, as its group and itself.
    `ids`: of members, sites, teams, incidents …; whoever may see names reads them instead.
    `texts`: what somebody typed, or what another system calls something.
    `said`: what is said within this.
    """

    code: str
    numbers: dict[str, int | float] = {}
    moments: dict[str, int] = {}
    minutes: dict[str, int] = {}
    words: dict[str, tuple[str, str]] = {}
    ids: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    said: "dict[str, tuple[Said, ...]]" = {}

    def __hash__(self) -> int:
        return hash(msgspec.json.encode(self, order="deterministic"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def judged(given: Any) -> Said:
            return given if isinstance(given, cls) else _judged(cls, given)

        return core_schema.no_info_plain_validator_function(
            judged, serialization=core_schema.plain_serializer_function_ser_schema(_plain)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "title": "Said",
            "description": "What the coordinator says: a code, and beside it its parameters by"
            " kind, each kind an object by their names: numbers, moments (UTC ms), minutes, words"
            " (group and code), ids, texts, and what is said within.",
            "type": "object",
            "required": ["code"],
            "properties": {"code": {"type": "string", "pattern": "^[a-z][a-z_]*$"}},
            "additionalProperties": {"type": "object"},
        }


SENTENCES: Final[dict[str, tuple[Parameter, ...]]] = {}
"""Every code that may be said, with its parameters; the modules of `schemas.sentences` fill it."""


def plain(code: str) -> Said:
    """Declare a sentence without parameters, and return it.

    Raises:
        ValueError: the code is taken.
    """
    _declare(code, ())
    return Said(code=code)


def sentence(declared: Callable[_P, None]) -> Callable[_P, Said]:
    """Declare a sentence with parameters: a function without a body, whose name is the code.

    Each parameter is annotated as one of the types below, so that whoever says it says all of it.

    Raises:
        ValueError: the code is taken.
        TypeError: a parameter of no such type.
    """
    code = declared.__name__
    hints = get_type_hints(declared, include_extras=True)
    parameters = tuple(
        _parameter(name, hints[name]) for name in inspect.signature(declared).parameters
    )
    _declare(code, parameters)
    by_name = {it.name: it for it in parameters}

    def say(*args: _P.args, **kwargs: _P.kwargs) -> Said:
        held: dict[str, dict[str, Any]] = {}
        given = dict(zip(by_name, args, strict=False)) | kwargs
        for name, value in given.items():
            it = by_name[name]
            held.setdefault(it.kind.value, {})[name] = _kept(it, value)
        return Said(code=code, **held)

    say.__name__, say.__doc__ = code, declared.__doc__
    return say


def word(group: str) -> Any:
    """Return what marks a type as a code of a vocabulary, whose words stand under `group`."""
    return (Kind.WORD, group)


Number = Annotated[int | float, (Kind.NUMBER, "")]
Moment = Annotated[int, (Kind.MOMENT, "")]
Minutes = Annotated[int, (Kind.MINUTES, "")]
Id = Annotated[str, (Kind.ID, "")]
Ids = Annotated[tuple[str, ...] | list[str], (Kind.ID, "")]
Typed = Annotated[str, (Kind.TEXT, "")]
TypedAtLength = Annotated[str, (Kind.TEXT, _AT_LENGTH)]
Within = Annotated[Said | tuple[Said, ...] | list[Said], (Kind.SAID, "")]


def _declare(code: str, parameters: tuple[Parameter, ...]) -> None:
    if code in SENTENCES:
        raise ValueError(f"code: {code!r} is declared twice")
    SENTENCES[code] = parameters


def _parameter(name: str, hint: Any) -> Parameter:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    for mark in marks:
        if isinstance(mark, tuple) and isinstance(mark[0], Kind):
            return Parameter(name, mark[0], mark[1])
    raise TypeError(f"{name}: {hint!r} is no type of a parameter of a sentence")


def _kept(it: Parameter, value: Any) -> Any:
    match it.kind:
        case Kind.WORD:
            return it.group, str(value)
        case Kind.ID:
            return (value,) if isinstance(value, str) else tuple(value[:LISTED_MAX])
        case Kind.TEXT:
            most = LONG_MAX if it.group == _AT_LENGTH else TEXT_MAX
            return value if len(value) <= most else value[: most - 1] + "…"
        case Kind.SAID:
            return (value,) if isinstance(value, Said) else tuple(value[:LISTED_MAX])
        case _:
            return value


def _plain(value: Said) -> Any:
    return msgspec.to_builtins(value)


def _judged(kind: type[Said], given: Any) -> Said:
    try:
        made = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise PydanticCustomError("said_not_understood", "{why}", {"why": str(error)}) from None
    wrong = wrong_in(made)
    if wrong is not None:
        raise PydanticCustomError("said_not_understood", "{why}", {"why": wrong})
    return made


def wrong_in(it: Said, depth: int = 1) -> str | None:
    """Return what is wrong with a saying that came from outside; None where nothing is."""
    if it.code not in SENTENCES:
        return f"code: nothing is said by {it.code[:64]!r}"
    if depth > _DEPTH_MAX:
        return f"said: more than {_DEPTH_MAX} deep"
    for kind, field, wanted, long in _wanted_of(it.code):
        held: Mapping[str, Any] = getattr(it, field)
        if held.keys() != wanted:
            names = ", ".join(sorted(wanted)) or "none"
            return f"{field}: of {it.code} there are {names}, got {sorted(held)[:5]}"
        for value in held.values():
            if _too_much(kind, value, long=long):
                return f"{field}: too long in {it.code}"
    if not it.said:
        return None
    inner = (one for held in it.said.values() for one in held)
    return next((why for why in (wrong_in(one, depth + 1) for one in inner) if why), None)


@cache
def _wanted_of(code: str) -> tuple[tuple[Kind, str, frozenset[str], bool], ...]:
    """Return for each kind its field, the names there have to be, and whether texts may be long."""
    declared = SENTENCES[code]
    long = any(one.group == _AT_LENGTH for one in declared)
    return tuple(
        (kind, kind.value, frozenset(one.name for one in declared if one.kind is kind), long)
        for kind in Kind
    )


def _too_much(kind: Kind, value: Any, *, long: bool) -> bool:
    if kind is Kind.TEXT:
        return len(value) > (LONG_MAX if long else TEXT_MAX)
    if kind is Kind.WORD:
        return any(len(it) > TEXT_MAX for it in value)
    if kind is Kind.ID:
        return len(value) > LISTED_MAX or any(len(it) > TEXT_MAX for it in value)
    return kind is Kind.SAID and len(value) > LISTED_MAX


def ids_in(it: Said) -> frozenset[str]:
    """Return every id that a saying names, those of what is said within it with them."""
    found = {id_ for ids in it.ids.values() for id_ in ids}
    for held in it.said.values():
        for one in held:
            found |= ids_in(one)
    return frozenset(found)


def document_of(it: Said) -> dict[str, Any]:
    """Return a saying as a JSON document, as it is on record."""
    document: dict[str, Any] = msgspec.to_builtins(it)
    return document
