"""What the phones should have heard: the effects of the whole log, derived in good weather."""

import asyncio
from collections.abc import Sequence

from coordinator.log.envelope import Kind, Record
from coordinator.log.follow import Step
from coordinator.log.memory import MemoryPositions
from coordinator.outbox.outbox import Outbox
from coordinator.simulation.phones import Effect
from coordinator.simulation.reference import Accepted, Reference
from schemas.vocabulary import Realm


class _Noting:
    def __init__(self) -> None:
        self.noted: dict[str, str] = {}

    async def deliver(self, effects: Sequence[Effect]) -> None:
        for it in effects:
            self.noted[it.effect_id] = f"{it.kind} for {it.target} of seq {it.seq}"


class _Still:
    def now(self) -> int:
        return 0

    async def sleep_until(self, at: int) -> None:
        await asyncio.sleep(0)


def expected_effects(reference: Reference, realm: Realm) -> dict[str, str]:
    """Return every effect id that follows from the log, with what it is."""
    noting = _Noting()
    outbox = Outbox(
        MemoryPositions(), _Still(), actual=(noting,), exercise=(noting,), to_peer=lambda _: None
    )
    delivering = outbox.deliver([_step(it, reference.log_id) for it in reference.accepted])
    # Nothing in it waits for anything, so one step takes it to its end.
    try:
        delivering.send(None)
    except StopIteration:
        return noting.noted
    raise AssertionError("the outbox waited for something")


def _step(it: Accepted, log_id: str) -> Step:
    record = Record(
        it.seq, b"", 0, it.at, Kind.DECISION, log_id, it.signal_id, b"{}", b"", it.hash, b""
    )
    return Step(record, it.events, it.before, it.after)
