"""What is going to be said, and when: signals in waiting, made when their time comes."""

import heapq
from typing import Any, NamedTuple

from schemas import catalogue
from schemas.ids import ulid_of
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role


class Line(NamedTuple):
    """One signal in waiting; the fields are those of its type, the envelope is filled in later."""

    at: int
    order: int
    jurisdiction: str
    actor_id: str
    role: Role
    fields: dict[str, Any]


class Agenda:
    """Earliest first; lines of one moment in the order they were written."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self._lines: list[Line] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def next_at(self) -> int | None:
        return self._lines[0].at if self._lines else None

    def write(
        self, at: int, jurisdiction: str, actor_id: str, role: Role, /, **fields: Any
    ) -> None:
        """Note a signal: `type` and its fields."""
        self._order += 1
        heapq.heappush(self._lines, Line(at, self._order, jurisdiction, actor_id, role, fields))

    def first(self, type_: str, count: int) -> list[Line]:
        """Return the earliest signals of a type; they stay."""
        found = (it for it in self._lines if it.fields["type"] == type_)
        return heapq.nsmallest(count, found)

    def take(self, until: int) -> list[Line]:
        """Return and remove every line due at or before `until`."""
        due = []
        while self._lines and self._lines[0].at <= until:
            due.append(heapq.heappop(self._lines))
        return due

    def signal(self, line: Line, at: int) -> Signal:
        """Make the signal of a line, received at `at`."""
        model = catalogue.SIGNALS[line.fields["type"]]
        about = sorted((key, str(value)) for key, value in line.fields.items())
        signal: Signal = model(
            signal_id=ulid_of(at, line.jurisdiction, line.actor_id, str(line.order), str(about)),
            jurisdiction=line.jurisdiction,
            realm=self._realm,
            at=at,
            actor_id=line.actor_id,
            actor_role=line.role,
            **line.fields,
        )
        return signal
