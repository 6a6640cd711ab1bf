"""Publishing: one signal, or many as NDJSON with a result for each line."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from coordinator.web.identity import Asking, Here
from coordinator.web.intake import as_answer, as_signal, read_document, refusal_problem, submit
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
async def publish(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Publish one signal; answered when it is on the log. The same signal_id again is the same."""
    document = read_document(await body_of(request, BODY_BYTES_MAX))
    receipt = await submit(as_signal(document, asking, here), here)
    if receipt.refused is not None:
        raise refusal_problem(receipt)
    return as_answer(receipt)


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
        receipt = await submit(as_signal(read_document(line), asking, here), here)
    except Problem as problem:
        return {
            "line": number,
            "status": "failed",
            "code": problem.code,
            "detail": problem.detail,
            "errors": problem.errors,
        }
    status = "accepted" if receipt.refused is None else "refused"
    return {"line": number, "status": status, **as_answer(receipt)}


@router.get("/schemas")
async def schemas(asking: Asking) -> dict[str, Any]:
    """Return the JSON Schema of every signal and event, by type and version."""
    return json_schemas()
