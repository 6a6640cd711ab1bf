"""Documents from outside, JSON or YAML, read within bounds of size and of depth.

Whatever reads a body, a feed or a file made by others reads it here: a document nested without end
breaks whatever walks it afterwards, and a parser that recurses in C ends the whole process.
"""

import json
import re
from typing import Any, Final

import msgspec
import yaml

from coordinator.errors import BadInput
from schemas.bounds import repeated_in, spelled_out
from schemas.said import Said
from schemas.sentences import faults
from words.catalogue import current
from words.faults import Fault

JSON_BYTES_MAX: Final = 256_000_000
"""A basemap of a province in GeoJSON has tens of megabytes; a body has its own."""
YAML_BYTES_MAX: Final = 300_000
DEPTH_MAX: Final = 64
"""A policy is nested 6 deep, GeoJSON of areas nine; 64 is far from what any walker breaks at."""
_AT_BYTE: Final = re.compile(r"byte (\d+)")
_BOM: Final = b"\xef\xbb\xbf"


class BadDocument(ValueError):
    """What came is no document of this kind, or one beyond the bounds; says why, by a code.

    `field` is where in the document, if it is a field of it.
    """

    def __init__(self, said: Said, field: str = "-") -> None:
        self.said = said
        self.field = field
        where = "" if field == "-" else f"{field}: "
        super().__init__(where + current().say(said, "en"))


class BadFields(BadInput):
    """A document whose field is wrong; says which, and why by a code."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.told("en"))


def read_json(raw: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> Any:
    """Return what a JSON text in UTF-8 says, by the letter of RFC 8259: no NaN, no half character.

    Raises:
        BadDocument: it is none, too large, nested too deep, or names a field twice.
    """
    _refuse_large(raw, bytes_max)
    try:
        found = msgspec.json.decode(raw.removeprefix(_BOM))
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(faults.not_utf8_at(error.start)) from None
    except msgspec.DecodeError as error:
        raise BadDocument(_not_json(str(error))) from None
    return _once_named(_shallow(found, raw), raw)


def read_loose_json(raw: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> Any:
    """Return what JSON of another program says; NaN and half characters are left for its reader.

    One value that cannot be so then costs its own row, not the file around it.

    Raises:
        BadDocument: it is none, too large, nested too deep, or names a field twice.
    """
    _refuse_large(raw, bytes_max)
    try:
        found = json.loads(raw)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(faults.not_utf8_at(error.start)) from None
    except json.JSONDecodeError as error:
        # What was read so far may hold half a character.
        before = error.doc[: error.pos].encode(errors="surrogatepass")
        raise BadDocument(faults.not_json_at(len(before))) from None
    except ValueError:
        raise BadDocument(faults.NOT_JSON) from None
    return _once_named(_shallow(found, raw), raw)


def read_yaml(raw: bytes, *, bytes_max: int = YAML_BYTES_MAX) -> Any:
    """Return what a YAML text in UTF-8 says; for files of the operator only, never for a body.

    Read by the parser in Python: the one in C recurses without end. Aliases are refused, as a few
    lines of them stand for more than any memory holds.

    Raises:
        BadDocument: it is none, too large, nested too deep, says a thing by an alias, or names a
            field twice.
    """
    _refuse_large(raw, bytes_max)
    try:
        text = raw.removeprefix(_BOM).decode()
        refused = _beyond(text)
        found = None if refused else yaml.load(text, _NamingOnce)  # noqa: S506 - a safe loader
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(faults.not_utf8_at(error.start)) from None
    except BadDocument:
        raise
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        # Never the parser's own words: they quote the line, and the line may hold a secret.
        said = faults.NOT_YAML if where is None else faults.not_yaml_in(where.line + 1)
        raise BadDocument(said) from None
    if refused is not None:
        raise BadDocument(refused)
    return found


def _not_json(why: str) -> Said:
    """Return what the parser says, as a code: it names no more than the kind and the byte."""
    if "truncated" in why:
        return faults.JSON_CUT_SHORT
    if "out of range" in why:
        return faults.NUMBER_OUT_OF_RANGE
    where = _AT_BYTE.search(why)
    return faults.NOT_JSON if where is None else faults.not_json_at(int(where[1]))


def _beyond(text: str) -> Said | None:
    """Return why a YAML text is not taken by its events alone; None if it may be."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            return faults.nested_too_deep(DEPTH_MAX)
        if isinstance(event, yaml.AliasEvent):
            where = event.start_mark
            return faults.NOT_YAML if where is None else faults.alias_in(where.line + 1)
    return None


def _refuse_large(raw: bytes, bytes_max: int) -> None:
    if len(raw) > bytes_max:
        raise BadDocument(faults.bytes_more_than(len(raw), bytes_max))


def _too_deep() -> BadDocument:
    return BadDocument(faults.nested_too_deep(DEPTH_MAX))


class _NamingOnce(yaml.SafeLoader):
    """Reads as the safe loader does, which of two fields of one name keeps the last.

    What is one name is said by what is read of it: `yes` and `true` are. A merge (`<<`) brings
    fields that stand somewhere else, and is refused as an alias is.
    """

    def flatten_mapping(self, node: Any) -> None:
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise BadDocument(faults.merge_in(key.start_mark.line + 1))
        super().flatten_mapping(node)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                name = self.construct_object(key)
                if name in seen:
                    raise BadDocument(faults.FIELD_REPEATED, spelled_out(key.value))
                seen.add(name)
        return super().construct_mapping(node, deep)


def _once_named(found: Any, raw: bytes) -> Any:
    place = repeated_in(raw, found)
    if place is not None:
        raise BadDocument(faults.FIELD_REPEATED, ".".join(map(str, place)))
    return found


def _shallow(found: Any, raw: bytes) -> Any:
    """Return what was read, level by level found to be no deeper than is taken."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return found
    level = [found]
    for _ in range(DEPTH_MAX):
        level = [inner for it in level for inner in _inside(it) if isinstance(inner, dict | list)]
        if not level:
            return found
    raise _too_deep()


def _inside(it: Any) -> Any:
    if isinstance(it, dict):
        return it.values()
    return it if isinstance(it, list) else ()
