"""Postings and wards: who belongs where, and whose care goes on."""

from schemas.bounds import Position
from schemas.events.community import (
    PostingBegun,
    PostingEnded,
    WardEnded,
    WardTaken,
    WardVisited,
    WardVisitMissed,
    WhistleGivenBack,
)
from schemas.events.escalation import (
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStopped,
)
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.sentences import reasons
from schemas.signals.community import (
    ClaimWhistle,
    EndPosting,
    EndWard,
    PostMember,
    TakeWard,
    VisitWard,
)
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import NoticeKind, Recipient, Role
from tests.county import county
from tests.domain.test_whistle import ONE, TWO, called, self_said
from tests.story import DAY, HOUR, Story


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
    story.when(VisitWard, ward_id=ward, needs_help=False, **mine).then(WardVisited)

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


def in_care(story: Story) -> str:
    self_said(story, TakeWard, ONE, community="r", subject="h-1", subject_kind="household")
    return story.the(WardTaken).ward_id


def test_who_needs_help_is_owned_by_who_takes_it_on_until_a_visit_says_that_help_has_come() -> None:
    story, mine = county(), {"actor_id": ONE, "actor_role": Role.MEMBER}
    ward = in_care(story)

    story.when(VisitWard, ward_id=ward, needs_help=True, text="insulin", **mine)
    story.then_includes(WardVisited, EscalationStarted, NoticeRaised)
    assert story.the(NoticeRaised).recipient is Recipient.DISPATCHER
    assert story.the(EscalationStarted).cause is NoticeKind.WARD_NEEDS_HELP
    # Said again it is the same need, and nobody is called twice.
    story.when(VisitWard, ward_id=ward, needs_help=True, **mine).then(WardVisited)

    escalation_id = next(iter(story.state.escalations.by_id))
    story.when(AcknowledgeEscalation, escalation_id=escalation_id)
    assert story.the(EscalationPaused).by == "desk-1"
    # Taken on, and nothing followed: it comes back.
    story.after(HOUR).then_includes(EscalationResumed)

    story.when(VisitWard, ward_id=ward, needs_help=False, **mine)
    assert story.the(EscalationStopped).reason == reasons.HELP_HAS_COME
    assert not story.state.escalations.by_subject


def test_nobody_at_the_desk_who_takes_it_on_is_a_case_for_the_commander() -> None:
    story = county()
    ward = in_care(story)
    story.when(VisitWard, ward_id=ward, needs_help=True, actor_id=ONE, actor_role=Role.MEMBER)

    story.after(2 * HOUR)

    assert Recipient.COMMANDER in {it.recipient for it in story.all(NoticeRaised)}


def test_care_that_ends_ends_what_was_called_for_it() -> None:
    story = county()
    ward = in_care(story)
    story.when(VisitWard, ward_id=ward, needs_help=True, actor_id=ONE, actor_role=Role.MEMBER)

    story.when(EndWard, ward_id=ward, reason="moved away").then(WardEnded, EscalationStopped)


def cries(story: Story, ward: str) -> bool:
    return bool(story.state.escalations.by_subject.get(ward))


def test_who_needs_help_does_so_when_their_carer_has_left_until_the_next_one_saw_it_come() -> None:
    story = county()
    ward = in_care(story)
    story.when(VisitWard, ward_id=ward, needs_help=True, actor_id=ONE, actor_role=Role.MEMBER)

    story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(ONE,))
    story.then_not(WardEnded, EscalationStopped)
    assert [it.text.code for it in story.all(NoticeRaised) if it.about == ward] == ["ward_alone"]
    story.after(40 * DAY)
    assert cries(story, ward)
    assert "ward_alone" in {it.text.code for it in story.all(NoticeRaised) if it.about == ward}

    self_said(story, TakeWard, TWO, community="r", subject="h-1", subject_kind="household")
    assert story.the(WardTaken).ward_id == ward
    assert cries(story, ward)
    story.when(VisitWard, ward_id=ward, needs_help=False, actor_id=TWO, actor_role=Role.MEMBER)
    assert not cries(story, ward)


def test_nobody_gives_up_who_needs_help_but_the_desk_ends_it_with_a_reason() -> None:
    story = county()
    ward = in_care(story)
    mine = {"actor_id": ONE, "actor_role": Role.MEMBER}
    story.when(VisitWard, ward_id=ward, needs_help=True, **mine)

    story.when(EndWard, ward_id=ward, reason="called away", **mine).then(SignalRefused)
    assert cries(story, ward)

    story.when(EndWard, ward_id=ward, reason="in hospital").then(WardEnded, EscalationStopped)
