"""The hard rules of a unit, checked whoever proposes: fallback, planner or dispatcher."""

from collections import Counter

from coordinator.domain.roster.eligibility import qualifies, spare_of, spare_of_skills, why_not
from coordinator.domain.safety.weather import forbidden_by
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.muster import Allotment, Pick
from schemas.vocabulary import Skill, TaskKind, UnitRole


def broken_rules(
    state: Jurisdiction,
    picks: tuple[Pick, ...],
    allotments: tuple[Allotment, ...],
    at: int,
    *,
    joining: bool = False,
) -> list[str]:
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
            found.append(f"{pick.member_id}: not on this roster")
            continue
        reason = why_not(state, member, at)
        if reason is not None:
            found.append(f"{pick.member_id}: {reason}")
        if not qualifies(state, member.person, pick.role, at):
            found.append(f"{pick.member_id}: not qualified as {pick.role.value} on the day")
        per_team[member.person.team_id] += 1
        per_skill.update(member.person.skills)
    for team_id, count in sorted(per_team.items()):
        if count > max(0, spare_of(state, team_id)):
            found.append(f"{team_id}: the home area keeps its on-duty minimum")
    for skill, spare in spare_of_skills(state).items():
        if per_skill[skill] > max(0, spare):
            found.append(f"{skill.value}: the jurisdiction keeps its on-duty minimum")
    for allotment in allotments:
        held = state.resources.by_id.get(allotment.resource_id)
        if (
            held is None
            or not held.in_service
            or held.committed_to is not None
            or held.lent_to is not None
        ):
            found.append(f"{allotment.resource_id}: not free")
    return found


def _of_the_picks(state: Jurisdiction, picks: tuple[Pick, ...]) -> list[str]:
    people = Counter(pick.member_id for pick in picks)
    twice = sorted(member_id for member_id, count in people.items() if count > 1)
    found = [f"{member_id}: one role per person" for member_id in twice]
    limit = state.policy.safety.weather.get(TaskKind.LIVE_LINE_WORK)
    live_line = any(pick.role is UnitRole.LIVE_LINE_WORKER for pick in picks)
    if live_line and limit is not None:
        weather = forbidden_by(state.safety.weather, limit)
        if weather is not None:
            found.append(f"no live-line work in {weather}")
    return found


def _of_the_unit(state: Jurisdiction, picks: tuple[Pick, ...]) -> list[str]:
    found: list[str] = []
    people = {pick.member_id for pick in picks}
    if len(people) < max(2, state.policy.muster.smallest):
        found.append(f"never fewer than two people at work: {len(people)}")
    roles = Counter(pick.role for pick in picks)
    for role in (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR):
        if roles[role] < 1:
            found.append(f"a unit has a {role.value}")
    if roles[UnitRole.LEADER] > 1:
        found.append("a unit has one leader")
    return found
