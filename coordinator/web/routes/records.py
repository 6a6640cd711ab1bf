"""The record and what stands beside it: the log for auditors, rosters in, dead letters."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from coordinator.web.identity import Asking, Here, for_a_desk_of_all, needs, visible
from coordinator.web.numbers import Seq
from coordinator.web.ports import Importing
from coordinator.web.problems import Problem, asked_language
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1", tags=["records"])


@router.get("/log/{jurisdiction}", dependencies=[needs(Capability.LOOK_BACK)])
async def read_log(
    jurisdiction: str,
    asking: Asking,
    here: Here,
    after: Seq = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> dict[str, Any]:
    """Return records of a log, oldest first, each with its hash and raw bytes (base64)."""
    (where,) = visible(asking, here, jurisdiction)
    page = await here.log_page(where, after=after, limit=limit)
    return {"jurisdiction": where, "records": page.records, "last_seq": page.last_seq}


@router.post("/roster/{jurisdiction}/import", dependencies=[needs(Capability.KEEP_ROSTER)])
async def import_roster(
    jurisdiction: str,
    request: Request,
    asking: Asking,
    here: Here,
    dry_run: Annotated[bool, Query()] = False,
) -> dict[str, Any]:
    """Import people, teams, vehicles, sites and shifts from CSV or JSON; every bad row is told."""
    (where,) = visible(asking, here, jurisdiction)
    importer = request.app.state.import_roster
    if importer is None:
        raise Problem(501, "no_importer", answers.TAKES_NO_ROSTERS)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    body = await request.body()
    by = Importing(asking.actor_id, asking.role)
    report = await importer(where, body, media_type, dry_run, by)
    return {
        "dry_run": dry_run,
        "imported": report.imported,
        "accepted": dict(report.accepted),
        "bad_rows": report.bad_documents(asked_language(request)),
    }


@router.get("/dead-letters", dependencies=[needs(Capability.SEE_DEAD_LETTERS)])
async def dead_letters(
    asking: Asking, here: Here, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> dict[str, Any]:
    """Return what could not be understood, newest first, with the reason.

    What nobody understood says of no county whose it is: a desk of some reads none of it.
    """
    for_a_desk_of_all(asking)
    return {"dead_letters": here.dead_letters(limit)}
