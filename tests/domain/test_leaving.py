"""The time to answer begins when a call-out has left, and in no case runs for ever."""

from schemas.events.assignment import AnswerOverdue, AssignmentOffered, CallOutLeft
from schemas.signals.assignment import AcknowledgeAssignment, CallOutsLeft
from schemas.vocabulary import AssignmentStatus, Role
from tests.county import county, outage
from tests.story import MINUTE, Story

WITHIN = 5
"""Minutes to answer, by the policy an installation begins with."""


def called() -> tuple[Story, list[AssignmentOffered]]:
    story = county()
    outage(story)
    return story, list(story.all(AssignmentOffered))


def left(story: Story, *ids: str) -> None:
    story.when(CallOutsLeft, actor_id="outbox", actor_role=Role.SYSTEM, assignment_ids=ids)


def test_the_time_to_answer_begins_when_the_call_out_has_left() -> None:
    story, offers = called()
    ids = [it.assignment_id for it in offers]
    story.after(4 * MINUTE)
    left(story, *ids[:-1])

    facts = story.all(CallOutLeft)
    assert [it.assignment_id for it in facts] == ids[:-1]
    assert {it.answer_by for it in facts} == {story.at + WITHIN * MINUTE}
    held = story.state.assignments.by_id
    assert held[ids[0]].told_at == story.at
    assert held[ids[0]].answer_by == story.at + WITHIN * MINUTE

    story.after(MINUTE)
    # Of whom nobody said that theirs has left, it ran from the decision.
    assert [it.assignment_id for it in story.all(AnswerOverdue)] == ids[-1:]
    story.after(4 * MINUTE - 1)
    assert ids[0] not in {it.assignment_id for it in story.all(AnswerOverdue)}
    story.after(1)
    assert ids[0] in {it.assignment_id for it in story.all(AnswerOverdue)}


def test_said_again_by_another_channel_it_gives_no_more_time() -> None:
    story, (offer, *_) = called()
    left(story, offer.assignment_id)
    by = story.state.assignments.by_id[offer.assignment_id].answer_by
    story.after(2 * MINUTE)

    left(story, offer.assignment_id, offer.assignment_id)

    assert not story.all(CallOutLeft)
    assert story.state.assignments.by_id[offer.assignment_id].answer_by == by


def test_it_changes_nothing_for_who_has_seen_it_is_overdue_or_is_unknown() -> None:
    story, (seen, late, *_) = called()
    story.when(
        AcknowledgeAssignment, actor_id=seen.member_id, actor_role=Role.MEMBER,
        assignment_id=seen.assignment_id,
    )  # fmt: skip
    story.after(WITHIN * MINUTE)
    before = story.state.assignments

    left(story, seen.assignment_id, late.assignment_id, "asg_01KDVDNA00P5ZFDMCWF9DHXT1V")

    assert not story.all(CallOutLeft)
    assert story.state.assignments == before
    assert before.by_id[seen.assignment_id].status is AssignmentStatus.ACKNOWLEDGED
