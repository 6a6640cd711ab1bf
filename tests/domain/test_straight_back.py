"""Whoever has just finished is not called straight back, unless there is nobody else."""

from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import AssignmentOffered, AssignmentReleased
from schemas.events.unit import UnitFormed
from schemas.sentences import choices
from schemas.signals.incident import RestoreIncident
from tests.county import all_answer, county, outage, unit_on_scene
from tests.story import MINUTE, Story


def _finished(story: Story) -> set[str]:
    """Let a unit repair what is broken, and return who was there."""
    incident_id, unit_id = unit_on_scene(story)
    people = set(story.state.units.by_id[unit_id].people)
    story.after(30 * MINUTE)
    all_answer(story)
    story.when(RestoreIncident, incident_id=incident_id)
    assert {it.assignment_id for it in story.all(AssignmentReleased)}
    return people


def _called(story: Story, key: str) -> UnitFormed:
    outage(story, key=key)
    return story.the(UnitFormed)


def test_who_has_just_finished_is_not_called_straight_back() -> None:
    story = county()
    people = _finished(story)
    minutes = story.state.policy.hours.straight_back_min

    picks = _called(story, "next").picks

    assert not people & {it.member_id for it in picks}
    assert not any(it.straight_back for it in story.all(AssignmentOffered))
    story.after(minutes * MINUTE)
    assert people & {it.member_id for it in _called(story, "later").picks}


def test_where_there_is_nobody_else_they_are_called_and_it_is_said_in_the_offer() -> None:
    story = county(size=5)
    people = _finished(story)
    assert not people & {it.member_id for it in _called(story, "next").picks}

    picks = _called(story, "third").picks

    back = [it for it in picks if it.member_id in people]
    assert back
    assert all(choices.STRAIGHT_BACK in it.reasons for it in back)
    said = {it.member_id: it.straight_back for it in story.all(AssignmentOffered)}
    assert said == {it.member_id: it.member_id in people for it in picks}


def test_who_was_sent_home_on_the_way_has_nothing_to_rest_from() -> None:
    story = county()
    incident_id = outage(story)
    people = {it.member_id for it in story.the(UnitFormed).picks}
    story.when(RestoreIncident, incident_id=incident_id)

    assert people & {it.member_id for it in _called(story, "next").picks}


def test_a_policy_may_leave_it_out() -> None:
    hours = replace(DEFAULT_POLICY.hours, straight_back_min=0)
    story = county(replace(DEFAULT_POLICY, hours=hours))
    people = _finished(story)

    assert people & {it.member_id for it in _called(story, "next").picks}
