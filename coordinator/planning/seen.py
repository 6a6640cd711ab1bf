"""What a planner knows of one jurisdiction: its state, who waits there, and what it has proposed.

A proposal that was handed in is decided some moments later. Until then its unit is not planned
again, and its people are as good as sent: a second proposal would come too late, and take somebody
whom the first one has.
"""

from collections.abc import Sequence
from typing import Final

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.decide import FREES
from coordinator.domain.unit.muster import waits
from coordinator.log.follow import Step
from coordinator.planning.batch_plan import Place
from schemas.events.envelope import Event
from schemas.events.unit import (
    ProposalAwaited,
    ProposalRejected,
    UnitCalled,
    UnitFormed,
    UnitProposed,
    UnitReinforced,
    UnitShort,
    UnitStoodDown,
)
from schemas.signals.unit import MusterProposed

_LOST_MS: Final = 30_000
"""A proposal of which nothing was heard for so long never came to whoever decides."""
_SETTLED: Final = (
    ProposalRejected, UnitFormed, UnitProposed, UnitReinforced, UnitShort, UnitStoodDown,
)  # fmt: skip


class Seen:
    """One jurisdiction. `planned` are the units that were planned since anything changed."""

    def __init__(self, state: Jurisdiction) -> None:
        self.state = state
        self.planned: set[str] = set()
        self.together: dict[str, Place] = {}
        self.news = True
        self._on_their_way: dict[str, MusterProposed] = {}

    def show(self, state: Jurisdiction, steps: Sequence[Step]) -> None:
        """Take in the state as it is now, and the steps that led there."""
        self.state = state
        for step in steps:
            for event in step.events:
                self._note(event)

    def _note(self, event: Event) -> None:
        if isinstance(event, _SETTLED):
            self._on_their_way.pop(event.unit_id, None)
        if isinstance(event, UnitCalled | ProposalRejected | ProposalAwaited) or (
            isinstance(event, UnitShort) and self._is_out(event.unit_id)
        ):
            self.planned.discard(event.unit_id)
            self.news = True
        elif isinstance(event, FREES):
            self.planned.clear()
            self.news = True

    def _is_out(self, unit_id: str) -> bool:
        unit = self.state.units.by_id.get(unit_id)
        return unit is not None and unit.stage is Stage.FORMED

    def waiting(self, now: int) -> list[Unit]:
        """Return the units that lack people and for whom no proposal is on its way."""
        units = self.state.units.by_id
        for unit_id, signal in list(self._on_their_way.items()):
            unit = units.get(unit_id)
            if unit is None or not waits(unit) or now - signal.at > _LOST_MS:
                del self._on_their_way[unit_id]
        return [it for it in units.values() if waits(it) and it.unit_id not in self._on_their_way]

    def handed_in(self, signal: MusterProposed) -> None:
        """Note a proposal; one that names nobody settles nothing."""
        if signal.picks:
            self._on_their_way[signal.unit_id] = signal

    def promised(self) -> set[str]:
        """Return who is in a proposal, here or with whoever confirms it: as good as sent."""
        return {it.member_id for signal in self._on_their_way.values() for it in signal.picks} | {
            pick.member_id
            for it in self.state.units.by_id.values()
            if it.stage is Stage.PROPOSED
            for pick in it.proposal
        }

    def promised_vehicles(self) -> set[str]:
        return {
            it.resource_id for signal in self._on_their_way.values() for it in signal.allotments
        } | {
            given.resource_id
            for it in self.state.units.by_id.values()
            if it.stage is Stage.PROPOSED
            for given in it.proposal_allotments
        }
