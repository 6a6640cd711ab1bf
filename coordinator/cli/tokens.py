"""Tokens from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from coordinator.cli.data import print_json, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadInput
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.ids import ActorId, JurisdictionId
from schemas.vocabulary import Role

_DAY = 86_400_000


@contextmanager
def _tokens(data_dir: Path | None, *, make: bool = False) -> Iterator[Tokens]:
    """Open the tokens of a folder, which a server may be using.

    Raises:
        BadInput: there are none, and none are to be made.
    """
    folder = settings_for(data_dir).data_dir
    path = folder / TOKENS_NAME
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise BadInput(f"data-dir: no {TOKENS_NAME} in {folder}; `coordinator token mint` makes it")
    tokens = Tokens(path, WallClock())
    if tokens.passed_over is not None:
        print(tokens.passed_over, file=sys.stderr)
    try:
        yield tokens
    finally:
        tokens.close()


def _checked(field: str, value: str, kind: Any) -> None:
    """Refuse a name that no signal could carry: its holder could say nothing."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise BadInput(f"{field}: {value!r}: {error.errors()[0]['msg']}") from None


def mint(
    actor: str,
    role: str,
    jurisdictions: tuple[str, ...],
    member: str | None,
    days: int | None,
    data_dir: Path | None,
) -> None:
    known = {it.value: it for it in Role if it is not Role.SYSTEM}
    chosen = known.get(role)
    if chosen is None:
        raise BadInput(f"role: {role!r} is not one of {', '.join(known)}")
    _checked("member" if member else "actor", member or actor, ActorId)
    for it in jurisdictions:
        _checked("jurisdiction", it, JurisdictionId)
    expires_at = None if days is None else WallClock().now() + days * _DAY
    try:
        with _tokens(data_dir, make=True) as tokens:
            token = tokens.mint(
                member or actor,
                chosen,
                jurisdictions=jurisdictions,
                member_id=member,
                expires_at=expires_at,
            )
    except ValueError as error:
        raise BadInput(str(error)) from None
    print(token)


def show(data_dir: Path | None, *, as_json: bool) -> None:
    with _tokens(data_dir) as tokens:
        holders = tokens.all()
    if as_json:
        print_json(
            [
                {
                    "actor_id": it.actor_id,
                    "role": it.role.value,
                    "jurisdictions": list(it.jurisdictions),
                    "member_id": it.member_id,
                    "expires_at": it.expires_at,
                }
                for it in holders
            ]
        )
        return
    for it in holders:
        print(f"{it.role.value:<11} {it.actor_id:<36} {', '.join(it.jurisdictions) or 'all'}")


def revoke(actor: str, data_dir: Path | None) -> None:
    with _tokens(data_dir) as tokens:
        gone = tokens.revoke(actor)
    if not gone:
        raise BadInput(f"actor: nobody called {actor!r} holds a token")
    print(f"{gone} revoked")
