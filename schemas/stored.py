"""Reading back what this program itself checked, wrote and sealed: quickly, without checking twice.

A record's bytes are proved by the hash chain, and what went into them had passed the models. So
types, names and shape are read strictly here, while bounds and patterns are not tried again. What
does not fit is left to pydantic, which knows defaults and says exactly what is wrong.
"""

import types
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec.structs import asdict
from pydantic import BaseModel

_Model = TypeVar("_Model", bound=BaseModel)
_Value = TypeVar("_Value")
_Convert = Callable[[Any], Any]
_TAG: Final = "type"
_NONE_BARE: Final[Mapping[Any, Collection[str]]] = {}
_MODEL_OF: Final[dict[type[Any], type[BaseModel]]] = {}
_new = object.__new__
_set_fields, _set_names, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in (
        "__dict__",
        "__pydantic_fields_set__",
        "__pydantic_extra__",
        "__pydantic_private__",
    )
)


def read_as(model: type[_Model], document: bytes) -> _Model:
    """Return the model of a JSON document.

    Raises:
        msgspec.DecodeError: a field is missing, unknown or of another type.
    """
    made: _Model = _maker(model)(_reader(model)(document))
    return made


def with_stored_forms(table: Mapping[Any, _Value]) -> dict[type[Any], _Value]:
    """Return a table by model in which the form that a fold reads finds the same value."""
    return {**table, **{_struct_of(model): value for model, value in table.items()}}


def made(read: Any) -> Any:
    """Return the model of what was left in the form it is read in, or a tuple of them; all else is
    returned as it is.
    """
    if type(read) is tuple:
        return tuple(map(made, read)) if any(type(it) in _MODEL_OF for it in read) else read
    model = _MODEL_OF.get(type(read))
    return read if model is None else _maker(model)(read)


class StoredList:
    """Reads `{"events": [...], …}` for a fixed set of models, told apart by their `type`."""

    def __init__(
        self,
        models: Mapping[str, type[BaseModel]],
        *,
        bare: Mapping[Any, Collection[str]] = _NONE_BARE,
        otherwise: Callable[[bytes], tuple[Any, ...]],
    ) -> None:
        """Prepare to read.

        Args:
            models: what may stand in the list, by `type`.
            bare: those that are left in the form they are read in: a structure with the fields of
                the model by the same names, and the models in it. Half of a reading's time is
                making models, which whoever only looks at fields does not need. With each the
                fields whose inner models are left so, too.
            otherwise: reads what does not fit, or says exactly what is wrong.
        """
        items: Any = Union.__getitem__(tuple(map(_struct_of, models.values())))
        many = tuple.__class_getitem__((items, ...))
        payload: Any = msgspec.defstruct("Payload", [("events", many)])
        self._decode = msgspec.json.Decoder(payload).decode
        makers = {
            _struct_of(model): _filler(model, bare[model]) if model in bare else _maker(model)
            for model in models.values()
        }
        self._otherwise = otherwise
        self._makers = {kind: make for kind, make in makers.items() if make is not None}
        self._as_read = frozenset(makers.keys() - self._makers.keys())

    def read(self, payload: bytes) -> tuple[Any, ...]:
        """Return the models in their order; raises what `otherwise` raises."""
        try:
            read: tuple[Any, ...] = self._decode(payload).events
        except msgspec.DecodeError:
            return self._otherwise(payload)
        if self._as_read.issuperset(map(type, read)):
            return read
        make = self._makers.get
        return tuple([make(type(it), _as_it_is)(it) for it in read])


def _as_it_is(read: Any) -> Any:
    return read


@cache
def _reader(model: type[BaseModel]) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(_struct_of(model)).decode


@cache
def _struct_of(model: type[BaseModel]) -> type[msgspec.Struct]:
    tag = model.model_fields[_TAG].default if _TAG in model.model_fields else None
    struct = msgspec.defstruct(
        model.__name__,
        [
            (name, _plain(field.annotation))
            for name, field in model.model_fields.items()
            if tag is None or name != _TAG
        ],
        tag_field=None if tag is None else _TAG,
        tag=tag,
        forbid_unknown_fields=True,
        gc=False,
    )
    _MODEL_OF[struct] = model
    return struct


def _plain(annotation: Any) -> Any:
    """Return what `msgspec` reads where a model says `annotation`; bounds are dropped."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        kinds = [_plain(it) for it in arguments]
        if all(get_origin(it) is Literal for it in kinds):
            return Literal[tuple(word for it in kinds for word in get_args(it))]
        return Union.__getitem__(tuple(kinds))
    if hasattr(annotation, "__metadata__"):
        return _plain(annotation.__origin__)
    if origin is not None and origin is not Literal:
        return origin[tuple(it if it is Ellipsis else _plain(it) for it in arguments)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _struct_of(annotation)
    return annotation


@cache
def _maker(model: type[BaseModel]) -> _Convert:
    """Return what makes a model of its struct, as `model_construct` does but quicker."""
    nested = _nested(model)
    tag = {_TAG: model.model_fields[_TAG].default} if _TAG in model.model_fields else {}
    if tag and next(iter(model.model_fields)) != _TAG:
        raise TypeError(f"{model.__name__}: `{_TAG}` has to be its first field")
    names = set(model.model_fields)

    def make(read: Any) -> BaseModel:
        fields = {**tag, **asdict(read)} if tag else asdict(read)
        for name, convert in nested:
            if fields[name] is not None:
                fields[name] = convert(fields[name])
        made: BaseModel = _new(model)
        _set_fields(made, fields)
        _set_names(made, names)
        _set_extra(made, None)
        _set_private(made, None)
        return made

    return make


def _filler(model: type[BaseModel], looked_into: Collection[str]) -> _Convert | None:
    """Return what makes the models inside a struct and leaves it one; None if there are none."""
    nested = [(name, convert) for name, convert in _nested(model) if name not in looked_into]

    def fill(read: Any) -> Any:
        for name, convert in nested:
            held = getattr(read, name)
            if held is not None:
                setattr(read, name, convert(held))
        return read

    return fill if nested else None


def _nested(model: type[BaseModel]) -> tuple[tuple[str, _Convert], ...]:
    return tuple(
        (name, convert)
        for name, field in model.model_fields.items()
        if (convert := _converter(field.annotation)) is not None
    )


def _converter(annotation: Any) -> _Convert | None:
    """Return what turns the read value of a field into the model's, None where it is the same."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        found = [it for it in map(_converter, arguments) if it is not None]
        if len(found) > 1:
            raise TypeError(f"{annotation}: two kinds of models in one place cannot be told apart")
        return found[0] if found else None
    if hasattr(annotation, "__metadata__"):
        return _converter(annotation.__origin__)
    if origin is tuple:
        each = _converter(arguments[0])
        return None if each is None else lambda values: tuple([each(it) for it in values])
    if origin is dict:
        held = _converter(arguments[1])
        return None if held is None else lambda values: {k: held(v) for k, v in values.items()}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _maker(annotation)
    return None
