"""Who stands guard where now: at the post they are named for, and not out with a unit."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, SiteWatch
from coordinator.domain.state.roster import Member


def post_of(state: Jurisdiction, member_id: str) -> str | None:
    """Return the site that somebody stands guard at now, None where they are at no post."""
    member = state.roster.members.get(member_id)
    operation = None if member is None else state.operations.by_id.get(member.posted_to or "")
    if member is None or operation is None:
        return None
    for site_id, watch in sorted(operation.sites.items()):
        if member_id in _posted(watch, state.now) and not _out(state, member, operation, site_id):
            return site_id
    return None


def at_post(state: Jurisdiction, site_id: str | None) -> frozenset[str]:
    """Return who stands guard at a site now."""
    return frozenset(
        member_id
        for _, operation in sorted(state.operations.by_id.items())
        if site_id is not None and (watch := operation.sites.get(site_id)) is not None
        for member_id in _posted(watch, state.now)
        if post_of(state, member_id) == site_id
    )


def _posted(watch: SiteWatch, at: int) -> set[str]:
    running = (it for it in watch.guards if it.starts_at <= at < it.ends_at)
    return {member_id for it in running for member_id in it.post.member_ids}


def _out(state: Jurisdiction, member: Member, operation: Operation, site_id: str) -> bool:
    """Whether somebody is called out to something else than this guard."""
    bound = state.assignments.by_id.get(member.assignment_id or "")
    unit = None if bound is None else state.units.by_id.get(bound.unit_id)
    if bound is None:
        return False
    return unit is None or (operation.operation_id != unit.operation_id and site_id != unit.site_id)
