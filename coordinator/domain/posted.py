"""Who stands guard where now: at the post they are named for, and not out with a unit."""

from coordinator.domain.at_work import is_bound
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, SiteWatch
from coordinator.domain.state.roster import Member
from schemas.durations import MINUTE


def posted_now(watch: SiteWatch, at: int, grace_min: int = 0) -> set[str]:
    """Return who is posted at `at` (UTC ms); who comes or goes in these minutes is, too."""
    grace = grace_min * MINUTE
    return {
        member_id
        for it in watch.guards
        if it.starts_at - grace <= at < it.ends_at + grace
        for member_id in it.post.member_ids
    }


def elsewhere(state: Jurisdiction, member: Member, operation: Operation, site_id: str) -> bool:
    """Whether somebody is called out to something else than this guard, or not yet back from it."""
    if not is_bound(state, member):
        return False
    bound = state.assignments.by_id.get(member.assignment_id or "")
    unit = None if bound is None else state.units.by_id.get(bound.unit_id)
    if unit is None:
        return True
    return operation.operation_id != unit.operation_id and site_id != unit.site_id


def post_of(state: Jurisdiction, member_id: str) -> str | None:
    """Return the site that somebody stands guard at now, None where they are at no post."""
    member = state.roster.members.get(member_id)
    operation = None if member is None else state.operations.by_id.get(member.posted_to or "")
    if member is None or operation is None:
        return None
    for site_id, watch in sorted(operation.sites.items()):
        at_it = member_id in posted_now(watch, state.now)
        if at_it and not elsewhere(state, member, operation, site_id):
            return site_id
    return None


def at_post(state: Jurisdiction, site_id: str | None) -> frozenset[str]:
    """Return who stands guard at a site now."""
    return frozenset(
        member_id
        for _, operation in sorted(state.operations.by_id.items())
        if site_id is not None and (watch := operation.sites.get(site_id)) is not None
        for member_id in posted_now(watch, state.now)
        if post_of(state, member_id) == site_id
    )
