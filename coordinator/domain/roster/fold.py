"""How facts build the roster: people, who is on shift now, vehicles, sites and cells."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.geography import square
from coordinator.domain.resource import free_or_not
from coordinator.domain.roster.free_people import with_members
from coordinator.domain.roster.shifts import (
    moved,
    still_asked,
    taken_over,
    turned,
    with_shifts,
    without_taken,
)
from coordinator.domain.sorted_ids import without_id
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Sites, SiteState
from coordinator.domain.state.roster import (
    Leave,
    Member,
    Roster,
    Unfitness,
    certificate_key,
    takeover_key,
)
from coordinator.domain.state.timers import Timers
from coordinator.domain.state.units import Resources, ResourceState
from schemas.events.roster import (
    AvailabilityChanged,
    CertificateEnding,
    CertificatesChecked,
    DeviceChanged,
    GapsChecked,
    LeaveConflictFound,
    LeavePlanned,
    LeaverKept,
    MemberBroughtAway,
    MemberFit,
    MemberUnfit,
    RosterChanged,
    RosterEvent,
    RosterGapFound,
    ShiftsTurned,
    ShiftTakenOver,
    TakeoverAsked,
    TakeoverUndone,
)
from schemas.roster import Person, Resource, Site
from schemas.vocabulary import Standing


def evolve(state: Jurisdiction, event: RosterEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    roster, timers = state.roster, state.timers
    match event:
        case RosterChanged():
            return _changed(state, event, at)
        case ShiftsTurned():
            return turned(state, event)
        case TakeoverAsked():
            key = takeover_key(event.shift_id, event.holder_id, event.taker_id)
            asked = state.roster.asked.set(key, event.asked_by)
            return replace(state, roster=replace(state.roster, asked=asked))
        case ShiftTakenOver():
            return taken_over(state, event)
        case GapsChecked():
            return replace(state, timers=timers.set("gaps", "roster", event.next_at))
        case RosterGapFound():
            gap = f"{event.team_id}/{event.starts_at}/{event.ends_at}/{event.on_call}"
            gaps = (*roster.known_gaps[-99:], gap)
            return replace(state, roster=replace(roster, known_gaps=gaps))
        case TakeoverUndone():
            return replace(state, roster=replace(roster, taken=without_taken(roster, event)))
        case CertificateEnding():
            key = certificate_key(event.member_id, event.skill, event.valid_until)
            told = roster.certificates_told.set(key, event.days)
            return replace(state, roster=replace(roster, certificates_told=told))
        case CertificatesChecked():
            return _certificates_checked(state, event, at)
        case LeaverKept():
            return replace(state, timers=timers.set("leaver", event.member_id, event.again_at))
        case LeaveConflictFound():
            return state
        case LeavePlanned() | AvailabilityChanged() | MemberUnfit() | MemberFit() | DeviceChanged():
            return _of_one(state, event)
        case MemberBroughtAway():
            return _brought_away(state, event)
        case _:
            assert_never(event)


def _certificates_checked(state: Jurisdiction, event: CertificatesChecked, at: int) -> Jurisdiction:
    """Forget what ended, and wind the clock for the next look."""
    told = state.roster.certificates_told
    for key in sorted(told):
        if int(key.rpartition("/")[2]) <= at:
            told = told.delete(key)
    timers = state.timers
    if event.next_at is None:
        timers = timers.clear("certificates", "roster")
    else:
        timers = timers.set("certificates", "roster", event.next_at)
    return replace(state, roster=replace(state.roster, certificates_told=told), timers=timers)


def _of_one(
    state: Jurisdiction,
    event: LeavePlanned | AvailabilityChanged | MemberUnfit | MemberFit | DeviceChanged,
) -> Jurisdiction:
    member = state.roster.members.get(event.member_id)
    if member is None:
        return state
    match event:
        case LeavePlanned():
            leaves = (*member.leaves[-19:], Leave(event.starts_at, event.ends_at))
            member = replace(member, leaves=leaves)
        case AvailabilityChanged():
            member = replace(member, available=event.available)
        case MemberUnfit():
            unfit = Unfitness(event.why, event.happened_at, event.assignment_id)
            member = replace(member, unfit=unfit)
        case MemberFit():
            member = replace(member, unfit=None)
        case DeviceChanged():
            devices = tuple(it for it in member.devices if it != event.device_id)
            if event.registered:
                devices = (*devices[-9:], event.device_id)
            member = replace(member, devices=devices)
    return replace(state, roster=with_members(state.roster, {event.member_id: member}))


def _brought_away(state: Jurisdiction, event: MemberBroughtAway) -> Jurisdiction:
    member = state.roster.members.get(event.member_id)
    if member is None or member.unfit is None:
        return state
    last = member.unfit.accounted_at
    known_at = max(last or event.happened_at, event.happened_at)
    unfit = replace(member.unfit, accounted_at=known_at, away=True)
    member = replace(member, unfit=unfit)
    return replace(state, roster=with_members(state.roster, {event.member_id: member}))


def _changed(state: Jurisdiction, event: RosterChanged, at: int) -> Jurisdiction:
    roster = state.roster
    # Looked at first: in a state that changes in place the hours of before are gone later.
    anew = moved(roster, event.shifts)
    teams, cells = roster.teams, roster.cells
    for team in event.teams:
        teams = teams.set(team.team_id, team)
    for cell in event.cells:
        cells = cells.set(cell.cell_id, cell)
    roster = replace(roster, teams=teams, cells=cells)
    for person in event.people:
        roster = _with_person(roster, person)
    for member_id in event.removed_members:
        roster = _without(roster, member_id)
    roster, timers = with_shifts(roster, _with_last_days(state.timers, event), event, at)
    return replace(
        state,
        roster=still_asked(roster, anew),
        timers=timers,
        resources=_with_resources(state.resources, event.resources),
        sites=_with_sites(state.sites, event.sites),
    )


def _with_last_days(timers: Timers, event: RosterChanged) -> Timers:
    """Wind the clock of each who leaves, and stop it for whoever stays after all or is gone."""
    for person in event.people:
        if person.leaves_at is None:
            timers = timers.clear("leaver", person.member_id)
        else:
            timers = timers.set("leaver", person.member_id, person.leaves_at)
    for member_id in event.removed_members:
        timers = timers.clear("leaver", member_id)
    return timers


def _with_person(roster: Roster, person: Person) -> Roster:
    before = roster.members.get(person.member_id)
    if before is not None and before.person.team_id != person.team_id:
        roster = _off_team(roster, before.person)
    member = Member(person=person) if before is None else replace(before, person=person)
    there = roster.team_members.get(person.team_id, ())
    if person.member_id not in there:
        there = tuple(sorted((*there, person.member_id)))
    captains = roster.captains
    if person.standing is Standing.CAPTAIN:
        captains = captains.set(person.team_id, person.member_id)
    elif captains.get(person.team_id) == person.member_id:
        captains = captains.delete(person.team_id)
    roster = with_members(roster, {person.member_id: member})
    team_members = roster.team_members.set(person.team_id, there)
    return replace(roster, team_members=team_members, captains=captains)


def _off_team(roster: Roster, person: Person) -> Roster:
    there = tuple(
        it for it in roster.team_members.get(person.team_id, ()) if it != person.member_id
    )
    captains = roster.captains
    if captains.get(person.team_id) == person.member_id:
        captains = captains.delete(person.team_id)
    team_members = (
        roster.team_members.set(person.team_id, there)
        if there
        else roster.team_members.delete(person.team_id)
    )
    return replace(roster, team_members=team_members, captains=captains)


def _without(roster: Roster, member_id: str) -> Roster:
    member = roster.members.get(member_id)
    if member is None:
        return roster
    roster = _off_team(roster, member.person)
    return with_members(roster, {member_id: None})


def _with_resources(held: Resources, resources: tuple[Resource, ...]) -> Resources:
    by_id, free = held.by_id, held.free
    for resource in resources:
        id_, before = resource.resource_id, by_id.get(resource.resource_id)
        fresh = ResourceState(resource) if before is None else replace(before, resource=resource)
        by_id = by_id.set(id_, fresh)
        if before is not None and before.resource.kind is not resource.kind:
            was = before.resource.kind
            free = free.set(was, without_id(free.get(was, ()), id_))
        free = free_or_not(free, fresh)
    return replace(held, by_id=by_id, free=free)


def _with_sites(held: Sites, sites: tuple[Site, ...]) -> Sites:
    for site in sites:
        before = held.by_id.get(site.site_id)
        if before is not None:
            held = _unplaced(held, before.site)
        fresh = SiteState(site) if before is None else replace(before, site=site)
        held = replace(
            held,
            by_id=held.by_id.set(site.site_id, fresh),
            by_circuit=_listed(held.by_circuit, site.circuits, site.site_id),
            by_device=_listed(held.by_device, site.devices, site.site_id),
            by_square=_listed(held.by_square, (square(site.place),), site.site_id),
        )
    return held


def _listed(
    index: Map[str, tuple[str, ...]], keys: tuple[str, ...], id_: str
) -> Map[str, tuple[str, ...]]:
    for key in keys:
        index = index.set(key, tuple(sorted({*index.get(key, ()), id_})))
    return index


def _unplaced(sites: Sites, site: Site) -> Sites:
    def without(
        index: Map[str, tuple[str, ...]], keys: tuple[str, ...]
    ) -> Map[str, tuple[str, ...]]:
        for key in keys:
            rest = tuple(it for it in index.get(key, ()) if it != site.site_id)
            if key in index:
                index = index.set(key, rest) if rest else index.delete(key)
        return index

    return replace(
        sites,
        by_circuit=without(sites.by_circuit, site.circuits),
        by_device=without(sites.by_device, site.devices),
        by_square=without(sites.by_square, (square(site.place),)),
    )
