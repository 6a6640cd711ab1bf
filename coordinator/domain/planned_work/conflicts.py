"""Planned work on a supply that is guarded meanwhile, whichever of the two came first."""

from collections.abc import Iterator

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, OperationPhase
from coordinator.domain.state.planned_work import PlannedWork


def guarded(
    state: Jurisdiction, circuit: str, starts_at: int, ends_at: int
) -> Iterator[tuple[str, str]]:
    """Yield (operation, site) of each guard that work on a circuit falls into; UTC ms."""
    for operation_id, operation in sorted(state.operations.by_id.items()):
        end = operation.guard_until
        if operation.phase is OperationPhase.GUARDING:
            # It goes on until somebody concludes it: what begins at this moment falls into it.
            end = max(end, state.now + 1)
        if starts_at >= end or ends_at <= operation.guard_from:
            continue
        for site_id in sorted(operation.sites):
            if circuit in state.sites.by_id[site_id].site.circuits:
                yield operation_id, site_id


def works_on(state: Jurisdiction, operation: Operation, site_id: str) -> Iterator[PlannedWork]:
    """Yield the work that is planned on a supply of a site while it is guarded."""
    circuits = state.sites.by_id[site_id].site.circuits
    for _, work in sorted(state.planned_works.by_id.items()):
        overlaps = work.starts_at < operation.guard_until and operation.guard_from < work.ends_at
        if overlaps and work.circuit in circuits:
            yield work
