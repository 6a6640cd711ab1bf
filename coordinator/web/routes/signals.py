"""Publishing: one signal, or many as NDJSON with a result for each line."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from coordinator.web.identity import Asking, Here, visible
from coordinator.web.intake import answer, as_answer, as_signal, read_document, submit
from coordinator.web.ports import Accepted
from coordinator.web.problems import Problem
from schemas.export import json_schemas

router = APIRouter(prefix="/v1", tags=["signals"])

BODY_BYTES_MAX = 1_000_000
BATCH_BYTES_MAX = 16_000_000
BATCH_LINES_MAX = 10_000


async def body_of(request: Request, bytes_max: int) -> bytes:
    """Return the body of a request, read no further than the limit.

    Raises:
        Problem: 413 for a larger one.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > bytes_max:
            raise Problem(413, "too_large", f"body: more than {bytes_max} bytes")
        parts.append(part)
    return b"".join(parts)


@router.post("/signals")
async def publish(request: Request, asking: Asking, here: Here) -> JSONResponse:
    """Publish one signal; the same signal_id again is the same signal.

    200 when it is on the log; 202 where workers decide, when all copies of its topic have it.
    """
    document = read_document(await body_of(request, BODY_BYTES_MAX))
    signal = as_signal(document, asking, here)
    return answer(await submit(signal, here), signal.jurisdiction)


@router.get("/signals/{signal_id}")
async def decision(
    signal_id: Annotated[str, Path(max_length=64)],
    asking: Asking,
    here: Here,
    jurisdiction: Annotated[str, Query(max_length=32)],
) -> dict[str, Any]:
    """Return what became of a signal: 404 while nobody here knows."""
    (where,) = visible(asking, here, jurisdiction)
    receipt = await here.decision_of(where, signal_id, asking.actor_id)
    if receipt is None:
        raise Problem(404, "not_known", f"signal_id: nothing is known of {signal_id!r} yet")
    # Asked for again, but sent once.
    return as_answer(receipt) | {"duplicate": False}


@router.post("/signals:batch")
async def publish_batch(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Publish NDJSON, one signal a line; a bad line is reported and stops nothing."""
    body = await body_of(request, BATCH_BYTES_MAX)
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) > BATCH_LINES_MAX:
        raise Problem(413, "too_large", f"body: more than {BATCH_LINES_MAX} lines")
    results = await asyncio.gather(
        *(_one_line(number, line, asking, here) for number, line in enumerate(lines, 1))
    )
    return {
        "accepted": sum(1 for it in results if it["status"] == "accepted"),
        "refused": sum(1 for it in results if it["status"] == "refused"),
        "failed": sum(1 for it in results if it["status"] == "failed"),
        "results": results,
    }


async def _one_line(number: int, line: bytes, asking: Asking, here: Here) -> dict[str, Any]:
    try:
        outcome = await submit(as_signal(read_document(line), asking, here), here)
    except Problem as problem:
        return {
            "line": number,
            "status": "failed",
            "code": problem.code,
            "detail": problem.detail,
            "errors": problem.errors,
        }
    if isinstance(outcome, Accepted):
        return {"line": number, "status": "accepted", **outcome._asdict()}
    status = "accepted" if outcome.refused is None else "refused"
    return {"line": number, "status": status, **as_answer(outcome)}


@router.get("/schemas")
async def schemas(asking: Asking) -> dict[str, Any]:
    """Return the JSON Schema of every signal and event, by type and version."""
    return json_schemas()
