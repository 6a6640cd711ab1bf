"""The reader that everybody else is compared with: a second reading of the log's written format.

It shares no line with `coordinator.log`: the envelope, the hash and the acceptance rule are done
again from docs/log-format.md, so that a mistake there is not made twice. Facts are folded with the
domain, for there is only one domain; who is bound where is counted apart from it.
"""

import hashlib
import struct
from typing import Annotated, Any, Final, NamedTuple, Union

import msgspec
from pydantic import Field, TypeAdapter

from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.turned_away import was_turned_away
from coordinator.log.fold import Fold
from coordinator.simulation.answered import check_answered
from coordinator.simulation.clocks_ledger import ClocksLedger
from coordinator.simulation.comparing import Compared
from coordinator.simulation.crews_ledger import CrewsLedger
from coordinator.simulation.guards_ledger import GuardsLedger
from coordinator.simulation.invariants import Broken, Invariant, hold
from coordinator.simulation.people_ledger import PeopleLedger
from coordinator.simulation.tickets_ledger import TicketsLedger
from coordinator.simulation.vehicles_ledger import VehiclesLedger
from schemas import catalogue
from schemas.events.envelope import Event
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal

_HEADER = ">BQ32sIQBHHHI"
_TAG = b"power-emergency-coordinator/record/v1\x00"
_GENESIS, _DECISION, _CLAIM = 0, 1, 2


_ANY_SIGNAL: Final[Any] = Annotated[Union[*catalogue.SIGNALS.values()], Field(discriminator="type")]
_SIGNAL: Final[TypeAdapter[Any]] = TypeAdapter(_ANY_SIGNAL | None)


class _Payload(msgspec.Struct, forbid_unknown_fields=True):
    signal: msgspec.Raw
    events: tuple[Union[*catalogue.EVENTS.values()], ...]  # type: ignore[valid-type]


_PAYLOAD: Final = msgspec.json.Decoder(_Payload)
_CURSOR: Final = msgspec.json.Decoder()


class Accepted(NamedTuple):
    """One record that counts, and how many values had landed before it."""

    seq: int
    offset: int
    hash: bytes
    at: int
    signal_id: str
    signal: Signal | None
    events: tuple[Event, ...]
    before: Jurisdiction
    after: Jurisdiction


class Reference:
    """Reads every value as it lands, in the order it landed."""

    def __init__(self, log_id: str, *, compare_and_set: bool) -> None:
        """Begin before the first record.

        Args:
            log_id: whose log.
            compare_and_set: whether the home refuses what does not count, so that nothing that
                lands may be ignored.
        """
        self.log_id = log_id
        self.accepted: list[Accepted] = []
        self.decided: dict[str, int] = {}
        self.state = Jurisdiction()
        self.ignored = 0
        self.people = PeopleLedger()
        self.vehicles = VehiclesLedger()
        self.clocks = ClocksLedger()
        self.guards = GuardsLedger()
        self.tickets = TicketsLedger()
        self.crews = CrewsLedger()
        self._compared: dict[str, Compared] = {}
        self._compare_and_set = compare_and_set
        self.epoch = 0
        self._hash = bytes(32)
        self._cursor: dict[str, int] = {}

    def land(self, value: bytes) -> None:
        """Read one value; what does not count is ignored, as the protocol says.

        Raises:
            Broken: an invariant does not hold.
        """
        fields = _open(value, self.log_id)
        if fields is None or not self._counts(fields):
            self.ignored += 1
            hold(
                Invariant.CHAIN_WHOLE,
                not self._compare_and_set,
                f"after seq {len(self.accepted) - 1} a record was stored that does not count",
            )
            return
        self._take(fields, hashlib.sha256(_TAG + value).digest())

    def _counts(self, fields: dict[str, Any]) -> bool:
        seq, kind, epoch = fields["seq"], fields["kind"], fields["epoch"]
        if seq != len(self.accepted) or fields["prev"] != self._hash:
            return False
        if (seq == 0) != (kind == _GENESIS):
            return False
        if kind == _CLAIM:
            return bool(epoch > self.epoch)
        if epoch != self.epoch:
            return False
        if kind != _DECISION:
            return True
        steps = [n - self._cursor.get(name, 0) for name, n in fields["cursor"].items()]
        return bool(steps) and min(steps) >= 0 and max(steps) > 0

    def _take(self, fields: dict[str, Any], hash_: bytes) -> None:
        seq, signal_id = fields["seq"], fields["signal_id"]
        signal: Signal | None = None
        events: tuple[Event, ...] = ()
        before = self.state
        if fields["kind"] in (_GENESIS, _DECISION):
            signal, events = _read_payload(fields["payload"], seq)
        if signal_id:
            hold(
                Invariant.DECIDED_ONCE,
                signal_id not in self.decided,
                f"signal {signal_id} at seq {seq} and at seq {self.decided.get(signal_id)}",
            )
            self.decided[signal_id] = seq
        hold(Invariant.TIME_FORWARD, fields["at"] >= before.now, f"seq {seq}")
        try:
            if fields["kind"] in (_GENESIS, _DECISION):
                self.state = jurisdiction.fold(before, events, fields["at"])
        except Exception as error:
            raise Broken(Invariant.DECISION_WHOLE, f"seq {seq}: {error!r}") from error
        self._decide_again(seq, before, signal, events)
        self.tickets.take(seq, events)
        self.crews.take(seq, events)
        self.people.take(seq, events, before, fields["at"])
        self.vehicles.take(seq, events)
        check_answered(seq, events, self.state)
        self.clocks.take(seq, signal, events, fields["at"], before.policy)
        self.guards.take(seq, signal, events, fields["at"])
        self.epoch, self._hash = fields["epoch"], hash_
        self._cursor |= fields["cursor"]
        self.accepted.append(
            Accepted(
                seq,
                seq + self.ignored,
                hash_,
                fields["at"],
                signal_id,
                signal,
                events,
                before,
                self.state,
            )
        )

    def _decide_again(
        self, seq: int, before: Jurisdiction, signal: Signal | None, events: tuple[Event, ...]
    ) -> None:
        # Every fourth: a decision that depends on anything else will not agree for long.
        if signal is None or (seq % 4 and not isinstance(signal, DeadlinePassed)):
            return
        if was_turned_away(events):
            return
        again = jurisdiction.decide(before, signal).events
        hold(
            Invariant.SAME_DECISION,
            again == events,
            f"seq {seq}: {type(signal).__name__} led to {_kinds(events)}, again to {_kinds(again)}",
        )

    def record(self, seq: int) -> Accepted | None:
        return self.accepted[seq] if 0 <= seq < len(self.accepted) else None

    def check_state(self, who: str, seq: int, state: Jurisdiction) -> None:
        """A reader's state at a record is the one there."""
        there = self.record(seq)
        hold(Invariant.SAME_STATE, there is not None, f"{who} has a state at seq {seq}, not there")
        assert there is not None  # noqa: S101 - held a line ago
        compared = self._compared.setdefault(who, Compared())
        difference = compared.difference(state, there.after)
        hold(
            Invariant.SAME_STATE,
            difference is None,
            f"{who} has another state at seq {seq}: {difference}",
        )

    def check_reader(self, who: str, fold: Fold) -> None:
        """A reader's position is on the chain, and its state is the one there."""
        seq = fold.tip.seq
        if seq < 0:
            return
        there = self.record(seq)
        hold(
            Invariant.CHAIN_WHOLE,
            there is not None and there.hash == fold.tip.hash,
            f"{who} stands at seq {seq}, on a record that does not count",
        )
        self.check_state(who, seq, fold.state)


def _kinds(events: tuple[Event, ...]) -> str:
    return ", ".join(type(event).__name__ for event in events) or "nothing"


def _open(value: bytes, log_id: str) -> dict[str, Any] | None:
    size = struct.calcsize(_HEADER)
    if len(value) < size:
        return None
    version, seq, prev, epoch, at, kind, *lengths = struct.unpack_from(_HEADER, value)
    if version != 1 or size + sum(lengths) != len(value):
        return None
    parts = []
    for length in lengths:
        parts.append(value[size : size + length])
        size += length
    if parts[0] != log_id.encode():
        return None
    return {
        "seq": seq,
        "prev": prev,
        "epoch": epoch,
        "at": at,
        "kind": kind,
        "signal_id": parts[1].decode(),
        "cursor": _CURSOR.decode(parts[2]),
        "payload": parts[3],
    }


def _read_payload(payload: bytes, seq: int) -> tuple[Signal | None, tuple[Event, ...]]:
    try:
        read = _PAYLOAD.decode(payload)
        return _SIGNAL.validator.validate_json(bytes(read.signal)), read.events
    except ValueError as error:
        raise Broken(Invariant.DECISION_WHOLE, f"seq {seq}: {error!r}") from error
