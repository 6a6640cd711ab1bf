"""Values: what signals, facts and the state hold in common, written once.

A value is a `msgspec` structure, since facts and the state are read and written by `msgspec`.
Signals come from outside and are judged by pydantic, whose errors name field and value; so a value
tells pydantic, too, what it is made of. Both read the same annotations.
"""

from functools import cache, partial
from typing import Any, Final, TypeVar, dataclass_transform

from msgspec import NODEFAULT, Meta, Struct, StructMeta, field, to_builtins
from msgspec.structs import fields
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, create_model
from pydantic_core import CoreSchema, core_schema

_Value = TypeVar("_Value", bound="Value")

EDGE: Final[ConfigDict] = ConfigDict(strict=True, frozen=True, extra="forbid")
"""How pydantic judges what comes in: strictly, and closed to fields nobody declared."""


def bounded(*, pattern: str | None = None, **limits: Any) -> tuple[Any, ...]:
    """Return the bounds of a type for both readers, to stand in `Annotated[int, *bounded(…)]`.

    Args:
        pattern: what a text must match. Only the edge tries it: in what this program wrote itself
            and the hash chain proves, it is part of the schema and not tried again.
        limits: `ge`, `gt`, `le`, `lt` of a number; `min_length`, `max_length` of a text or list.
    """
    if pattern is None:
        return Meta(**limits), Field(**limits)
    return (
        Meta(**limits, extra_json_schema={"pattern": pattern}),
        Field(**limits, pattern=pattern, strict=True),
    )


class ByName(StructMeta):
    """Makes structures whose fields are given by name, so that one may be added anywhere."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any
    ) -> Any:
        return super().__new__(cls, name, bases, namespace, **({"kw_only": True} | config))


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True, forbid_unknown_fields=True, gc=False, metaclass=ByName):
    """A closed set of named fields that never changes."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic what the value is made of, and make one of what it found right."""

        judged = handler(edge_model(cls))

        def from_model(model: BaseModel) -> Value:
            return cls(**model.__dict__)

        def from_python(given: Any, judge: core_schema.ValidatorFunctionWrapHandler) -> Value:
            # A value that code made is judged as well: nobody has done so before.
            if isinstance(given, cls):
                given = {name: getattr(given, name) for name in cls.__struct_fields__}
            return from_model(judge(given))

        return core_schema.json_or_python_schema(
            # Not one for both: what is wrapped no longer knows that a list came from JSON.
            json_schema=core_schema.no_info_after_validator_function(from_model, judged),
            python_schema=core_schema.no_info_wrap_validator_function(from_python, judged),
            serialization=core_schema.plain_serializer_function_ser_schema(to_builtins),
        )


def from_document(value: type[_Value], document: bytes | str) -> _Value:
    """Return the value in a JSON document that came in from outside.

    Raises:
        ValidationError: a field that cannot be so, named; it is pydantic's.
    """
    found: _Value = _judge(value).validate_json(document)
    return found


def said(value: Value) -> dict[str, Any]:
    """Return what a value says beyond its defaults, as plain data for a row or a page."""
    return {
        name: to_builtins(held)
        for name, default in _defaults(type(value))
        if (held := getattr(value, name)) != default
    }


@cache
def _defaults(value: type[Value]) -> tuple[tuple[str, Any], ...]:
    return tuple((it.name, it.default) for it in fields(value))


@cache
def edge_model(value: type[Value]) -> type[BaseModel]:
    """Return the pydantic model that judges a value at the edge."""
    held: dict[str, Any] = {}
    for it in fields(value):
        given: Any = ...
        if isinstance(it.default, tuple | Value):
            # Pydantic cannot write such a default into the schema by itself.
            shown = {"default": to_builtins(it.default)}
            given = Field(default_factory=partial(_itself, it.default), json_schema_extra=shown)
        elif it.default is not NODEFAULT:
            given = it.default
        elif it.default_factory is not NODEFAULT:
            given = Field(default_factory=it.default_factory)
        held[it.name] = (it.type, given)
    made: type[BaseModel] = create_model(
        value.__name__, __config__=EDGE, __doc__=value.__doc__, __module__=value.__module__, **held
    )
    return made


def _itself(default: Any) -> Any:
    return default


@cache
def _judge(value: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(value)
