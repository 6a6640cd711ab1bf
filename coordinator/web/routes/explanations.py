"""Why these people: what a dispatcher reads beside a proposed, formed or waiting unit."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter

from coordinator.web.identity import Asking, Here, named, needs, visible
from coordinator.web.problems import Problem, shown
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1", tags=["boards"])


@router.get("/units/{unit_id}/explanation", dependencies=[needs(Capability.WATCH)])
async def read_explanation(unit_id: str, asking: Asking, here: Here) -> dict[str, Any]:
    """Return why a unit's people were chosen, what else there was, and who could close its gaps.

    `objective`, `bound` and `gap_pct` are null where nobody was chosen yet, or by the simple rule
    that knows no bound. `names` holds whoever is named; who may not see names reads ids only.
    """
    for where in visible(asking, here, None):
        row = here.boards.row("units_in_the_field", where, unit_id)
        if row is not None:
            told = {"jurisdiction": where, **_told(row)}
            told["names"] = named(asking, here, set(_named(told)))
            return told
    raise Problem(404, "not_found", answers.no_unit_here(shown(unit_id)), field="unit_id")


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    why = row["explanation"] or {}
    cost, bound = why.get("cost"), why.get("bound")
    return {
        "unit_id": row["unit_id"],
        "incident_id": row["incident_id"],
        "status": row["status"],
        "confirm_by": row["confirm_by"],
        "picks": row["proposal"],
        "missing": row["missing"],
        "missing_resources": row["missing_resources"],
        "considered": why.get("considered"),
        "removed": why.get("removed", {}),
        "objective": cost,
        "bound": bound,
        "gap_pct": _gap_pct(cost, bound),
        "proven": bound is not None and cost == bound,
        "ready_min": why.get("ready_min"),
        "teams": why.get("teams"),
        "method": why.get("method"),
        "solver": why.get("solver"),
        "elapsed_ms": why.get("elapsed_ms"),
        "travel": why.get("travel"),
        "account": why.get("account", []),
        "gaps": why.get("gaps", []),
        "alternatives": why.get("alternatives", []),
    }


def _gap_pct(cost: int | None, bound: int | None) -> float | None:
    if cost is None or bound is None:
        return None
    return 0.0 if cost <= bound else round(100 * (cost - bound) / cost, 2)


def _named(told: Mapping[str, Any]) -> Iterable[str]:
    others = (pick for it in told["alternatives"] for pick in it["picks"])
    for pick in (*told["picks"], *others):
        yield pick["member_id"]
        if pick.get("next_best"):
            yield pick["next_best"]["member_id"]
