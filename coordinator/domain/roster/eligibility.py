"""Who may be called now, and who may be told: one person, one state, whatever the screen.

Off duty, on leave or resting means silent. Each reason is a word that explanations count by.
"""

from coordinator.domain.at_work import is_bound
from coordinator.domain.state.command import calling, missing
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from schemas.durations import HOUR, MINUTE
from schemas.roster import Person
from schemas.vocabulary import PartyStanding, Skill, UnitRole
from schemas.why_not import WhyNot

_PARTY = frozenset({PartyStanding.FULL_MEMBER, PartyStanding.PROBATIONARY_MEMBER})


def why_not(state: Jurisdiction, member: Member, at: int) -> WhyNot | None:
    """Return what keeps a member from being called at `at`, None if nothing does."""
    kept = kept_here_by(state, member)
    if kept is not None:
        return kept
    silent = silent_because(state, member, at)
    if silent is None and tires_soon(state, member, at):
        return WhyNot.RESTING
    return silent


def sought_because(state: Jurisdiction, member_id: str) -> WhyNot | None:
    """Return why somebody is looked for, None if nobody is: they did not answer a roll call and
    were not found since, or their call for help is open. They are let go and put to work nowhere.
    """
    if missing(state.command, (member_id,)):
        return WhyNot.MISSING
    return WhyNot.CALLS_FOR_HELP if calling(state.command, (member_id,)) else None


def kept_here_by(state: Jurisdiction, member: Member) -> WhyNot | None:
    """Return what keeps somebody on this roster, None if nothing does: a unit, or its line, on
    guard, lent to a neighbour, or that they are looked for. Whoever takes a person away asks this.
    """
    if is_bound(state, member):
        return WhyNot.COMMITTED
    if member.posted_to is not None:
        return WhyNot.ON_GUARD
    if member.lent_to is not None:
        return WhyNot.LENT
    return sought_because(state, member.person.member_id)


def silent_because(state: Jurisdiction, member: Member, at: int) -> WhyNot | None:
    """Return why a member is left in peace at `at`: nobody off duty is alerted."""
    reason = unfit_because(state, member, at)
    on_duty = member.on_shift or member.on_standby
    return WhyNot.OFF_DUTY if reason in (None, WhyNot.RESTING) and not on_duty else reason


def unfit_because(state: Jurisdiction, member: Member, at: int) -> WhyNot | None:
    """Return what keeps a member from any work at `at`, on duty or not."""
    if has_left(member, at):
        return WhyNot.LEFT
    if member.off_post_until is not None:
        return WhyNot.OFF_POST
    if member.unfit is not None:
        return WhyNot.UNFIT
    if not member.available:
        return WhyNot.UNAVAILABLE
    if member.leaves and any(it.starts_at <= at < it.ends_at for it in member.leaves):
        return WhyNot.ON_LEAVE
    if is_tired(state, member, at):
        return WhyNot.RESTING
    return None


def has_left(member: Member, at: int) -> bool:
    """Whether a member's last day is over at `at`: the next roster takes them off."""
    return member.person.leaves_at is not None and member.person.leaves_at <= at


def hours_end(state: Jurisdiction, member: Member) -> int | None:
    """Return when a member's hours are over (UTC ms), None if none are counted.

    An override makes them longer: one that ends before they would takes nothing away.
    """
    if member.worked_since is None:
        return None
    over = member.worked_since + state.policy.hours.work_max_h * HOUR
    return max(over, member.fatigue_override_until)


def is_tired(state: Jurisdiction, member: Member, at: int) -> bool:
    """Whether a member has worked to the limit, an override counted, and not rested since."""
    over, idle = hours_end(state, member), member.idle_since
    if over is None:
        return False
    if idle is not None and at - idle >= state.policy.hours.rest_min_h * HOUR:
        return False
    return at >= over


def has_just_finished(state: Jurisdiction, member: Member, at: int) -> bool:
    """Whether a member comes from a scene, and is not to be called straight to the next."""
    if member.finished_at is None:
        return False
    return at - member.finished_at < state.policy.hours.straight_back_min * MINUTE


def tires_soon(state: Jurisdiction, member: Member, at: int) -> bool:
    """Whether a member's hours would end before somebody called in their place could be there."""
    if member.worked_since is None:
        return False
    hours = state.policy.hours
    ahead = min(hours.relief_before_min * MINUTE, hours.work_max_h * HOUR // 2)
    return is_tired(state, member, at + ahead)


def may_be_told(state: Jurisdiction, member_id: str, at: int) -> tuple[bool, str]:
    """Say whether a message may go to a member now, and why (not).

    Who is bound by an assignment is told about it whatever the roster says.
    """
    member = state.roster.members.get(member_id)
    if member is None:
        return False, "not_on_roster"
    if member.assignment_id is not None or member.posted_to is not None:
        return True, "bound"
    reason = silent_because(state, member, at)
    return (True, "on_call") if reason is None else (False, reason)


def qualifies(state: Jurisdiction, person: Person, role: UnitRole, at: int) -> bool:
    """Whether a person has what a role takes: skill, certificate valid on the day, standing."""
    rules = state.policy.muster
    wanted = rules.skills.get(role, ())
    having = person.skills
    skill = next((it for it in wanted if it in having), None)
    if wanted and skill is None:
        return False
    if role in rules.party_roles and person.party not in _PARTY:
        return False
    if role in rules.certified_roles and skill is not None:
        return has_certificate(person, skill, at)
    return True


def has_certificate(person: Person, skill: Skill, at: int) -> bool:
    return any(it.skill is skill and it.valid_until > at for it in person.certificates)


def spare_of_skills(state: Jurisdiction) -> dict[Skill, int]:
    """How many of each skill the policy keeps on duty may leave, for these skills only."""
    minimum = state.policy.muster.on_duty_minimum_per_skill
    if not minimum:
        return {}
    members = state.roster.members
    spare = {skill: -count for skill, count in minimum.items()}
    for free in state.roster.free.values():
        for member_id in free:
            for skill in members[member_id].person.skills:
                if skill in spare:
                    spare[skill] += 1
    return spare


def spare_of(state: Jurisdiction, team_id: str) -> int:
    """How many of a team may leave so that its home area keeps the on-duty minimum."""
    team = state.roster.teams.get(team_id)
    if team is None:
        return len(state.roster.free.get(team_id, ()))
    return len(state.roster.free.get(team_id, ())) - team.on_duty_minimum
