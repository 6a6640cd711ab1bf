"""Who speaks for a guarded site: those who are posted there, and not once that is over."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import MINUTE
from schemas.said import Said
from schemas.sentences import rights


def no_guard_because(
    state: Jurisdiction, who: str, operation_id: str, site_id: str, at: int
) -> Said | None:
    """Return why somebody does not speak for a guarded site at `at` (UTC ms), None if they do.

    Whoever has a post there speaks for it also before it begins, for its preparation; not once all
    their posts there are over, beyond the minutes in which the next take over, and not off the
    roster.
    """
    held = state.operations.by_id.get(operation_id)
    watch = None if held is None else held.sites.get(site_id)
    guards = () if watch is None else watch.guards
    over = max((it.ends_at for it in guards if who in it.post.member_ids), default=None)
    if held is None or over is None:
        return rights.posted_there_speak(site_id)
    if who not in state.roster.members:
        return rights.off_roster(who)
    if over + state.policy.guard[held.level].grace_min * MINUTE <= at:
        return rights.post_is_over(site_id, over)
    return None
