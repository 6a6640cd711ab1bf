"""How a report is written: its words, its times, its names, its tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timezone
from typing import Any, Final, NamedTuple

import msgspec

from coordinator.replay.markup import inline
from coordinator.replay.story import Entry
from schemas.said import Said
from words.catalogue import HOLE, Language, current

_FILE: Final = "report"
NONE: Final = "–"
Told = list[tuple[Entry, dict[str, Any]]]


def first_of(events: Told, type_: str) -> dict[str, Any] | None:
    return next((event for _, event in events if event["type"] == type_), None)


class Page(NamedTuple):
    """How things are written: language, local time, names, and the file its words are in."""

    language: Language
    zone: timezone
    names: Mapping[str, str]
    file: str = _FILE

    def text(self, key: str, **given: object) -> str:
        template = current().text(self.file, key, self.language)
        return HOLE.sub(lambda it: str(given.get(it[1], it[0])), template)

    @property
    def between(self) -> str:
        """What stands between two sayings."""
        return "；" if self.language == "zh" else "; "

    def word(self, group: str, code: object) -> str:
        return NONE if code is None else current().word(group, str(code), self.language)

    def fact(self, type_: str, group: str = "event") -> str:
        words = current().groups[self.language]["facts"]
        return words.get(f"{group}_{type_}", type_.replace("_", " "))

    def time(self, at: int | None) -> str:
        if at is None:
            return NONE
        moment = datetime.fromtimestamp(at / 1_000, UTC).astimezone(self.zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def yes(self, value: object) -> str:
        return NONE if value is None else self.text("yes" if value else "no")

    def who(self, id_: str) -> str:
        return self.names.get(id_, id_)

    def listed(self, ids: Iterable[str]) -> str:
        """Return the names of several, one after the other."""
        return ("、" if self.language == "zh" else ", ").join(self.who(it) for it in ids)

    def told(self, told: object) -> str:
        """Return what the coordinator said in words, and what somebody typed as it is."""
        if isinstance(told, dict) and "code" in told:
            said = msgspec.convert(told, Said)
            return current().say(said, self.language, names=self.names.get, zone=self.zone)
        return str(told)

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
        body = ["| " + " | ".join(map(inline, row)) + " |" for row in rows]
        if not body:
            return ""
        head = "| " + " | ".join(self.text(it) for it in heads) + " |"
        rule = "|" + "---|" * len(heads)
        return "\n".join((f"## {self.text(title)}", "", head, rule, *body))
