"""The catalogues of words as modules that the pages load, made from the same files."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from words.catalogue import LANGUAGES, Catalogue

_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "common": ("common",),
    "dispatch": ("dispatch",),
    "facts": ("facts",),
    "forms": ("fields", "forms"),
    "map": ("map",),
    "oncall": ("oncall",),
    "replay": ("replay",),
    "vocabulary": ("vocabulary",),
}
"""The modules of page words, each with its files; of a key in two of them the later one counts."""


def modules(words: Catalogue) -> dict[str, bytes]:
    """Return the modules by their path below `/static/`.

    Each exports `words`: an object with an entry for each key, the texts in the order of the
    languages. `said.js` holds the sentences, `vocabulary.js` the words for codes.
    """
    made = {f"words/{name}.js": _texts(words, held) for name, held in _MODULES.items()}
    sentences = [it for it in words.groups[LANGUAGES[0]] if it.startswith("said_")]
    made["words/said.js"] = _texts(words, sorted(sentences))
    return {path: _module(texts) for path, texts in made.items()}


def _texts(words: Catalogue, held: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in held:
        for key in words.groups[LANGUAGES[0]][file]:
            found[key] = [words.text(file, key, language) for language in LANGUAGES]
    return found


def _module(texts: Mapping[str, list[str]]) -> bytes:
    held = json.dumps(texts, ensure_ascii=False)
    return (
        f"// Made from the catalogues of words: mend a text there.\nexport const words = {held};\n"
    ).encode()
