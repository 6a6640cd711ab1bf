"""Sessions of browsers, and the one-time codes that enrol a phone.

A session is a token that ends, kept by the browser in a cookie no script can read. A code is short
enough to type, is in force for some minutes, and opens one session.
"""

import secrets
from typing import Final, NamedTuple

from fastapi import Request, Response

from coordinator.web.problems import Problem
from coordinator.web.tokens import Holder, SecretKind, Tokens
from schemas.durations import HOUR, MINUTE
from schemas.sentences import answers
from schemas.vocabulary import Role

COOKIE: Final = "coordinator_session"
CONSOLE_HEADER: Final = "X-Coordinator-Console"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_PAGES: Final = frozenset({"same-origin", "none"})
_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 12
_CODE_LASTS_MS: Final = 15 * MINUTE


class Code(NamedTuple):
    """A one-time code and when it ends, UTC milliseconds of real time."""

    code: str
    expires_at: int


class Session(NamedTuple):
    """What a browser keeps, whom it speaks for, and how long."""

    secret: str
    holder: Holder
    lasts_ms: int


class Sessions:
    """Opens and ends sessions; kept with the tokens, so that revoking an actor ends theirs."""

    def __init__(self, tokens: Tokens, *, desk_h: int, phone_h: int) -> None:
        """Keep sessions among tokens.

        Args:
            tokens: where they are kept; they know the real time, by which sessions end.
            desk_h: hours that a session of a desk lasts.
            phone_h: hours that a member's phone stays enrolled.
        """
        self._tokens = tokens
        self._desk_ms, self._phone_ms = desk_h * HOUR, phone_h * HOUR

    def open(self, holder: Holder) -> Session | None:
        """Return a new session of a holder, no longer than they may; None if they no longer may."""
        began = self._tokens.now()
        ends = began + (self._desk_ms if holder.member_id is None else self._phone_ms)
        if holder.expires_at is not None and holder.kind is not SecretKind.CODE:
            ends = min(ends, holder.expires_at)
        secret = "pes_" + secrets.token_urlsafe(24)
        opened = self._tokens.succeed(holder, secret, expires_at=ends)
        return None if opened is None else Session(secret, opened, ends - began)

    def issue(self, member_id: str, jurisdiction: str) -> Code:
        """Return a one-time code with which a member's phone is enrolled."""
        code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
        ends = self._tokens.now() + _CODE_LASTS_MS
        holder = Holder(
            actor_id=member_id,
            role=Role.MEMBER,
            digest="",
            jurisdictions=(jurisdiction,),
            member_id=member_id,
            expires_at=ends,
            kind=SecretKind.CODE,
        )
        self._tokens.keep(code, holder)
        return Code(code, ends)

    def redeem(self, code: str) -> Session | None:
        """Return the one session of a code; spaces, hyphens and small letters do not matter."""
        plain = "".join(it for it in code.upper() if it.isalnum())
        found = self._tokens.enrolled_by(plain)
        return None if found is None else self.open(found)


def set_cookie(request: Request, response: Response, secret: str, *, lasts_ms: int) -> None:
    """Hand a session to a browser: no script reads it, no other site sends it."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=lasts_ms // 1_000,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def refuse_other_sites(request: Request) -> None:
    """Let a cookie change something only for our own pages.

    A page of another site can neither set this header without being asked back, nor hide where it
    comes from.

    Raises:
        Problem: 403 without the header, or from elsewhere.
    """
    if request.method in _SAFE:
        return
    from_where = request.headers.get("sec-fetch-site", "same-origin")
    if CONSOLE_HEADER not in request.headers or from_where not in _OWN_PAGES:
        raise Problem(
            403,
            "not_from_a_console",
            answers.FROM_OWN_PAGES_ONLY,
            field=CONSOLE_HEADER,
        )
