"""What a member sees and says: only their own assignments, in one tap."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from coordinator.web.identity import Asking, Here, require, visible
from coordinator.web.intake import answer, as_signal, read_document, submit
from coordinator.web.problems import Problem
from coordinator.web.routes.signals import BODY_BYTES_MAX, body_of
from schemas.ids import ulid
from schemas.vocabulary import Role

router = APIRouter(prefix="/v1/me", tags=["members"])

_ANSWERS = {
    "acknowledge": "acknowledge_assignment",
    "accept": "accept_assignment",
    "decline": "decline_assignment",
    "depart": "depart",
    "arrive": "arrive",
    "finish": "finish_assignment",
    "abort": "abort_assignment",
}


def _mine(asking: Asking, here: Here) -> tuple[str, dict[str, Any] | None]:
    """Return the member's jurisdiction and the row of what binds them, if anything does."""
    require(asking, {Role.MEMBER})
    member_id = asking.member_id or ""
    where = here.home_of(member_id, visible(asking, here, None))
    if where is not None:
        row = here.boards.row("my_assignment", where, member_id)
        return where, None if row is None else dict(row)
    raise Problem(404, "not_found", "member_id: not on any roster here")


@router.get("/assignments")
async def my_assignments(asking: Asking, here: Here) -> dict[str, Any]:
    """Return what I am called to now; the newest state, at most one."""
    where, row = _mine(asking, here)
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
    require(asking, {Role.MEMBER})
    if said not in _ANSWERS:
        raise Problem(404, "not_found", f"answer: no {said!r}; it is one of {', '.join(_ANSWERS)}")
    where, _ = _mine(asking, here)
    if not here.may_answer(where, asking.member_id or "", assignment_id):
        raise Problem(404, "not_found", f"assignment_id: no {assignment_id!r} of yours")
    return await _say(
        {"type": _ANSWERS[said], "assignment_id": assignment_id}, where, request, asking, here
    )


@router.post("/help")
async def call_help(request: Request, asking: Asking, here: Here) -> JSONResponse:
    """I need help: outranks everything."""
    where, _ = _mine(asking, here)
    document = {"type": "call_help", "member_id": asking.member_id}
    return await _say(document, where, request, asking, here)


async def _say(
    document: dict[str, Any], where: str, request: Request, asking: Asking, here: Here
) -> JSONResponse:
    body = await body_of(request, BODY_BYTES_MAX)
    more = read_document(body) if body.strip() else {}
    fresh = ulid(here.clock.now(), secrets.token_bytes(10))
    filled = {"signal_id": fresh, **more, **document, "jurisdiction": where}
    return answer(await submit(as_signal(filled, asking, here), here), where)
