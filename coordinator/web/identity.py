"""Who is asking: the bearer token or session turned into a holder, and what the holder may do."""

import time
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from coordinator.web.ports import Showing, Station
from coordinator.web.problems import Problem, shown
from coordinator.web.sessions import COOKIE, refuse_other_sites
from coordinator.web.tokens import Holder
from schemas.roles import Capability, Role, can, roles_with
from schemas.sentences import answers

_KNOWN_S: Final = 0.5


def station(request: Request) -> Station:
    held: Station = request.app.state.station
    return held


def holder(request: Request) -> Holder:
    """Return who holds the token, or else the session, of this request.

    It is asked before a body is read and by its route after it: looked up once, unless the body
    took so long that somebody may have been revoked meanwhile.

    Raises:
        Problem: 401 without a valid one; 403 for a session used by another site's page.
    """
    found: Holder | None = getattr(request.state, "holder", None)
    if found is not None and time.monotonic() - request.state.held_at < _KNOWN_S:
        return found
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = request.cookies.get(COOKIE, "")
        if not token:
            raise Problem(
                401,
                "token_wanted",
                answers.SEND_BEARER,
                headers={"WWW-Authenticate": "Bearer"},
            )
        refuse_other_sites(request)
    here = station(request)
    found = here.tokens.holder_of(token)
    if found is None:
        raise Problem(
            401,
            "token_unknown",
            answers.TOKEN_NOT_VALID,
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    # For what is done to the answer when all else is.
    request.state.holder, request.state.held_at = found, time.monotonic()
    return found


# Asked on the loop: a thread for each costs ten times what there is to look up.
async def _here(request: Request) -> Station:
    return station(request)


class _WhoAsks(SecurityBase):
    """Who holds the token or session of a request; the OpenAPI document says that one is asked."""

    model = HTTPBearer(description="`coordinator token mint`")
    scheme_name = "token"

    async def __call__(self, request: Request) -> Holder:
        return holder(request)


Here = Annotated[Station, Depends(_here)]
Asking = Annotated[Holder, Depends(_WhoAsks())]


class Needs:
    """What a way in asks of its caller, before it looks at what they said.

    A route has it among its dependencies, so that a list of all ways in can say what each takes.
    """

    def __init__(self, capability: Capability) -> None:
        self.capability = capability

    async def __call__(self, asking: Asking) -> Holder:
        """Return the holder.

        Raises:
            Problem: 403 for a role without the capability.
        """
        if not can(asking.role, self.capability):
            takes = [answers.asker(Role(it)) for it in sorted(roles_with(self.capability))]
            said = answers.may_not_do_this(asking.role, takes)
            raise Problem(403, "role_not_allowed", said, field="role")
        return asking


def needs(capability: Capability) -> Any:
    """Return the dependency of a route, or of all routes of a router, on a capability."""
    return Depends(Needs(capability))


def for_a_desk_of_all(asking: Holder) -> None:
    """Keep out who may see some jurisdictions only from what cannot be told apart by them.

    Raises:
        Problem: 403 for a token of some.
    """
    if asking.jurisdictions:
        raise Problem(403, "role_not_allowed", answers.DESK_OF_ALL, field="jurisdictions")


def named(asking: Holder, here: Showing, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people by id, for a holder who may see them; else none.

    Who may see some jurisdictions only gets the names of their people and of who is lent to them,
    or will be: nobody's else, whatever ids they have.
    """
    if not can(asking.role, Capability.SEE_NAMES):
        return {}
    wanted = sorted(set(ids))
    if not asking.jurisdictions:
        return dict(here.names(wanted))
    places = visible(asking, here, None)
    own = here.names(wanted, of=places)
    guests = _guests(here, places)
    return {**own, **here.names([it for it in wanted if it not in own and it in guests])}


def _guests(here: Showing, places: Sequence[str]) -> set[str]:
    """Return who was promised to one of these places, and has not been sent back."""
    talks = here.boards.rows("aid", places)
    return {id_ for _, _, talk in talks if talk["side"] == "asking" for id_ in talk["people"]}


def visible(asking: Holder, here: Showing, jurisdiction: str | None) -> list[str]:
    """Return the jurisdictions the holder may see, or the one asked for.

    A member who is lent sees the place they are lent to, too.

    Raises:
        Problem: 404 for one that is not there or not theirs: it does not say which.
    """
    known = [it for it in sorted(here.jurisdictions()) if asking.may_see(it)]
    lent_to = guest_at(here, asking.member_id, known)
    if lent_to is not None and lent_to not in known:
        known = sorted((*known, lent_to))
    if jurisdiction is None:
        return known
    if jurisdiction not in known:
        raise no_such_jurisdiction(jurisdiction)
    return [jurisdiction]


def no_such_jurisdiction(asked: object) -> Problem:
    """Return the 404 of a jurisdiction that is not there, or not theirs."""
    return Problem(404, "not_found", answers.no_such_here(shown(asked)), field="jurisdiction")


def guest_at(here: Showing, member_id: str | None, homes: Sequence[str]) -> str | None:
    """Return where a member of one of these places is a guest now: lent, and arrived."""
    if member_id is None:
        return None
    for home in homes:
        row = here.boards.row("people", home, member_id)
        lent_to = None if row is None else row["lent_to"]
        there = None if lent_to is None else here.boards.row("people", lent_to, member_id)
        if there is not None and there["borrowed_from"] == home:
            return str(lent_to)
    return None
