"""Hurt or ill: called to nothing until somebody says that they are fit again, whoever is left."""

from typing import Any

import pytest

from coordinator.domain.unit.hard_rules import broken_rules
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentReleased,
)
from schemas.events.command import HelpCalled
from schemas.events.notice import NoticeOver, NoticeRaised, SignalRefused
from schemas.events.operation import GuardGapFound
from schemas.events.roster import MemberFit, MemberUnfit, RosterGapFound
from schemas.events.unit import UnitShort
from schemas.muster import Pick
from schemas.sentences import notices, rights, units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    DeclineAssignment,
    TakeBackTap,
)
from schemas.signals.command import CallHelp, ResolveHelp
from schemas.signals.incident import Extent, OutageReported
from schemas.signals.roster import ChangeAvailability, ReportFit, ReportUnfit
from schemas.vocabulary import DeclineReason, NoticeKind, Recipient, Role, Tap, Unfit, UnitRole
from schemas.why_not import WhyNot
from tests.county import HERE, county, member
from tests.domain.called import Called
from tests.domain.line import by
from tests.domain.test_guard_coverage import DAY_LONG, LATE, hours, post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, MINUTE, Story


def another_outage(story: Story, key: str = "next") -> Story:
    return story.when(
        OutageReported, source="95598", dedup_key=key, place=HERE,
        extent=Extent(customers_out=2_000),
    )  # fmt: skip


def only_these_are_left(story: Story, *left: str) -> None:
    """Everybody else is away: whoever could be called would be."""
    for id_ in sorted({*story.state.roster.members} - {*left}):
        if story.state.roster.members[id_].assignment_id is None:
            story.when(ChangeAvailability, member_id=id_, available=False, reason="-")


def offered(story: Story) -> set[str]:
    return {it.member_id for it in story.all(AssignmentOffered)}


@pytest.mark.parametrize("why", Unfit)
def test_who_gives_up_because_they_are_hurt_is_called_to_nothing_though_nobody_else_is_left(
    why: Unfit,
) -> None:
    called = Called(AcceptAssignment, Arrive, size=8)
    story = called.story

    called.says(AbortAssignment, unfit=why, reason="-").then_includes(
        MemberUnfit, AssignmentAborted
    )

    assert called.member not in offered(story)
    story.after(12 * HOUR)
    only_these_are_left(story, called.member, member(1, 6), member(1, 7))
    another_outage(story)
    story.after(HOUR)
    assert called.member not in offered(story)
    assert story.state.roster.members[called.member].unfit is not None


def test_they_are_called_again_when_they_say_that_they_are_fit() -> None:
    called = Called(AcceptAssignment, Arrive, size=8)
    story, id_ = called.story, called.member
    called.says(AbortAssignment, unfit=Unfit.HURT)
    story.after(12 * HOUR)
    only_these_are_left(story, id_, member(1, 5), member(1, 6), member(1, 7))

    story.when(ReportFit, member_id=id_, **by(id_)).then_includes(MemberFit)

    assert story.state.roster.members[id_].unfit is None
    story.when(ReportFit, member_id=id_, **by(id_)).then_not(MemberFit)


def test_only_they_say_that_they_are_fit_or_the_desk_in_their_name() -> None:
    story = county()
    hurt, mate = member(0, 1), member(0, 2)
    story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(hurt)).then_includes(MemberUnfit)

    story.when(ReportFit, member_id=hurt, **by(mate)).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.ONLY_FOR_ONESELF
    story.when(ReportFit, member_id=hurt).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.SAY_FOR_WHOM
    story.when(ReportFit, member_id=hurt, on_behalf_of=mate).then(SignalRefused)

    story.when(ReportFit, member_id=hurt, on_behalf_of=hurt)
    assert story.the(MemberFit).by == "desk-1"


def test_a_mate_says_it_of_who_is_with_them_and_of_nobody_else() -> None:
    called = Called(AcceptAssignment, Arrive)
    story, hurt = called.story, called.member
    mate = next(it for it in sorted(called.unit.people) if it != hurt)
    stranger = next(it for it in sorted(story.state.roster.members) if it not in called.unit.people)

    story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(stranger)).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.UNFIT_BY_WHO_IS_WITH_THEM
    story.when(ReportUnfit, member_id=stranger, why=Unfit.HURT, **by(mate)).then(SignalRefused)

    story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(mate))
    assert story.the(MemberUnfit).by == mate
    # They are still there, and are counted with the others until they have left.
    assert story.state.roster.members[hurt].assignment_id == called.id
    story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(hurt)).then_not(MemberUnfit)


def test_who_is_hurt_on_the_way_is_let_go_and_somebody_else_is_called() -> None:
    called = Called(AcceptAssignment)

    called.story.when(ReportUnfit, member_id=called.member, why=Unfit.ILL, **by(called.member))

    assert called.story.the(AssignmentReleased).assignment_id == called.id
    assert called.member not in offered(called.story)
    assert offered(called.story)


def test_the_desk_is_told_who_is_hurt() -> None:
    called = Called(AcceptAssignment, Arrive)

    called.says(AbortAssignment, unfit=Unfit.HURT)

    told = [it for it in called.story.all(NoticeRaised) if it.kind is NoticeKind.MEMBER_UNFIT]
    at_desk = [it.about for it in told if it.recipient is Recipient.DISPATCHER]
    assert at_desk == [called.member]
    listed = called.story.state.notices.listed
    assert [it.about for it in listed.values() if it.kind is NoticeKind.MEMBER_UNFIT] == [
        called.member
    ]

    # It leaves the list with the word that ends it.
    called.story.when(ReportFit, member_id=called.member, **by(called.member))

    assert called.story.the(NoticeOver).because == "member_fit"
    left = called.story.state.notices.listed.values()
    assert not [it for it in left if it.kind is NoticeKind.MEMBER_UNFIT]


def test_a_call_for_help_says_it_and_so_does_whoever_looked() -> None:
    story = county()
    one, two = member(0, 1), member(0, 2)

    story.when(CallHelp, member_id=one, hurt=True, **by(one)).then_includes(HelpCalled, MemberUnfit)
    story.when(CallHelp, member_id=two, **by(two)).then_not(MemberUnfit)
    story.when(
        ResolveHelp, help_call_id=story.the(HelpCalled).help_call_id, outcome="broke a leg",
        hurt=True, actor_role=Role.COMMANDER,
    )  # fmt: skip

    assert story.the(MemberUnfit).member_id == two
    assert story.the(MemberUnfit).why is Unfit.HURT


def test_who_declines_because_they_are_ill_is_called_to_nothing_else() -> None:
    called = Called()

    called.says(DeclineAssignment, reason=DeclineReason.ILL)
    assert called.story.the(MemberUnfit).why is Unfit.ILL
    assert [type(it) for it in called.story.events][:1] == [MemberUnfit]
    called.story.then_includes(MemberUnfit, AssignmentDeclined)

    other = Called()
    other.says(DeclineAssignment, reason=DeclineReason.TOO_FAR).then_not(MemberUnfit)


@pytest.mark.parametrize(
    ("tap", "kind", "more", "come"),
    [
        (Tap.ABORTED, AbortAssignment, {"unfit": Unfit.HURT}, (AcceptAssignment, Arrive)),
        (Tap.DECLINED, DeclineAssignment, {"reason": DeclineReason.ILL}, ()),
    ],
)
def test_a_slip_that_is_taken_back_leaves_nobody_hurt(
    tap: Tap, kind: Any, more: dict[str, Any], come: tuple[Any, ...]
) -> None:
    called = Called(*come)
    called.says(kind, **more)

    called.takes_back(tap)

    assert called.story.the(MemberFit).slip
    assert called.story.state.roster.members[called.member].unfit is None


def test_a_slip_does_not_make_fit_who_was_hurt_before_it() -> None:
    called = Called(AcceptAssignment, Arrive)
    mate = next(it for it in sorted(called.unit.people) if it != called.member)
    called.story.when(ReportUnfit, member_id=called.member, why=Unfit.HURT, **by(mate))
    called.says(AbortAssignment, unfit=Unfit.HURT)

    called.story.when(
        TakeBackTap, assignment_id=called.id, tap=Tap.ABORTED, **by(called.member)
    ).then_not(MemberFit)

    assert called.story.state.roster.members[called.member].unfit is not None


def test_a_proposal_with_somebody_hurt_is_refused_whoever_makes_it() -> None:
    called = Called(size=8)
    story = called.story
    hurt = next(it for it in sorted(story.state.roster.members) if it not in called.unit.people)
    story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT)

    pick = Pick(member_id=hurt, role=UnitRole.LINE_WORKER, arrival_min=5)
    found = broken_rules(story.state, (pick,), (), story.at, joining=True)
    assert units.kept_from_going(hurt, WhyNot.UNFIT) in found


def test_a_team_that_is_short_by_it_has_a_gap() -> None:
    story = county(size=3)
    story.when(ReportUnfit, member_id=member(0, 0), why=Unfit.ILL).then_not(RosterGapFound)

    story.when(ReportUnfit, member_id=member(0, 1), why=Unfit.HURT)

    assert story.the(RosterGapFound).on_call == 1
    assert story.the(RosterGapFound).minimum == 2
    told = next(it for it in story.all(NoticeRaised) if it.kind is NoticeKind.ROSTER_GAP)
    gap = story.the(RosterGapFound)
    one = notices.roster_gap(gap.team_id, gap.starts_at, gap.ends_at, 1, 2)
    assert told.text == notices.roster_gaps(1, [one])


def test_one_who_is_hurt_is_no_guard_until_they_are_fit() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 1, 9)
    post(story, operation_id, LATE, 9, 17)

    story.when(ReportUnfit, member_id=LATE[0], why=Unfit.HURT, **by(LATE[0]))
    assert hours([story.the(GuardGapFound)]) == [(9, 17)]

    story.when(ReportFit, member_id=LATE[0], **by(LATE[0])).then_not(GuardGapFound)


def test_nobody_is_called_where_all_who_are_left_are_hurt() -> None:
    story = county(size=4)
    for team in (0, 1):
        for index in range(4):
            story.when(ReportUnfit, member_id=member(team, index), why=Unfit.HURT)

    another_outage(story)
    story.after(5 * MINUTE)

    assert offered(story) == set()
    assert any(isinstance(it, UnitShort) for _, facts in story.history for it in facts)
