"""The crew that is lent: what its package must hold, and how it changes hands in the rosters."""

from collections.abc import Iterable, Iterator

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.roster import unfit
from coordinator.domain.roster.eligibility import kept_here_by, spare_of, unfit_because
from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.aid import Conversation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from coordinator.domain.state.units import ResourceState
from schemas.events.envelope import Event
from schemas.events.roster import MemberUnfit
from schemas.said import Said
from schemas.sentences import aid, guarding, work
from schemas.signals.aid import CrewHandover, UnfitGuest, WorkedHours
from schemas.why_not import WhyNot

_ELSEWHERE = frozenset({WhyNot.COMMITTED, WhyNot.ON_GUARD, WhyNot.LENT})
Broken = tuple[Said, str, object]


def broken_package_rule(state: Jurisdiction, package: CrewHandover, at: int) -> Broken | None:  # noqa: C901 - one rule after the other
    """Return (rule, field, value) of the first rule the package breaks, None for a sound one."""
    if not package.safety_briefing.strip():
        return aid.CARRIES_BRIEFING, "safety_briefing", "-"
    if len({person.member_id for person in package.people}) < 2:
        return work.TWO_AT_WORK, "people", len(package.people)
    for person in package.people:
        member = state.roster.members.get(person.member_id)
        if member is None or member.borrowed_from is not None:
            return aid.LEND_OWN_PEOPLE, "people", person.member_id
        kept = kept_here_by(state, member)
        if kept in _ELSEWHERE:
            return guarding.IN_TWO_PLACES, "people", person.member_id
        away = kept or unfit_because(state, member, at)
        if away is not None:
            return guarding.not_fit(away), "people", person.member_id
        if any(it.valid_until <= at for it in person.certificates):
            return aid.CERTIFICATES_VALID, "certificates", person.member_id
    for resource in package.resources:
        held = state.resources.by_id.get(resource.resource_id)
        if held is None or held.committed_to is not None or held.lent_to is not None:
            return aid.VEHICLE_IN_ONE_PLACE, "resources", resource.resource_id
    return _broken_minimum(state, {it.member_id for it in package.people})


def _broken_minimum(state: Jurisdiction, leaving: set[str]) -> Broken | None:
    """Who is off duty or bound does not count, whether they go or stay."""
    for team_id in sorted({state.roster.members[it].person.team_id for it in leaving}):
        count = len(leaving.intersection(state.roster.free.get(team_id, ())))
        if count > max(0, spare_of(state, team_id)):
            return aid.HOME_AREA_MINIMUM, "people", team_id
    return None


def hours_of(state: Jurisdiction, package: CrewHandover) -> tuple[WorkedHours, ...]:
    """Return what the people of a package have worked, as this roster knows it: wherever they are
    called next, their hours go on from there.
    """
    members = (state.roster.members.get(it.member_id) for it in package.people)
    return tuple(
        WorkedHours(
            member_id=it.person.member_id,
            worked_since=it.worked_since,
            idle_since=it.idle_since,
        )
        for it in members
        if it is not None and it.worked_since is not None
    )


def kept_here(state: Jurisdiction, talk: Conversation) -> tuple[str, WhyNot] | None:
    """Return the first of a crew who cannot be given back, and why; None where all can."""
    for person in () if talk.package is None else talk.package.people:
        member = state.roster.members.get(person.member_id)
        why = None if member is None else kept_here_by(state, member)
        if why is not None:
            return person.member_id, why
    return None


def unfit_of(state: Jurisdiction, talk: Conversation) -> tuple[UnfitGuest, ...]:
    """Return who of a crew is hurt or ill, as this roster knows it: they are so at home, too."""
    people = () if talk.package is None else talk.package.people
    members = (state.roster.members.get(it.member_id) for it in people)
    return tuple(
        UnfitGuest(member_id=it.person.member_id, why=it.unfit.why, since=it.unfit.since)
        for it in members
        if it is not None and it.unfit is not None
    )


def lie_here_no_more(
    state: Jurisdiction, hurt: Iterable[UnfitGuest], cause: Cause
) -> Iterator[Event]:
    """Say of guests who gave up here hurt or ill that they are away: they are given back."""
    for guest in hurt:
        yield from unfit.gone_from_there(state.roster.members[guest.member_id], cause)


def as_they_come(state: Jurisdiction, talk: Conversation, cause: Cause) -> Iterator[Event]:
    """Say of who comes home hurt or ill that they are, as the neighbour told it."""
    for guest in talk.unfit:
        member = state.roster.members.get(guest.member_id)
        if member is not None and (member.unfit is None or member.unfit.why is not guest.why):
            yield MemberUnfit(
                member_id=guest.member_id, why=guest.why, by=cause.actor_id, happened_at=guest.since
            )


def _with_hours(member: Member, talk: Conversation) -> Member:
    """Return somebody with the hours that came along with them, if any did."""
    id_ = member.person.member_id
    hours = next((it for it in talk.hours if it.member_id == id_), None)
    if hours is None:
        return member
    return replace(member, worked_since=hours.worked_since, idle_since=hours.idle_since)


def evolve_lent(state: Jurisdiction, talk: Conversation) -> Jurisdiction:
    """Our people and vehicles are away: nobody here may call them."""
    return _lend(state, talk, talk.peer)


def evolve_borrowed(state: Jurisdiction, talk: Conversation) -> Jurisdiction:
    """The lent crew is here: on call like our own, and theirs all the same."""
    if talk.package is None:
        return state
    resources, free = state.resources.by_id, state.resources.free
    borrowed = {
        person.member_id: _with_hours(
            Member(person=person, on_shift=1, borrowed_from=talk.peer), talk
        )
        for person in talk.package.people
    }
    for resource in talk.package.resources:
        held = ResourceState(resource=resource)
        resources = resources.set(resource.resource_id, held)
        ids = (*free.get(resource.kind, ()), resource.resource_id)
        free = free.set(resource.kind, tuple(sorted(set(ids))))
    team_members = _with_borrowed(state, talk.package, add=True)
    return replace(
        state,
        roster=replace(with_members(state.roster, borrowed), team_members=team_members),
        resources=replace(state.resources, by_id=resources, free=free),
    )


def evolve_returned(state: Jurisdiction, talk: Conversation) -> Jurisdiction:
    """Lent people are ours again; borrowed ones leave the roster."""
    if talk.package is None:
        return state
    if talk.side == "lending":
        return _lend(state, talk, None)
    resources, free = state.resources.by_id, state.resources.free
    gone = dict.fromkeys(person.member_id for person in talk.package.people)
    for resource in talk.package.resources:
        if resource.resource_id in resources:
            resources = resources.delete(resource.resource_id)
        rest = tuple(it for it in free.get(resource.kind, ()) if it != resource.resource_id)
        free = free.set(resource.kind, rest)
    team_members = _with_borrowed(state, talk.package, add=False)
    return replace(
        state,
        roster=replace(with_members(state.roster, gone), team_members=team_members),
        resources=replace(state.resources, by_id=resources, free=free),
    )


def _with_borrowed(
    state: Jurisdiction, package: CrewHandover, *, add: bool
) -> Map[str, tuple[str, ...]]:
    team_members = state.roster.team_members
    for person in package.people:
        ids = set(team_members.get(person.team_id, ()))
        ids = ids | {person.member_id} if add else ids - {person.member_id}
        if ids:
            team_members = team_members.set(person.team_id, tuple(sorted(ids)))
        elif person.team_id in team_members:
            team_members = team_members.delete(person.team_id)
    return team_members


def _lend(state: Jurisdiction, talk: Conversation, to: str | None) -> Jurisdiction:
    if talk.package is None:
        return state
    resources, free = state.resources.by_id, state.resources.free
    lent: dict[str, Member] = {}
    for person in talk.package.people:
        member = state.roster.members.get(person.member_id)
        if member is not None:
            away = replace(member, lent_to=to)
            lent[person.member_id] = away if to is not None else _with_hours(away, talk)
    for resource in talk.package.resources:
        held = resources.get(resource.resource_id)
        if held is None:
            continue
        resources = resources.set(resource.resource_id, replace(held, lent_to=to))
        ids = set(free.get(resource.kind, ())) - {resource.resource_id}
        if to is None and held.in_service:
            ids.add(resource.resource_id)
        free = free.set(resource.kind, tuple(sorted(ids)))
    return replace(
        state,
        roster=with_members(state.roster, lent),
        resources=replace(state.resources, by_id=resources, free=free),
    )
