"""What a member sees and says: only what is their own, in one tap, live."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from coordinator.web.identity import Asking, Here, guest_at, needs, visible
from coordinator.web.intake import answer, as_signal, read_apart, submit
from coordinator.web.member_news import MemberNews
from coordinator.web.member_view import member_view
from coordinator.web.naming import names_in_notices
from coordinator.web.open_streams import OpenStreams
from coordinator.web.ports import Station
from coordinator.web.problems import Problem, shown
from coordinator.web.tokens import Holder
from schemas.ids import ulid
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1/me", tags=["members"], dependencies=[needs(Capability.BE_ON_CALL)])

_ANSWERS = {
    "acknowledge": "acknowledge_assignment",
    "accept": "accept_assignment",
    "decline": "decline_assignment",
    "depart": "depart",
    "arrive": "arrive",
    "finish": "finish_assignment",
    "abort": "abort_assignment",
}

_LOOK_S: Final = 10.0
"""How often a stream looks by itself: for what no board shows, and so that silence is noticed."""


def mine(asking: Asking, here: Here) -> tuple[str, dict[str, Any] | None]:
    """Return where the member is and the row of what binds them, if anything does.

    That is their own jurisdiction, or the one they are lent to.
    """
    member_id = asking.member_id or ""
    known = visible(asking, here, None)
    where = guest_at(here, member_id, known) or here.home_of(member_id, known)
    if where is not None:
        row = here.boards.row("my_assignment", where, member_id)
        return where, None if row is None else dict(row)
    raise Problem(404, "not_found", answers.ON_NO_ROSTER, field="member_id")


@router.get("")
async def my_page(asking: Asking, here: Here) -> dict[str, Any]:
    """Return all that concerns me now, and the record it is as of."""
    where, _ = mine(asking, here)
    return await _view(here, where, asking.member_id or "")


async def _view(here: Station, where: str, member_id: str) -> dict[str, Any]:
    newest = await here.notices_of(member_id, 1)
    told = newest[0]["effect_id"] if newest else None
    return member_view(here, where, member_id) | {"newest_notice": told}


@router.get("/stream")
async def my_stream(request: Request, asking: Asking, here: Here) -> StreamingResponse:
    """Follow what concerns me: the whole document at once, and again whenever it changed."""
    where, _ = mine(asking, here)
    news: MemberNews = request.app.state.member_news
    streams: OpenStreams = request.app.state.streams
    return StreamingResponse(
        streams.of(asking, _as_sse(here, news, where, asking)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _as_sse(
    here: Station, news: MemberNews, where: str, asking: Holder
) -> AsyncIterator[bytes]:
    """Write the document whenever it differs, and the time when nothing does.

    Ends with the session or token it was opened with, and when the member is lent or comes back.
    """
    member_id, told = asking.member_id or "", b""
    yield b"retry: 1000\n\n"
    async with news.of(where, member_id) as changed:
        while here.tokens.holds(asking) and mine(asking, here)[0] == where:
            changed.clear()
            view = await _view(here, where, member_id)
            # Time passes and other people's records do: neither is news for this phone.
            same = msgspec.json.encode(view | {"now": 0, "seq": 0})
            if same == told:
                yield b'event: still\ndata: {"now":%d,"seq":%d}\n\n' % (view["now"], view["seq"])
            else:
                told = same
                yield b"event: me\ndata: %s\n\n" % msgspec.json.encode(view)
            try:
                await asyncio.wait_for(changed.wait(), _LOOK_S)
            except TimeoutError:
                continue


@router.get("/notices")
async def my_notices(
    asking: Asking, here: Here, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """Return what I was told, newest first."""
    where, _ = mine(asking, here)
    member_id = asking.member_id or ""
    fields = ("effect_id", "realm", "seq", "at", "kind", "about", "expires_at", "document")
    found = await here.notices_of(member_id, limit)
    return {
        "notices": [{name: it[name] for name in fields} for it in found],
        "names": names_in_notices(here, where, member_id, found),
    }


@router.get("/assignments")
async def my_assignments(asking: Asking, here: Here) -> dict[str, Any]:
    """Return what I am called to now; the newest state, at most one."""
    where, row = mine(asking, here)
    people = [] if row is None else [*row["with"], row["member_id"]]
    return {
        "jurisdiction": where,
        "assignments": [] if row is None else [row],
        "names": dict(here.names(people)),
    }


@router.post("/assignments/{assignment_id}/{said}")
async def answer_assignment(
    assignment_id: str, said: str, request: Request, asking: Asking, here: Here
) -> JSONResponse:
    """Say what I do; a `signal_id` in the body makes a repeated tap the same answer."""
    if said not in _ANSWERS:
        raise Problem(
            404, "not_found", answers.answer_one_of(shown(said), list(_ANSWERS)), field="answer"
        )
    where, _ = mine(asking, here)
    if not here.may_answer(where, asking.member_id or "", assignment_id):
        raise Problem(
            404, "not_found", answers.not_yours(shown(assignment_id)), field="assignment_id"
        )
    return await _say(
        {"type": _ANSWERS[said], "assignment_id": assignment_id}, where, request, asking, here
    )


@router.post("/help")
async def call_help(request: Request, asking: Asking, here: Here) -> JSONResponse:
    """I need help: outranks everything."""
    where, _ = mine(asking, here)
    document = {"type": "call_help", "member_id": asking.member_id}
    return await _say(document, where, request, asking, here)


async def _say(
    document: dict[str, Any], where: str, request: Request, asking: Asking, here: Here
) -> JSONResponse:
    body = await request.body()
    more = await read_apart(body) if body.strip() else {}
    fresh = ulid(here.clock.now(), secrets.token_bytes(10))
    filled = {"signal_id": fresh, **more, **document, "jurisdiction": where}
    return answer(await submit(as_signal(filled, asking, here), here), where)
