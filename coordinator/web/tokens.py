"""Bearer tokens: random, shown once, kept as SHA-256; each with a role and what it may see.

In a small database, because several processes write it: the server opens sessions while the command
line mints and revokes. Each change is one transaction, so what was revoked stays revoked. They end
by real time, however fast the coordinator's own clock runs in a drill.

When a token was last used is noted in memory and written down once a minute: asking who somebody is
waits for no disk.
"""

import asyncio
import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from coordinator.clock import Clock
from coordinator.errors import BadFile, BadInput
from coordinator.private.file import open_private
from schemas.durations import DAY
from schemas.roles import Capability, can
from schemas.vocabulary import Role

log = structlog.get_logger()

TOKENS_NAME: Final = "tokens.db"
_PREFIX: Final = "pec_"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS holders (
  actor_id TEXT NOT NULL, role TEXT NOT NULL, digest TEXT PRIMARY KEY, jurisdictions TEXT NOT NULL,
  member_id TEXT, expires_at INTEGER, kind TEXT NOT NULL, made_at INTEGER NOT NULL,
  used_at INTEGER, sources TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holders_by_actor ON holders (actor_id);
CREATE INDEX IF NOT EXISTS holders_by_end ON holders (expires_at) WHERE expires_at IS NOT NULL;
"""
_FIELDS: Final = (
    "SELECT actor_id, role, digest, jurisdictions, member_id, expires_at, kind, made_at, used_at,"
    " sources"
)
ANY_SOURCE: Final = "*"
_KEPT_MS: Final = 30 * DAY
"""A clock that jumped ahead, and came back, has taken nobody's token away."""
_NOTED_S: Final = 60


class SecretKind(StrEnum):
    """What a holder was let in with.

    A token is made by a command, a session is a browser's; a code enrols one phone and opens
    nothing else.
    """

    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    SESSION = "session"
    CODE = "code"


class Holder(msgspec.Struct, frozen=True):
    """Who a token speaks for.

    `jurisdictions` empty means all; `member_id` is set for members only; times in UTC
    milliseconds. `used_at` is when it was last used, as far as it is written down; None: never.
    `sources` are the names under which they report, their own where none is given; `*` is any.
    """

    actor_id: str
    role: Role
    digest: str
    jurisdictions: tuple[str, ...] = ()
    member_id: str | None = None
    expires_at: int | None = None
    kind: SecretKind = SecretKind.TOKEN
    made_at: int = 0
    used_at: int | None = None
    sources: tuple[str, ...] = ()

    def may_see(self, jurisdiction: str) -> bool:
        return not self.jurisdictions or jurisdiction in self.jurisdictions

    def speaks_for(self, source: str) -> bool:
        """Say whether what a source says may come from them.

        A desk writes down what anybody told it. Everybody else says what is theirs: else one feed
        could take back what another reported, or take the place of its next report.
        """
        if can(self.role, Capability.RUN_INCIDENTS):
            return True
        return source in self.own_sources or ANY_SOURCE in self.own_sources

    @property
    def own_sources(self) -> tuple[str, ...]:
        return self.sources or (self.actor_id,)


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
        self._used: dict[str, int] = {}
        self._noting = threading.Lock()
        try:
            self._reader.execute(f"{_FIELDS} FROM holders LIMIT 0").close()
        except sqlite3.OperationalError as error:
            self.close()
            why = f"tokens of an earlier version ({error}); remove it and mint them anew"
            raise BadFile(path, why) from None

    def now(self) -> int:
        """Return the real time, UTC milliseconds."""
        return self.clock.now()

    def mint(  # noqa: PLR0913 - what a token says, by name
        self,
        actor_id: str,
        role: Role,
        *,
        jurisdictions: tuple[str, ...] = (),
        member_id: str | None = None,
        expires_at: int | None = None,
        sources: tuple[str, ...] = (),
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
                sources=sources,
            ),
        )
        return token

    def keep(self, secret: str, holder: Holder) -> None:
        """Let a secret speak for a holder from now on."""
        with self._writing() as file:
            _put(
                file,
                msgspec.structs.replace(holder, digest=_digest(secret), made_at=self.now()),
            )

    def succeed(self, holder: Holder, secret: str, *, expires_at: int) -> Holder | None:
        """Let a new secret speak for who was let in by another; a one-time code is used up.

        None if that other is gone by now: whoever is revoked in this moment gets no session.
        """
        with self._writing() as file:
            there = file.execute(
                "DELETE FROM holders WHERE digest = ? AND kind = 'code' RETURNING 1"
                if holder.kind is SecretKind.CODE
                else "SELECT 1 FROM holders WHERE digest = ?",
                (holder.digest,),
            ).fetchall()
            if not there:
                return None
            now = self.now()
            session = msgspec.structs.replace(
                holder, digest=_digest(secret), expires_at=expires_at, kind=SecretKind.SESSION,
                made_at=now, used_at=now,
            )  # fmt: skip
            _put(file, session)
        return session

    def holder_of(self, token: str) -> Holder | None:
        """Return who holds a token now, None for an unknown or expired one."""
        found = self._find(_digest(token))
        if found is None or found.kind is SecretKind.CODE:
            return None
        with self._noting:
            self._used[found.digest] = self.now()
        return found

    def holds(self, holder: Holder) -> bool:
        """Say whether what a holder was let in with is still good."""
        return self._find(holder.digest) is not None

    def enrolled_by(self, code: str) -> Holder | None:
        """Return whom a one-time code is for; None for an unknown, used or expired one."""
        found = self._find(_digest(code))
        return found if found is not None and found.kind is SecretKind.CODE else None

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

    def rotate(self, actor_id: str, *, overlap_ms: int) -> tuple[str, Holder]:
        """Return a new token like the one an actor holds, and let the old ones end.

        The old token, and the sessions it opened, are good for as long as it takes to put the new
        one where it is used. The new one lasts as long as the old one was to last from its making.

        Args:
            actor_id: whose.
            overlap_ms: how long the old ones are still good; 0: not at all.

        Raises:
            BadInput: they hold none, or several that differ in role or scope.
        """
        secret, now = _PREFIX + secrets.token_urlsafe(24), self.now()
        with self._writing() as file:
            rows = file.execute(
                f"{_FIELDS} FROM holders WHERE actor_id = ? AND kind = 'token'"
                " AND (expires_at IS NULL OR expires_at > ?) ORDER BY made_at, digest",
                (actor_id, now),
            ).fetchall()
            held = [_holder(row) for row in rows]
            if not held:
                raise BadInput(f"actor: nobody called {actor_id!r} holds a token")
            if len({(it.role, it.jurisdictions, it.member_id, it.sources) for it in held}) > 1:
                raise BadInput(f"actor: {actor_id!r} holds tokens of several roles or scopes")
            last = held[-1]
            lasts = None if last.expires_at is None else last.expires_at - last.made_at
            fresh = msgspec.structs.replace(
                last, digest=_digest(secret), made_at=now, used_at=None,
                expires_at=None if lasts is None else now + lasts,
            )  # fmt: skip
            file.execute(
                "UPDATE holders SET expires_at = min(coalesce(expires_at, ?2), ?2)"
                " WHERE actor_id = ?1 AND kind != 'code'",
                (actor_id, now + overlap_ms),
            )
            _put(file, fresh)
        return secret, fresh

    def note_uses(self) -> None:
        """Write down who was let in since this was last done."""
        with self._noting:
            used, self._used = self._used, {}
        if used:
            with self._writing() as file:
                file.executemany(
                    "UPDATE holders SET used_at = max(coalesce(used_at, 0), ?) WHERE digest = ?",
                    [(at, digest) for digest, at in used.items()],
                )

    async def run(self) -> None:
        """Write uses down once a minute, for ever; a full disk ends nothing."""
        while True:
            await asyncio.sleep(_NOTED_S)
            try:
                await asyncio.to_thread(self.note_uses)
            except sqlite3.Error as error:
                log.warning("tokens.uses_not_noted", reason=str(error))

    def close(self) -> None:
        """Write down what is left, and close the file."""
        with suppress(sqlite3.Error):
            self.note_uses()
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
        "INSERT OR REPLACE INTO holders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            it.actor_id, it.role.value, it.digest, json.dumps(it.jurisdictions), it.member_id,
            it.expires_at, it.kind.value, it.made_at, it.used_at, json.dumps(it.sources),
        ),
    )  # fmt: skip


def _holder(row: tuple[Any, ...]) -> Holder:
    actor_id, role, digest, jurisdictions, member_id, expires_at, kind, made_at, used_at, own = row
    return Holder(
        actor_id=actor_id,
        role=Role(role),
        digest=digest,
        jurisdictions=tuple(json.loads(jurisdictions)),
        member_id=member_id,
        expires_at=expires_at,
        kind=SecretKind(kind),
        made_at=made_at,
        used_at=used_at,
        sources=tuple(json.loads(own)),
    )


def _digest(token: str) -> str:
    # A token is 192 random bits: a fast hash is enough, and looking it up leaks nothing of it.
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()
