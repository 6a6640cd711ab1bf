"""What leaves for real people beside the inbox: kept until sent, with what became of it.

One row for each effect and place it goes to, written before the outbox goes on, so that a repeated
effect adds nothing and a crash loses nothing. Several processes may share the file: a row is
claimed before it is sent, and comes free again if its sender does not say what became of it.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from coordinator.outbox.effects import ActualEffect
from coordinator.private.file import look_at_private, open_private
from schemas.durations import DAY

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
  effect_id TEXT NOT NULL, place TEXT NOT NULL, log_id TEXT NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
  expires_at INTEGER NOT NULL, document TEXT NOT NULL, fate TEXT NOT NULL,
  tries INTEGER NOT NULL, next_at INTEGER NOT NULL, reason TEXT, ended_at INTEGER,
  PRIMARY KEY (effect_id, place)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (fate, next_at);
CREATE INDEX IF NOT EXISTS deliveries_about ON deliveries (target, about, place, seq);
"""
_KEPT_MS = 30 * DAY
_CLAIM = """
UPDATE deliveries SET next_at = :until, tries = tries + 1 WHERE (effect_id, place) IN (
  SELECT effect_id, place FROM deliveries WHERE fate = 'waiting' AND next_at <= :now
  ORDER BY log_id, seq LIMIT :limit)
RETURNING effect_id, place, log_id, seq, at, target, kind, about, expires_at, document, tries
"""


class Fate(StrEnum):
    """What became of a delivery. `UNREACHABLE`: there is no address to send it to."""

    WAITING = "waiting"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class Delivery(NamedTuple):
    """One message to one place, on its way; `tries` counts this one, too.

    `place` begins with the name of the channel, up to a bar: `push`, `apprise|desk:dispatcher|1`.
    """

    effect: ActualEffect
    place: str
    tries: int

    @property
    def channel(self) -> str:
        return self.place.partition("|")[0]


class Deliveries:
    def __init__(self, path: Path) -> None:
        """Open or create a file only its owner can read.

        Raises:
            BadFile: it is not one of ours.
        """
        # The outbox goes on after this: a power cut must not lose what it handed over.
        self._connection = open_private(
            path,
            _SCHEMA,
            holds="deliveries",
            pragmas=["journal_mode = WAL", "synchronous = FULL"],
        )
        self._turn = threading.Lock()

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """Take the file for one thread: a transaction belongs to the connection, not to who began
        it, so another thread's statement would be part of it and could stop its commit.
        """
        with self._turn, self._connection:
            yield self._connection

    def keep(self, messages: Iterable[tuple[ActualEffect, str]]) -> None:
        """Keep each effect once for each place; a repeat is dropped."""
        rows = [
            (
                it.effect_id, place, it.log_id, it.seq, it.at, it.target, it.kind, it.about,
                it.expires_at, json.dumps(dict(it.document)), Fate.WAITING.value, 0, it.at,
            )
            for it, place in messages
        ]  # fmt: skip
        with self._file() as file:
            file.execute("BEGIN IMMEDIATE")
            file.executemany(
                "INSERT OR IGNORE INTO deliveries VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL)",
                rows,
            )

    def claim(self, now: int, *, limit: int, lease_ms: int) -> list[Delivery]:
        """Take what is due, oldest record first; nobody else gets it until the lease is over."""
        due = {"now": now, "until": now + lease_ms, "limit": limit}
        with self._file() as file:
            rows = file.execute(_CLAIM, due).fetchall()
        found = [_delivery(row) for row in rows]
        return sorted(found, key=lambda it: (it.effect.log_id, it.effect.seq))

    def is_superseded(self, delivery: Delivery) -> bool:
        """Say whether a later fact about the same thing is on its way to the same target."""
        effect = delivery.effect
        with self._file() as file:
            found = file.execute(
                "SELECT 1 FROM deliveries WHERE target = ? AND about = ? AND place = ?"
                " AND log_id = ? AND seq > ? LIMIT 1",
                (effect.target, effect.about, delivery.place, effect.log_id, effect.seq),
            )
            return found.fetchone() is not None

    def end(self, delivery: Delivery, fate: Fate, now: int, reason: str | None = None) -> None:
        """Say what became of a claimed delivery, once and for all."""
        with self._file() as file:
            file.execute(
                "UPDATE deliveries SET fate = ?, ended_at = ?, reason = ?"
                " WHERE effect_id = ? AND place = ?",
                (fate.value, now, reason, delivery.effect.effect_id, delivery.place),
            )

    def put_off(self, delivery: Delivery, until: int, reason: str) -> None:
        """It did not go through: free it for another try."""
        with self._file() as file:
            file.execute(
                "UPDATE deliveries SET next_at = ?, reason = ? WHERE effect_id = ? AND place = ?",
                (until, reason, delivery.effect.effect_id, delivery.place),
            )

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many there are of each place and fate."""
        found: dict[str, dict[str, int]] = {}
        with self._file() as file:
            rows = file.execute(
                "SELECT place, fate, count(*) FROM deliveries"
                " GROUP BY place, fate ORDER BY place, fate"
            ).fetchall()
        for place, fate, count in rows:
            found.setdefault(place, {})[fate] = count
        return found

    def troubled(self, limit: int) -> list[dict[str, Any]]:
        """Return what failed or could reach nobody, newest first; and what waits to be retried."""
        with self._file() as file:
            rows = file.execute(
                "SELECT effect_id, place, log_id, seq, at, target, kind, fate, tries, reason"
                " FROM deliveries WHERE fate IN ('failed', 'unreachable', 'expired')"
                " OR (fate = 'waiting' AND reason IS NOT NULL) ORDER BY at DESC LIMIT ?",
                (limit,),
            ).fetchall()
        names = (
            "effect_id", "place", "log_id", "seq", "at", "target", "kind", "fate", "tries",
            "reason",
        )  # fmt: skip
        return [dict(zip(names, row, strict=True)) for row in rows]

    def forget_old(self, now: int) -> None:
        """Drop what ended long ago: the log says for ever what was decided."""
        with self._file() as file:
            file.execute("DELETE FROM deliveries WHERE ended_at < ?", (now - _KEPT_MS,))

    def erase(self, target: str) -> bool:
        """Forget everything that went to a person; True if there was anything to forget."""
        with self._file() as file:
            done = file.execute("DELETE FROM deliveries WHERE target = ?", (target,))
            return done.rowcount > 0

    def close(self) -> None:
        self._connection.close()


def kept_of(path: Path, target: str) -> list[dict[str, Any]]:
    """Return what a file of deliveries holds of a person, oldest first, without changing it.

    Raises:
        BadFile: it is not one of ours.
    """
    names = ("at", "place", "kind", "about", "fate", "document")
    with closing(look_at_private(path, _SCHEMA, holds="deliveries")) as file:
        rows = file.execute(
            f"SELECT {', '.join(names)} FROM deliveries WHERE target = ? ORDER BY at",  # noqa: S608
            (target,),
        ).fetchall()
    return [{**dict(zip(names, row, strict=True)), "document": json.loads(row[-1])} for row in rows]


def _delivery(row: tuple[Any, ...]) -> Delivery:
    effect_id, place, log_id, seq, at, target, kind, about, expires_at, document, tries = row
    effect = ActualEffect(
        effect_id=effect_id,
        log_id=log_id,
        seq=seq,
        at=at,
        target=target,
        kind=kind,
        about=about,
        expires_at=expires_at,
        document=json.loads(document),
    )
    return Delivery(effect, place, tries)
