"""Which operations guard power now, and which check-in is due next?"""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import OperationPhase
from schemas.events.envelope import Event

NAME = "guarded_operations"
CONCERNS = touches.concerning("operation_id", "site_id")
_OVER = frozenset({OperationPhase.CONCLUDED, OperationPhase.CANCELLED})


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    found = touches.operations(event)
    for site_id in touches.sites(event):
        operation_id = after.operations.guarding.get(site_id)
        if operation_id is not None:
            found.add(operation_id)
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    operation = state.operations.by_id.get(key)
    if operation is None or operation.phase in _OVER:
        return None
    tally = operation.tally
    return {
        "operation_id": key,
        "realm": state.realm.value,
        "name": operation.name,
        "level": operation.level.value,
        "phase": operation.phase.value,
        "guard_from": operation.guard_from,
        "guard_until": operation.guard_until,
        "sites": [
            {
                "site_id": site_id,
                "guards": sum(len(guard.post.member_ids) for guard in watch.guards),
                "dangers_open": len(watch.dangers_open),
                "interrupted_at": watch.interrupted_at,
                "incident_ids": list(watch.incident_ids),
            }
            for site_id, watch in sorted(operation.sites.items())
        ],
        "missed": tally.missed,
        "check_ins": tally.check_ins,
        "interruptions": tally.interruptions,
    }
