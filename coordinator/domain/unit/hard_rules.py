"""The hard rules of a unit, checked whoever proposes: fallback, planner or dispatcher."""

from collections import Counter

from coordinator.domain.roster.eligibility import qualifies, spare_of, spare_of_skills, why_not
from coordinator.domain.safety.weather import forbidden_by
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.muster import Allotment, Pick
from schemas.said import Said
from schemas.sentences import units
from schemas.vocabulary import Skill, UnitRole, WorkKind


def broken_rules(  # noqa: C901 - one rule after the other
    state: Jurisdiction,
    picks: tuple[Pick, ...],
    allotments: tuple[Allotment, ...],
    at: int,
    *,
    joining: bool = False,
) -> list[Said]:
    """Return every hard rule that this unit would break now, in words; none for a sound one.

    `joining`: they join a unit that is out, which has what makes it whole or lacks just that.
    """
    found = _of_the_picks(state, picks)
    if not joining:
        found += _of_the_unit(state, picks)
    per_team: Counter[str] = Counter()
    per_skill: Counter[Skill] = Counter()
    for pick in picks:
        member = state.roster.members.get(pick.member_id)
        if member is None:
            found.append(units.not_on_roster(pick.member_id))
            continue
        reason = why_not(state, member, at)
        if reason is not None:
            found.append(units.kept_from_going(pick.member_id, reason))
        if not qualifies(state, member.person, pick.role, at):
            found.append(units.not_qualified_as(pick.member_id, pick.role))
        per_team[member.person.team_id] += 1
        per_skill.update(member.person.skills)
    for team_id, count in sorted(per_team.items()):
        if count > max(0, spare_of(state, team_id)):
            found.append(units.home_keeps_minimum(team_id))
    for skill, spare in spare_of_skills(state).items():
        if per_skill[skill] > max(0, spare):
            found.append(units.skill_keeps_minimum(skill))
    return found + _of_the_vehicles(state, allotments)


def _of_the_vehicles(state: Jurisdiction, allotments: tuple[Allotment, ...]) -> list[Said]:
    found: list[Said] = []
    for allotment in allotments:
        resource = state.resources.by_id.get(allotment.resource_id)
        if (
            resource is None
            or not resource.in_service
            or resource.committed_to is not None
            or resource.lent_to is not None
        ):
            found.append(units.vehicle_not_free(allotment.resource_id))
    return found


def _of_the_picks(state: Jurisdiction, picks: tuple[Pick, ...]) -> list[Said]:
    people = Counter(pick.member_id for pick in picks)
    twice = sorted(member_id for member_id, count in people.items() if count > 1)
    found = [units.one_role_each(member_id) for member_id in twice]
    limit = state.policy.safety.weather.get(WorkKind.LIVE_LINE_WORK)
    live_line = any(pick.role is UnitRole.LIVE_LINE_WORKER for pick in picks)
    if live_line and limit is not None:
        weather = forbidden_by(state.safety.weather, limit)
        if weather is not None:
            found.append(units.no_live_line_work(weather))
    return found


def _of_the_unit(state: Jurisdiction, picks: tuple[Pick, ...]) -> list[Said]:
    found: list[Said] = []
    people = {pick.member_id for pick in picks}
    if len(people) < max(2, state.policy.muster.smallest):
        found.append(units.too_few_at_work(len(people)))
    roles = Counter(pick.role for pick in picks)
    for role in (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR):
        if roles[role] < 1:
            found.append(units.unit_has_a(role))
    if roles[UnitRole.LEADER] > 1:
        found.append(units.ONE_LEADER)
    return found
