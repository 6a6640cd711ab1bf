"""The default sink: an inbox per member and desk, in the same file as the log.

A message is kept once, by its effect id; the page of a member always shows the newest state from
the boards, so that a late message can never turn it back.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from coordinator.log.sqlite import SqliteFile
from coordinator.outbox.effects import ActualEffect, ExerciseEffect

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inboxes (
  effect_id TEXT PRIMARY KEY, realm TEXT NOT NULL, log_id TEXT NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
  expires_at INTEGER NOT NULL, document TEXT NOT NULL) STRICT
"""
_INDEX = "CREATE INDEX IF NOT EXISTS inboxes_by_target ON inboxes (target, at)"


class _Inboxes:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        file.transact_now(lambda it: it.execute(_SCHEMA).close())
        file.transact_now(lambda it: it.execute(_INDEX).close())

    def newest(self, target: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest messages of a target, newest first."""
        rows = self._file.query(
            "SELECT effect_id, realm, log_id, seq, at, kind, about, expires_at, document"
            " FROM inboxes WHERE target = ? ORDER BY at DESC, seq DESC LIMIT ?",
            (target, limit),
        )
        names = ("effect_id", "realm", "log_id", "seq", "at", "kind", "about", "expires_at")
        return [
            dict(zip(names, row[:-1], strict=True)) | {"document": msgspec.json.decode(row[-1])}
            for row in rows
        ]

    async def _keep(self, effects: Sequence[ActualEffect] | Sequence[ExerciseEffect]) -> None:
        rows = [
            (
                it.effect_id,
                it.realm,
                it.log_id,
                it.seq,
                it.at,
                it.target,
                it.kind,
                it.about,
                it.expires_at,
                msgspec.json.encode(it.document).decode(),
            )
            for it in effects
        ]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR IGNORE INTO inboxes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

        await self._file.transact(write)


class ActualInboxes(_Inboxes):
    """Inboxes of real people."""

    async def deliver(self, effects: Sequence[ActualEffect]) -> None:
        await self._keep(effects)


class ExerciseInboxes(_Inboxes):
    """Inboxes of a drill: kept apart by realm, told to nobody."""

    async def deliver(self, effects: Sequence[ExerciseEffect]) -> None:
        await self._keep(effects)
