"""Bearer tokens: random, shown once, kept as SHA-256; each with a role and what it may see.

In a small database, because several processes write it: the server opens sessions while the command
line mints and revokes. Each change is one transaction, so what was revoked stays revoked. They end
by real time, however fast the coordinator's own clock runs in a drill.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from coordinator.clock import Clock
from coordinator.private.file import open_private
from schemas.durations import DAY
from schemas.roles import Capability, can
from schemas.vocabulary import Role

TOKENS_NAME: Final = "tokens.db"
_OLD_NAME: Final = "tokens.json"
_PREFIX: Final = "pec_"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS holders (
  digest TEXT PRIMARY KEY, actor_id TEXT NOT NULL, role TEXT NOT NULL, jurisdictions TEXT NOT NULL,
  member_id TEXT, expires_at INTEGER, once INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holders_by_actor ON holders (actor_id);
CREATE INDEX IF NOT EXISTS holders_by_end ON holders (expires_at) WHERE expires_at IS NOT NULL;
"""
_FIELDS: Final = "SELECT actor_id, role, digest, jurisdictions, member_id, expires_at, once"
_KEPT_MS: Final = 30 * DAY
"""A clock that jumped ahead, and came back, has taken nobody's token away."""


class Holder(msgspec.Struct, frozen=True):
    """Who a token speaks for.

    `jurisdictions` empty means all; `member_id` is set for members only; times in UTC
    milliseconds. `once` marks an enrolment code: it opens one session and nothing else.
    """

    actor_id: str
    role: Role
    digest: str
    jurisdictions: tuple[str, ...] = ()
    member_id: str | None = None
    expires_at: int | None = None
    once: bool = False

    def may_see(self, jurisdiction: str) -> bool:
        return not self.jurisdictions or jurisdiction in self.jurisdictions


class Tokens:
    """The tokens of one installation, in a file only its owner can read."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        """Open the tokens.

        Args:
            path: where they are or will be; None keeps them in memory (tests).
            clock: real time, by which they end.

        Raises:
            BadFile: it is not a file of tokens.
        """
        self.clock = clock
        # Who reads never waits for who writes: each request asks anew, and sees what others wrote.
        pragmas = ["journal_mode = WAL", "synchronous = FULL"]
        self._writer = open_private(path, _SCHEMA, holds="tokens", pragmas=pragmas)
        self._reader = self._writer
        if path is not None:
            self._reader = open_private(path, _SCHEMA, holds="tokens", pragmas=pragmas)
        self._turn = threading.Lock()
        old = None if path is None else path.with_name(_OLD_NAME)
        self.passed_over = (
            f"{old}: no longer read, mint its tokens anew and delete it"
            if old is not None and old.exists()
            else None
        )

    def now(self) -> int:
        """Return the real time, UTC milliseconds."""
        return self.clock.now()

    def mint(
        self,
        actor_id: str,
        role: Role,
        *,
        jurisdictions: tuple[str, ...] = (),
        member_id: str | None = None,
        expires_at: int | None = None,
    ) -> str:
        """Return a new token; it cannot be shown again.

        Raises:
            ValueError: a member's token without a member id, or another role's with one.
        """
        if can(role, Capability.BE_ON_CALL) != (member_id is not None):
            raise ValueError(
                f"member_id: goes with a role that is on call, got {member_id!r} for {role}"
            )
        token = _PREFIX + secrets.token_urlsafe(24)
        self.keep(
            token,
            Holder(
                actor_id=actor_id,
                role=role,
                digest="",
                jurisdictions=jurisdictions,
                member_id=member_id,
                expires_at=expires_at,
            ),
        )
        return token

    def keep(self, secret: str, holder: Holder) -> None:
        """Let a secret speak for a holder from now on."""
        with self._writing() as file:
            _put(file, msgspec.structs.replace(holder, digest=_digest(secret)))

    def succeed(self, holder: Holder, secret: str, *, expires_at: int) -> Holder | None:
        """Let a new secret speak for who was let in by another; a one-time code is used up.

        None if that other is gone by now: whoever is revoked in this moment gets no session.
        """
        with self._writing() as file:
            there = file.execute(
                "DELETE FROM holders WHERE digest = ? AND once RETURNING 1"
                if holder.once
                else "SELECT 1 FROM holders WHERE digest = ?",
                (holder.digest,),
            ).fetchall()
            if not there:
                return None
            session = msgspec.structs.replace(
                holder, digest=_digest(secret), expires_at=expires_at, once=False
            )
            _put(file, session)
        return session

    def holder_of(self, token: str) -> Holder | None:
        """Return who holds a token now, None for an unknown or expired one."""
        found = self._find(_digest(token))
        return None if found is None or found.once else found

    def holds(self, holder: Holder) -> bool:
        """Say whether what a holder was let in with is still good."""
        return self._find(holder.digest) is not None

    def enrolled_by(self, code: str) -> Holder | None:
        """Return whom a one-time code is for; None for an unknown, used or expired one."""
        found = self._find(_digest(code))
        return found if found is not None and found.once else None

    def forget(self, token: str) -> None:
        """Forget one token: whoever held it has left."""
        with self._writing() as file:
            file.execute("DELETE FROM holders WHERE digest = ?", (_digest(token),))

    def all(self) -> list[Holder]:
        rows = self._reader.execute(f"{_FIELDS} FROM holders ORDER BY role, actor_id, digest")
        return [_holder(row) for row in rows.fetchall()]

    def revoke(self, actor_id: str) -> int:
        """Forget every token of an actor and return how many there were."""
        with self._writing() as file:
            return file.execute("DELETE FROM holders WHERE actor_id = ?", (actor_id,)).rowcount

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def _find(self, digest: str) -> Holder | None:
        rows = self._reader.execute(
            f"{_FIELDS} FROM holders WHERE digest = ?", (digest,)
        ).fetchall()
        if not rows:
            return None
        found = _holder(rows[0])
        return None if found.expires_at is not None and found.expires_at <= self.now() else found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Take the file for one thread and one transaction; what ended long ago goes with it."""
        with self._turn, self._writer as file:
            file.execute("BEGIN IMMEDIATE")
            file.execute("DELETE FROM holders WHERE expires_at < ?", (self.now() - _KEPT_MS,))
            yield file


def _put(file: sqlite3.Connection, it: Holder) -> None:
    file.execute(
        "INSERT OR REPLACE INTO holders VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            it.digest, it.actor_id, it.role.value, json.dumps(it.jurisdictions), it.member_id,
            it.expires_at, it.once,
        ),
    )  # fmt: skip


def _holder(row: tuple[Any, ...]) -> Holder:
    actor_id, role, digest, jurisdictions, member_id, expires_at, once = row
    return Holder(
        actor_id=actor_id,
        role=Role(role),
        digest=digest,
        jurisdictions=tuple(json.loads(jurisdictions)),
        member_id=member_id,
        expires_at=expires_at,
        once=bool(once),
    )


def _digest(token: str) -> str:
    # A token is 192 random bits: a fast hash is enough, and looking it up leaks nothing of it.
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()
