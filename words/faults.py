"""What is wrong with a field of a document from outside: where, with which value, and by what code.

A fault is worded for its reader at the last moment; code and parameters stand beside the words.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from pydantic import ValidationError

from schemas.bounds import CODE_PATTERN
from schemas.said import SENTENCES, Kind, Said
from schemas.sentences import faults
from words.catalogue import Catalogue, Language, current


class Fault(NamedTuple):
    """A field, its value as it is shown, and what is wrong with it.

    `rule` says that a rule of the service was broken: its code stands apart, under `said`.
    """

    field: str
    value: str | None
    said: Said
    rule: bool = False

    def reason(self, language: Language, words: Catalogue | None = None) -> str:
        return (words or current()).say(self.said, language)

    def told(self, language: Language, words: Catalogue | None = None) -> str:
        """Return the whole of it as one line."""
        about = "" if self.field == "-" else f"{self.field}: "
        value = "" if self.value in (None, "-") else f" ({self.value})"
        return f"{about}{self.reason(language, words)}{value}"

    def to_document(self, language: Language, words: Catalogue | None = None) -> dict[str, Any]:
        """Return it as a client reads it."""
        told: dict[str, Any] = {
            "field": self.field,
            "value": self.value,
            "reason": self.reason(language, words),
        }
        if self.rule:
            return told | {"said": msgspec.to_builtins(self.said)}
        return told | {"code": self.said.code, "parameters": parameters_of(self.said)}


def parameters_of(said: Said) -> dict[str, Any]:
    """Return all parameters of a saying by their names, whatever their kind."""
    held: dict[str, Any] = {}
    for kind in Kind:
        for name, value in getattr(said, kind.value).items():
            if kind is Kind.WORD:
                held[name] = value[1]
            elif kind is Kind.SAID:
                held[name] = [{"code": it.code, "parameters": parameters_of(it)} for it in value]
            else:
                held[name] = list(value) if kind is Kind.ID else value
    return held


def said_of(detail: Mapping[str, Any]) -> Said:
    """Return what pydantic found wrong, one of its details, as a saying.

    What has no words of its own is told as not of the kind that was wanted, and of which.
    """
    code = str(detail["type"])
    context = detail.get("ctx", {})
    if context.get("pattern") == CODE_PATTERN:  # Nobody should have to read a pattern.
        return faults.CODE_WANTED
    declared = SENTENCES.get(code)
    if declared is None or any(it.name not in context for it in declared):
        return faults.not_of_this_kind(code)
    held: dict[str, dict[str, Any]] = {}
    for it in declared:
        value = _limit(context[it.name])
        kind = Kind.ID if isinstance(value, tuple) else Kind.TEXT
        if isinstance(value, int | float):
            kind = Kind.NUMBER
        held.setdefault(kind.value, {})[it.name] = value
    return Said(code=code, **held)


def _limit(value: object) -> int | str | tuple[str, ...]:
    """Return a limit as it is told: whole numbers as such, choices as a list, all else as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = str(value)
    if text.startswith("'") and text.endswith("'") and ("', '" in text or "' or '" in text):
        return tuple(text[1:-1].replace("' or '", "', '").split("', '"))
    return text


def first_of(error: ValidationError) -> tuple[Mapping[str, Any], Said]:
    """Return the first detail of what pydantic found wrong, and what it says."""
    detail: Mapping[str, Any] = error.errors(include_url=False)[0]
    return detail, said_of(detail)


def told_first(
    error: ValidationError,
    otherwise: str = "-",
    language: Language = "en",
    *,
    called: str | None = None,
) -> str:
    """Return the first thing that pydantic found wrong as a line for people.

    Args:
        error: what it found.
        otherwise: what to call the field, where it is the document itself.
        language: of the reader.
        called: what the reader calls the field, where it is not its name in the document.
    """
    detail, said = first_of(error)
    field = called or ".".join(map(str, detail["loc"])) or otherwise
    return f"{field}: {current().say(said, language)} (got {str(detail.get('input'))[:200]!r})"


def documents_of(found: Iterable[Fault], language: Language) -> list[dict[str, Any]]:
    """Return faults as a client reads them."""
    words = current()
    return [it.to_document(language, words) for it in found]
