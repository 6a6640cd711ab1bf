"""Publishing: one signal, or many as NDJSON with a result for each line."""

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from coordinator.web.bodies import SIGNAL_BYTES_MAX
from coordinator.web.identity import Asking, Here, visible
from coordinator.web.intake import answer, as_answer, as_refusal, as_signal, read_document, submit
from coordinator.web.kept_json import KeptJson
from coordinator.web.ports import Accepted
from coordinator.web.problems import Problem, defect
from schemas.export import json_schemas

router = APIRouter(prefix="/v1", tags=["signals"])

log = structlog.get_logger()

BATCH_LINES_MAX = 10_000
_SCHEMAS = KeptJson(json_schemas)


@router.post("/signals")
async def publish(request: Request, asking: Asking, here: Here) -> JSONResponse:
    """Publish one signal; the same signal_id again is the same signal.

    200 when it is on the log; 202 where workers decide, when all copies of its topic have it.
    """
    document = read_document(await request.body())
    signal = as_signal(document, asking, here)
    return answer(await submit(signal, here), signal.jurisdiction)


@router.get("/signals/{signal_id}")
async def decision(
    signal_id: Annotated[str, Path(max_length=64)],
    asking: Asking,
    here: Here,
    jurisdiction: Annotated[str, Query(max_length=32)],
) -> dict[str, Any]:
    """Return what became of a signal: 404 while nobody here knows.

    Who said another thing under the same id later reads beside it, as `also_refused`, why that
    was turned away.
    """
    (where,) = visible(asking, here, jurisdiction)
    receipt = await here.decision_of(where, signal_id, asking.actor_id)
    if receipt is None:
        raise Problem(404, "not_known", f"signal_id: nothing is known of {signal_id!r} yet")
    # Asked for again, but sent once.
    told = as_answer(receipt) | {"duplicate": False}
    if receipt.also_refused is not None:
        told["also_refused"] = as_refusal(receipt.also_refused)
    return told


@router.post("/signals:batch")
async def publish_batch(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Publish NDJSON, one signal a line; a bad line is reported and stops nothing."""
    body = await request.body()
    lines = [it for it in enumerate(body.splitlines(), 1) if it[1].strip()]
    if len(lines) > BATCH_LINES_MAX:
        raise Problem(413, "too_large", f"body: more than {BATCH_LINES_MAX} lines")
    results = await asyncio.gather(
        *(_one_line(number, line, asking, here) for number, line in lines)
    )
    return {
        "accepted": sum(1 for it in results if it["status"] == "accepted"),
        "refused": sum(1 for it in results if it["status"] == "refused"),
        "failed": sum(1 for it in results if it["status"] == "failed"),
        "results": results,
    }


async def _one_line(number: int, line: bytes, asking: Asking, here: Here) -> dict[str, Any]:
    try:
        document = read_document(line, bytes_max=SIGNAL_BYTES_MAX)
        outcome = await submit(as_signal(document, asking, here), here)
    except Problem as problem:
        return _failed(number, problem)
    except Exception:
        log.exception("batch.line_failed", line=number)
        return _failed(number, defect())
    if isinstance(outcome, Accepted):
        return {"line": number, "status": "accepted", **outcome._asdict()}
    status = "accepted" if outcome.refused is None else "refused"
    return {"line": number, "status": status, **as_answer(outcome)}


def _failed(number: int, problem: Problem) -> dict[str, Any]:
    return {
        "line": number,
        "status": "failed",
        "code": problem.code,
        "detail": problem.detail,
        "errors": problem.errors,
    }


@router.get("/schemas")
async def schemas(request: Request, asking: Asking) -> Response:
    """Return the JSON Schema of every signal and event, by type and version."""
    return await _SCHEMAS.response(request)
