"""Enrolled phones: where they are pushed to, who may fetch a calendar, who answered a rehearsal.

A file of its own beside the vault, erasable person by person. Nothing in it is on the log or
decided on: it is about telephones, not about incidents.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from coordinator.private.file import look_at_private, open_private
from schemas.durations import DAY

_SCHEMA = """
CREATE TABLE IF NOT EXISTS browsers (
  endpoint TEXT PRIMARY KEY, member_id TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL,
  key TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS browsers_by_member ON browsers (member_id);
DROP TABLE IF EXISTS subscriptions;
CREATE TABLE IF NOT EXISTS lapsed (member_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS calendars (
  member_id TEXT PRIMARY KEY, digest TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS rehearsals (
  rehearsal_id TEXT PRIMARY KEY, jurisdiction TEXT NOT NULL, called_at INTEGER NOT NULL,
  answer_by INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS rehearsals_by_place ON rehearsals (jurisdiction, called_at);
CREATE TABLE IF NOT EXISTS rehearsed (
  rehearsal_id TEXT NOT NULL, member_id TEXT NOT NULL, way TEXT NOT NULL, answered_at INTEGER,
  PRIMARY KEY (rehearsal_id, member_id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rehearsed_by_member ON rehearsed (member_id, answered_at);
"""
_KEPT_MS = 400 * DAY
_SUBSCRIPTIONS_MAX = 10


class Subscription(NamedTuple):
    """Where one browser of a member is pushed to, and the keys that only it can read with.

    `key` is the server's public key that it was made with and that alone may push to it; empty
    where that is not known.
    """

    endpoint: str
    member_id: str
    p256dh: str
    auth: str
    key: str = ""

    def __repr__(self) -> str:
        return f"Subscription({self.member_id})"


class Rehearsal(NamedTuple):
    """A silent test call-out; times in UTC milliseconds."""

    rehearsal_id: str
    jurisdiction: str
    called_at: int
    answer_by: int


class Rehearsed(NamedTuple):
    """One member's part in a rehearsal. `way`: how they were called; `none`: they could not be."""

    member_id: str
    way: str
    answered_at: int | None


class Phones:
    def __init__(self, path: Path) -> None:
        """Open or create a file only its owner can read.

        Raises:
            BadFile: it is not one of ours.
        """
        self._connection = open_private(
            path, _SCHEMA, holds="phones", pragmas=["secure_delete = ON"]
        )

    def subscribe(self, subscription: Subscription, at: int) -> None:
        """Keep where a member is pushed to; a browser that changes hands is the new member's."""
        self._connection.execute(
            "INSERT OR REPLACE INTO browsers VALUES (?, ?, ?, ?, ?, ?)", (*subscription, at)
        )
        self._connection.execute(
            "DELETE FROM lapsed WHERE member_id = ?", (subscription.member_id,)
        )
        self._connection.execute(
            "DELETE FROM browsers WHERE member_id = ? AND endpoint NOT IN (SELECT endpoint"
            " FROM browsers WHERE member_id = ? ORDER BY made_at DESC LIMIT ?)",
            (subscription.member_id, subscription.member_id, _SUBSCRIPTIONS_MAX),
        )

    def unsubscribe(self, endpoint: str, member_id: str | None = None) -> bool:
        """Forget a subscription, of this member if one is named; True if there was one."""
        done = self._connection.execute(
            "DELETE FROM browsers WHERE endpoint = ? AND (? IS NULL OR member_id = ?)",
            (endpoint, member_id, member_id),
        )
        return done.rowcount > 0

    def subscriptions_of(self, member_id: str) -> list[Subscription]:
        rows = self._connection.execute(
            "SELECT endpoint, member_id, p256dh, auth, key FROM browsers WHERE member_id = ?"
            " ORDER BY made_at DESC",
            (member_id,),
        )
        return [Subscription(*row) for row in rows]

    def subscribed(self, key: str | None = None) -> set[str]:
        """Return every member who can be pushed to, with this key if one is named."""
        rows = self._connection.execute(
            "SELECT DISTINCT member_id FROM browsers WHERE ? IS NULL OR key IN ('', ?)", (key, key)
        )
        return {str(member_id) for (member_id,) in rows}

    def bind(self, endpoint: str, key: str) -> None:
        """Keep that a subscription takes what comes with this key."""
        self._connection.execute("UPDATE browsers SET key = ? WHERE endpoint = ?", (key, endpoint))

    def lapse(self, subscription: Subscription) -> None:
        """End a subscription that no key of ours opens any more; its member has to be told."""
        if self.unsubscribe(subscription.endpoint, subscription.member_id):
            self._connection.execute(
                "INSERT OR IGNORE INTO lapsed VALUES (?)", (subscription.member_id,)
            )

    def has_lapsed(self, member_id: str, key: str) -> bool:
        """Say whether a member was pushed to, and with this key cannot be."""
        found = self._connection.execute(
            "SELECT 1 FROM lapsed WHERE member_id = ? UNION ALL"
            " SELECT 1 FROM browsers WHERE member_id = ? AND key NOT IN ('', ?)",
            (member_id, member_id, key),
        )
        return found.fetchone() is not None

    def mint_calendar(self, member_id: str, at: int) -> str:
        """Return a password that fetches this member's shifts and nothing else, in place of any
        earlier one; it cannot be shown again.
        """
        password = secrets.token_urlsafe(24)
        self._connection.execute(
            "INSERT OR REPLACE INTO calendars VALUES (?, ?, ?)", (member_id, _digest(password), at)
        )
        return password

    def revoke_calendar(self, member_id: str) -> bool:
        done = self._connection.execute("DELETE FROM calendars WHERE member_id = ?", (member_id,))
        return done.rowcount > 0

    def has_calendar(self, member_id: str) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM calendars WHERE member_id = ?", (member_id,)
        )
        return found.fetchone() is not None

    def may_fetch_calendar(self, member_id: str, password: str) -> bool:
        row = self._connection.execute(
            "SELECT digest FROM calendars WHERE member_id = ?", (member_id,)
        ).fetchone()
        return row is not None and secrets.compare_digest(str(row[0]), _digest(password))

    def begin_rehearsal(
        self, rehearsal: Rehearsal, ways: Mapping[str, str], *, not_after: int | None = None
    ) -> bool:
        """Note who is called, unless another process did so since `not_after`.

        Args:
            rehearsal: the one that begins.
            ways: member id → how they are called; `none` for who cannot be.
            not_after: False is returned, and nothing kept, if this place had one later than this.
        """
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            latest = self.latest_rehearsal(rehearsal.jurisdiction)
            if not_after is not None and latest is not None and latest.called_at > not_after:
                return False
            transaction.execute("INSERT INTO rehearsals VALUES (?, ?, ?, ?)", rehearsal)
            transaction.executemany(
                "INSERT INTO rehearsed VALUES (?, ?, ?, NULL)",
                [(rehearsal.rehearsal_id, member, way) for member, way in sorted(ways.items())],
            )
            oldest = rehearsal.called_at - _KEPT_MS
            transaction.execute(
                "DELETE FROM rehearsed WHERE rehearsal_id IN"
                " (SELECT rehearsal_id FROM rehearsals WHERE called_at < ?)",
                (oldest,),
            )
            transaction.execute("DELETE FROM rehearsals WHERE called_at < ?", (oldest,))
        return True

    def latest_rehearsal(self, jurisdiction: str) -> Rehearsal | None:
        row = self._connection.execute(
            "SELECT rehearsal_id, jurisdiction, called_at, answer_by FROM rehearsals"
            " WHERE jurisdiction = ? ORDER BY called_at DESC LIMIT 1",
            (jurisdiction,),
        ).fetchone()
        return None if row is None else Rehearsal(*row)

    def rehearsed_in(self, rehearsal_id: str) -> list[Rehearsed]:
        rows = self._connection.execute(
            "SELECT member_id, way, answered_at FROM rehearsed WHERE rehearsal_id = ?"
            " ORDER BY member_id",
            (rehearsal_id,),
        )
        return [Rehearsed(*row) for row in rows]

    def unanswered(self, member_id: str, at: int) -> Rehearsal | None:
        """Return the rehearsal that waits for a member now."""
        row = self._connection.execute(
            "SELECT r.rehearsal_id, jurisdiction, called_at, answer_by FROM rehearsed d"
            " JOIN rehearsals r ON r.rehearsal_id = d.rehearsal_id WHERE member_id = ?"
            " AND answered_at IS NULL AND called_at <= ? AND answer_by > ?"
            " ORDER BY called_at DESC LIMIT 1",
            (member_id, at, at),
        ).fetchone()
        return None if row is None else Rehearsal(*row)

    def answer_rehearsal(self, rehearsal_id: str, member_id: str, at: int) -> bool:
        """Note an answer, the first one only; False if this member was not called by it."""
        called = self._connection.execute(
            "SELECT 1 FROM rehearsed WHERE rehearsal_id = ? AND member_id = ?",
            (rehearsal_id, member_id),
        ).fetchone()
        self._connection.execute(
            "UPDATE rehearsed SET answered_at = ? WHERE rehearsal_id = ? AND member_id = ?"
            " AND answered_at IS NULL",
            (at, rehearsal_id, member_id),
        )
        return called is not None

    def last_answers(self, member_ids: Iterable[str]) -> dict[str, int]:
        """Return when each of these last answered any rehearsal, for those who ever did."""
        wanted: Sequence[str] = sorted(set(member_ids))
        found: dict[str, int] = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT member_id, max(answered_at) FROM rehearsed"  # noqa: S608 - only marks
                f" WHERE answered_at IS NOT NULL AND member_id IN ({marks}) GROUP BY member_id",
                list(some),
            )
            found.update(rows.fetchall())
        return found

    def erase(self, member_id: str) -> bool:
        """Forget everything about a person's phones; True if there was anything to forget."""
        gone = [
            self._connection.execute(forget, (member_id,)).rowcount
            for forget in (
                "DELETE FROM browsers WHERE member_id = ?",
                "DELETE FROM lapsed WHERE member_id = ?",
                "DELETE FROM calendars WHERE member_id = ?",
                "DELETE FROM rehearsed WHERE member_id = ?",
            )
        ]
        return any(gone)

    def close(self) -> None:
        self._connection.close()


def kept_of(path: Path, member_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return all that a file of phones holds of a member, without changing it; lists may be empty.

    Secrets that only a browser reads with are left out; a calendar's password is not kept at all.

    Raises:
        BadFile: it is not one of ours.
    """
    asked = {
        "browsers": "SELECT endpoint, made_at FROM browsers WHERE member_id = ?",
        "lapsed": "SELECT member_id FROM lapsed WHERE member_id = ?",
        "calendars": "SELECT made_at FROM calendars WHERE member_id = ?",
        "rehearsals": "SELECT rehearsal_id, way, answered_at FROM rehearsed WHERE member_id = ?",
    }
    with closing(look_at_private(path, _SCHEMA, holds="phones")) as file:
        return {name: _rows(file.execute(rows, (member_id,))) for name, rows in asked.items()}


def _rows(found: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [it[0] for it in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _digest(password: str) -> str:
    # 192 random bits: a fast hash is enough.
    return hashlib.sha256(password.encode()).hexdigest()
