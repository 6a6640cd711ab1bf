"""What happened when on one log, short enough to keep in memory: an index, made by reading it once.

Three numbers for each record, and for each incident and operation which records are its own. While
it is made the chain is checked from the first record on; where it breaks the index ends and says
so. Nothing here is the truth: forget it, read the log again, and the same index comes back.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from coordinator.errors import BrokenLog
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Kind, Record
from coordinator.replay.subjects import Named, Subject, Subjects
from schemas import catalogue
from schemas.events.alert import AlertEvent
from schemas.events.assignment import AssignmentEvent
from schemas.events.escalation import EscalationEvent
from schemas.events.incident import IncidentEvent
from schemas.events.notice import NoticeEvent
from schemas.events.operation import OperationEvent
from schemas.events.planned_work import PlannedWorkEvent
from schemas.events.promise import PromiseEvent
from schemas.events.response import ResponseEvent
from schemas.events.roster import PolicyEvent, RosterEvent
from schemas.events.site import SiteEvent
from schemas.events.task import TaskEvent
from schemas.events.unit import ResourceEvent, UnitEvent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_UNIONS: Final[dict[str, tuple[Any, ...]]] = {
    "incidents": (IncidentEvent, ResponseEvent, AlertEvent),
    "promises": (PromiseEvent,),
    "units": (UnitEvent, ResourceEvent),
    "people": (AssignmentEvent, EscalationEvent, NoticeEvent),
    "operations": (OperationEvent, SiteEvent, PlannedWorkEvent, TaskEvent),
    "roster": (RosterEvent, PolicyEvent),
}
GROUPS: Final = (*_UNIONS, "command", "refused")
"""The kinds of facts that the bar tells apart; what is in no union above is command and safety."""
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "help_called": ("help_called",),
    "promise_broken": ("promise_broken",),
    "guarded_site_hit": ("guarded_site_hit", "interruption_started"),
    "unit_short": ("unit_short",),
    "escalation_started": ("escalation_started",),
    "incident_graded": ("incident_graded",),
    "unit_formed": ("unit_formed",),
    "told_late": ("late_fact_joined", "late_answer_recorded", "promise_corrected"),
    "signal_refused": ("signal_refused",),
    "incident_opened": ("incident_opened",),
    "incident_restored": ("incident_restored",),
    "incident_closed": ("incident_closed",),
}
"""What can be jumped to, what matters most first, and the facts that count as it."""
_FIRST_MARK: Final = 8
_DECIDED: Final = 1 << 30
_MARK_BITS: Final = {name: 1 << (_FIRST_MARK + n) for n, name in enumerate(MARKS)}
_SHOWN: Final = tuple(name for name in MARKS if not name.startswith("incident_opened"))


def _bits() -> dict[str, int]:
    found = dict.fromkeys(catalogue.EVENTS, 1 << GROUPS.index("command"))
    for group, unions in _UNIONS.items():
        for model in (it for union in unions for it in catalogue.members(union)):
            found[catalogue.type_of(model)] = 1 << GROUPS.index(group)
    found["signal_refused"] = 1 << GROUPS.index("refused")
    for name, types in MARKS.items():
        for type_ in types:
            found[type_] |= _MARK_BITS[name]
    return found


_BITS: Final = _bits()


class _Payload(msgspec.Struct, gc=False):
    events: list[Named] = []


_read_payload = msgspec.json.Decoder(_Payload).decode


class Timeline:
    """The index of one log, as far as it was read."""

    def __init__(self, log_id: str) -> None:
        self.tip = Tip(log_id)
        self.subjects = Subjects()
        self.fault: str | None = None
        self._at = array("q")
        self._bits = array("I")
        self._marks_of_hash = array("Q")
        # An array that is being looked at cannot grow.
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._at)

    def take(self, records: Iterable[Record]) -> None:
        """Read on; nothing more is taken once the chain was found broken."""
        with self._lock:
            for record in records:
                if self.fault is None:
                    self.fault = self._accept(record)

    def _accept(self, record: Record) -> str | None:
        """Take one record in; return what is wrong with it."""
        try:
            verdict, tip = accept(self.tip, record)
            if verdict is not Verdict.ACCEPTED:
                return f"seq {record.seq}: {verdict}"
            self._take(record)
        except (BrokenLog, msgspec.MsgspecError) as error:
            return f"seq {record.seq}: {error}"
        self.tip = tip
        return None

    def _take(self, record: Record) -> None:
        bits = 0
        if record.kind in (Kind.DECISION, Kind.GENESIS):
            events = _read_payload(record.payload).events
            for event in events:
                bits |= _BITS.get(event.type, 0)
            if events:
                bits |= _DECIDED
                self.subjects.take(record.seq, record.at, events)
        self._at.append(record.at)
        self._bits.append(bits)
        self._marks_of_hash.append(_short(record.hash))

    def same_as_read(self, record: Record) -> bool | None:
        """Say whether a record is the one that was read here; None if it was not read yet."""
        if not 0 <= record.seq < len(self):
            return None
        return self._marks_of_hash[record.seq] == _short(record.hash)

    def seq_at(self, at: int) -> int:
        """Return the seq of the last record made at or before a moment, -1 for none."""
        return bisect_right(self._at, at) - 1

    def at_of(self, seq: int) -> int:
        return self._at[seq]

    def density(
        self, start: int, end: int, buckets: int, subject: Subject | None = None
    ) -> dict[str, Any]:
        """Count decisions in equal spans of time, by the kinds of facts in them.

        Args:
            start: UTC milliseconds.
            end: the first moment after, UTC milliseconds.
            buckets: how many spans.
            subject: count only what belongs to this; None counts everything.
        """
        import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

        with self._lock:
            times, bits, seqs = self._times(), self._all_bits(), None
            if subject is not None:
                seqs = np.frombuffer(subject.seqs, dtype=np.uint32)
                times, bits = times[seqs], bits[seqs]
            cuts = np.searchsorted(times, np.linspace(start, end, buckets + 1))
            first = int(cuts[0])
            bits = bits[first : cuts[-1]]
            cuts -= first
            return {
                "decisions": _counted(bits, cuts, _DECIDED),
                "groups": {
                    name: _counted(bits, cuts, 1 << number) for number, name in enumerate(GROUPS)
                },
                "marks": self._marked(bits, cuts, first, seqs),
            }

    def _marked(
        self,
        bits: npt.NDArray[np.uint32],
        cuts: npt.NDArray[np.intp],
        offset: int,
        seqs: npt.NDArray[np.uint32] | None,
    ) -> list[dict[str, Any]]:
        """Return for each span and each kind of mark the first one and how many there are."""
        import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

        found = []
        for name in _SHOWN:
            there = np.flatnonzero(bits & np.uint32(_MARK_BITS[name]))
            spans = np.searchsorted(cuts, there, side="right") - 1
            first = np.flatnonzero(np.diff(spans, prepend=-1))
            counts = np.diff(first, append=len(there))
            for place, count in zip(there[first].tolist(), counts.tolist(), strict=True):
                seq = offset + place if seqs is None else int(seqs[offset + place])
                found.append({"mark": name, "seq": seq, "at": self._at[seq], "count": count})
        return found

    def jump(
        self, seq: int, *, back: bool, marks: Sequence[str], subject: Subject | None = None
    ) -> int | None:
        """Return the next (or the last) decision, None if there is none.

        Args:
            seq: from where; -1 is before the first record.
            back: look at what came before.
            marks: what counts, names of `MARKS`; none: any decision.
            subject: only what belongs to this.
        """
        import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

        wanted = np.uint32(sum(_MARK_BITS[name] for name in marks) or _DECIDED)
        with self._lock:
            there = np.flatnonzero(self._all_bits() & wanted)
            if subject is not None:
                seqs = np.frombuffer(subject.seqs, dtype=np.uint32)
                there = np.intersect1d(there, seqs, assume_unique=True)
            place = int(np.searchsorted(there, seq, side="left" if back else "right"))
            place -= back
            return int(there[place]) if 0 <= place < len(there) else None

    def _times(self) -> npt.NDArray[np.int64]:
        import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

        return np.frombuffer(self._at, dtype=np.int64)

    def _all_bits(self) -> npt.NDArray[np.uint32]:
        import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

        return np.frombuffer(self._bits, dtype=np.uint32)


def _short(hash_: bytes) -> int:
    return int.from_bytes(hash_[:8], "big")


def _counted(bits: npt.NDArray[np.uint32], cuts: npt.NDArray[np.intp], wanted: int) -> list[int]:
    import numpy as np  # noqa: PLC0415 - a tenth of a start, and for who looks back only

    sums = np.concatenate(([0], np.cumsum((bits & np.uint32(wanted)) != 0)))
    counts: list[int] = np.diff(sums[cuts]).tolist()
    return counts
