"""Tokens from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from coordinator.cli.data import first_roster_with, print_json, realms_known, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadInput, UnknownJurisdiction
from coordinator.private.file import make_private_folder
from coordinator.settings import Settings
from coordinator.web.tokens import ANY_SOURCE, TOKENS_NAME, Holder, Tokens
from schemas.bounds import Line
from schemas.durations import DAY, HOUR
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


class Asked(NamedTuple):
    """What a token is asked for: whose, and what it is to be good for.

    Attributes:
        actor: name of the person or program.
        role: what they may do.
        jurisdictions: where.
        member: the id of a member, for a role that is on call.
        days: for how long; None: until it is revoked.
        sources: under which names they report; none: under their own.
    """

    actor: str
    role: str
    jurisdictions: tuple[str, ...]
    member: str | None
    days: int | None
    sources: tuple[str, ...]


async def mint(asked: Asked, data_dir: Path | None, *, everywhere: bool, gateway: bool) -> None:
    """Make a token for somebody who can be somebody here.

    Args:
        asked: who and what for.
        data_dir: the folder of the tokens.
        everywhere: good for every jurisdiction, those founded later with them.
        gateway: in the folder of a gateway, which knows no counties.

    Raises:
        BadInput: a role, county or member that is not here, or a folder without logs that is not
            said to be a gateway's.
    """
    actor, role, jurisdictions, member, days, sources = asked
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
    _check_sources(chosen, sources)
    _checked("member" if member else "actor", member or actor, ActorId)
    jurisdictions = tuple(dict.fromkeys(jurisdictions))
    if everywhere == bool(jurisdictions):
        wanted = "one of the two, got both" if everywhere else "or --all-jurisdictions, got neither"
        raise BadInput(f"--jurisdiction: what the token is good for is said, {wanted}")
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
            sources=tuple(dict.fromkeys(sources)),
        )
    print(token)


def _check_sources(role: Role, sources: tuple[str, ...]) -> None:
    """Refuse names that would change nothing, or that no report could carry."""
    if sources and (can(role, Capability.RUN_INCIDENTS) or not can(role, Capability.REPORT)):
        does = "reports for anybody" if can(role, Capability.REPORT) else "reports nothing"
        raise BadInput(
            f"--source: changes nothing, the role {role.value} {does}; got {sources[0]!r}"
        )
    for it in sources:
        if it != ANY_SOURCE:
            _checked("--source", it, Line)


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
    """Print who holds what, since when, when it was last used and when it ends."""
    with _tokens(data_dir) as tokens:
        holders = tokens.all()
        now = tokens.now()
    if as_json:
        fields = ("actor_id", "role", "kind", "jurisdictions", "member_id", "made_at", "used_at",
                  "expires_at", "sources")  # fmt: skip
        print_json([{name: getattr(it, name) for name in fields} for it in holders])
        return
    row = "{:<14} {:<36} {:<8} {:<16} {:<16} {:<16} {}".format
    print(row("role", "actor", "kind", "made", "used", "ends", "good for"))
    for it in holders:
        ended = it.expires_at is not None and it.expires_at <= now
        ends = "ended" if ended else _moment(it.expires_at)
        made, used = _moment(it.made_at), _moment(it.used_at)
        print(row(it.role.value, it.actor_id, it.kind.value, made, used, ends, _scope(it)))


def rotate(actor: str, overlap_h: float, data_dir: Path | None) -> None:
    """Print a new token in the place of an actor's old one, and on standard error what it is."""
    with _tokens(data_dir) as tokens:
        token, fresh = tokens.rotate(actor, overlap_ms=round(overlap_h * HOUR))
    print(token)
    old = f"the old one ends in {overlap_h:g} h" if overlap_h else "the old one has ended"
    print(f"{fresh.role.value}, {_scope(fresh)}; {old}", file=sys.stderr)


def _scope(holder: Holder) -> str:
    where = ", ".join(holder.jurisdictions) or "all jurisdictions"
    return f"{where}; reports as {', '.join(holder.sources)}" if holder.sources else where


def _moment(at: int | None) -> str:
    return "never" if at is None else f"{datetime.fromtimestamp(at / 1_000, UTC):%Y-%m-%d %H:%M}"


def revoke(actor: str, data_dir: Path | None) -> None:
    with _tokens(data_dir) as tokens:
        gone = tokens.revoke(actor)
    if not gone:
        raise BadInput(f"actor: nobody called {actor!r} holds a token")
    print(f"{gone} revoked")
