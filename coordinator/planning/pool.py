"""Who may be sent at this moment, and what removed the others: the hard filters, counted."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from coordinator.domain.roster.eligibility import (
    has_just_finished,
    qualifies,
    spare_of,
    spare_of_skills,
    why_not,
)
from coordinator.domain.safety.weather import forbidden_by
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from schemas.bounds import Position
from schemas.durations import HOUR
from schemas.policy import Planning
from schemas.roster import Person, Resource
from schemas.vocabulary import (
    PartyStanding,
    ResourceKind,
    Skill,
    Standing,
    UnitRole,
    WorkKind,
)
from schemas.why_not import WhyNot

OPERATED_BY = {
    ResourceKind.GENERATOR_VEHICLE: Skill.GENERATOR_VEHICLE,
    ResourceKind.UPS_VEHICLE: Skill.GENERATOR_VEHICLE,
    ResourceKind.UAV: Skill.UAV_PILOT,
}
"""Vehicles that more is needed for than to drive them."""
_OPERATING = (Skill.DRIVING, Skill.GENERATOR_VEHICLE, Skill.UAV_PILOT)
_CALL_OUTS_MAX = 50


class Sendable(Struct, frozen=True, gc=False):
    """Somebody who may go. `burden_min` is what sending them costs beside the way, in minutes.

    `covers` are the positions of the policy's coverage rules they count for; `operates` which
    vehicles they may bring; `keeps` the skills of which the jurisdiction keeps a minimum.
    """

    member_id: str
    team_id: str
    roles: tuple[UnitRole, ...]
    place: Position
    reserve: bool
    straight_back: bool
    standby: bool
    ability: int
    burden_min: int
    covers: tuple[int, ...]
    operates: frozenset[Skill]
    keeps: tuple[Skill, ...]


class Pool(Struct, frozen=True):
    """`room`: how many may leave each team; `skill_room` each skill that is kept; `removed` counts
    people by the hard filter that kept them out.
    """

    people: tuple[Sendable, ...]
    room: Mapping[str, int]
    skill_room: Mapping[Skill, int]
    vehicles: tuple[Resource, ...]
    removed: Mapping[WhyNot, int]
    weights: Planning


def pool_of(  # noqa: C901, PLR0913 - one filter after the other, each counted; each is another thing, and given by name where it is called
    state: Jurisdiction,
    roles: Iterable[UnitRole],
    at: int,
    *,
    without: Container[str] = (),
    promised: Collection[str] = (),
    promised_vehicles: Container[str] = (),
) -> Pool:
    """Return who may be sent in one of these roles.

    Args:
        state: the jurisdiction at this moment.
        roles: that are wanted.
        at: UTC milliseconds.
        without: members not to be asked (again).
        promised: members proposed for another unit; they leave their team no more room.
        promised_vehicles: the same of vehicles.
    """
    wanted = [it for it in sorted(set(roles)) if not _forbidden(state, it)]
    weights, removed = state.policy.planning, Counter[WhyNot]()
    people: list[Sendable] = []
    room: dict[str, int] = {}
    kinds = _Kinds(state, wanted, at)
    skills_kept = spare_of_skills(state)
    for member_id in promised if skills_kept else ():
        promised_one = state.roster.members.get(member_id)
        for skill in () if promised_one is None else promised_one.person.skills:
            if skill in skills_kept:
                skills_kept[skill] -= 1
    for team_id, member_ids in sorted(state.roster.team_members.items()):
        here: list[Sendable] = []
        leaving = 0
        for member_id in member_ids:
            member = state.roster.members[member_id]
            reason = WhyNot.ASKED_BEFORE if member_id in without else why_not(state, member, at)
            if reason is None and member_id in promised:
                reason, leaving = WhyNot.PROPOSED_ELSEWHERE, leaving + 1
            if reason is None:
                kind = kinds.of(member.person)
                if not kind.roles:
                    reason = WhyNot.NO_SKILL_OR_CERTIFICATE
                elif any(skills_kept[it] <= 0 for it in kind.keeps):
                    reason = WhyNot.ON_DUTY_MINIMUM_OF_SKILL
                else:
                    here.append(_sendable(state, member, kind, at))
                    continue
            removed[reason] += 1
        if not here:
            continue
        room[team_id] = max(0, spare_of(state, team_id) - leaving)
        if room[team_id]:
            people.extend(here)
        else:
            removed[WhyNot.ON_DUTY_MINIMUM_OF_TEAM] += len(here)
    return Pool(
        people=tuple(people),
        room=room,
        skill_room=skills_kept,
        vehicles=_free_vehicles(state, promised_vehicles),
        removed=dict(sorted(removed.items())),
        weights=weights,
    )


class _Kind(NamedTuple):
    """What people of the same skills, certificates and standing have in common."""

    roles: tuple[UnitRole, ...]
    covers: tuple[int, ...]
    operates: frozenset[Skill]
    keeps: tuple[Skill, ...]


class _Kinds:
    """Many people are alike: each kind is looked at once."""

    def __init__(self, state: Jurisdiction, roles: Sequence[UnitRole], at: int) -> None:
        self._state, self._roles, self._at = state, roles, at
        self._known: dict[object, _Kind] = {}

    def of(self, person: Person) -> _Kind:
        valid: tuple[Skill, ...] = ()
        if person.certificates:
            valid = tuple(it.skill for it in person.certificates if it.valid_until > self._at)
        key = (person.skills, person.party, valid)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look_at(person)
        return found

    def _look_at(self, person: Person) -> _Kind:
        state, skills = self._state, person.skills
        full_member = person.party is PartyStanding.FULL_MEMBER
        coverage = state.policy.planning.coverage
        return _Kind(
            tuple(it for it in self._roles if qualifies(state, person, it, self._at)),
            tuple(
                at
                for at, rule in enumerate(coverage)
                if rule.skill in skills or (rule.skill is None and full_member)
            ),
            frozenset(it for it in _OPERATING if it in skills),
            tuple(it for it in skills if it in state.policy.muster.on_duty_minimum_per_skill),
        )


def _sendable(state: Jurisdiction, member: Member, kind: _Kind, at: int) -> Sendable:
    person, on_shift = member.person, member.on_shift > 0
    team = state.roster.teams.get(person.team_id)
    straight_back = has_just_finished(state, member, at)
    return Sendable(
        member_id=person.member_id,
        team_id=person.team_id,
        roles=kind.roles,
        place=team.base if on_shift and team is not None else person.home,
        reserve=person.standing is Standing.RESERVE,
        straight_back=straight_back,
        standby=not on_shift,
        ability=person.ability,
        burden_min=_burden(state, member, at, straight_back=straight_back),
        covers=kind.covers,
        operates=kind.operates,
        keeps=kind.keeps,
    )


def _burden(state: Jurisdiction, member: Member, at: int, *, straight_back: bool) -> int:
    weights, person = state.policy.planning, member.person
    worked_h = 0
    if member.worked_since is not None:
        idle, rest_h = member.idle_since, state.policy.hours.rest_min_h
        if idle is None or at - idle < rest_h * HOUR:
            worked_h = max(0, at - member.worked_since) // HOUR
    burden = (
        weights.call_out_min * min(member.call_outs, _CALL_OUTS_MAX)
        + weights.worked_hour_min * worked_h
        + weights.ability_min * (100 - person.ability) // 100
    )
    if straight_back:
        burden += weights.straight_back_min
    return burden + weights.reserve_min if person.standing is Standing.RESERVE else burden


def _forbidden(state: Jurisdiction, role: UnitRole) -> bool:
    limit = state.policy.safety.weather.get(WorkKind.LIVE_LINE_WORK)
    return (
        role is UnitRole.LIVE_LINE_WORKER
        and limit is not None
        and forbidden_by(state.safety.weather, limit) is not None
    )


def _free_vehicles(state: Jurisdiction, promised: Container[str]) -> tuple[Resource, ...]:
    by_id = state.resources.by_id
    return tuple(
        by_id[id_].resource
        for _, ids in sorted(state.resources.free.items())
        for id_ in sorted(ids)
        if by_id[id_].in_service and by_id[id_].lent_to is None and id_ not in promised
    )
