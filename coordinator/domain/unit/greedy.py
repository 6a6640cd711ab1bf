"""Forming a unit by the simple greedy rule: the nearest who may go, role by role.

The fallback of every planner: quick, always the same, never breaks a hard rule, and says why
it took whom and what it left out. Reserve only when the rest does not suffice,
and who has just finished elsewhere only where there is nobody else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import cos, radians
from typing import NamedTuple

from coordinator.domain.roster.eligibility import (
    has_just_finished,
    qualifies,
    spare_of,
    spare_of_skills,
    why_not,
)
from coordinator.domain.safety.weather import forbidden_by
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Position
from schemas.muster import Allotment, Explanation, Need, Pick
from schemas.roster import Person
from schemas.said import Said
from schemas.sentences import choices, units
from schemas.vocabulary import ResourceKind, Standing, UnitRole, WorkKind
from schemas.why_not import WhyNot

_KM_PER_DEG = 111.2
_MINUTES_MAX = 527_040
SCARCE_FIRST = (
    UnitRole.LEADER,
    UnitRole.SAFETY_SUPERVISOR,
    UnitRole.LIVE_LINE_WORKER,
    UnitRole.RELAY_WORKER,
    UnitRole.CABLE_WORKER,
    UnitRole.SUBSTATION_WORKER,
    UnitRole.GENERATOR_OPERATOR,
    UnitRole.DEPUTY,
    UnitRole.UAV_PILOT,
    UnitRole.COMMUNICATIONS,
    UnitRole.FIRST_AIDER,
    UnitRole.DRIVER,
    UnitRole.LINE_WORKER,
)
"""Scarce roles are filled first, so that nobody who could lead is spent on driving."""


class Formed(NamedTuple):
    picks: tuple[Pick, ...]
    allotments: tuple[Allotment, ...]
    missing: tuple[tuple[UnitRole, int], ...]
    missing_resources: tuple[tuple[ResourceKind, int], ...]
    explanation: Explanation


def form(state: Jurisdiction, need: Need, at: int, *, without: Iterable[str] = ()) -> Formed:
    """Choose people and vehicles for a need.

    Args:
        state: the jurisdiction at this moment.
        need: roles with counts, vehicles, muster point.
        at: UTC milliseconds.
        without: members not to be asked (again).
    """
    search = _Search(state, need, at, frozenset(without))
    for straight_back in (False, True):
        for reserve in (False, True):
            if search.wanted:
                search.run(reserve=reserve, straight_back=straight_back)
    allotments, missing_resources = _vehicles(state, need)
    removed = {reason: count for reason, count in sorted(search.removed.items())}
    explanation = Explanation(
        method=choices.NEAREST_FIRST,
        cost=sum(pick.arrival_min for pick in search.picks),
        considered=search.considered,
        removed=removed,
    )
    missing = tuple((role, search.wanted[role]) for role in SCARCE_FIRST if role in search.wanted)
    return Formed(tuple(search.picks), allotments, missing, missing_resources, explanation)


def lacking(
    state: Jurisdiction,
    need: Need,
    picks: tuple[Pick, ...],
    allotments: tuple[Allotment, ...],
) -> tuple[tuple[tuple[UnitRole, int], ...], tuple[tuple[ResourceKind, int], ...]]:
    """Return the roles and vehicles of a need that a proposal leaves open."""
    roles = Counter(it.role for it in picks)
    kinds = Counter(it.kind for it in allotments)
    people = ((role, count - roles[role]) for role, count in _wanted(state, need).items())
    vehicles = ((it.kind, it.count - kinds[it.kind]) for it in need.resources)
    return tuple(it for it in people if it[1] > 0), tuple(it for it in vehicles if it[1] > 0)


def beyond(need: Need, picks: tuple[Pick, ...], allotments: tuple[Allotment, ...]) -> list[Said]:
    """Return what a proposal takes that nobody asked for: it would be missing elsewhere."""
    roles = Counter(it.role for it in picks)
    kinds = Counter(it.kind for it in allotments)
    roles.subtract({it.role: it.count for it in need.roles})
    kinds.subtract({it.kind: it.count for it in need.resources})
    return [
        *(units.more_people_than_wanted(count, it) for it, count in roles.items() if count > 0),
        *(units.more_vehicles_than_wanted(count, it) for it, count in kinds.items() if count > 0),
    ]


def _wanted(state: Jurisdiction, need: Need) -> dict[UnitRole, int]:
    """Return how many of each role are wanted in this weather, the scarce first."""
    counts = {it.role: it.count for it in need.roles}
    limit = state.policy.safety.weather.get(WorkKind.LIVE_LINE_WORK)
    if limit is not None and forbidden_by(state.safety.weather, limit) is not None:
        counts.pop(UnitRole.LIVE_LINE_WORKER, None)
    return {role: counts[role] for role in SCARCE_FIRST if role in counts}


class _Search:
    """One pass over the teams, nearest first."""

    def __init__(self, state: Jurisdiction, need: Need, at: int, without: frozenset[str]) -> None:
        self.state, self.at, self.without = state, at, without
        self.wanted = _wanted(state, need)
        self.picks: list[Pick] = []
        self.taken: set[str] = set()
        self.removed: dict[WhyNot, int] = defaultdict(int)
        self.considered = 0
        self.spare: dict[str, int] = {}
        self.spare_skills = spare_of_skills(state)
        self.teams = _nearest(state, need.muster_point)

    def run(self, *, reserve: bool, straight_back: bool) -> None:
        first = not (reserve or straight_back)
        for km, team_id in self.teams:
            if not self.wanted:
                return
            if team_id not in self.spare:
                self.spare[team_id] = spare_of(self.state, team_id)
            spare = self.spare[team_id]
            if spare <= 0:
                self.removed[WhyNot.ON_DUTY_MINIMUM_OF_TEAM] += 1
                continue
            roster, before = self.state.roster, len(self.picks)
            if first:
                there = len(roster.team_members.get(team_id, ()))
                self.removed[WhyNot.BOUND_OR_OFF_DUTY] += there - len(roster.free.get(team_id, ()))
            self._take_from(team_id, km, spare, reserve=reserve, straight_back=straight_back)
            self.spare[team_id] = spare - (len(self.picks) - before)

    def _take_from(  # noqa: C901 - one filter after the other, each counted
        self, team_id: str, km: float, spare: int, *, reserve: bool, straight_back: bool
    ) -> None:
        members, removed = self.state.roster.members, self.removed
        for member_id in self.state.roster.free.get(team_id, ()):
            if spare <= 0 or not self.wanted:
                return
            member = members[member_id]
            if (member.person.standing is Standing.RESERVE) is not reserve:
                continue
            if has_just_finished(self.state, member, self.at) is not straight_back:
                removed[WhyNot.JUST_FINISHED] += not straight_back
                continue
            self.considered += 1
            reason = why_not(self.state, member, self.at)
            if reason is None and (member_id in self.without or member_id in self.taken):
                reason = WhyNot.ASKED_BEFORE
            if reason is None and self._kept_back(member.person):
                reason = WhyNot.ON_DUTY_MINIMUM_OF_SKILL
            role = None if reason is not None else self._role_for(member.person)
            if role is None:
                removed[reason or WhyNot.NO_SKILL_WANTED] += 1
                continue
            self._pick(member_id, role, km, straight_back=straight_back)
            spare -= 1
            for skill in member.person.skills:
                if skill in self.spare_skills:
                    self.spare_skills[skill] -= 1

    def _kept_back(self, person: Person) -> bool:
        spare = self.spare_skills
        return bool(spare) and any(spare.get(it, 1) <= 0 for it in person.skills)

    def _role_for(self, person: Person) -> UnitRole | None:
        for role in self.wanted:
            if qualifies(self.state, person, role, self.at):
                return role
        return None

    def _pick(self, member_id: str, role: UnitRole, km: float, *, straight_back: bool) -> None:
        standby = not self.state.roster.members[member_id].on_shift
        self.picks.append(
            Pick(
                member_id=member_id,
                role=role,
                arrival_min=arrival_min(self.state, km),
                reasons=(
                    choices.km_away(round(km, 1)),
                    choices.STANDBY if standby else choices.ON_SHIFT,
                    *((choices.STRAIGHT_BACK,) if straight_back else ()),
                ),
            )
        )
        self.taken.add(member_id)
        left = self.wanted[role] - 1
        if left:
            self.wanted[role] = left
        else:
            del self.wanted[role]


def arrival_min(state: Jurisdiction, km: float) -> int:
    """Return minutes from call to arrival: turn-out, then the detour at travel speed."""
    rules = state.policy.muster
    travel = int(km * rules.detour_factor_pct / 100 * 60 / rules.travel_speed_kmh + 0.5)
    return min(_MINUTES_MAX, rules.turnout_min + travel)


def _nearest(state: Jurisdiction, place: Position) -> list[tuple[float, str]]:
    """Return (km, team id) nearest first; flat geometry is exact enough within a jurisdiction."""
    narrow = cos(radians(place.lat))
    found = []
    for team_id in state.roster.team_members:
        team = state.roster.teams.get(team_id)
        base = place if team is None else team.base
        dx, dy = (base.lon - place.lon) * narrow, base.lat - place.lat
        found.append((_KM_PER_DEG * (dx * dx + dy * dy) ** 0.5, team_id))
    found.sort()
    return found


def _vehicles(
    state: Jurisdiction, need: Need
) -> tuple[tuple[Allotment, ...], tuple[tuple[ResourceKind, int], ...]]:
    chosen: list[Allotment] = []
    missing: list[tuple[ResourceKind, int]] = []
    place = need.muster_point
    for wanted in need.resources:
        free = state.resources.free.get(wanted.kind, ())
        near = sorted(
            free,
            key=lambda id_: (_far(state.resources.by_id[id_].resource.base, place), id_),
        )[: wanted.count]
        chosen.extend(Allotment(resource_id=id_, kind=wanted.kind) for id_ in near)
        if len(near) < wanted.count:
            missing.append((wanted.kind, wanted.count - len(near)))
    return tuple(chosen), tuple(missing)


def _far(a: Position, b: Position) -> float:
    return (a.lon - b.lon) ** 2 + (a.lat - b.lat) ** 2
