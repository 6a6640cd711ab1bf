"""Reads the catalogues, and puts a code with its parameters into words.

`en/` and `zh/` hold the same files with the same keys. `said_*.json` hold the sentences, by their
code; `vocabulary.json` the words for codes, by group and code; the others what the pages show.
The pages are given the same files by the server.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

import msgspec

from schemas.said import Said

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
Naming = Callable[[str], str | None]
"""Returns what to call an id, for those who may know; None for what it cannot say."""

HOLE: Final = re.compile(r"\{([a-z_]+)\}")
_SAID: Final = "said_"
_VOCABULARY: Final = "vocabulary"
_BETWEEN: Final[Mapping[Language, tuple[str, str]]] = {"en": ("; ", ", "), "zh": ("；", "、")}
_HOUR: Final = 60


class Files(NamedTuple):
    """The files of the catalogues as they are, by `<language>/<name>.json`."""

    held: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The SHA-256 over all files by name, in hexadecimal: the same words have the same."""
        whole = hashlib.sha256()
        for name, content in sorted(self.held.items()):
            whole.update(f"{name} {len(content)}\n".encode())
            whole.update(content)
        return whole.hexdigest()

    def to_document(self) -> bytes:
        """Return all files as one JSON document, to be kept beside a record."""
        held = {name: content.decode() for name, content in sorted(self.held.items())}
        return json.dumps(held, ensure_ascii=False, indent=1).encode() + b"\n"


def read_files(document: bytes) -> Files:
    """Return the files in a document that `to_document` wrote.

    Raises:
        ValueError: it is none.
    """
    return Files({name: text.encode() for name, text in _texts("words", document).items()})


@cache
def of_this_program() -> Files:
    """Return the catalogues that came with this program."""
    found: dict[str, bytes] = {}
    for language in LANGUAGES:
        for entry in files("words").joinpath(language).iterdir():
            if entry.name.endswith(".json"):
                found[f"{language}/{entry.name}"] = entry.read_bytes()
    return Files(found)


class Catalogue:
    """Puts what is said into words, in any of the languages."""

    def __init__(self, held: Files) -> None:
        """Read the files.

        Raises:
            ValueError: one is no JSON object of texts.
        """
        self.files = held
        self.groups: dict[Language, dict[str, dict[str, str]]] = {it: {} for it in LANGUAGES}
        self._said: dict[Language, dict[str, str]] = {it: {} for it in LANGUAGES}
        for name, content in held.held.items():
            language, _, file = name.removesuffix(".json").partition("/")
            if language not in LANGUAGES:
                continue
            texts = _texts(name, content)
            self.groups[language][file] = texts
            if file.startswith(_SAID):
                self._said[language].update(texts)

    def say(
        self,
        said: Said,
        language: Language,
        *,
        names: Naming = lambda _: None,
        zone: tzinfo = UTC,
    ) -> str:
        """Return what is said, in words.

        Args:
            said: a code and its parameters.
            language: of the reader.
            names: what ids are called, for a reader who may know; else they stand as they are.
            zone: in which times of day are told.
        """
        template = self._said[language].get(said.code)
        if template is None:  # Said by another program than that of these words.
            return _unworded(said)
        return HOLE.sub(lambda hole: self._filled(said, hole[1], language, names, zone), template)

    def say_all(
        self,
        told: tuple[Said, ...],
        language: Language,
        *,
        names: Naming = lambda _: None,
        zone: tzinfo = UTC,
    ) -> str:
        """Return several sayings as one list; as `say` does each."""
        between = _BETWEEN[language][0]
        return between.join(self.say(it, language, names=names, zone=zone) for it in told)

    def knows(self, code: str) -> bool:
        return all(code in self._said[language] for language in LANGUAGES)

    def told_in(self, document: Any) -> list[Said]:
        """Return all that is said in a JSON document of facts, from its beginning to its end."""
        if isinstance(document, list):
            return [it for one in document for it in self.told_in(one)]
        if not isinstance(document, dict):
            return []
        if isinstance(document.get("code"), str) and self.knows(document["code"]):
            try:
                return [msgspec.convert(document, Said)]
            except msgspec.ValidationError:
                pass  # Something else that has a code.
        return [it for one in document.values() for it in self.told_in(one)]

    def word(self, group: str, code: str, language: Language) -> str:
        """Return the word for a code of a vocabulary; the code as words where there is none."""
        found = self.groups[language].get(_VOCABULARY, {}).get(f"{group}_{code}")
        return code.replace("_", " ") if found is None else found

    def text(self, file: str, key: str, language: Language) -> str:
        """Return a text of one of the files, as the pages show it.

        Raises:
            KeyError: there is none.
        """
        return self.groups[language][file][key]

    def _filled(
        self, said: Said, name: str, language: Language, names: Naming, zone: tzinfo
    ) -> str:
        if name in said.numbers:
            return _number(said.numbers[name])
        if name in said.minutes:
            return _lasting(said.minutes[name], language)
        if name in said.words:
            return self.word(*said.words[name], language)
        if name in said.ids:
            return _BETWEEN[language][1].join(names(it) or it for it in said.ids[name])
        if name in said.texts:
            return said.texts[name]
        if name in said.said:
            return self.say_all(said.said[name], language, names=names, zone=zone)
        if name in said.moments:
            return time_of_day(said.moments[name], language, zone)
        return f"{{{name}}}"


def time_of_day(at: int, language: Language, zone: tzinfo) -> str:
    """Return a moment (UTC ms) with its day, as people there say it."""
    there = datetime.fromtimestamp(at / 1_000, UTC).astimezone(zone)
    if language == "zh":
        return f"{there.month}月{there.day}日{there:%H:%M}"
    return f"{there.day} {there:%b %H:%M}"


@cache
def current() -> Catalogue:
    """Return the catalogue of this program."""
    return Catalogue(of_this_program())


def language_of(accepted: str | None, otherwise: Language = "en") -> Language:
    """Return the language that an `Accept-Language` header asks for, the first of ours in it.

    Weights other than 0 are passed over: browsers list what their reader likes best first.
    """
    for part in (accepted or "").split(","):
        tag, _, weight = part.strip().lower().partition(";")
        if weight.replace(" ", "") in ("q=0", "q=0.0"):
            continue
        for language in LANGUAGES:
            if tag == language or tag.startswith(f"{language}-"):
                return language
    return otherwise


def _texts(name: str, content: bytes) -> dict[str, str]:
    read: Any = json.loads(content)
    if not isinstance(read, dict) or not all(isinstance(it, str) for it in read.values()):
        raise ValueError(f"{name}: an object of texts is wanted")
    return read


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _lasting(minutes: int, language: Language) -> str:
    hours, rest = divmod(minutes, _HOUR)
    units = {"en": (" h", " min", " "), "zh": ("小时", "分钟", "")}[language]
    if not hours:
        return f"{rest}{units[1]}"
    return f"{hours}{units[0]}" + (f"{units[2]}{rest}{units[1]}" if rest else "")


def _unworded(said: Said) -> str:
    """Return a code that these words do not know, with what belongs in it: nothing is lost."""
    held = {
        **said.numbers,
        **said.moments,
        **said.minutes,
        **{name: code for name, (_, code) in said.words.items()},
        **{name: ", ".join(ids) for name, ids in said.ids.items()},
        **said.texts,
        **{name: "; ".join(map(_unworded, inner)) for name, inner in said.said.items()},
    }
    shown = ", ".join(f"{name}: {value}" for name, value in held.items())
    return f"{said.code} ({shown})" if shown else said.code
