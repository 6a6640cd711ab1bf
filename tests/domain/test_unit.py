"""A commando unit: formed by rule, replaced, relieved, stood down; the hard rules, one by one."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.unit.decide import status
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import AssignmentOffered, AssignmentReleased
from schemas.events.notice import SignalRefused
from schemas.events.unit import (
    ProposalRejected,
    ReliefStarted,
    ResourceCommitted,
    ResourceFreed,
    UnitFormed,
    UnitProposed,
    UnitReinforced,
    UnitShort,
    UnitStoodDown,
)
from schemas.muster import Explanation, Pick
from schemas.policy import Policy
from schemas.roster import Shift, Team
from schemas.sentences import choices
from schemas.signals.assignment import AcceptAssignment, Arrive, DeclineAssignment
from schemas.signals.incident import RestoreIncident
from schemas.signals.roster import ChangeAvailability, ImportRoster, PlanLeave
from schemas.signals.unit import (
    CallRelief,
    ConfirmProposal,
    MusterProposed,
    StandDownUnit,
)
from schemas.vocabulary import (
    DeclineReason,
    PartyStanding,
    Role,
    Skill,
    Standing,
    UnitRole,
)
from tests.county import HERE, TEAMS, county, everybody, member, outage, person, unit_on_scene
from tests.said import english
from tests.story import DAY, HOUR, MINUTE, SECOND, START, Story, name


def manual() -> Policy:
    """A policy under which a dispatcher confirms every unit, and a planner is waited for."""
    muster = DEFAULT_POLICY.muster
    templates = tuple(replace(it, automatic=False) for it in muster.templates)
    changed = replace(muster, templates=templates)
    return replace(DEFAULT_POLICY, muster=changed)


def planned() -> Policy:
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=60)
    return replace(DEFAULT_POLICY, muster=muster)


def roles_of(story: Story, unit_id: str) -> dict[str, str]:
    return {it: role.value for it, role in story.state.units.by_id[unit_id].roles.items()}


def test_an_incident_calls_a_unit_of_the_nearest_people() -> None:
    story = county()

    outage(story)

    formed = story.the(UnitFormed)
    assert sorted(pick.role.value for pick in formed.picks) == [
        "leader", "line_worker", "safety_supervisor",
    ]  # fmt: skip
    members = story.state.roster.members
    assert {members[pick.member_id].person.team_id for pick in formed.picks} == {TEAMS[0]}
    assert len(story.all(AssignmentOffered)) == 3
    assert len(story.all(ResourceCommitted)) == 1
    assert formed.explanation.considered > 0


def test_leader_and_safety_supervisor_are_two_people() -> None:
    story = county()

    outage(story)

    roles = {pick.role: pick.member_id for pick in story.the(UnitFormed).picks}
    assert roles[UnitRole.LEADER] != roles[UnitRole.SAFETY_SUPERVISOR]


def test_nobody_is_in_two_units() -> None:
    story = county()
    seen: list[str] = []
    for key in "abcdef":
        outage(story, key)
        seen += [pick.member_id for fact in story.all(UnitFormed) for pick in fact.picks]

    assert len(seen) == len(set(seen))


def test_every_home_area_keeps_its_on_duty_minimum() -> None:
    story = county(size=12)
    for key in "abcdefghij":
        outage(story, key)

    left = {team: len(story.state.roster.free.get(team, ())) for team in TEAMS}
    assert all(count >= 2 for count in left.values())
    assert any(unit.missing for unit in story.state.units.by_id.values())


@pytest.mark.parametrize(
    "people",
    [
        {"party": PartyStanding.NONE, "standing": Standing.MEMBER},
        {"skills": (Skill.DISTRIBUTION, Skill.SAFETY_SUPERVISION)},
        {"skills": (Skill.DISTRIBUTION, Skill.LEADERSHIP)},
    ],
)
def test_without_a_leader_or_a_supervisor_nobody_is_sent(people: dict[str, Any]) -> None:
    story = Story()

    crew = tuple(person(0, i, **({"standing": Standing.MEMBER} | people)) for i in range(8))
    story.when(
        ImportRoster,
        teams=(Team(team_id=TEAMS[0], number="N", name="T", base=HERE),),
        people=crew,
        shifts=(
            Shift(shift_id=name("shf", 0), team_id=TEAMS[0],
                  member_ids=tuple(it.member_id for it in crew), starts_at=START,
                  ends_at=START + DAY),
        ),
    )  # fmt: skip

    outage(story)

    story.then_not(UnitFormed).then_includes(UnitShort)


def test_the_reserve_goes_only_when_the_rest_does_not_suffice() -> None:
    story = county(size=6, standing=Standing.RESERVE)
    outage(story)
    assert story.all(UnitFormed), "the reserve is called in an emergency"

    mixed = county(size=12)
    outage(mixed)
    members = mixed.state.roster.members
    standings = {members[it.member_id].person.standing for it in mixed.the(UnitFormed).picks}
    assert Standing.RESERVE not in standings


def test_who_is_on_leave_or_unavailable_is_not_called() -> None:
    story = county(size=6)
    story.when(PlanLeave, member_id=member(0, 0), starts_at=START, ends_at=START + DAY, reason="x")
    story.when(ChangeAvailability, member_id=member(0, 1), available=False)

    outage(story)

    called = {pick.member_id for pick in story.the(UnitFormed).picks}
    assert not called & {member(0, 0), member(0, 1)}


def test_a_decline_calls_the_next_candidate_for_the_same_role() -> None:
    story = county()
    outage(story)
    formed = story.the(UnitFormed)
    unit = story.state.units.by_id[formed.unit_id]
    leader = next(pick.member_id for pick in formed.picks if pick.role is UnitRole.LEADER)

    story.when(
        DeclineAssignment, actor_id=leader, actor_role=Role.MEMBER,
        assignment_id=unit.people[leader], reason=DeclineReason.ILL,
    )  # fmt: skip

    (pick,) = story.the(UnitReinforced).picks
    assert pick.role is UnitRole.LEADER
    assert pick.member_id != leader


def test_a_proposal_waits_for_the_dispatcher_and_goes_when_confirmed() -> None:
    story = county(manual())
    outage(story)
    proposed = story.the(UnitProposed)
    assert not story.state.units.by_id[proposed.unit_id].people

    story.when(ConfirmProposal, unit_id=proposed.unit_id)

    assert story.the(UnitFormed).confirmed_by == "desk-1"
    assert len(story.all(AssignmentOffered)) == 3


def test_a_person_is_always_sent_when_nobody_confirms() -> None:
    story = county(manual())
    outage(story)

    story.after(6 * MINUTE)

    assert story.the(UnitFormed).confirmed_by == "policy"


def test_without_a_planner_the_fallback_forms_the_unit_in_time() -> None:
    story = county(planned())
    outage(story)
    story.then_not(UnitFormed)

    story.after(61_000)

    story.then_includes(UnitFormed)


def pick(index: int, role: UnitRole, team: int = 0) -> Pick:
    return Pick(member_id=member(team, index), role=role, arrival_min=10)


SOUND = (
    pick(0, UnitRole.LEADER), pick(1, UnitRole.SAFETY_SUPERVISOR), pick(2, UnitRole.LINE_WORKER),
)  # fmt: skip


def test_a_sound_proposal_of_the_planner_is_taken() -> None:
    story = county(planned())
    outage(story)
    (unit_id,) = story.state.units.by_id

    story.when(
        MusterProposed, actor_id="planner", actor_role=Role.SYSTEM, unit_id=unit_id, picks=SOUND,
        explanation=Explanation(method=choices.BY_LOT),
    )  # fmt: skip

    assert story.the(UnitFormed).picks == SOUND


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ((*SOUND, pick(0, UnitRole.DRIVER)), "one role per person"),
        (SOUND[:1], "fewer than two"),
        ((pick(0, UnitRole.LEADER), pick(2, UnitRole.LINE_WORKER)), "safety supervisor"),
        (SOUND[1:], "leader"),
        ((*SOUND, pick(3, UnitRole.LEADER)), "one leader"),
        ((*SOUND, pick(99, UnitRole.DRIVER)), "not on this roster"),
        (tuple(pick(i, role) for i, role in enumerate(
            (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, *[UnitRole.LINE_WORKER] * 9))),
         "on-duty minimum"),
    ],
)  # fmt: skip
def test_a_proposal_that_breaks_a_hard_rule_is_rejected_whoever_made_it(
    picks: tuple[Pick, ...], words: str
) -> None:
    story = county(planned())
    outage(story)
    (unit_id,) = story.state.units.by_id

    story.when(
        MusterProposed, actor_id="planner", actor_role=Role.SYSTEM, unit_id=unit_id, picks=picks,
        explanation=Explanation(method=choices.BY_LOT),
    )  # fmt: skip

    assert words in english(story.the(ProposalRejected).reasons)
    story.then_includes(UnitFormed)  # and a person is sent all the same


def test_the_state_of_a_unit_is_what_its_people_do() -> None:
    story = county()
    outage(story)
    unit_id = story.the(UnitFormed).unit_id
    assert status(story.state, story.state.units.by_id[unit_id]) == "mustering"

    everybody(story, unit_id, AcceptAssignment, Arrive)

    assert status(story.state, story.state.units.by_id[unit_id]) == "active"


def test_the_relieved_leave_when_their_relief_is_there() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)
    leader = next(it for it, role in roles_of(story, unit_id).items() if role == "leader")

    story.when(CallRelief, unit_id=unit_id, member_ids=(leader,), reason="twelve hours")
    story.then_includes(ReliefStarted, UnitReinforced).then_not(AssignmentReleased)
    fresh = story.the(UnitReinforced).picks[0].member_id
    assignment = story.state.units.by_id[unit_id].people[fresh]
    story.when(Arrive, actor_id=fresh, actor_role=Role.MEMBER, assignment_id=assignment)

    # Not by a tap that may be a stray finger: their post would be nobody's.
    story.then_not(AssignmentReleased).after(10 * SECOND).then_not(AssignmentReleased)
    story.after(1).then_includes(AssignmentReleased).then_not(UnitStoodDown)
    assert leader not in story.state.units.by_id[unit_id].people


def test_restored_means_everybody_goes_home_and_is_free_again() -> None:
    story = county()
    incident_id, unit_id = unit_on_scene(story)

    story.when(RestoreIncident, incident_id=incident_id)

    story.then_includes(UnitStoodDown, ResourceFreed)
    assert len(story.all(AssignmentReleased)) == 3
    assert not story.state.units.by_id[unit_id].people
    assert len(story.state.roster.free[TEAMS[0]]) == 12


def test_who_has_worked_to_the_limit_rests_before_the_next_call() -> None:
    story = county(size=6)
    _, unit_id = unit_on_scene(story)
    tired = set(story.state.units.by_id[unit_id].people)
    story.after(12 * HOUR + MINUTE)
    story.when(StandDownUnit, unit_id=unit_id, reason="rest")

    outage(story, "next")
    again = {it.member_id for fact in story.all(UnitFormed) for it in fact.picks}
    assert not again & tired


def test_nobody_relieves_a_stranger() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)

    story.when(CallRelief, unit_id=unit_id, member_ids=(member(1, 9),), reason="x")

    assert story.the(SignalRefused).field == "member_ids"


def test_a_unit_that_waits_is_formed_once_when_another_goes_home() -> None:
    story = county(size=4)
    first = outage(story, "1")
    waiting = outage(story, "2")
    unit_ids = [it.unit_id for it in story.state.units.by_id.values() if it.incident_id == waiting]
    assert list(story.state.units.waiting) == unit_ids

    story.when(RestoreIncident, incident_id=first)

    offered = [it.member_id for it in story.all(AssignmentOffered)]
    assert len(story.all(UnitFormed)) == 1
    assert offered
    assert len(offered) == len(set(offered)), "nobody is offered the same work twice"
    assert len(story.all(ResourceCommitted)) <= 1


def test_who_becomes_available_again_serves_the_unit_that_waits() -> None:
    story = county(size=3)
    away = [member(team, index) for team in (0, 1) for index in range(3)]
    for member_id in away:
        story.when(ChangeAvailability, member_id=member_id, available=False)
    outage(story)
    (unit_id,) = story.state.units.waiting

    for member_id in away:
        story.when(ChangeAvailability, member_id=member_id, available=True)

    assert story.state.units.by_id[unit_id].people, "it does not wait for its next try"
