"""What followers are given: the confirmed log, step by step, with the state before and after."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.envelope import Record
from schemas.events.envelope import Event


class Step(NamedTuple):
    """One accepted record and what it did."""

    record: Record
    events: tuple[Event, ...]
    before: Jurisdiction
    after: Jurisdiction


class Follower(Protocol):
    """Derives something from the confirmed log; can be thrown away and rebuilt."""

    @property
    def name(self) -> str: ...

    async def take(self, steps: Sequence[Step]) -> None:
        """Follow a confirmed batch of one jurisdiction, in log order.

        Steps may come again after a restart; whoever must not act twice keeps a position.
        """
        ...
