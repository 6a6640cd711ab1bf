"""Documents from outside, JSON or YAML, read within bounds of size and of depth.

Whatever reads a body, a feed or a file made by others reads it here: a document nested without end
breaks whatever walks it afterwards, and a parser that recurses in C ends the whole process.
"""

import json
from typing import Any, Final

import msgspec
import yaml

JSON_BYTES_MAX: Final = 256_000_000
"""A basemap of a province in GeoJSON has tens of megabytes; a body has its own."""
YAML_BYTES_MAX: Final = 300_000
DEPTH_MAX: Final = 64
"""A policy is nested 6 deep, GeoJSON of areas nine; 64 is far from what any walker breaks at."""
_BOM: Final = b"\xef\xbb\xbf"


class BadDocument(ValueError):
    """What came is no document of this kind, or one beyond the bounds; says why."""


def read_json(raw: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> Any:
    """Return what a JSON text in UTF-8 says, by the letter of RFC 8259: no NaN, no half character.

    Raises:
        BadDocument: it is none, too large, or nested too deep.
    """
    _refuse_large(raw, bytes_max)
    try:
        found = msgspec.json.decode(raw.removeprefix(_BOM))
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except msgspec.DecodeError as error:
        raise BadDocument(f"not JSON: {error}") from None
    return _shallow(found, raw)


def read_loose_json(raw: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> Any:
    """Return what JSON of another program says; NaN and half characters are left for its reader.

    One value that cannot be so then costs its own row, not the file around it.

    Raises:
        BadDocument: it is none, too large, or nested too deep.
    """
    _refuse_large(raw, bytes_max)
    try:
        found = json.loads(raw)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except ValueError as error:
        raise BadDocument(f"not JSON: {error}") from None
    return _shallow(found, raw)


def read_yaml(raw: bytes, *, bytes_max: int = YAML_BYTES_MAX) -> Any:
    """Return what a YAML text in UTF-8 says; for files of the operator only, never for a body.

    Read by the parser in Python: the one in C recurses without end. Aliases are refused, as a few
    lines of them stand for more than any memory holds.

    Raises:
        BadDocument: it is none, too large, nested too deep, or says a thing by an alias.
    """
    _refuse_large(raw, bytes_max)
    try:
        text = raw.removeprefix(_BOM).decode()
        refused = _beyond(text)
        found = None if refused else yaml.safe_load(text)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise BadDocument(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = "" if where is None else f" in line {where.line + 1}"
        # Never the parser's own words: they quote the line, and the line may hold a secret.
        raise BadDocument(f"not YAML{line}") from None
    if refused:
        raise BadDocument(refused)
    return found


def _beyond(text: str) -> str:
    """Return why a YAML text is not taken by its events alone; empty if it may be."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            return str(_too_deep())
        if isinstance(event, yaml.AliasEvent):
            where = event.start_mark
            line = "" if where is None else f" in line {where.line + 1}"
            return f"an alias{line}: write it out"
    return ""


def _refuse_large(raw: bytes, bytes_max: int) -> None:
    if len(raw) > bytes_max:
        raise BadDocument(f"{len(raw)} bytes, more than {bytes_max}")


def _too_deep() -> BadDocument:
    return BadDocument(f"nested more than {DEPTH_MAX} deep")


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
