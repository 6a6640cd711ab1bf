"""Who has to be told of a planned outage, by when, and who was not."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.planned_work import PlannedWork
from schemas.durations import HOUR
from schemas.vocabulary import CustomerClass


def important_on(state: Jurisdiction, circuit: str) -> tuple[str, ...]:
    """Return the sites on a circuit whose class makes them important customers, by id."""
    return tuple(
        site_id
        for site_id in state.sites.by_circuit.get(circuit, ())
        if state.sites.by_id[site_id].site.customer_class is not CustomerClass.ORDINARY
    )


def due_at(state: Jurisdiction, work: PlannedWork) -> int:
    """Return by when everybody has to be told, UTC milliseconds."""
    rules = state.policy.outage_notices
    ahead = rules.planned_ahead_h if work.notice == "planned" else rules.temporary_ahead_h
    return work.starts_at - ahead * HOUR


def lacking(work: PlannedWork) -> tuple[bool, tuple[str, ...]]:
    """Return whether the public still has to be told, and which important customers.

    Of temporary work the public need not be told ahead, important customers must be.
    """
    if not work.cuts_supply:
        return False, ()
    public = work.notice == "planned" and work.public_told_at is None
    return public, tuple(it for it in work.owed if it not in work.told)


def next_check(state: Jurisdiction, work: PlannedWork, at: int) -> int | None:
    """Return when the notices have to be looked at next (UTC ms), None where nothing is owed."""
    if work.missed or lacking(work) == (False, ()):
        return None
    due = due_at(state, work)
    if work.reminded:
        return max(due, at)
    return max(at, due - state.policy.outage_notices.remind_before_h * HOUR)
