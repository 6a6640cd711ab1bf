"""How facts build a guaranteed-power operation and its clocks."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.operation import check_taken_back
from coordinator.domain.operation.coverage import is_told, next_told_at, turns, uncovered
from coordinator.domain.operation.silence import put_off
from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import (
    Guard,
    Operation,
    OperationPhase,
    SiteWatch,
    Tally,
)
from coordinator.domain.state.roster import Member
from coordinator.domain.state.timers import Timers
from schemas.durations import MINUTE
from schemas.events.operation import (
    CheckedIn,
    CheckInMissed,
    CheckInTakenBack,
    DisturbanceRecorded,
    GuardedSiteHit,
    GuardGapFound,
    GuardPosted,
    GuardProlonged,
    GuardStarted,
    GuardTimeOver,
    InterruptionEnded,
    InterruptionStarted,
    OperationCancelled,
    OperationConcluded,
    OperationEvent,
    OperationOpened,
    PostsTurned,
    PostWithdrawn,
    PreparationRecorded,
)

_CLOCKS = ("check_in", "patrol", "zero_report")


def evolve(state: Jurisdiction, event: OperationEvent, at: int) -> Jurisdiction:
    if isinstance(event, OperationOpened):
        return _opened(state, event, at)
    operation = state.operations.by_id.get(event.operation_id)
    if operation is None:
        return state
    match event:
        case GuardStarted():
            return _started(state, replace(operation, began_with=event.gaps), at)
        case GuardTimeOver():
            return replace(state, timers=state.timers.clear("guard_over", event.operation_id))
        case GuardProlonged():
            return _prolonged(state, operation, event, at)
        case PostsTurned():
            return _posts_turned(state, operation, at)
        case OperationConcluded() | OperationCancelled():
            return _over(state, operation)
        case _:
            return _at_site(state, operation, event, at)


def _keep(state: Jurisdiction, operation: Operation) -> Jurisdiction:
    by_id = state.operations.by_id.set(operation.operation_id, operation)
    return replace(state, operations=replace(state.operations, by_id=by_id))


def _opened(state: Jurisdiction, event: OperationOpened, at: int) -> Jurisdiction:
    operation = Operation(
        operation_id=event.operation_id,
        name=event.name,
        level=event.level,
        guard_from=event.guard_from,
        guard_until=event.guard_until,
        plan_approved_by=event.plan_approved_by,
        opened_at=at,
        sites=Map({site_id: SiteWatch() for site_id in event.site_ids}),
    )
    timers = state.timers.set("guard", event.operation_id, event.guard_from)
    return _gap_awaited(replace(_keep(state, operation), timers=timers), operation, at)


def _started(state: Jurisdiction, operation: Operation, at: int) -> Jurisdiction:
    id_, timers = operation.operation_id, state.timers.clear("guard", operation.operation_id)
    guarding = state.operations.guarding
    for site_id in sorted(operation.sites):
        guarding = guarding.set(site_id, id_)
        for clock in _CLOCKS:
            timers = _wound(state, operation, timers, site_id, clock, at)
    state = _keep(state, replace(operation, phase=OperationPhase.GUARDING))
    operations = replace(state.operations, guarding=guarding)
    timers = timers.set("guard_over", id_, max(operation.guard_until, at + 1))
    return replace(state, operations=operations, timers=timers)


def _prolonged(
    state: Jurisdiction, operation: Operation, event: GuardProlonged, at: int
) -> Jurisdiction:
    operation = replace(operation, guard_until=event.guard_until)
    if operation.phase is OperationPhase.GUARDING:
        over_at = max(event.guard_until, at + 1)
        state = replace(state, timers=state.timers.set("guard_over", event.operation_id, over_at))
    return _gap_awaited(_keep(state, operation), operation, at)


def _withdrawn(watch: SiteWatch, event: PostWithdrawn) -> SiteWatch:
    """Return it without a post that never began; what was stood of one that did stays."""
    guards: list[Guard] = []
    for it in watch.guards:
        same = it.starts_at == event.starts_at and it.post.member_ids == event.member_ids
        if not same:
            guards.append(it)
        elif event.ended_at > it.starts_at:
            guards.append(replace(it, ends_at=event.ended_at))
    return replace(watch, guards=tuple(guards))


def _gap_awaited(state: Jurisdiction, operation: Operation, at: int) -> Jurisdiction:
    """Set when it has to be told next that nobody stands at a site of it."""
    id_, due_at = operation.operation_id, next_told_at(state, operation, at)
    timers = state.timers
    timers = (
        timers.clear("guard_gap", id_) if due_at is None else timers.set("guard_gap", id_, due_at)
    )
    return replace(state, timers=timers)


def _wound(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    state: Jurisdiction, operation: Operation, timers: Timers, site_id: str, clock: str, at: int
) -> Timers:
    """Set when the next check-in, patrol or zero report of a site is missed."""
    rules = state.policy.guard[operation.level]
    minutes = getattr(rules, f"{clock}_min") + rules.grace_min
    return timers.set(clock, f"{operation.operation_id}/{site_id}", at + minutes * MINUTE)


def _over(state: Jurisdiction, operation: Operation) -> Jurisdiction:
    """Out of the working state: the log keeps it; its people and sites are free again."""
    id_ = operation.operation_id
    timers = state.timers
    for clock in ("guard", "guard_gap", "guard_over", "posts"):
        timers = timers.clear(clock, id_)
    guarding, freed = state.operations.guarding, dict[str, Member]()
    for site_id, watch in operation.sites.items():
        if guarding.get(site_id) == id_:
            guarding = guarding.delete(site_id)
        for clock in _CLOCKS:
            timers = timers.clear(clock, f"{id_}/{site_id}")
        for guard in watch.guards:
            for member_id in guard.post.member_ids:
                member = state.roster.members.get(member_id)
                if member is not None and member.posted_to == id_:
                    freed[member_id] = replace(member, posted_to=None)
    operations = replace(
        state.operations, by_id=state.operations.by_id.delete(id_), guarding=guarding
    )
    roster = with_members(state.roster, freed)
    return replace(state, operations=operations, roster=roster, timers=timers)


_AtSite = (
    PreparationRecorded
    | GuardPosted
    | PostWithdrawn
    | CheckedIn
    | CheckInTakenBack
    | CheckInMissed
    | GuardedSiteHit
    | GuardGapFound
    | DisturbanceRecorded
    | InterruptionStarted
    | InterruptionEnded
)


def _at_site(  # noqa: C901 - one case for each fact
    state: Jurisdiction, operation: Operation, event: _AtSite, at: int
) -> Jurisdiction:
    site_id = event.post.site_id if isinstance(event, GuardPosted) else event.site_id
    watch, tally, timers = operation.sites[site_id], operation.tally, state.timers
    match event:
        case PreparationRecorded():
            watch = _prepared(watch, event)
        case GuardPosted():
            guard = Guard(event.post, event.starts_at, event.ends_at)
            watch = replace(watch, guards=(*watch.guards, guard))
            sites = operation.sites.set(site_id, watch)
            return _posts_turned(state, replace(operation, sites=sites), at)
        case PostWithdrawn():
            sites = operation.sites.set(site_id, _withdrawn(watch, event))
            state = _unposted(state, operation.operation_id, event.member_ids)
            return _posts_turned(state, replace(operation, sites=sites), at)
        case GuardGapFound():
            return _gap_told(state, operation, event, at)
        case CheckedIn():
            was, watch = watch, check_taken_back.remembered(state, operation, watch, event, at)
            timers = _heard(state, operation, put_off(state, operation, was, event, at), event)
            tally = _counted(tally, event.kind)
        case CheckInTakenBack():
            watch = replace(watch, last_check=None, silent=watch.silent or event.alarmed)
            timers = check_taken_back.wound_back(timers, event)
            tally = check_taken_back.uncounted(tally, event.kind)
        case DisturbanceRecorded():
            tally = _disturbed(tally, event)
        case CheckInMissed():
            watch = check_taken_back.passed(watch, event)
            watch = replace(watch, silent=watch.silent or event.kind == "check_in")
            timers = _wound(state, operation, timers, site_id, event.kind, at)
            tally = replace(tally, missed=tally.missed + 1)
        case GuardedSiteHit():
            watch = replace(watch, incident_ids=(*watch.incident_ids[-99:], event.incident_id))
            tally = replace(tally, incidents=tally.incidents + 1)
        case InterruptionStarted():
            watch = replace(watch, interrupted_at=event.happened_at)
            tally = replace(tally, interruptions=tally.interruptions + 1)
        case InterruptionEnded():
            lost = event.happened_at - (watch.interrupted_at or event.happened_at)
            watch = replace(watch, interrupted_at=None, supplied_since=event.happened_at)
            tally = replace(tally, interrupted_ms=tally.interrupted_ms + lost)
        case _:
            assert_never(event)
    operation = replace(operation, sites=operation.sites.set(site_id, watch), tally=tally)
    return replace(_keep(state, operation), timers=timers)


def _posts_turned(state: Jurisdiction, operation: Operation, at: int) -> Jurisdiction:
    """Bind those whose guard shift runs at `at`, free those whose shift does not, wind the next."""
    id_ = operation.operation_id
    guards = [guard for watch in operation.sites.values() for guard in watch.guards]
    people = {it for guard in guards for it in guard.post.member_ids}
    on_post = {
        it
        for guard in guards
        if guard.starts_at <= at < guard.ends_at
        for it in guard.post.member_ids
    }
    posted: dict[str, Member] = {}
    for member_id in sorted(people):
        member = state.roster.members.get(member_id)
        if member is not None and member.posted_to in (None, id_):
            here = id_ if member_id in on_post else None
            posted_to = here or _on_post_elsewhere(state, member_id, id_, at)
            posted[member_id] = replace(member, posted_to=posted_to)
    ahead = [it for it in turns(state, guards) if it > at]
    timers = state.timers
    timers = timers.set("posts", id_, min(ahead)) if ahead else timers.clear("posts", id_)
    roster = with_members(state.roster, posted)
    operation = _still_told(state, operation, at)
    state = replace(_keep(state, operation), roster=roster, timers=timers)
    return _gap_awaited(state, operation, at)


def _unposted(state: Jurisdiction, operation_id: str, member_ids: tuple[str, ...]) -> Jurisdiction:
    """Free those of a post that is no more; who stands on another is bound again at once."""
    members = state.roster.members
    freed: dict[str, Member | None] = {
        it: replace(members[it], posted_to=None)
        for it in member_ids
        if it in members and members[it].posted_to == operation_id
    }
    return replace(state, roster=with_members(state.roster, freed))


def _still_told(state: Jurisdiction, operation: Operation, at: int) -> Operation:
    """Forget what was told of stretches that are guarded now: open again, they are told again."""
    sites = operation.sites
    for site_id, watch in sorted(sites.items()):
        if watch.gaps_told:
            open_ = uncovered(state, operation, site_id, at)
            told = tuple((it.starts_at, it.ends_at) for it in open_ if is_told(watch, it))
            sites = sites.set(site_id, replace(watch, gaps_told=told))
    return replace(operation, sites=sites)


def _gap_told(
    state: Jurisdiction, operation: Operation, event: GuardGapFound, at: int
) -> Jurisdiction:
    watch = operation.sites[event.site_id]
    told = (*watch.gaps_told[-199:], (event.starts_at, event.ends_at))
    operation = replace(
        operation,
        sites=operation.sites.set(event.site_id, replace(watch, gaps_told=told)),
        tally=replace(operation.tally, gaps=operation.tally.gaps + 1),
    )
    return _gap_awaited(_keep(state, operation), operation, at)


def _disturbed(tally: Tally, event: DisturbanceRecorded) -> Tally:
    if event.disturbance == "dip":
        return replace(tally, dips=tally.dips + 1)
    return replace(tally, transfers=tally.transfers + 1)


def _counted(tally: Tally, kind: str) -> Tally:
    """Count what came from a site as what it is: a patrol is no check-in."""
    return replace(
        tally,
        check_ins=tally.check_ins + (kind == "check_in"),
        patrols=tally.patrols + (kind == "patrol"),
        zero_reports=tally.zero_reports + (kind == "zero_report"),
        disturbances=tally.disturbances + (kind == "disturbance"),
    )


def _on_post_elsewhere(state: Jurisdiction, member_id: str, but: str, at: int) -> str | None:
    """Return the other operation for which a member stands guard at `at`."""
    for id_, operation in sorted(state.operations.by_id.items()):
        for watch in operation.sites.values() if id_ != but else ():
            for guard in watch.guards:
                if guard.starts_at <= at < guard.ends_at and member_id in guard.post.member_ids:
                    return id_
    return None


def _prepared(watch: SiteWatch, event: PreparationRecorded) -> SiteWatch:
    if event.step == "danger_found":
        return replace(watch, dangers_open=(*watch.dangers_open, event.danger or "-"))
    if event.step == "danger_closed":
        rest = tuple(it for it in watch.dangers_open if it != event.danger)
        return replace(watch, dangers_open=rest)
    return replace(watch, steps=(*watch.steps, event.step))


def _heard(state: Jurisdiction, operation: Operation, timers: Timers, event: CheckedIn) -> Timers:
    """Any word from the site is a check-in; patrol and zero report wind their own clock, from when
    they were made, and one told late puts off nothing that was put off further already.
    """
    if event.kind in ("patrol", "zero_report"):
        before = timers.get(event.kind, f"{operation.operation_id}/{event.site_id}") or 0
        wound = _wound(state, operation, timers, event.site_id, event.kind, event.happened_at)
        after = wound.get(event.kind, f"{operation.operation_id}/{event.site_id}") or 0
        timers = wound if after > before else timers
    return timers
