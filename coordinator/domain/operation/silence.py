"""Word from a guarded site counts from when it was so, not from when it was told.

A check-in that was kept in a phone through a dead spot says that all was well then. It puts the
next one off from then, and it ends an alarm of silence only while no other has been due since.
"""

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, SiteWatch
from coordinator.domain.state.timers import Timers
from schemas.durations import MINUTE
from schemas.events.operation import CheckedIn


def breaks_silence(state: Jurisdiction, operation: Operation, happened_at: int, at: int) -> bool:
    """Whether no other check-in has been due at `at` since one of `happened_at`, both UTC ms."""
    return happened_at + state.policy.guard[operation.level].check_in_min * MINUTE > at


def put_off(
    state: Jurisdiction, operation: Operation, watch: SiteWatch, event: CheckedIn, at: int
) -> Timers:
    """Return the timers with the time by which the next check-in is missed.

    One told late puts off nothing that was put off further already. Where one was missed, word that
    ends the silence counts from when it was so, and any other changes nothing.
    """
    timers, key = state.timers, f"{operation.operation_id}/{event.site_id}"
    rules = state.policy.guard[operation.level]
    due = event.happened_at + (rules.check_in_min + rules.grace_min) * MINUTE
    if watch.silent:
        breaks = breaks_silence(state, operation, event.happened_at, at)
        return timers.set("check_in", key, due) if breaks else timers
    return timers.set("check_in", key, max(due, timers.get("check_in", key) or 0))
