"""Where do I stand guard, until when, what is due there next, and who comes after me?"""

from collections.abc import Iterable
from typing import Any, Final

from immutables import Map

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Guard, Operation
from schemas.events.envelope import Event
from schemas.events.operation import GuardPosted, PostWithdrawn
from schemas.events.roster import PolicyAdopted, RosterChanged

_CLOCKS: Final = ("check_in", "patrol", "zero_report")
_SHOWN: Final = 40
_OF_SOME: Final = (GuardPosted, PostWithdrawn)


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, PolicyAdopted):
        return {*_by_member(before), *_by_member(after)}
    if isinstance(event, RosterChanged):
        sites = {it.site_id for it in event.sites}
        return _at_sites(after, after.operations.by_id, sites) if sites else set()
    found: set[str] = set()
    if isinstance(event, _OF_SOME):
        found |= {*event.post.member_ids} if isinstance(event, GuardPosted) else {*event.member_ids}
    named, sites = touches.operations(event), touches.sites(event)
    for state in (before, after):
        if sites:
            # What is so at a site is so under whichever operation guards it.
            found |= _at_sites(state, named or state.operations.by_id, sites)
        else:
            found |= _at_sites(state, named, None)
    return found


def _at_sites(state: Jurisdiction, operations: Iterable[str], sites: set[str] | None) -> set[str]:
    """Return who is posted under these operations, at these sites or at any."""
    held = (state.operations.by_id.get(it) for it in operations)
    return {
        member_id
        for operation in held
        if operation is not None
        for site_id in sorted(operation.sites if sites is None else sites)
        if site_id in operation.sites
        for guard in operation.sites[site_id].guards
        for member_id in guard.post.member_ids
    }


def row(state: Jurisdiction, key: str) -> Row | None:
    posts = _by_member(state).get(key, [])
    if not posts:
        return None
    return {
        "member_id": key,
        "realm": state.realm,
        "take_back_s": state.policy.answering.take_back_s,
        "posts": [_post(state, key, *it) for it in posts[-_SHOWN:]],
    }


def _post(
    state: Jurisdiction, member_id: str, operation: Operation, site_id: str, guard: Guard
) -> dict[str, Any]:
    held, post = state.sites.by_id[site_id], guard.post
    clocks = {it: state.timers.get(it, f"{operation.operation_id}/{site_id}") for it in _CLOCKS}
    return {
        "operation_id": operation.operation_id,
        "name": operation.name,
        "level": operation.level,
        "phase": operation.phase,
        "site_id": site_id,
        "site": held.site.name,
        "lon": held.site.place.lon,
        "lat": held.site.place.lat,
        "starts_at": guard.starts_at,
        "ends_at": guard.ends_at,
        "with": sorted(it for it in post.member_ids if it != member_id),
        "start_orderer": post.start_orderer,
        "start_operator": post.start_operator,
        "due": {kind: at for kind, at in clocks.items() if at is not None},
        "dangers_open": list(operation.sites[site_id].dangers_open),
        "interrupted_at": operation.sites[site_id].interrupted_at,
        "supply": held.supply,
        "supply_since": held.since,
        "runs_out_at": held.runs_out_at,
        "lines": max(len(held.site.circuits), held.site.supply_count),
        "own_supply_kw": held.site.own_supply_kw,
        "goes_on": guard.ends_at < operation.guard_until,
        "next": _next(operation, site_id, guard),
    }


def _next(operation: Operation, site_id: str, guard: Guard) -> dict[str, Any] | None:
    """Return who takes over where a post ends: the first who stay longer; None for nobody."""
    later = [
        it
        for it in operation.sites[site_id].guards
        if it.ends_at > guard.ends_at and it.starts_at > guard.starts_at
    ]
    if not later:
        return None
    first = min(it.starts_at for it in later)
    people = {who for it in later if it.starts_at == first for who in it.post.member_ids}
    return {"starts_at": first, "member_ids": sorted(people)}


_Post = tuple[Operation, str, Guard]
_indexed: list[tuple[Map[str, Operation], dict[str, list[_Post]]]] = []


def _by_member(state: Jurisdiction) -> dict[str, list[_Post]]:
    """Return the posts of each member, soonest first: turned round once for each state of them."""
    operations = state.operations.by_id
    if not _indexed or _indexed[0][0] is not operations:
        found: dict[str, list[_Post]] = {}
        for _, operation in sorted(operations.items()):
            for site_id, watch in sorted(operation.sites.items()):
                for guard in watch.guards:
                    for member_id in guard.post.member_ids:
                        found.setdefault(member_id, []).append((operation, site_id, guard))
        for posts in found.values():
            posts.sort(key=lambda it: (it[2].starts_at, it[0].operation_id, it[1]))
        _indexed[:] = [(operations, found)]
    return _indexed[0][1]


BOARD: Final = Board(
    name="my_posts",
    concerns=touches.concerning("operation_id", "site_id") | {PolicyAdopted, RosterChanged},
    touched=touched,
    row=row,
    keys=_by_member,
    on_request=True,
)
