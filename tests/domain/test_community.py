"""Whistles, postings and wards: who goes where a community calls, and whose care goes on."""

from typing import Any

from schemas.bounds import Position
from schemas.events.assignment import NoticeRaised, SignalRefused
from schemas.events.community import (
    MemberReportedIn,
    PostingBegun,
    PostingEnded,
    WardEnded,
    WardTaken,
    WardVisited,
    WardVisitMissed,
    WhistleBlown,
    WhistleClaimed,
    WhistleDone,
    WhistleGivenBack,
    WhistleUnanswered,
)
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    EndPosting,
    FinishWhistle,
    GiveBackWhistle,
    PostMember,
    ReportIn,
    TakeWard,
    VisitWard,
)
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import CommunityService, NoticeKind, Role
from tests.county import HERE, county, member, unit_on_scene
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
    assert "wants 2, 1 will come" in story.the(NoticeRaised).text

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


def test_a_ward_stays_in_care_when_the_posting_ends() -> None:
    story = county()
    self_said(story, PostMember, ONE, community="riverside", tie="partner", until=story.at + DAY)
    posting = story.the(PostingBegun).posting_id
    self_said(story, PostMember, ONE, community="hillside", tie="partner").then(SignalRefused)
    self_said(story, PostMember, ONE, community="hillside", tie="home").then(PostingBegun)
    self_said(story, TakeWard, ONE, community="riverside", subject="b-12", subject_kind="building")
    ward = story.the(WardTaken).ward_id

    story.after(25 * HOUR)
    assert story.the(PostingEnded).wards_kept == 1
    story.when(EndPosting, posting_id=posting, reason="again").then(SignalRefused)
    assert ward in story.state.community.wards


def test_one_cares_for_a_household_and_is_reminded() -> None:
    story = county()
    self_said(story, TakeWard, ONE, community="r", subject="h-1", subject_kind="household")
    ward = story.the(WardTaken).ward_id
    self_said(story, TakeWard, TWO, community="r", subject="h-1", subject_kind="household").then(
        SignalRefused
    )
    mine = {"actor_id": ONE, "actor_role": Role.MEMBER}
    story.after(6 * DAY)
    story.when(VisitWard, ward_id=ward, needs_help=True, **mine).then(WardVisited)

    story.after(6 * DAY).then_not(WardVisitMissed)
    story.after(2 * DAY).then_includes(WardVisitMissed)
    (due,) = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.WARD_VISIT_DUE]
    assert due.targets == (ONE,)
    story.when(VisitWard, ward_id=ward, actor_id=TWO, actor_role=Role.MEMBER).then(SignalRefused)


def test_who_leaves_the_roster_leaves_nobody_in_their_care_unseen() -> None:
    story = county()
    id_ = called(story, place=Position(lon=110.0, lat=30.0))
    self_said(story, ClaimWhistle, ONE, whistle_id=id_)
    self_said(story, PostMember, ONE, community="riverside", tie="home")
    self_said(story, TakeWard, ONE, community="riverside", subject="h-1", subject_kind="household")

    story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(ONE,))

    story.then_includes(WhistleGivenBack, PostingEnded, WardEnded, NoticeRaised)
    held = story.state.community
    assert not held.wards
    assert not held.carers
    self_said(story, TakeWard, TWO, community="riverside", subject="h-1", subject_kind="household")
    story.then(WardTaken)
