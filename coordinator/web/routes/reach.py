"""Whether people can be reached: rehearsals and coverage, notices that did not get through."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from coordinator.web.bodies import BoundedRoute
from coordinator.web.identity import Asking, Here, for_a_desk_of_all, needs, visible
from coordinator.web.problems import Problem
from coordinator.web.rehearsing import coverage, rehearse
from schemas.bounds import Strict
from schemas.ids import JurisdictionId
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(
    prefix="/v1",
    tags=["reach"],
    route_class=BoundedRoute,
    dependencies=[needs(Capability.REHEARSE)],
)


class Where(Strict):
    """Whose people are called."""

    jurisdiction: JurisdictionId


@router.post("/rehearsals", status_code=202)
async def begin_rehearsal(body: Where, asking: Asking, here: Here) -> dict[str, Any]:
    """Call everyone on call silently, now."""
    (where,) = visible(asking, here, body.jurisdiction)
    rehearsal = await rehearse(here, where)
    if rehearsal is None:
        said = answers.nobody_on_call_of(where)
        raise Problem(409, "nobody_on_call", said, field="jurisdiction")
    return {"rehearsal_id": rehearsal.rehearsal_id, "answer_by": rehearsal.answer_by}


@router.get("/rehearsals/latest")
async def latest_rehearsal(
    asking: Asking, here: Here, jurisdiction: Annotated[str, Query(max_length=32)]
) -> dict[str, Any]:
    """Return the coverage per skill and team, and the contacts that are dead."""
    (where,) = visible(asking, here, jurisdiction)
    shown = coverage(here, where)
    if shown is None:
        raise Problem(404, "not_found", answers.no_rehearsal_of(where), field="jurisdiction")
    return shown | {"names": dict(here.names([it["member_id"] for it in shown["dead"]]))}


@router.get("/deliveries")
async def deliveries(
    asking: Asking, here: Here, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> dict[str, Any]:
    """Return how many notices went out by each way, and those that did not get through."""
    for_a_desk_of_all(asking)
    out = here.notification_setup.out
    counts, troubled = await asyncio.to_thread(
        lambda: (out.deliveries.counts(), out.deliveries.troubled(limit))
    )
    return {
        "ways": out.channels,
        "places": counts,
        "failing": dict(out.failing),
        "troubled": troubled,
    }
