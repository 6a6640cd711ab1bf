"""Who is asking is looked up once a request, and again after a body that took long."""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request

from coordinator.clock import WallClock
from coordinator.web import identity
from coordinator.web.identity import holder
from coordinator.web.problems import Problem
from coordinator.web.tokens import Tokens
from schemas.vocabulary import Role


class Counting(Tokens):
    looked_up = 0

    def holder_of(self, token: str) -> Any:
        self.looked_up += 1
        return super().holder_of(token)


def asked(tokens: Tokens, token: str) -> Request:
    app = SimpleNamespace(state=SimpleNamespace(station=SimpleNamespace(tokens=tokens)))
    headers = [(b"authorization", f"Bearer {token}".encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers, "app": app})


@pytest.fixture
def tokens() -> Counting:
    return Counting(None, WallClock())


def test_a_request_is_asked_for_its_holder_once(tokens: Counting) -> None:
    request = asked(tokens, tokens.mint("feed", Role.FEED))

    first = holder(request)

    assert holder(Request(request.scope)) is first
    assert tokens.looked_up == 1


def test_who_is_revoked_while_the_body_comes_is_not_let_in(
    tokens: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_KNOWN_S", 0.0)
    request = asked(tokens, tokens.mint("feed", Role.FEED))
    holder(request)
    tokens.revoke("feed")

    with pytest.raises(Problem) as refused:
        holder(request)
    assert refused.value.status == 401


def test_another_request_is_never_taken_for_this_one(tokens: Counting) -> None:
    token = tokens.mint("feed", Role.FEED)
    holder(asked(tokens, token))
    tokens.revoke("feed")

    with pytest.raises(Problem):
        holder(asked(tokens, token))
