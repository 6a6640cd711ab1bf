"""Reading a stretch of log for what it comes to: one state, changed in place, shown at the end.

`Fold.step` is for whoever needs the state after each record. Both accept by the same rule and fold
by the same `evolve`; tests hold them to the same bytes after every decision.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.mutable_state import freeze, thaw
from coordinator.errors import NotAccepted
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Record
from coordinator.log.fold import DECISIONS, Fold, events_of, state_after

_WORTH_OPENING = 1_000
"""Records; to open a state up and to close it again takes as long as folding so many without."""

_ACCEPTED: Final = Verdict.ACCEPTED


class Refold:
    """Reads on from a fold. The fold it began with stays as it is.

    `decisions` and `events` count what was read: decisions that led to something, and their facts.
    """

    def __init__(self, fold: Fold, *, open_after: int = _WORTH_OPENING) -> None:
        """Begin to read.

        Args:
            fold: where to read on from.
            open_after: records to read before the state is opened up.
        """
        self.tip: Tip = fold.tip
        self.decisions = 0
        self.events = 0
        self._state = fold.state
        self._opened = False
        self._open_at = fold.tip.seq + 1 + open_after

    def read(self, records: Iterable[Record]) -> None:
        """Read more records; `tip` is the last that counted, also where an error ends it.

        Raises:
            NotAccepted: a record does not count after the one before.
            FuturePayload: a type or version this program does not know; nothing is skipped.
            Unfoldable: its facts cannot have followed from the state; read no further.
        """
        tip, decisions, all_events, open_at = self.tip, 0, 0, self._open_at
        try:
            for record in records:
                verdict, after = accept(tip, record)
                if verdict is not _ACCEPTED:
                    raise NotAccepted(log_id=tip.log_id, seq=record.seq, verdict=verdict)
                if record.seq == open_at:
                    self._open()
                events = events_of(record)
                if record.kind in DECISIONS:
                    self._state = state_after(self._state, events, record)
                    if events:
                        decisions += 1
                        all_events += len(events)
                tip = after
        finally:
            self.tip = tip
            self.decisions += decisions
            self.events += all_events

    def fold(self) -> Fold:
        """Return what was read so far; reading may go on, and does not change it."""
        return Fold(self.tip, freeze(self._state) if self._opened else self._state)

    def _open(self) -> None:
        if not self._opened:
            self._state, self._opened = thaw(self._state), True
