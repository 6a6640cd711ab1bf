"""Which vehicle is whose, counted from the facts alone, apart from the domain.

A vehicle is given to a unit that stands, or to a guard that lasts, to one of them at a time, and to
nobody once that one is over.
"""

from coordinator.simulation.invariants import Invariant, hold
from schemas.events import assignment as said
from schemas.events import operation, unit
from schemas.events.envelope import Event
from schemas.vocabulary import Tap

_COMES_BACK = (Tap.DECLINED, Tap.DONE, Tap.ABORTED)
"""Whoever takes one of these back is in their unit again, which stands again with them."""


class VehiclesLedger:
    def __init__(self) -> None:
        self._held_by: dict[str, str] = {}
        self._unit_of: dict[str, str] = {}
        self._stands: set[str] = set()

    def take(self, seq: int, events: tuple[Event, ...]) -> None:
        """Note the facts of one record; with the last of them all that is over holds nothing."""
        for event in events:
            self._note(seq, event)
        kept = sorted(it for it in self._held_by.items() if it[1] not in self._stands)
        hold(Invariant.GIVEN_BACK, not kept, f"seq {seq}: held by what is over: {kept}")

    def _note(self, seq: int, event: Event) -> None:  # noqa: C901 - one case for each fact
        match event:
            case unit.UnitFormed():
                self._stands.add(event.unit_id)
            case operation.OperationOpened():
                self._stands.add(event.operation_id)
            case said.AssignmentOffered():
                self._unit_of[event.assignment_id] = event.unit_id
            case said.TapTakenBack() if event.tap in _COMES_BACK:
                self._stands.add(self._unit_of[event.assignment_id])
            case unit.UnitStoodDown():
                self._stands.discard(event.unit_id)
            case operation.OperationConcluded() | operation.OperationCancelled():
                self._stands.discard(event.operation_id)
            case unit.ResourceCommitted():
                self._given(seq, event)
            case unit.ResourceFreed():
                self._held_by.pop(event.resource_id, None)

    def _given(self, seq: int, event: unit.ResourceCommitted) -> None:
        other = self._held_by.get(event.resource_id)
        hold(
            Invariant.ONE_UNIT_PER_VEHICLE,
            other is None,
            f"seq {seq}: {event.resource_id} to {event.unit_id}, bound by {other}",
        )
        self._held_by[event.resource_id] = event.unit_id or event.operation_id or "-"
