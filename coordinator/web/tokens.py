"""Bearer tokens: random, shown once, kept as SHA-256; each with a role and what it may see."""

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

import msgspec

from schemas.vocabulary import Role

_PREFIX = "pec_"


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

    def __init__(self, path: Path | None) -> None:
        """Open the tokens at `path`; None keeps them in memory (tests)."""
        self._path = path
        self._by_digest: dict[str, Holder] = {}
        self._written: int | None = None
        self._read_anew()

    def _read_anew(self) -> None:
        """Take in what the command line wrote since: a new token, or one that is revoked."""
        if self._path is None or not self._path.exists():
            return
        written = self._path.stat().st_mtime_ns
        if written != self._written:
            held = msgspec.json.decode(self._path.read_bytes(), type=list[Holder])
            self._by_digest = {holder.digest: holder for holder in held}
            self._written = written

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
        if (role is Role.MEMBER) != (member_id is not None):
            raise ValueError(f"member_id: goes with the role member, got {role} and {member_id}")
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
        self._read_anew()
        held = msgspec.structs.replace(holder, digest=_digest(secret))
        self._by_digest[held.digest] = held
        self._write()

    def holder_of(self, token: str, *, at: int) -> Holder | None:
        """Return who holds a token at a moment, None for an unknown or expired one."""
        self._read_anew()
        holder = self._by_digest.get(_digest(token))
        return None if holder is None or holder.once or _over(holder, at) else holder

    def holds(self, holder: Holder, *, at: int) -> bool:
        """Say whether what a holder was let in with is still good."""
        self._read_anew()
        return holder.digest in self._by_digest and not _over(holder, at)

    def take_once(self, code: str, *, at: int) -> Holder | None:
        """Return whom a one-time code is for and forget it; None for an unknown or expired one."""
        self._read_anew()
        holder = self._by_digest.get(_digest(code))
        if holder is None or not holder.once:
            return None
        del self._by_digest[holder.digest]
        self._write()
        return None if _over(holder, at) else holder

    def forget(self, token: str) -> None:
        """Forget one token: whoever held it has left."""
        self._read_anew()
        if self._by_digest.pop(_digest(token), None) is not None:
            self._write()

    def forget_expired(self, *, at: int) -> None:
        """Drop what can never be used again."""
        self._read_anew()
        kept = {it: holder for it, holder in self._by_digest.items() if not _over(holder, at)}
        if len(kept) < len(self._by_digest):
            self._by_digest = kept
            self._write()

    def all(self) -> list[Holder]:
        return sorted(self._by_digest.values(), key=lambda it: (it.role, it.actor_id, it.digest))

    def revoke(self, actor_id: str) -> int:
        """Forget every token of an actor and return how many there were."""
        self._read_anew()
        gone = [digest for digest, it in self._by_digest.items() if it.actor_id == actor_id]
        for digest in gone:
            del self._by_digest[digest]
        self._write()
        return len(gone)

    def _write(self) -> None:
        if self._path is None:
            return
        document: list[Any] = [msgspec.to_builtins(holder) for holder in self.all()]
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        fresh.replace(self._path)


def _over(holder: Holder, at: int) -> bool:
    return holder.expires_at is not None and holder.expires_at <= at


def _digest(token: str) -> str:
    # A token is 192 random bits: a fast hash is enough, and looking it up leaks nothing of it.
    return hashlib.sha256(token.encode()).hexdigest()
