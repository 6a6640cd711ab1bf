"""Tokens from the command line."""

from pathlib import Path

from coordinator.cli.data import print_json, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadInput
from coordinator.web.tokens import Tokens
from schemas.vocabulary import Role

_DAY = 86_400_000


def _tokens(data_dir: Path | None) -> Tokens:
    settings = settings_for(data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Tokens(settings.data_dir / "tokens.json")


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
    expires_at = None if days is None else WallClock().now() + days * _DAY
    try:
        token = _tokens(data_dir).mint(
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
    holders = _tokens(data_dir).all()
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
    gone = _tokens(data_dir).revoke(actor)
    if not gone:
        raise BadInput(f"actor: nobody called {actor!r} holds a token")
    print(f"{gone} revoked")
