"""Publishing: one signal, or many as NDJSON with a result for each line."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from coordinator.web.bodies import SIGNAL_BYTES_MAX
from coordinator.web.identity import Asking, Here, visible
from coordinator.web.intake import answer, as_answer, as_refusal, read_signal, submit
from coordinator.web.kept_json import KeptJson
from coordinator.web.ports import Accepted
from coordinator.web.problems import Problem, asked_language, defect, shown
from schemas.export import json_schemas
from schemas.sentences import answers
from schemas.signals.envelope import Signal
from words.catalogue import Language

router = APIRouter(prefix="/v1", tags=["signals"])

log = structlog.get_logger()

_T = TypeVar("_T")
BATCH_LINES_MAX = 10_000
_UNDECIDED_MAX = 1_000
"""So many lines of one batch wait to be decided: more would be turned away as too much of one."""
_LINE_ERRORS_MAX = 5
"""As many faults of one line are told; a document sent alone is told more."""
_SCHEMAS = KeptJson(json_schemas)


@router.post("/signals")
async def publish(request: Request, asking: Asking, here: Here) -> JSONResponse:
    """Publish one signal; the same signal_id again is the same signal.

    `nothing_changed` where it was taken and all it said was so already; `warnings`: of what its
    sender is warned though it was taken. 200 when it is on the log; 202 where workers decide, when
    all copies of its topic have it.
    """
    signal = await read_signal(await request.body(), asking, here)
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
        said = answers.nothing_known_yet(shown(signal_id))
        raise Problem(404, "not_known", said, field="signal_id")
    # Asked for again, but sent once.
    told = as_answer(receipt) | {"duplicate": False}
    if receipt.also_refused is not None:
        told["also_refused"] = as_refusal(receipt.also_refused)
    return told


@router.post("/signals:batch")
async def publish_batch(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Publish NDJSON, one signal a line; a bad line is reported and stops nothing.

    Lines are read one by one, with time between for others; they are decided as they stand.
    """
    language = asked_language(request)
    body = await request.body()
    if body.count(b"\n") + body.count(b"\r") > 2 * BATCH_LINES_MAX:
        raise _too_many_lines()
    lines = [it for it in enumerate(body.splitlines(), 1) if it[1].strip()]
    if len(lines) > BATCH_LINES_MAX:
        raise _too_many_lines()
    results: list[dict[str, Any]] = [{}] * len(lines)

    undecided = asyncio.Semaphore(_UNDECIDED_MAX)

    async def decide(index: int, number: int, signal: Signal) -> None:
        try:
            work = partial(_decided, number, signal, here)
            results[index] = await _one_line(number, work, language)
        finally:
            undecided.release()

    async with asyncio.TaskGroup() as deciding:
        for index, (number, line) in enumerate(lines):
            read = await _one_line(number, partial(_line, line, asking, here), language)
            if isinstance(read, Signal):
                await undecided.acquire()
                deciding.create_task(decide(index, number, read))
            else:
                results[index] = read
            await asyncio.sleep(0)
    return {
        "accepted": sum(1 for it in results if it["status"] == "accepted"),
        "nothing_changed": sum(1 for it in results if it.get("nothing_changed")),
        "refused": sum(1 for it in results if it["status"] == "refused"),
        "failed": sum(1 for it in results if it["status"] == "failed"),
        "results": results,
    }


def _too_many_lines() -> Problem:
    return Problem(413, "too_large", answers.lines_more_than(BATCH_LINES_MAX), field="body")


async def _line(line: bytes, asking: Asking, here: Here) -> Signal:
    return await read_signal(line, asking, here, bytes_max=SIGNAL_BYTES_MAX)


async def _decided(number: int, signal: Signal, here: Here) -> dict[str, Any]:
    outcome = await submit(signal, here)
    if isinstance(outcome, Accepted):
        return {"line": number, "status": "accepted", **outcome._asdict()}
    status = "accepted" if outcome.refused is None else "refused"
    return {"line": number, "status": status, **as_answer(outcome)}


async def _one_line(
    number: int, work: Callable[[], Awaitable[_T]], language: Language
) -> _T | dict[str, Any]:
    """Return what becomes of a line; what goes wrong is told of it and stops no other."""
    try:
        return await work()
    except Problem as problem:
        return _failed(number, problem, language)
    except Exception:
        log.exception("batch.line_failed", line=number)
        return _failed(number, defect(), language)


def _failed(number: int, problem: Problem, language: Language) -> dict[str, Any]:
    told = problem.to_document(language)
    return {
        "line": number,
        "status": "failed",
        **told,
        "code": problem.code,
        "errors": told["errors"][:_LINE_ERRORS_MAX],
    }


@router.get("/schemas")
async def schemas(request: Request, asking: Asking) -> Response:
    """Return the JSON Schema of every signal and event, by type and version."""
    return await _SCHEMAS.response(request)
