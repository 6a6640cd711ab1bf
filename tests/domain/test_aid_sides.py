"""Mutual aid between two sides: neither says, nor can be made to say, what is the other's to say.

A word of the wrong side, or of a stage that cannot be yet, moves nobody from one roster to another.
"""

from typing import Any

import pytest

from coordinator.domain.aid.messages import message_signal
from coordinator.domain.state.aid import AidStage
from schemas.events.aid import AidMessageSent
from schemas.events.notice import SignalRefused
from schemas.events.operation import GuardPosted, OperationOpened
from schemas.sentences import aid as sentences
from schemas.sentences import reasons
from schemas.signals.aid import (
    AidArrived,
    AidCancelled,
    AidCommitted,
    AidHeard,
    AidReleased,
    AidRequested,
    AidResponded,
    AidReturned,
    AidReturnRequested,
    AnswerAid,
    CallAidReturn,
    CommitAid,
    CrewHandover,
    RecordAidArrival,
    ReleaseAid,
)
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, Role
from schemas.why_not import WhyNot
from tests.county import HOSPITAL, member
from tests.domain.line import Line
from tests.domain.test_aid import LAKE, NEED, Two, package
from tests.story import HERE as RIVER
from tests.story import HOUR, Story, name

SAID = reasons.as_typed("as agreed")


def peer_says(story: Story, kind: Any, aid_id: str, peer: str = LAKE, **fields: Any) -> Story:
    """Let a neighbour say a word, whether it is theirs to say or not."""
    return story.when(
        kind, aid_id=aid_id, peer=peer, actor_id=f"jurisdiction:{peer}", actor_role=Role.SYSTEM,
        **fields,
    )  # fmt: skip


def here(*, arrived: bool = True) -> tuple[Two, str]:
    """Return two counties of which one has lent a crew of two to the other."""
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=two.lending.at + HOUR)  # fmt: skip
    two.deliver_all()
    if arrived:
        two.say(two.asking, RecordAidArrival, aid_id=aid_id, briefing_acknowledged_by="li")
        two.deliver_all()
    return two, aid_id


@pytest.mark.parametrize(
    ("kind", "fields"),
    [(AidReleased, {"reason": SAID}), (AidArrived, {}), (AidCancelled, {"reason": SAID})],
)
def test_guests_are_let_go_by_the_side_they_are_at_and_never_by_the_lender(
    kind: Any, fields: dict[str, Any]
) -> None:
    two, aid_id = here()

    peer_says(two.asking, kind, aid_id, **fields)

    assert two.asking.the(SignalRefused).rule == sentences.only_side_says("asking")
    assert two.asking.state.roster.members[member(0, 7)].borrowed_from == LAKE
    assert two.stages(aid_id) == (AidStage.ARRIVED, AidStage.ARRIVED)


def test_a_crew_is_not_back_home_while_it_is_here() -> None:
    two, aid_id = here()

    peer_says(two.asking, AidReturned, aid_id)

    assert two.asking.the(SignalRefused).rule.code == "not_at_this_stage"
    assert two.asking.state.aid.by_id[aid_id].stage is AidStage.ARRIVED
    two.say(two.asking, ReleaseAid, aid_id=aid_id, reason="the water is down")
    peer_says(two.asking, AidReturned, aid_id)
    assert two.asking.state.aid.by_id[aid_id].stage is AidStage.RETURNED


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (AidCommitted, {}),
        (AidResponded, {"accepts": True, "reason": SAID}),
        (AidReturned, {}),
        (AidReturnRequested, {"reason": SAID}),
    ],
)
def test_our_people_at_work_are_never_lent_by_the_word_of_who_asks(
    kind: Any, fields: dict[str, Any]
) -> None:
    line = Line()
    story, aid_id = line.story, name("aid", "x")
    peer_says(story, AidRequested, aid_id, need=NEED, reason=SAID)
    if kind is AidCommitted:
        people = tuple(story.state.roster.members[it].person for it in line.crew)
        crew = CrewHandover(people=people, safety_briefing="x", briefed_by="y")
        fields = {"package": crew, "arrives_at": story.at + HOUR}

    peer_says(story, kind, aid_id, **fields)

    assert story.the(SignalRefused).rule == sentences.only_side_says("lending")
    assert story.state.aid.by_id[aid_id].stage is AidStage.REQUESTED
    assert story.state.roster.members[line.crew[0]].lent_to is None
    line.goes_on()


@pytest.mark.parametrize(("kind", "fields"), [(AidArrived, {}), (AidReleased, {"reason": SAID})])
def test_nobody_arrives_or_is_let_go_who_was_never_promised(
    kind: Any, fields: dict[str, Any]
) -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()

    peer_says(two.lending, kind, aid_id, RIVER, jurisdiction=LAKE, **fields)

    assert two.lending.the(SignalRefused).rule.code == "not_at_this_stage"
    assert two.lending.state.aid.by_id[aid_id].stage is AidStage.REQUESTED


def test_a_crew_that_is_wanted_back_before_its_promise_was_heard_is_wanted_back_still() -> None:
    two = Two()
    aid_id = two.asked()
    two.deliver_all()
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=two.lending.at + HOUR)  # fmt: skip
    two.say(two.lending, CallAidReturn, aid_id=aid_id, reason="our own river rises")

    two.post.reverse()
    two.deliver_all()
    for _ in range(3):
        two.wait(60_000)
        two.deliver_all()

    assert two.asking.state.aid.by_id[aid_id].return_wanted


def test_a_third_county_neither_hears_for_another_nor_takes_its_number() -> None:
    two = Two()
    aid_id = two.asked()

    peer_says(two.asking, AidHeard, aid_id, "hill-city", verb="aid_requested").then()

    assert two.asking.state.aid.by_id[aid_id].unheard
    two.deliver_all()
    peer_says(two.lending, AidRequested, aid_id, "hill-city", jurisdiction=LAKE, need=NEED,
              reason=SAID)  # fmt: skip
    assert two.lending.the(SignalRefused).rule == sentences.ANOTHER_CONVERSATION
    assert two.lending.state.aid.by_id[aid_id].peer == RIVER


def test_a_request_said_again_by_who_asked_is_heard_again() -> None:
    two = Two()
    two.asked()
    asked = two.post[0]
    two.deliver(asked)
    two.post.clear()

    two.deliver(asked.model_copy(update={"signal_id": "0" * 26}))

    (said,) = two.lending.all(AidMessageSent)
    assert isinstance(message_signal(said, two.lending.state, two.lending.at), AidHeard)


def test_a_guest_who_stands_guard_here_is_not_let_go() -> None:
    two, aid_id = here()
    story = two.asking
    two.say(
        story, OpenOperation, name="exam", level=GuaranteeLevel.SPECIAL,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="7",
        site_ids=(HOSPITAL,), guard_from=story.at + HOUR, guard_until=story.at + 9 * HOUR,
        plan_approved_by="group",
    )  # fmt: skip
    operation_id = story.the(OperationOpened).operation_id
    post = GuardPost(site_id=HOSPITAL, member_ids=(member(0, 7), member(0, 8)))
    two.say(story, PostGuard, operation_id=operation_id, post=post, starts_at=story.at,
            ends_at=story.at + 4 * HOUR)  # fmt: skip
    story.then_includes(GuardPosted)

    two.say(story, ReleaseAid, aid_id=aid_id, reason="the water is down")

    assert story.the(SignalRefused).rule == sentences.released_when_free(
        member(0, 7), WhyNot.ON_GUARD
    )
    assert story.state.roster.members[member(0, 7)].posted_to == operation_id
