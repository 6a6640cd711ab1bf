"""A planner over stories: what it proposes is taken, and what it must not do is not done."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.follow import Step
from coordinator.planning.planner import Planner
from coordinator.planning.pool import Pool, pool_of
from schemas.events.unit import ProposalRejected, UnitFormed, UnitProposed, UnitShort
from schemas.muster import Explanation, Pick
from schemas.policy import Policy
from schemas.sentences import choices
from schemas.signals.assignment import DeclineAssignment
from schemas.signals.roster import ChangeAvailability
from schemas.signals.unit import MusterProposed
from schemas.vocabulary import DeclineReason, Role, UnitRole
from schemas.why_not import WhyNot
from tests.county import FAR, county, member, outage
from tests.domain.test_unit import manual, planned
from tests.said import english
from tests.story import MINUTE, Story

SECOND = 1_000


def proposals(planner: Planner, story: Story) -> list[MusterProposed]:
    at, events = story.history[-1]
    planner.show(story.state, (step(story, at, events),))
    return list(planner.proposals(story.at))


def step(story: Story, at: int, events: tuple) -> Step:  # type: ignore[type-arg]
    return Step(record=None, events=events, before=story.state, after=story.state)  # type: ignore[arg-type]


def test_a_called_unit_is_proposed_taken_and_explained() -> None:
    story = county(planned())
    outage(story)
    (signal,) = proposals(Planner(), story)

    story.when(signal)

    formed = story.the(UnitFormed)
    assert formed.picks == signal.picks
    told = formed.explanation
    assert told.bound == told.cost
    assert told.ready_min == max(it.arrival_min for it in formed.picks)
    assert told.considered == len(story.state.roster.members)
    assert all(it.next_best is not None for it in formed.picks)
    assert not story.all(UnitShort)


def test_a_unit_is_proposed_once() -> None:
    story, planner = county(planned()), Planner()
    outage(story)

    assert len(proposals(planner, story)) == 1
    assert list(planner.proposals(story.at)) == []


def test_two_units_share_nobody() -> None:
    story, planner = county(planned()), Planner()
    outage(story, "one", device="T-1")
    outage(story, "two", device="T-2", place=FAR)

    first, second = proposals(planner, story)

    assert not {it.member_id for it in first.picks} & {it.member_id for it in second.picks}
    story.when(first)
    story.when(second)
    assert len(story.state.units.by_id) == 2
    assert all(it.people for it in story.state.units.by_id.values())


def test_what_is_on_its_way_is_not_planned_again_and_its_people_are_as_good_as_sent() -> None:
    story, planner = county(planned()), Planner()
    outage(story, "one", device="T-1")
    (first,) = proposals(planner, story)
    outage(story, "two", device="T-2", place=FAR)
    outage(story, "three", device="T-3")

    # The first is not decided yet.
    later = proposals(planner, story)

    assert first.unit_id not in {it.unit_id for it in later}
    assert len({it.unit_id for it in later}) == 2
    sent = [it.member_id for signal in (first, *later) for it in signal.picks]
    assert len(sent) == len(set(sent))
    for signal in (first, *later):
        story.when(signal)
        assert story.the(UnitFormed).picks == signal.picks


def test_what_was_proposed_and_never_heard_of_again_is_proposed_once_more() -> None:
    story, planner = county(planned()), Planner()
    outage(story, "one", device="T-1")
    (lost,) = proposals(planner, story)

    outage(story, "two", device="T-2", place=FAR)
    soon = [it.unit_id for it in proposals(planner, story)]
    story.at += 40 * SECOND
    outage(story, "three", device="T-3")
    later = [it.unit_id for it in proposals(planner, story)]

    assert lost.unit_id not in soon
    assert lost.unit_id in later


def test_whoevers_time_ends_first_is_planned_first() -> None:
    here, there, planner = county(planned()), county(planned()), Planner()
    outage(here)
    there.at += SECOND
    outage(there)
    planner.show(replace(there.state, jurisdiction="aaa"))
    planner.show(here.state)

    assert planner.to_plan(there.at) == [here.state.jurisdiction, "aaa"]


def test_where_very_many_wait_anywhere_no_plan_waits_for_the_reasons_of_another() -> None:
    story, planner = county(planned()), Planner()
    outage(story)
    at, events = story.history[-1]
    planner.show(story.state, (step(story, at, events),))

    (signal,) = planner.proposals_in(story.state.jurisdiction, story.at, waiting=100)

    assert signal.picks
    assert signal.explanation.alternatives == ()
    # Nobody looked for a substitute: that there is none is not said.
    assert all(it.next_best is None for it in signal.picks)
    assert choices.NO_SUBSTITUTE not in [said for it in signal.picks for said in it.reasons]
    story.when(signal)
    assert story.the(UnitFormed).picks == signal.picks


def test_neighbours_are_looked_at_for_what_is_lacking_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, planner, looked_at = county(planned()), Planner(), []
    outage(story, "one", device="T-1")
    outage(story, "two", device="T-2", place=FAR)
    planner.show(replace(county(planned()).state, jurisdiction="aaa"))

    def noted(state: Jurisdiction, *given: Any, **named: Any) -> Pool:
        looked_at.append(state.jurisdiction)
        return pool_of(state, *given, **named)

    monkeypatch.setattr("coordinator.planning.planner.pool_of", noted)
    found = proposals(planner, story)

    assert len(found) == 2
    assert not any(it.explanation.gaps for it in found)
    # Once, and for both.
    assert looked_at == [story.state.jurisdiction]


def test_without_a_planner_the_fallback_forms_in_time() -> None:
    story = county(planned())
    outage(story)

    story.after(60 * SECOND)

    assert story.the(UnitFormed).explanation.method == choices.NEAREST_FIRST


def test_a_proposal_that_comes_too_late_changes_nothing() -> None:
    story, planner = county(planned()), Planner()
    outage(story)
    (signal,) = proposals(planner, story)
    story.after(60 * SECOND)
    people = dict(next(iter(story.state.units.by_id.values())).people)

    story.when(signal)

    assert dict(next(iter(story.state.units.by_id.values())).people) == people
    assert not story.all(UnitFormed)


def test_a_plan_over_an_older_state_is_checked_against_the_one_of_now() -> None:
    story, planner = county(planned()), Planner()
    outage(story)
    (signal,) = proposals(planner, story)
    gone = signal.picks[0].member_id
    story.when(ChangeAvailability, member_id=gone, available=False, reason="ill")

    story.when(signal)

    assert "unavailable" in english(story.the(ProposalRejected).reasons)
    assert gone not in {it.member_id for it in story.the(UnitFormed).picks}


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ([(0, UnitRole.LEADER), (1, UnitRole.SAFETY_SUPERVISOR), (2, UnitRole.LINE_WORKER),
          (3, UnitRole.LINE_WORKER)], "1 line worker more than wanted"),
        ([(0, UnitRole.LEADER), (1, UnitRole.SAFETY_SUPERVISOR), (2, UnitRole.DRIVER)],
         "1 driver more than wanted"),
    ],
)  # fmt: skip
def test_a_plan_takes_no_more_than_is_wanted(picks: list[tuple[int, UnitRole]], words: str) -> None:
    story = county(planned())
    outage(story)
    (unit_id,) = story.state.units.by_id

    story.when(
        MusterProposed, actor_id="planner", actor_role=Role.SYSTEM, unit_id=unit_id,
        picks=tuple(Pick(member_id=member(0, i), role=role, arrival_min=9) for i, role in picks),
        explanation=Explanation(method=choices.BY_LOT),
    )  # fmt: skip

    assert words in english(story.the(ProposalRejected).reasons)


def test_a_part_of_a_unit_is_sent_and_what_is_missing_said() -> None:
    story = county(planned())
    outage(story)
    (unit_id,) = story.state.units.by_id

    story.when(
        MusterProposed, actor_id="planner", actor_role=Role.SYSTEM, unit_id=unit_id,
        picks=(
            Pick(member_id=member(0, 0), role=UnitRole.LEADER, arrival_min=9),
            Pick(member_id=member(0, 1), role=UnitRole.SAFETY_SUPERVISOR, arrival_min=9),
        ),
        explanation=Explanation(method=choices.BY_LOT),
    )  # fmt: skip

    assert len(story.the(UnitFormed).picks) == 2
    (lacking,) = story.the(UnitShort).roles
    assert (lacking.role, lacking.count) == (UnitRole.LINE_WORKER, 1)


def test_a_proposal_that_waits_for_a_dispatcher_calls_one() -> None:
    story, planner = county(planned_by_hand()), Planner()
    outage(story)
    (signal,) = proposals(planner, story)

    story.when(signal)

    assert story.the(UnitProposed).picks == signal.picks
    assert story.state.escalations.by_id


def test_who_is_proposed_for_one_unit_is_not_proposed_for_the_next() -> None:
    story, planner = county(planned_by_hand()), Planner()
    outage(story, "one", device="T-1")
    (first,) = proposals(planner, story)
    story.when(first)
    outage(story, "two", device="T-2", place=FAR)
    (second,) = proposals(planner, story)

    story.when(second)

    assert not {it.member_id for it in first.picks} & {it.member_id for it in second.picks}
    assert story.the(UnitProposed).unit_id == second.unit_id


def planned_by_hand() -> Policy:
    within = planned().muster.propose_within_s
    policy = manual()
    muster = replace(policy.muster, propose_within_s=within)
    return replace(policy, muster=muster)


def test_who_said_no_is_not_asked_again() -> None:
    story, planner = county(planned()), Planner()
    outage(story)
    (signal,) = proposals(planner, story)
    story.when(signal)
    unit = next(iter(story.state.units.by_id.values()))
    declined = signal.picks[0].member_id
    story.when(
        DeclineAssignment, actor_id=declined, actor_role=Role.MEMBER,
        assignment_id=unit.people[declined], reason=DeclineReason.ILL,
    )  # fmt: skip
    planner.show(story.state)
    unit = next(iter(story.state.units.by_id.values()))

    problem, _, _ = planner.explain(story.state.jurisdiction, unit, story.at)

    assert declined not in {it.person.member_id for it in problem.candidates}
    assert problem.removed[WhyNot.ASKED_BEFORE] >= 1


def test_a_replay_calls_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    story, planner = county(planned()), Planner()
    outage(story)
    (signal,) = proposals(planner, story)
    story.when(signal).after(MINUTE)
    monkeypatch.setattr("coordinator.planning.one_unit.milp", None)

    state = Jurisdiction()
    for at, events in story.history:
        state = jurisdiction.fold(state, events, at)

    assert state.units.by_id == story.state.units.by_id
