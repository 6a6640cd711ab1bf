"""Which operations guard power now, and which check-in is due next?"""

from typing import Any, Final, NamedTuple

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.operation.coverage import Gap, uncovered
from coordinator.domain.operation.guarding import preparation_gaps
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Guard, Operation, OperationPhase, SiteWatch
from coordinator.domain.state.roster import Member
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.planned_work import PlannedWorkCancelled, PlannedWorkMoved, PlannedWorkOver
from schemas.events.roster import PolicyAdopted, RosterChanged
from schemas.said import document_of
from schemas.signals.operation import OpenOperation

_CLOCKS = ("check_in", "patrol", "zero_report")
_PLANNED_ANEW: Final = (PlannedWorkMoved, PlannedWorkCancelled, PlannedWorkOver)


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, PolicyAdopted):
        return set(after.operations.by_id)
    if isinstance(event, RosterChanged):
        renamed = {it.site_id for it in event.sites}
        return {
            id_ for id_, it in after.operations.by_id.items() if not renamed.isdisjoint(it.sites)
        }
    if isinstance(event, _PLANNED_ANEW):
        work = before.planned_works.by_id.get(event.work_id)
        return set() if work is None else {operation_id for operation_id, _ in work.conflicts}
    found = touches.operations(event)
    for site_id in touches.sites(event):
        operation_id = after.operations.guarding.get(site_id)
        if operation_id is not None:
            found.add(operation_id)
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    operation = state.operations.by_id.get(key)
    if operation is None:
        return None
    tally = operation.tally
    due = [_due(state, key, site_id) for site_id in operation.sites]
    preparing = operation.phase is OperationPhase.PREPARING
    gaps = preparation_gaps(state, operation) if preparing else []
    return {
        "operation_id": key,
        "realm": state.realm,
        "name": operation.name,
        "level": operation.level,
        "phase": operation.phase,
        "guard_from": operation.guard_from,
        "guard_until": operation.guard_until,
        "plan_approved_by": operation.plan_approved_by,
        "sites": [
            _site(state, operation, site_id, watch)
            for site_id, watch in sorted(operation.sites.items())
        ],
        "next_due_at": min((at for it in due for at in it.values()), default=None),
        "gaps": [document_of(it) for it in gaps],
        "began_with": [document_of(it) for it in operation.began_with],
        "missed": tally.missed,
        "check_ins": tally.check_ins,
        "patrols": tally.patrols,
        "zero_reports": tally.zero_reports,
        "incidents": tally.incidents,
        "interruptions": tally.interruptions,
        "interrupted_ms": tally.interrupted_ms,
        "disturbances": tally.disturbances,
        "unguarded": tally.gaps,
        "dips": tally.dips,
        "transfers": tally.transfers,
    }


def _site(
    state: Jurisdiction, operation: Operation, site_id: str, watch: SiteWatch
) -> dict[str, Any]:
    site = state.sites.by_id[site_id]
    return {
        "site_id": site_id,
        "name": site.site.name,
        "steps": list(watch.steps),
        "dangers_open": list(watch.dangers_open),
        "guards": [
            {
                "member_ids": list(guard.post.member_ids),
                "resource_ids": list(guard.post.resource_ids),
                "start_orderer": guard.post.start_orderer,
                "start_operator": guard.post.start_operator,
                "starts_at": guard.starts_at,
                "ends_at": guard.ends_at,
            }
            for guard in watch.guards
        ],
        "due": _due(state, operation.operation_id, site_id),
        "interrupted_at": watch.interrupted_at,
        "incident_ids": list(watch.incident_ids),
        "circuits": list(site.site.circuits),
        "uncovered": [
            {"starts_at": it.starts_at, "ends_at": it.ends_at, "people": it.people}
            for it in _open(state, operation, site_id, watch)
        ],
    }


class _Seen(NamedTuple):
    """What the gaps of a site were found from; the same things in it have the same gaps."""

    guards: tuple[Guard, ...]
    window: tuple[int, int]
    soon: int
    people: tuple[Member | None, ...]
    gaps: tuple[Gap, ...]


_SEEN: Final[dict[str, _Seen]] = {}
_SEEN_MAX: Final = 2_000


def _open(state: Jurisdiction, operation: Operation, site_id: str, watch: SiteWatch) -> list[Gap]:
    """Return the gaps of a site from now on.

    A check-in at one of five hundred sites changes no gap: they are looked for anew only where
    posts, the window of the guard or those posted are no longer the same.
    """
    key, members = f"{operation.operation_id}/{site_id}", state.roster.members
    window = (operation.guard_from, operation.guard_until)
    # Who is out counts for posts that begin soon: another may do so by now.
    ahead = state.policy.guard[operation.level].gap_warn_min * MINUTE
    soon = sum(guard.starts_at <= state.now + ahead for guard in watch.guards)
    people = tuple(members.get(it) for guard in watch.guards for it in guard.post.member_ids)
    seen = _SEEN.get(key)
    if (
        seen is None
        or seen.guards is not watch.guards
        or (seen.window, seen.soon) != (window, soon)
        or any(one is not other for one, other in zip(seen.people, people, strict=True))
    ):
        gaps = tuple(uncovered(state, operation, site_id, operation.guard_from))
        seen = _Seen(watch.guards, window, soon, people, gaps)
        if len(_SEEN) >= _SEEN_MAX:
            _SEEN.clear()
        _SEEN[key] = seen
    now = state.now
    return [it._replace(starts_at=max(it.starts_at, now)) for it in seen.gaps if it.ends_at > now]


def _due(state: Jurisdiction, operation_id: str, site_id: str) -> dict[str, int]:
    """Return when the next check-in, patrol and zero report of a site are due."""
    found = {it: state.timers.get(it, f"{operation_id}/{site_id}") for it in _CLOCKS}
    return {kind: at for kind, at in found.items() if at is not None}


BOARD: Final = Board(
    name="guarded_operations",
    concerns=touches.concerning("operation_id", "site_id")
    | {
        PolicyAdopted,
        RosterChanged,
        *_PLANNED_ANEW,
    },
    touched=touched,
    row=row,
    keys=lambda state: state.operations.by_id,
    of=("opr",),
    panel=Panel(
        reads=("name", "level", "phase", "next_due_at"),
        adds=OpenOperation,
        words={"level": "level", "phase": "phase"},
    ),
)
