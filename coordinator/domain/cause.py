"""What a decision may know of its signal: who, when, and names for what it creates."""

from schemas.ids import derived
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role


class Cause:
    """Made anew for each decision; counting the names it gives out is its only state."""

    __slots__ = ("_given", "actor_id", "actor_role", "at", "happened_at", "signal_id")

    def __init__(self, signal: Signal, at: int, happened_at: int) -> None:
        self.at = at
        self.happened_at = happened_at
        self.signal_id = signal.signal_id
        self.actor_id = signal.actor_id
        self.actor_role: Role = signal.actor_role
        self._given = 0

    def mint(self, prefix: str) -> str:
        """Return a new id of this kind, the same one in every replay."""
        name = derived(prefix, self.signal_id, self._given)
        self._given += 1
        return name
