"""Whistles: who is told that a community calls, who goes, and when it is done."""

from typing import Any

from schemas.community import CommunityService
from schemas.events.aid import AidCrewPromised
from schemas.events.assignment import AssignmentAccepted
from schemas.events.community import (
    MemberReportedIn,
    PostingBegun,
    WhistleBlown,
    WhistleClaimed,
    WhistleDone,
    WhistleGivenBack,
    WhistleNeedReported,
    WhistleUnanswered,
)
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.sentences import notices, reasons
from schemas.signals.aid import AnswerAid, CommitAid
from schemas.signals.assignment import AcceptAssignment
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    EndPosting,
    FinishWhistle,
    GiveBackWhistle,
    PostMember,
    ReportIn,
    ReportNeed,
)
from schemas.signals.incident import Extent
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import NoticeKind, Recipient, Role
from tests.county import HERE, county, member, outage, unit_on_scene
from tests.domain.test_aid import LAKE, Two, package
from tests.domain.test_guard_coverage import LATE, post
from tests.domain.test_operation import opened
from tests.said import english
from tests.story import DAY, HOUR, MINUTE, Story

ONE, TWO, THREE = member(0, 1), member(0, 2), member(0, 3)


def called(story: Story, **more: Any) -> str:
    """Let a community call for two people; return the whistle."""
    fields: dict[str, Any] = {
        "community": "riverside", "service": CommunityService.VOLUNTEERING, "place": HERE,
        "people_wanted": 2, "asked_by": "committee", "text": "carry water to the sixth floor",
    }  # fmt: skip
    story.when(BlowWhistle, **(fields | more))
    return story.the(WhistleBlown).whistle_id


def self_said(story: Story, kind: Any, member_id: str, **fields: Any) -> Story:
    return story.when(
        kind, actor_id=member_id, actor_role=Role.MEMBER, member_id=member_id, **fields
    )


def test_a_whistle_is_blown_claimed_answered_and_done() -> None:
    story = county()
    id_ = called(story)

    self_said(story, ClaimWhistle, ONE, whistle_id=id_).then(WhistleClaimed)
    self_said(story, ReportIn, ONE, whistle_id=id_).then(MemberReportedIn)
    self_said(story, ReportIn, ONE, whistle_id=id_).then()

    story.when(FinishWhistle, whistle_id=id_, outcome="sixty bottles").then(WhistleDone)
    assert not story.state.community.whistles
    story.after(2 * DAY).then_not(WhistleUnanswered)


def test_too_few_who_claim_it_in_time_are_a_case_for_the_desk() -> None:
    story = county()
    id_ = called(story)
    self_said(story, ClaimWhistle, ONE, whistle_id=id_)

    story.after(61 * MINUTE).then_includes(WhistleUnanswered)
    assert "wants 2, 1 will come" in english(story.the(NoticeRaised).text)

    self_said(story, ClaimWhistle, TWO, whistle_id=id_)
    assert not story.state.community.whistles[id_].unanswered
    self_said(story, GiveBackWhistle, TWO, whistle_id=id_, reason="child ill").then(
        WhistleGivenBack
    )
    story.after(MINUTE).then_includes(WhistleUnanswered)


def test_enough_who_claim_it_are_nobodys_case() -> None:
    story = county()
    id_ = called(story, report_by=story.at + 30 * MINUTE)
    for who in (ONE, TWO):
        self_said(story, ClaimWhistle, who, whistle_id=id_)

    self_said(story, ClaimWhistle, THREE, whistle_id=id_).then(SignalRefused)
    story.after(HOUR).then_not(WhistleUnanswered)


def test_who_is_bound_by_an_assignment_claims_nothing_and_nobody_claims_for_another() -> None:
    story = county(size=16)
    _, unit_id = unit_on_scene(story)
    bound = min(story.state.units.by_id[unit_id].people)
    id_ = called(story)

    self_said(story, ClaimWhistle, bound, whistle_id=id_).then(SignalRefused)
    story.when(
        ClaimWhistle, actor_id=ONE, actor_role=Role.MEMBER, whistle_id=id_, member_id=TWO
    ).then(SignalRefused)
    assert story.the(SignalRefused).field == "member_id"


def test_nobody_finishes_what_nobody_came_to() -> None:
    story = county()
    id_ = called(story)
    self_said(story, ClaimWhistle, ONE, whistle_id=id_)

    story.when(FinishWhistle, whistle_id=id_, outcome="done").then(SignalRefused)


def test_only_who_is_there_or_the_desk_says_that_it_is_done() -> None:
    story = county()
    id_ = called(story)
    for who in (ONE, TWO):
        self_said(story, ClaimWhistle, who, whistle_id=id_)
    self_said(story, ReportIn, ONE, whistle_id=id_)
    done = {"whistle_id": id_, "outcome": "sixty bottles"}

    for elsewhere in (TWO, THREE):
        story.when(FinishWhistle, actor_id=elsewhere, actor_role=Role.MEMBER, **done)
        story.then(SignalRefused)
    story.when(FinishWhistle, actor_id=ONE, actor_role=Role.MEMBER, **done).then(WhistleDone)


def _posted(story: Story, who: str, *, community: str = "riverside", tie: str = "home") -> str:
    self_said(story, PostMember, who, community=community, tie=tie)
    return story.the(PostingBegun).posting_id


def test_those_posted_to_a_community_are_told_that_it_calls() -> None:
    story = county()
    _posted(story, TWO)
    _posted(story, ONE, tie="partner")
    _posted(story, THREE, community="hillside")
    id_ = called(story)

    (told,) = story.all(NoticeRaised)
    assert (told.kind, told.recipient) == (NoticeKind.WHISTLE_BLOWN, Recipient.MEMBER)
    assert told.targets == tuple(sorted((ONE, TWO)))
    assert told.about == id_
    assert english(told.text) == "riverside calls for 2: carry water to the sixth floor"
    # Of no use once nobody may claim it any more.
    assert told.expires_at == story.the(WhistleBlown).claim_by


def test_nobody_is_told_who_is_bound_or_no_longer_posted_and_never_the_desk() -> None:
    story = county(size=16)
    _, unit_id = unit_on_scene(story)
    bound = story.state.units.by_id[unit_id].people
    _posted(story, min(bound))
    ended = _posted(story, min(it for it in story.state.roster.members if it not in bound))
    story.when(EndPosting, posting_id=ended, reason="moved")

    called(story)
    story.then(WhistleBlown)


def accepts(story: Story, who: str) -> None:
    """Let a unit be called in which a member has a place, and they accept it."""
    outage(story, "far-off", extent=Extent(customers_out=900))
    held = next(it for it in story.state.assignments.by_id.values() if it.member_id == who)
    story.when(
        AcceptAssignment, assignment_id=held.assignment_id, actor_id=who, actor_role=Role.MEMBER
    )


def test_who_claimed_it_and_is_called_away_is_told_to_the_community() -> None:
    story = county(size=4)
    id_ = called(story)
    probe = county(size=4)
    outage(probe, "far-off", extent=Extent(customers_out=900))
    who = min(it.member_id for it in probe.state.assignments.by_id.values())
    self_said(story, ClaimWhistle, who, whistle_id=id_).then(WhistleClaimed)

    accepts(story, who)

    story.then_includes(AssignmentAccepted, WhistleGivenBack)
    assert story.the(WhistleGivenBack).reason == reasons.CALLED_AWAY
    (told,) = [it for it in story.all(NoticeRaised) if it.about == id_]
    assert (told.kind, told.recipient) == (NoticeKind.WHISTLE_CALLED_AWAY, Recipient.DISPATCHER)
    assert told.text == notices.called_away("riverside", who, 0, 2)
    assert not story.state.community.whistles[id_].claimed


def test_who_says_that_they_cannot_be_called_is_not_waited_for_either() -> None:
    story = county()
    id_ = called(story)
    self_said(story, ClaimWhistle, ONE, whistle_id=id_)

    story.when(ChangeAvailability, member_id=ONE, available=False, reason="ill")

    assert story.the(WhistleGivenBack).member_id == ONE
    story.when(ChangeAvailability, member_id=TWO, available=False, reason="ill")
    story.then_not(WhistleGivenBack)


def test_who_claimed_it_and_is_posted_to_a_guard_is_free_again_when_the_post_begins() -> None:
    story, operation_id = opened()
    id_ = called(story, people_wanted=1)
    self_said(story, ClaimWhistle, LATE[0], whistle_id=id_).then(WhistleClaimed)

    post(story, operation_id, LATE, 1, 8).then_not(WhistleGivenBack)
    story.after(HOUR)

    assert story.the(WhistleGivenBack).reason == reasons.CALLED_AWAY
    kinds = [it.kind for it in story.all(NoticeRaised) if it.about == id_]
    assert NoticeKind.WHISTLE_CALLED_AWAY in kinds
    self_said(story, ClaimWhistle, TWO, whistle_id=id_).then(WhistleClaimed)


def test_who_claimed_it_and_is_lent_to_a_neighbour_is_free_again() -> None:
    two = Two()
    aid_id, story, who = two.asked(), two.lending, member(0, 7)
    two.deliver_all()
    here = {"jurisdiction": LAKE}
    two.say(two.lending, BlowWhistle, community="riverside", place=HERE, people_wanted=2,
            service=CommunityService.VOLUNTEERING, asked_by="committee", text="water")  # fmt: skip
    id_ = story.the(WhistleBlown).whistle_id
    self_said(story, ClaimWhistle, who, whistle_id=id_, **here).then(WhistleClaimed)

    two.say(two.lending, AnswerAid, aid_id=aid_id, accepts=True, reason="yes")
    two.say(two.lending, CommitAid, aid_id=aid_id, package=package(two, 7, 8),
            arrives_at=story.at + HOUR)  # fmt: skip

    story.then_includes(AidCrewPromised, WhistleGivenBack)
    assert not story.state.community.whistles[id_].claimed
    assert [it.kind for it in story.all(NoticeRaised) if it.about == id_] == [
        NoticeKind.WHISTLE_CALLED_AWAY
    ]


def there(story: Story) -> tuple[str, dict[str, Any]]:
    """Let one of two come to a whistle; return it and what that member says of it."""
    id_ = called(story)
    for kind in (ClaimWhistle, ReportIn):
        self_said(story, kind, ONE, whistle_id=id_)
    return id_, {"whistle_id": id_, "member_id": ONE, "actor_id": ONE, "actor_role": Role.MEMBER}


def test_what_those_there_cannot_give_is_owned_by_somebody_until_help_has_come() -> None:
    story = county()
    id_, mine = there(story)

    story.when(ReportNeed, text="the riser is wet, somebody is on oxygen", **mine)
    story.then_includes(WhistleNeedReported, EscalationStarted, NoticeRaised)
    assert story.the(NoticeRaised).recipient is Recipient.DISPATCHER
    assert story.the(EscalationStarted).cause is NoticeKind.WHISTLE_NEEDS_HELP
    # Said again it is the same need; without a word it is nothing new.
    story.when(ReportNeed, text="two of them", **mine).then(WhistleNeedReported)
    story.when(ReportNeed, **mine).then()

    story.when(ReportNeed, needs_help=False, **mine)
    assert story.the(EscalationStopped).reason == reasons.HELP_HAS_COME
    assert not story.state.community.whistles[id_].needs_help


def test_only_who_has_reported_in_says_what_is_needed() -> None:
    story = county()
    id_, _ = there(story)
    self_said(story, ClaimWhistle, TWO, whistle_id=id_)

    self_said(story, ReportNeed, TWO, whistle_id=id_).then(SignalRefused)
    assert story.the(SignalRefused).field == "member_id"
    self_said(story, ReportNeed, THREE, whistle_id=id_).then(SignalRefused)


def test_who_comes_later_does_not_end_the_need_and_a_whistle_that_ends_does() -> None:
    story = county()
    id_, mine = there(story)
    story.when(ReportNeed, text="a pump", **mine)

    for kind in (ClaimWhistle, ReportIn):
        self_said(story, kind, TWO, whistle_id=id_)
    assert story.state.escalations.by_subject

    story.when(FinishWhistle, whistle_id=id_, outcome="the pump has come")
    story.then(WhistleDone, EscalationStopped)
    assert not story.state.escalations.by_subject
