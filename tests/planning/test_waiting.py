"""Units that lack people: the planner is asked again, and nobody waits for it in vain."""

import pytest

from coordinator.boards import units_in_the_field
from coordinator.domain.state.units import Stage, Unit
from coordinator.planning.planner import Planner
from schemas.events.escalation import EscalationStopped
from schemas.events.unit import (
    ProposalAwaited,
    ProposalRejected,
    UnitFormed,
    UnitReinforced,
    UnitShort,
)
from schemas.muster import Explanation, Pick
from schemas.sentences import choices
from schemas.signals.roster import ChangeAvailability
from schemas.signals.unit import MusterProposed
from schemas.vocabulary import Role, UnitRole
from schemas.why_not import WhyNot
from tests.county import FAR, county, member, outage
from tests.domain.test_unit import planned
from tests.planning.test_planner import SECOND, proposals
from tests.said import english
from tests.story import MINUTE, Story

SIZE = 6


def the_unit(story: Story) -> Unit:
    return next(iter(story.state.units.by_id.values()))


def available(story: Story, *people: tuple[int, int], yes: bool) -> None:
    for team, index in people:
        story.when(
            ChangeAvailability, member_id=member(team, index), available=yes, reason="a course"
        )


def nobody_left() -> tuple[Story, Planner]:
    """Return a story in which a unit was called while everybody was away, and it is short."""
    story, planner = county(planned(), size=SIZE), Planner()
    available(story, *((t, i) for t in (0, 1) for i in range(SIZE)), yes=False)
    outage(story)
    (signal,) = proposals(planner, story)
    assert signal.picks == ()
    story.when(signal)
    return story, planner


def test_that_nobody_can_go_is_said_with_who_could_help_and_shown() -> None:
    story, _ = nobody_left()

    short = story.the(UnitShort)
    assert short.explanation is not None
    assert {gap.role for gap in short.explanation.gaps} == {it.role for it in short.roles}
    assert short.explanation.removed[WhyNot.UNAVAILABLE] == 2 * SIZE
    assert "nobody is sent" in english(short.explanation.account)
    row = units_in_the_field.row(story.state, the_unit(story).unit_id)
    assert row is not None
    assert row["explanation"]["gaps"]


def test_it_is_said_once() -> None:
    story, planner = nobody_left()
    available(story, (0, 0), yes=True)

    assert proposals(planner, story) == []


def test_a_planner_that_says_nobody_can_go_is_not_believed_where_somebody_can() -> None:
    story = county(planned())
    outage(story)

    propose(story, explanation=Explanation(method=choices.BY_LOT))

    assert story.the(UnitFormed).explanation.method == choices.NEAREST_FIRST


def propose(story: Story, *picks: Pick, explanation: Explanation | None = None) -> None:
    story.when(
        MusterProposed, actor_id="planner", actor_role=Role.SYSTEM,
        unit_id=the_unit(story).unit_id, picks=picks,
        explanation=explanation or Explanation(method=choices.BY_LOT, solver="by hand"),
    )  # fmt: skip


def enough_come_back(story: Story) -> None:
    available(story, *((0, i) for i in range(SIZE)), yes=True)


def test_when_people_become_free_the_planner_is_given_its_time() -> None:
    story, planner = nobody_left()
    enough_come_back(story)
    assert the_unit(story).stage is Stage.CALLED
    assert the_unit(story).propose_by > story.at

    (signal,) = proposals(planner, story)
    story.when(signal)

    assert story.the(UnitFormed).picks == signal.picks
    story.then_includes(EscalationStopped)


def test_it_is_given_its_time_once_and_not_for_each_who_comes_back() -> None:
    story, _ = nobody_left()
    awaited = 0
    for index in range(SIZE):
        available(story, (0, index), yes=True)
        awaited += len(story.all(ProposalAwaited))

    assert awaited == 1


def test_without_a_planner_the_fallback_serves_who_waits_in_time() -> None:
    story, _ = nobody_left()
    enough_come_back(story)

    story.after(60 * SECOND)

    assert story.the(UnitFormed).explanation.method == choices.NEAREST_FIRST
    story.then_includes(EscalationStopped)


def test_a_policy_that_waits_for_no_planner_serves_at_once() -> None:
    story = county(size=SIZE)
    available(story, *((t, i) for t in (0, 1) for i in range(SIZE)), yes=False)
    outage(story)
    formed = 0
    for index in range(SIZE):
        available(story, (0, index), yes=True)
        formed += len(story.all(UnitFormed))

    assert formed == 1


def lacking_one() -> tuple[Story, Planner]:
    """Return a story in which a unit is out with a leader and a supervisor, and lacks a worker."""
    story, planner = county(planned()), Planner()
    outage(story)
    planner.show(story.state)
    propose(
        story,
        Pick(member_id=member(0, 0), role=UnitRole.LEADER, arrival_min=9),
        Pick(member_id=member(0, 1), role=UnitRole.SAFETY_SUPERVISOR, arrival_min=9),
    )
    assert the_unit(story).missing == ((UnitRole.LINE_WORKER, 1),)
    return story, planner


def test_who_closes_a_gap_is_proposed_with_reasons_and_sent() -> None:
    story, planner = lacking_one()

    (signal,) = proposals(planner, story)
    story.when(signal)

    sent = story.the(UnitReinforced)
    assert sent.picks == signal.picks
    assert sent.cause == "gap"
    assert sent.explanation is not None
    assert sent.explanation.bound == sent.explanation.cost
    unit = the_unit(story)
    assert unit.missing == ()
    assert unit.unit_id not in story.state.units.waiting
    assert {it.member_id for it in unit.proposal} == set(unit.people)


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ([(0, 0, UnitRole.LINE_WORKER)], "bound elsewhere"),
        ([(1, 2, UnitRole.DRIVER)], "1 driver more than wanted"),
        ([(1, 2, UnitRole.LINE_WORKER), (1, 3, UnitRole.LINE_WORKER)], "more than wanted"),
    ],
)
def test_a_wrong_proposal_for_a_gap_is_rejected_and_the_fallback_closes_it(
    picks: list[tuple[int, int, UnitRole]], words: str
) -> None:
    story, _ = lacking_one()

    propose(
        story,
        *(Pick(member_id=member(t, i), role=role, arrival_min=9) for t, i, role in picks),
    )

    assert words in english(story.the(ProposalRejected).reasons)
    assert the_unit(story).stage is Stage.FORMED
    assert [it.role for it in story.the(UnitReinforced).picks] == [UnitRole.LINE_WORKER]
    assert the_unit(story).missing == ()


def test_what_a_unit_lacks_and_one_that_is_called_are_planned_together() -> None:
    story, planner = lacking_one()
    outage(story, "two", device="T-2", place=FAR)

    signals = proposals(planner, story)

    assert len(signals) == 2
    people = [it.member_id for signal in signals for it in signal.picks]
    assert len(people) == len(set(people))
    assert sorted(len(it.picks) for it in signals) == [1, 3]
    for signal in signals:
        story.when(signal)
    assert not any(it.missing for it in story.state.units.by_id.values())
    story.after(5 * MINUTE)
    assert not story.all(UnitReinforced)


def test_who_was_sent_is_never_moved() -> None:
    story, planner = lacking_one()
    unit_id, sent = the_unit(story).unit_id, set(the_unit(story).people)
    for key in "bcd":
        outage(story, key, device=f"T-{key}")

    for signal in proposals(planner, story):
        assert not sent & {it.member_id for it in signal.picks}
        story.when(signal)

    assert sent <= set(story.state.units.by_id[unit_id].people)


def test_units_planned_together_have_reasons_that_leave_the_others_theirs() -> None:
    story, planner = county(planned()), Planner()
    outage(story, "one", device="T-1")
    outage(story, "two", device="T-2", place=FAR)

    first, second = proposals(planner, story)

    for one, other in ((first, second), (second, first)):
        theirs = {it.member_id for it in other.picks}
        assert one.explanation.removed[WhyNot.PLANNED_ELSEWHERE] == len(theirs)
        for pick in one.picks:
            assert pick.next_best is not None
            assert pick.next_best.member_id not in theirs
            assert pick.next_best.dearer >= -60
