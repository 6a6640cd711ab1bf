"""What a member sees and says: only their own assignments, in one tap."""

import secrets
from typing import Any

from fastapi import APIRouter, Request

from coordinator.web.identity import Asking, Here, require
from coordinator.web.intake import (
    as_answer,
    as_signal,
    read_document,
    refusal_problem,
    submit,
)
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
    for where in here.jurisdictions():
        if not asking.may_see(where):
            continue
        if (asking.member_id or "") in here.state_of(where).roster.members:
            row = here.boards.row("my_assignment", where, asking.member_id or "")
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


@router.post("/assignments/{assignment_id}/{answer}")
async def answer_assignment(
    assignment_id: str, answer: str, request: Request, asking: Asking, here: Here
) -> dict[str, Any]:
    """Say what I do; a `signal_id` in the body makes a repeated tap the same answer."""
    require(asking, {Role.MEMBER})
    if answer not in _ANSWERS:
        raise Problem(
            404, "not_found", f"answer: no {answer!r}; it is one of {', '.join(_ANSWERS)}"
        )
    where, _ = _mine(asking, here)
    held = here.state_of(where).assignments.by_id.get(assignment_id)
    if held is None or held.member_id != asking.member_id:
        raise Problem(404, "not_found", f"assignment_id: no {assignment_id!r} of yours")
    return await _say(
        {"type": _ANSWERS[answer], "assignment_id": assignment_id}, where, request, asking, here
    )


@router.post("/help")
async def call_help(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """I need help: outranks everything."""
    where, _ = _mine(asking, here)
    document = {"type": "call_help", "member_id": asking.member_id}
    return await _say(document, where, request, asking, here)


async def _say(
    document: dict[str, Any], where: str, request: Request, asking: Asking, here: Here
) -> dict[str, Any]:
    body = await body_of(request, BODY_BYTES_MAX)
    more = read_document(body) if body.strip() else {}
    fresh = ulid(here.clock.now(), secrets.token_bytes(10))
    filled = {"signal_id": fresh, **more, **document, "jurisdiction": where}
    receipt = await submit(as_signal(filled, asking, here), here)
    if receipt.refused is not None:
        raise refusal_problem(receipt)
    return as_answer(receipt)
