"""A CAP message from a person's hand: what it would publish, then published in their name."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from coordinator.log.ports import DeadLetter
from coordinator.web.identity import Asking, Here, needs, visible
from coordinator.web.intake import as_answer, check_source, submit
from coordinator.web.ports import Accepted, CapReader
from coordinator.web.problems import Problem, not_valid
from coordinator.web.routes.forms import as_dry_run
from schemas.ids import beside
from schemas.sentences import answers
from schemas.signals.alert import AlertReceived
from words.faults import Fault

router = APIRouter(prefix="/v1", tags=["records"])


@router.post("/cap", dependencies=[needs(AlertReceived.needs)])
async def take_cap(
    request: Request,
    asking: Asking,
    here: Here,
    dry_run: Annotated[bool, Query()] = False,
    jurisdiction: Annotated[str | None, Query(max_length=32)] = None,
) -> dict[str, Any]:
    """Publish a CAP 1.1 or 1.2 message for each jurisdiction it touches.

    `jurisdiction` is where it goes if it touches none known here. What cannot be understood is a
    422 naming the element, and is kept among the dead letters unless it is a dry run.
    """
    if jurisdiction is not None:
        visible(asking, here, jurisdiction)
    reader: CapReader | None = request.app.state.read_cap
    if reader is None:
        raise Problem(501, "no_cap", answers.TAKES_NO_CAP)
    body = await request.body()
    # In a thread: megabytes of XML are read while others are decided.
    found = await asyncio.to_thread(reader, body, here.clock.now(), jurisdiction)
    if isinstance(found, Fault):
        if not dry_run:
            source = f"cap:{asking.actor_id}"
            await here.bury(
                DeadLetter(
                    here.clock.now(),
                    source,
                    found.reason("en"),
                    found.field,
                    found.value or "",
                    body,
                )
            )
        raise not_valid([found])
    mine = set(visible(asking, here, None))
    signals = [
        it.model_copy(
            update={
                "actor_id": asking.actor_id,
                "actor_role": asking.role,
                # The same alert told by another is a repeat of the alert, not of the telling.
                "signal_id": beside(it.signal_id, asking.actor_id),
            }
        )
        for it in found
        if it.jurisdiction in mine
    ]
    for it in signals:
        check_source(asking, "sender", it.sender)
    if not signals:
        raise Problem(404, "not_found", answers.AREA_NOT_YOURS, field="area")
    return {
        "dry_run": dry_run,
        "results": [await _one(it, here, dry_run=dry_run) for it in signals],
    }


async def _one(signal: AlertReceived, here: Here, *, dry_run: bool) -> dict[str, Any]:
    told = {"jurisdiction": signal.jurisdiction, "signal": signal.model_dump(mode="json")}
    if dry_run:
        return told | as_dry_run(signal, here)
    outcome = await submit(signal, here)
    if isinstance(outcome, Accepted):
        return told | {"status": "accepted"} | outcome._asdict()
    status = "accepted" if outcome.refused is None else "refused"
    return told | {"status": status} | as_answer(outcome)
