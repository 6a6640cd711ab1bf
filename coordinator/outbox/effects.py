"""Effects, typed by realm: a channel to real people cannot be handed an exercise.

`effect_id` follows from the record and the fact, so that a sink can drop repeats for ever.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class _Effect:
    """A message for one target: a member, or the desk of a role.

    `seq` orders messages for a target: an older one never follows a newer one. `expires_at` in
    UTC milliseconds: later than that it is not delivered. Of a lower `rank` goes first.
    """

    effect_id: str
    log_id: str
    seq: int
    at: int
    target: str
    kind: str
    about: str
    expires_at: int
    document: Mapping[str, Any]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class ActualEffect(_Effect):
    """For real people."""

    realm: str = "actual"


@dataclass(frozen=True, slots=True)
class ExerciseEffect(_Effect):
    """For a drill: simulated phones, or an exercise inbox that says so."""

    realm: str = "exercise"


class ActualSink(Protocol):
    """Reaches real people."""

    async def deliver(self, effects: Sequence[ActualEffect]) -> None: ...


class ExerciseSink(Protocol):
    """Reaches nobody real."""

    async def deliver(self, effects: Sequence[ExerciseEffect]) -> None: ...


def effect_id(record_hash: bytes, index: int) -> str:
    """Return the id of the `index`-th effect of a record, the same in every process."""
    return hashlib.sha256(record_hash + index.to_bytes(4, "big")).hexdigest()[:40]
