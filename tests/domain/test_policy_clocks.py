"""A policy with other times: hours of work follow it, what somebody was told does not."""

from typing import Any

from msgspec.structs import replace

from schemas.events.notice import RuleWarned
from schemas.events.roster import PolicyAdopted
from schemas.events.safety import FatigueLimitReached, FatigueWatched, ReliefFellDue
from schemas.sentences import rosters
from schemas.signals.roster import AdoptPolicy
from schemas.vocabulary import Role
from tests.county import county, outage, unit_on_scene
from tests.story import HOUR, MINUTE, START, Story


def adopts(story: Story, part: str, **changed: Any) -> Story:
    """Adopt the policy in force with some other values in one part of it."""
    policy = story.state.policy
    other = {part: replace(getattr(policy, part), **changed), "version": policy.version + 1}
    return story.when(AdoptPolicy, actor_role=Role.COMMANDER, policy=replace(policy, **other))


def test_shorter_hours_end_earlier_for_who_works_already() -> None:
    story = county(size=6)
    _, unit_id = unit_on_scene(story)
    people = sorted(story.state.units.by_id[unit_id].people)
    before = story.state.timers.get("fatigue", people[0])
    story.after(2 * HOUR)

    adopts(story, "hours", work_max_h=5).then_includes(PolicyAdopted, FatigueWatched)

    for member_id in people:
        limit = story.state.timers.get("fatigue", member_id)
        assert limit is not None
        assert before is not None
        since = story.state.roster.members[member_id].worked_since
        assert since is not None
        assert limit == since + 5 * HOUR < before


def test_who_has_worked_longer_than_the_new_hours_allow_is_told_at_once() -> None:
    story = county(size=6)
    _, unit_id = unit_on_scene(story)
    people = sorted(story.state.units.by_id[unit_id].people)
    story.after(4 * HOUR)

    adopts(story, "hours", work_max_h=3)

    reached = [it.member_id for it in story.all(FatigueLimitReached)]
    assert sorted(reached) == people
    assert {it.member_id for it in story.all(ReliefFellDue)} == {*people}
    story.after(HOUR)
    assert story.all(FatigueLimitReached) == []


def test_who_was_called_keeps_the_time_they_were_given_and_the_change_says_so() -> None:
    story = county(size=6)
    outage(story)
    called = {key: at for key, at in story.state.timers.due.items() if key.startswith("answer:")}
    assert called
    assert all(at >= START + MINUTE for at in called.values())

    adopts(story, "answering", answer_within_min=1).then(PolicyAdopted, RuleWarned)

    assert called.items() <= dict(story.state.timers.due).items()
    assert story.the(RuleWarned).rule == rosters.clocks_keep_their_time("answering", len(called))


def test_where_no_such_clock_runs_nothing_is_said_of_it() -> None:
    adopts(county(size=6), "answering", answer_within_min=1).then(PolicyAdopted)
