"""Sessions: a token or a one-time code becomes a cookie, and the cookie ends."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from coordinator.boards.drawing import BOARDS, LIVE
from coordinator.web.identity import Asking, Here, holder, named, needs, visible
from coordinator.web.intake import read_document
from coordinator.web.naming import places_named
from coordinator.web.problems import Problem, wrong
from coordinator.web.sessions import COOKIE, Sessions, refuse_other_sites, set_cookie
from coordinator.web.tokens import Holder
from schemas.catalogue import type_of
from schemas.roles import CAPABILITIES, Capability, can
from schemas.sentences import answers, faults

router = APIRouter(prefix="/v1", tags=["sessions"])

_NAMES_MAX = 2_000
_PANELS = [
    {
        "board": it.name,
        "reads": it.panel.reads,
        "adds": type_of(it.panel.adds),
        "words": dict(it.panel.words),
    }
    for it in BOARDS.values()
    if it.panel is not None
]
_KINDS_OF_ID = sorted({kind for it in BOARDS.values() for kind in it.of})
_ROWS_OF = {kind: [it.name for it in BOARDS.values() if kind in it.of] for kind in _KINDS_OF_ID}
"""By the beginning of an id the boards that have a row for it, live ones first."""


@router.post("/session")
async def enter(request: Request, response: Response, here: Here) -> dict[str, Any]:
    """Open a session for the holder of a bearer token, or of `code` in the body."""
    refuse_other_sites(request)
    sessions: Sessions = request.app.state.sessions
    body = await request.body()
    code = read_document(body).get("code") if body.strip() else None
    if code is None:
        opened = await asyncio.to_thread(sessions.open, holder(request))
    elif isinstance(code, str):
        opened = await asyncio.to_thread(sessions.redeem, code)
    else:
        raise wrong("code", code, faults.TEXT_WANTED)
    if opened is None and code is None:
        raise Problem(401, "token_unknown", answers.TOKEN_NOT_VALID)
    if opened is None:
        raise Problem(401, "code_unknown", answers.CODE_NOT_VALID, field="code")
    set_cookie(request, response, opened.secret, lasts_ms=opened.lasts_ms)
    return _shown(opened.holder, here)


@router.get("/session")
async def who_am_i(asking: Asking, here: Here) -> dict[str, Any]:
    """Return who is asking, what they may do, and where; `boards` are those a desk follows."""
    return _shown(asking, here)


@router.delete("/session")
async def leave(request: Request, response: Response, here: Here) -> dict[str, Any]:
    """End this browser's session."""
    refuse_other_sites(request)
    await asyncio.to_thread(here.tokens.forget, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")
    return {"left": True}


@router.post("/names", dependencies=[needs(Capability.WATCH)])
async def names(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Return names by id, of members, sites, branches and operations, for those who work with them.

    Who may not see people's names gets those of no member.
    """
    ids = read_document(await request.body()).get("ids")
    if not isinstance(ids, list) or len(ids) > _NAMES_MAX or not all(type(i) is str for i in ids):
        raise wrong("ids", ids, faults.ids_at_most(_NAMES_MAX))
    return {
        "names": named(asking, here, ids) | places_named(here, visible(asking, here, None), ids)
    }


def _shown(asking: Holder, here: Here) -> dict[str, Any]:
    return {
        "actor_id": asking.actor_id,
        "role": asking.role.value,
        "capabilities": sorted(CAPABILITIES[asking.role]),
        "boards": LIVE if can(asking.role, Capability.WATCH) else (),
        "panels": _PANELS,
        "rows_of": _ROWS_OF,
        "member_id": asking.member_id,
        "jurisdictions": [
            {"jurisdiction": it, "realm": here.realm_of(it)} for it in visible(asking, here, None)
        ],
        "expires_at": asking.expires_at,
        "now": here.clock.now(),
        "speed": here.health().get("speed", 1),
    }
