"""What leaves for real people beside the inbox: kept until sent, with what became of it.

One row for each effect and place it goes to, written before the outbox goes on, so that a repeated
effect adds nothing and a crash loses nothing. Several processes may share the file: a row is
claimed before it is sent, and comes free again if its sender does not say what became of it; at
once when the next sender begins and no other lives. What is asked of the file in one turn (what
ended, what is next) is one transaction, for however many.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.sender_lock import SenderLock
from coordinator.private.file import look_at_private, open_private
from schemas.durations import DAY

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
  effect_id TEXT NOT NULL, place TEXT NOT NULL, log_id TEXT NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
  expires_at INTEGER NOT NULL, document TEXT NOT NULL, rank INTEGER NOT NULL, fate TEXT NOT NULL,
  tries INTEGER NOT NULL, next_at INTEGER NOT NULL, claimed_until INTEGER NOT NULL, reason TEXT,
  ended_at INTEGER, PRIMARY KEY (effect_id, place)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_by_rank ON deliveries (place, rank, at, log_id, seq)
  WHERE fate = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_by_person ON deliveries (place, target)
  WHERE fate = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_fates ON deliveries (place, fate);
CREATE INDEX IF NOT EXISTS deliveries_about ON deliveries (target, about, place, seq);
"""
_KEPT_MS = 30 * DAY
_FIELDS = (
    "effect_id, place, log_id, seq, at, target, kind, about, expires_at, document, rank, tries"
)
_FREE = "fate = 'waiting' AND next_at <= :now AND claimed_until <= :now"
# The index is named: SQLite's own choice looks through all that waits for each message.
_DUE = f"""
SELECT {_FIELDS} FROM deliveries INDEXED BY deliveries_by_rank WHERE place = :place AND {_FREE}
ORDER BY rank, at, log_id, seq LIMIT :room
"""  # noqa: S608 - no value from outside
_WITH_IT = f"""
SELECT {_FIELDS} FROM deliveries INDEXED BY deliveries_by_person
WHERE place = :place AND target = :target AND {_FREE} ORDER BY rank, at, log_id, seq LIMIT :room
"""  # noqa: S608 - the same
_OVERTAKEN = """
SELECT 1 FROM deliveries WHERE target = ? AND about = ? AND place = ? AND log_id = ? AND seq > ?
LIMIT 1
"""
_TOGETHER_MAX = 5
"""As many messages for one person go out as one: a text message has no more room."""
_ASSIGNMENT = "assignment_"


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
    `superseded`: a later fact about the same thing is on its way to the same target.
    """

    effect: ActualEffect
    place: str
    tries: int
    superseded: bool = False

    @property
    def channel(self) -> str:
        return self.place.partition("|")[0]


class Outcome(NamedTuple):
    """What became of a claimed delivery; of one that is `WAITING` again, `at` is its next try."""

    delivery: Delivery
    fate: Fate
    at: int
    reason: str | None = None


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
        # Who looks (health, the page of a desk) waits for no commit.
        self._reader = open_private(path, _SCHEMA, holds="deliveries")
        self._turn, self._looking = threading.Lock(), threading.Lock()
        self._sole_sender = SenderLock(path.with_suffix(".lock"))

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
                it.expires_at, _written(it.document), it.rank, Fate.WAITING.value, 0, it.at,
            )
            for it, place in messages
        ]  # fmt: skip
        with self._file() as file:
            file.execute("BEGIN IMMEDIATE")
            file.executemany(
                "INSERT OR IGNORE INTO deliveries VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,NULL,NULL)",
                rows,
            )

    def begin_sending(self) -> int:
        """Take part in sending; whoever is the only one frees what a dead sender had claimed.

        Returns:
            How many were freed; none while another process sends from this file.
        """
        if not self._sole_sender.join():
            return 0
        try:
            with self._file() as file:
                freed = file.execute(
                    "UPDATE deliveries SET claimed_until = 0"
                    " WHERE fate = 'waiting' AND claimed_until > 0"
                )
                return freed.rowcount
        finally:
            self._sole_sender.share()

    def places_waiting(self) -> list[str]:
        """Return where anything waits to go to."""
        rows = self._looked_at(
            "SELECT DISTINCT place FROM deliveries INDEXED BY deliveries_by_rank"
            " WHERE fate = 'waiting' ORDER BY place"
        )
        return [place for (place,) in rows]

    def untried_since(self) -> list[tuple[str, int]]:
        """Return since when the oldest of what no try has failed of yet waits, by place."""
        return self._looked_at(
            "SELECT place, min(at) FROM deliveries INDEXED BY deliveries_by_rank"
            " WHERE fate = 'waiting' AND reason IS NULL GROUP BY place ORDER BY place"
        )

    def turn(
        self,
        now: int,
        *,
        outcomes: Sequence[Outcome],
        room: Mapping[str, int],
        lease_ms: int,
        scarce: Collection[str] = (),
    ) -> list[list[Delivery]]:
        """Note what became of some and claim what is due, in one transaction.

        Args:
            now: UTC milliseconds.
            outcomes: of what was claimed before.
            room: by place, how many more of its messages may be on their way.
            lease_ms: until then nobody else gets what is claimed.
            scarce: places that take few messages, where what waits for a desk goes together, too.

        Returns:
            What is due, worst first, then the oldest; each list is for one target at one place and
            may go out as one message.
        """
        with self._file() as file:
            file.execute("BEGIN IMMEDIATE")
            file.executemany(_NOTE, [_noted(it) for it in outcomes])
            return [
                found
                for place, places_room in sorted(room.items())
                if places_room > 0
                for found in _claimed(
                    file, place, places_room, now, now + lease_ms, desks=place in scarce
                )
            ]

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Note what became of some claimed deliveries."""
        self.turn(0, outcomes=outcomes, room={}, lease_ms=0)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many there are of each place and fate."""
        found: dict[str, dict[str, int]] = {}
        rows = self._looked_at(
            "SELECT place, fate, count(*) FROM deliveries GROUP BY place, fate ORDER BY place, fate"
        )
        for place, fate, count in rows:
            found.setdefault(place, {})[fate] = count
        return found

    def troubled(self, limit: int) -> list[dict[str, Any]]:
        """Return what failed or could reach nobody, newest first; and what waits to be retried."""
        rows = self._looked_at(
            "SELECT effect_id, place, log_id, seq, at, target, kind, fate, tries, reason"
            " FROM deliveries WHERE fate IN ('failed', 'unreachable', 'expired')"
            " OR (fate = 'waiting' AND reason IS NOT NULL) ORDER BY at DESC LIMIT ?",
            limit,
        )
        names = (
            "effect_id", "place", "log_id", "seq", "at", "target", "kind", "fate", "tries",
            "reason",
        )  # fmt: skip
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _looked_at(self, sql: str, *values: int) -> list[Any]:
        with self._looking:
            return self._reader.execute(sql, values).fetchall()

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
        self._sole_sender.leave()
        self._reader.close()
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
    return [
        {**dict(zip(names, row, strict=True)), "document": msgspec.json.decode(row[-1])}
        for row in rows
    ]


def _written(document: Mapping[str, Any]) -> str:
    return msgspec.json.encode(document).decode()


_NOTE = """
UPDATE deliveries SET fate = ?, next_at = ?, ended_at = ?, reason = ?, claimed_until = 0
WHERE effect_id = ? AND place = ?
"""


def _noted(outcome: Outcome) -> tuple[Any, ...]:
    delivery, fate, at, reason = outcome
    ended_at = None if fate is Fate.WAITING else at
    return (fate.value, at, ended_at, reason, delivery.effect.effect_id, delivery.place)


def _claimed(  # noqa: PLR0913 - what is asked, of where, and for how long
    file: sqlite3.Connection, place: str, room: int, now: int, until: int, *, desks: bool
) -> list[list[Delivery]]:
    """Claim what is due at one place, with what else waits for the same person there."""
    found: list[list[Delivery]] = []
    seen: set[str] = set()
    for row in file.execute(_DUE, {"place": place, "now": now, "room": room}).fetchall():
        if row[0] in seen:
            continue
        rows = [row]
        if desks or not row[5].startswith("desk:"):
            given = {"place": place, "target": row[5], "now": now, "room": _TOGETHER_MAX}
            rows = file.execute(_WITH_IT, given).fetchall()
        seen |= {it[0] for it in rows}
        found.append([_delivery(it, superseded=_overtaken(file, it)) for it in rows])
    file.executemany(
        "UPDATE deliveries SET claimed_until = ?, tries = tries + 1"
        " WHERE effect_id = ? AND place = ?",
        [(until, it.effect.effect_id, place) for some in found for it in some],
    )
    return found


def _overtaken(file: sqlite3.Connection, row: tuple[Any, ...]) -> bool:
    _, place, log_id, seq, _, target, kind, about, *_ = row
    if not kind.startswith(_ASSIGNMENT):
        return False
    return file.execute(_OVERTAKEN, (target, about, place, log_id, seq)).fetchone() is not None


def _delivery(row: tuple[Any, ...], *, superseded: bool) -> Delivery:
    effect_id, place, log_id, seq, at, target, kind, about, expires_at, document, rank, tries = row
    effect = ActualEffect(
        effect_id=effect_id,
        log_id=log_id,
        seq=seq,
        at=at,
        target=target,
        kind=kind,
        about=about,
        expires_at=expires_at,
        document=msgspec.json.decode(document),
        rank=rank,
    )
    return Delivery(effect, place, tries + 1, superseded)
