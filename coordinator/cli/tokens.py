"""Tokens from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from coordinator.cli.data import first_roster_with, print_json, realms_known, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadInput, UnknownJurisdiction
from coordinator.private.file import make_private_folder
from coordinator.settings import Settings
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.durations import DAY
from schemas.ids import ActorId, JurisdictionId
from schemas.roles import Capability, can
from schemas.vocabulary import Role
from words.faults import told_first


@contextmanager
def _tokens(data_dir: Path | None, *, make: bool = False) -> Iterator[Tokens]:
    """Open the tokens of a folder, which a server may be using.

    Raises:
        BadInput: there are none, and none are to be made.
    """
    folder = settings_for(data_dir).data_dir
    path = folder / TOKENS_NAME
    if make:
        make_private_folder(folder)
    elif not path.exists():
        raise BadInput(f"data-dir: no {TOKENS_NAME} in {folder}; nobody holds a token")
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
        raise BadInput(told_first(error, called=field)) from None


async def mint(
    actor: str,
    role: str,
    jurisdictions: tuple[str, ...],
    member: str | None,
    days: int | None,
    data_dir: Path | None,
    *,
    gateway: bool,
) -> None:
    """Make a token for somebody who can be somebody here.

    Raises:
        BadInput: a role, county or member that is not here, or a folder without logs that is not
            said to be a gateway's.
    """
    known = {it.value: it for it in Role if not can(it, Capability.BE_COORDINATOR)}
    chosen = known.get(role)
    if chosen is None:
        raise BadInput(f"role: {role!r} is not one of {', '.join(known)}")
    on_call = can(chosen, Capability.BE_ON_CALL)
    if on_call and not member:
        raise BadInput(
            f"--member: a token of the role {role} needs the member's id, none was given"
        )
    if not on_call and member is not None:
        raise BadInput(f"--member: goes with --role member only, got {member!r} with role {role!r}")
    _checked("member" if member else "actor", member or actor, ActorId)
    jurisdictions = tuple(dict.fromkeys(jurisdictions))
    for it in jurisdictions:
        _checked("jurisdiction", it, JurisdictionId)
    await _known_here(settings_for(data_dir), jurisdictions, member, gateway=gateway)
    expires_at = None if days is None else WallClock().now() + days * DAY
    with _tokens(data_dir, make=True) as tokens:
        token = tokens.mint(
            member or actor,
            chosen,
            jurisdictions=jurisdictions,
            member_id=member,
            expires_at=expires_at,
        )
    print(token)


async def _known_here(
    settings: Settings, jurisdictions: tuple[str, ...], member: str | None, *, gateway: bool
) -> None:
    """Refuse whom no log here knows; a gateway's folder holds no logs to ask."""
    known = realms_known(settings)
    if not known:
        if gateway:
            return
        raise BadInput(
            f"data-dir: no logs in {settings.data_dir}; `coordinator county found NAME` begins one;"
            " --gateway mints in a gateway's folder, which has none"
        )
    for it in jurisdictions:
        if it not in known:
            raise UnknownJurisdiction(it, sorted(known))
    asked = jurisdictions or tuple(sorted(known))
    if member is not None and await first_roster_with(settings, member, asked) is None:
        raise BadInput(f"--member: nobody called {member!r} on the roster of {', '.join(asked)}")


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
