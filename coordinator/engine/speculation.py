"""Deciding ahead of the log: records that are made but not yet durable.

No waiting, no clock. Nothing in here counts until the log has taken it; a speculation that
the log refuses is dropped whole, and the state before it is still there.
"""

from collections.abc import Collection, Mapping
from traceback import format_exc
from typing import Final, NamedTuple

import structlog

from coordinator.domain import jurisdiction, turned_away
from coordinator.domain.outcome import nothing_changed, refusal_in, warnings_in
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.errors import NotAccepted
from coordinator.log.chain import Verdict, accept
from coordinator.log.envelope import PAYLOAD_BYTES_MAX, Kind, Record, seal
from coordinator.log.fold import Fold
from coordinator.log.follow import Step
from schemas.catalogue import NotReadBack, write_payload
from schemas.events.envelope import Event
from schemas.events.notice import SignalRefused
from schemas.ids import beside, ulid_of
from schemas.said import Said
from schemas.sentences import rights
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role

log = structlog.get_logger()

CLOCK: Final = "clock"
"""The input that deadlines come from."""
FAILED_AT: Final = rights.FAILED_AT_THIS
"""The rule in the refusal of a signal that met a defect of this program."""


class Place(NamedTuple):
    """Where an input goes on after a signal; without an offset the signal counts one."""

    source: str
    next_offset: int | None = None


class Decided(NamedTuple):
    """What became of a signal, and the signal as it is on record."""

    receipt: "Receipt"
    cause: Signal | None


class Receipt(NamedTuple):
    """What the sender of a signal is told once it is on the log."""

    signal_id: str
    seq: int
    hash: bytes
    at: int
    refused: SignalRefused | None = None
    duplicate: bool = False
    nothing_changed: bool = False
    """It was taken, and all it said was so already."""
    warnings: tuple[Said, ...] = ()
    """What its sender is warned of though it was taken."""
    also_refused: SignalRefused | None = None
    """Why another signal of the same sender with this id was turned away, if one was."""


def decided(state: Jurisdiction, signal: Signal) -> jurisdiction.Decision:
    """Decide a signal; one that this program fails at is refused, and the next is decided.

    It is on record as it came, so that a later version can be tried with it. Left where it was, it
    would come again and stop its jurisdiction each time.
    """
    try:
        return jurisdiction.decide(state, signal)
    except Exception as error:
        log.exception("signal.failed", signal_id=signal.signal_id, type=type(signal).__name__)
        at = max(signal.at, state.now)
        events = refuse(FAILED_AT, field="type", value=type(error).__name__)
        return jurisdiction.Decision(events, jurisdiction.fold(state, events, at), at)


def passed(state: Jurisdiction, signal: DeadlinePassed) -> tuple[jurisdiction.Decision, bytes]:
    """Let pass what is due; one deadline that this program fails at holds up no other.

    Those that are due with it are tried one by one, so that it is known which one fails.
    """
    try:
        return _decided_and_written(state, signal, None)
    except Exception as error:  # noqa: BLE001 - a defect, of which nobody knows the kind
        log.warning("deadlines.failed", signal_id=signal.signal_id, reason=repr(error)[:500])
    try:
        return _decided_and_written(state, signal, 1)
    except Exception as error:  # noqa: BLE001 - the same
        # As text: a renderer that shows what each frame held would show the whole state.
        log.error("deadline.failed", signal_id=signal.signal_id, traceback=format_exc())  # noqa: TRY400
        decision = jurisdiction.deadline_failed(state, signal, type(error).__name__)
    return decision, write_payload(signal, decision.events)


def _decided_and_written(
    state: Jurisdiction, signal: DeadlinePassed, most: int | None
) -> tuple[jurisdiction.Decision, bytes]:
    decision = jurisdiction.decide(state, signal, deadlines_max=most)
    return decision, write_payload(signal, decision.events)


class Speculation:
    """A run of decisions on top of a confirmed fold."""

    def __init__(self, confirmed: Fold, epoch: int, taken: Collection[str] = ()) -> None:
        """Begin.

        Args:
            confirmed: what stands on the log.
            epoch: of the owner.
            taken: ids that others took which the clock would have used.
        """
        self._taken = taken
        self.fold = confirmed
        self.steps: list[Step] = []
        self.decided: dict[str, Decided] = {}
        self._epoch = epoch

    @property
    def records(self) -> list[Record]:
        return [step.record for step in self.steps]

    @property
    def of_the_clock(self) -> list[str]:
        """The ids of the deadlines in it."""
        return [id_ for id_, it in self.decided.items() if isinstance(it.cause, DeadlinePassed)]

    def take(self, signal: Signal, place: Place) -> Receipt:
        """Decide one signal."""
        events, after, at = decided(self.fold.state, signal)
        return self._record(signal, place, events, after, at)

    def turn_away(
        self, signal: Signal, place: Place, refusals: Collection[SignalRefused]
    ) -> Receipt:
        """Put a signal on record as refused that is not to be decided, under an id of its own."""
        before, events = self.fold.state, tuple(refusals)
        at = max(signal.at, before.now)
        signal = signal.model_copy(update={"signal_id": turned_away.own_id(events, signal)})
        return self._record(signal, place, events, jurisdiction.fold(before, events, at), at)

    def _record(
        self,
        signal: Signal,
        place: Place,
        events: tuple[Event, ...],
        after: Jurisdiction,
        at: int,
    ) -> Receipt:
        before = self.fold.state
        try:
            payload = write_payload(signal, events)
        except NotReadBack as error:
            log.exception("signal.failed", signal_id=signal.signal_id, type=type(signal).__name__)
            events = refuse(FAILED_AT, field="type", value=type(error).__name__)
            after = jurisdiction.fold(before, events, at)
            payload = write_payload(signal, events)
        if len(payload) > PAYLOAD_BYTES_MAX:
            events = refuse(rights.TOO_LARGE_FOR_ONE_RECORD, field="payload", value=len(payload))
            after = jurisdiction.fold(before, events, at)
            payload = write_payload(None, events)
        next_offset = place.next_offset
        if next_offset is None:
            next_offset = self._one_more(place.source)
        cursor = {place.source: next_offset}
        record = self._append(signal.signal_id, cursor, payload, at, before, after, events)
        receipt = Receipt(
            signal.signal_id,
            record.seq,
            record.hash,
            at,
            refusal_in(events),
            nothing_changed=nothing_changed(events),
            warnings=warnings_in(events),
        )
        self.decided[signal.signal_id] = Decided(receipt, signal)
        return receipt

    def pass_deadlines(self, until: int, *, not_before: int) -> None:
        """Let every deadline up to `until` pass, each at its own time.

        `not_before` is when this owner began: what came due while nobody owned the log is
        recorded at the time it was noticed, not at a time when nobody was there.
        """
        while (due := jurisdiction.next_deadline(self.fold.state)) is not None and due <= until:
            state, tip = self.fold.state, self.fold.tip
            at = max(due, not_before)
            # By how many there were, not by the seq: what is decided has the same ids however
            # often the owner changed or had to ask whether a write had landed.
            number = self._one_more(CLOCK)
            signal_id = ulid_of(at, "clock", tip.log_id, str(number))
            if signal_id in self._taken or signal_id in self.decided:
                # By the hash of the record before, which nobody knows beforehand.
                signal_id = beside(signal_id, tip.hash.hex())
            signal = DeadlinePassed(
                signal_id=signal_id,
                jurisdiction=state.jurisdiction,
                realm=state.realm,
                at=at,
                actor_id="clock",
                actor_role=Role.SYSTEM,
            )
            (events, after, at), payload = passed(state, signal)
            record = self._append(signal_id, {CLOCK: number}, payload, at, state, after, events)
            receipt = Receipt(signal_id, record.seq, record.hash, at)
            self.decided[signal_id] = Decided(receipt, signal)

    def _one_more(self, source: str) -> int:
        return self.fold.tip.cursor.get(source, 0) + 1

    def _append(  # noqa: PLR0913, PLR0917 - the fields of a record
        self,
        signal_id: str,
        cursor: Mapping[str, int],
        payload: bytes,
        at: int,
        before: Jurisdiction,
        after: Jurisdiction,
        events: tuple[Event, ...],
    ) -> Record:
        tip = self.fold.tip
        record = seal(
            seq=tip.seq + 1,
            prev=tip.hash,
            epoch=self._epoch,
            at=at,
            kind=Kind.DECISION,
            log_id=tip.log_id,
            signal_id=signal_id,
            cursor=cursor,
            payload=payload,
        )
        verdict, moved = accept(tip, record)
        if verdict is not Verdict.ACCEPTED:
            # An input that was read again, say: what nobody would accept is not even written.
            raise NotAccepted(log_id=tip.log_id, seq=record.seq, verdict=verdict)
        self.fold = Fold(moved, after)
        self.steps.append(Step(record, events, before, after))
        return record
