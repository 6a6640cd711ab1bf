"""Which records belong to which incident, operation or task, found while a log is read once.

The rule is that of a story: a fact belongs where it says so, or where what it is about came from.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from coordinator.replay.story import ABOUT, LEADS_ON

_KINDS: Final = {"inc_": "incident", "opr_": "operation", "tsk_": "task"}
_CLOSED: Final = frozenset(
    {
        "incident_closed",
        "incident_withdrawn",
        "incident_filed",
        "operation_concluded",
        "operation_cancelled",
        "task_finished",
        "task_cancelled",
    }
)


class Named(msgspec.Struct, gc=False):
    """Of a fact, what an index has to know: the fields of `ABOUT`, and what describes a thing."""

    type: str = ""
    incident_id: str | None = None
    operation_id: str | None = None
    task_id: str | None = None
    into: str | None = None
    about: str | None = None
    unit_id: str | None = None
    assignment_id: str | None = None
    escalation_id: str | None = None
    branch_id: str | None = None
    ticket_id: str | None = None
    roll_call_id: str | None = None
    kind: Any = None
    grade: Any = None
    name: Any = None
    place: Any = None
    circuit: Any = None
    device: Any = None


class Subject:
    """An incident, an operation or a task: its records, and what one needs to recognise it."""

    __slots__ = ("closed", "first_at", "grade", "id", "kind", "last_at", "place", "seqs", "title")

    def __init__(self, id_: str, kind: str) -> None:
        self.id = id_
        self.kind = kind
        self.seqs = array("I")
        self.first_at = 0
        self.last_at = 0
        self.title = ""
        self.grade: str | None = None
        self.place: str = ""
        self.closed = False

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "place": self.place,
            "grade": self.grade,
            "closed": self.closed,
            "first_seq": self.seqs[0],
            "last_seq": self.seqs[-1],
            "first_at": self.first_at,
            "last_at": self.last_at,
            "records": len(self.seqs),
        }


class Subjects:
    """All incidents, operations and tasks of one log."""

    def __init__(self) -> None:
        self._all: list[Subject] = []
        self._by_id: dict[str, Subject] = {}
        self._owners: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def get(self, id_: str) -> Subject | None:
        return self._by_id.get(id_)

    def take(self, seq: int, at: int, events: Sequence[Named]) -> None:
        """Note whose the facts of one record are."""
        touched: set[int] = set()
        for event in events:
            owners = self._owners_of(event)
            if not owners:
                continue
            touched.update(owners)
            for name in LEADS_ON:
                led_to = getattr(event, name)
                if led_to is not None and self._owners.get(led_to) is not owners:
                    self._owners[led_to] = _both(self._owners.get(led_to, ()), owners)
            self._describe(event)
        for number in touched:
            subject = self._all[number]
            if not subject.seqs:
                subject.first_at = at
            subject.seqs.append(seq)
            subject.last_at = at

    def found(self, query: str, *, kind: str | None = None, limit: int) -> Iterable[Subject]:
        """Yield what the words fit, the newest first.

        Args:
            query: words; each has to be somewhere in its id, title, place or grade.
            kind: `incident`, `operation` or `task`; None for all.
            limit: how many at most.
        """
        words, left = query.casefold().split(), limit
        for subject in reversed(self._all):
            if left == 0:
                return
            if kind is not None and subject.kind != kind:
                continue
            text = f"{subject.id} {subject.title} {subject.place} {subject.grade or ''}".casefold()
            if all(word in text for word in words):
                left -= 1
                yield subject

    def _owners_of(self, event: Named) -> tuple[int, ...]:
        owners: tuple[int, ...] = ()
        for name in ABOUT:
            about = getattr(event, name)
            if about is None:
                continue
            there = self._owners.get(about)
            if there is None and about[:4] in _KINDS:
                there = self._begin(about)
            if there is not None and there is not owners:
                owners = there if not owners else _both(owners, there)
        return owners

    def _begin(self, id_: str) -> tuple[int, ...]:
        subject = Subject(id_, _KINDS[id_[:4]])
        owners = (len(self._all),)
        self._all.append(subject)
        self._by_id[id_] = subject
        self._owners[id_] = owners
        return owners

    def _describe(self, event: Named) -> None:  # noqa: C901 - one case for each fact
        subject = self._by_id.get(event.incident_id or event.operation_id or event.task_id or "")
        if subject is None:
            return
        match event.type:
            case "incident_opened":
                subject.title = str(event.kind)
                where = [str(it) for it in (event.circuit, event.device) if it]
                if isinstance(event.place, dict):
                    where.append(f"{event.place.get('lat')}, {event.place.get('lon')}")
                subject.place = " · ".join(where)
            case "operation_opened" | "task_opened":
                subject.title = str(event.name)
            case "incident_graded":
                subject.grade = str(event.grade)
            case "incident_reopened":
                subject.closed = False
            case "incidents_merged":
                subject.closed = True
            case type_ if type_ in _CLOSED:
                subject.closed = True


def _both(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*some, *others}))
