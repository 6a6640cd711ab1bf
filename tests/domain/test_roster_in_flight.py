"""The roster changes while it runs: shifts, leavers, gaps, certificates, and what two agreed."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.roster.eligibility import why_not
from coordinator.domain.roster.free_people import with_members
from schemas.events.assignment import AssignmentOffered
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import GuardGapFound
from schemas.events.roster import (
    CertificateEnding,
    RosterChanged,
    RosterGapFound,
    ShiftTakenOver,
    TakeoverUndone,
)
from schemas.roster import Certificate, Shift
from schemas.sentences import rosters
from schemas.signals.roster import ChangeAvailability, ImportRoster, PlanLeave, TakeOverShift
from schemas.vocabulary import NoticeKind, Recipient, Role, Skill
from schemas.why_not import WhyNot
from tests.county import TEAMS, county, member, outage, person
from tests.domain.test_operation import GUARDS, guarding
from tests.story import DAY, HOUR, MINUTE, START, Story, name


def imported(story: Story, **lists: Any) -> Story:
    return story.when(ImportRoster, actor_role=Role.COMMANDER, **lists)


def running(story: Story) -> Shift:
    return story.state.roster.shifts[name("shf", 0)]


def free(story: Story) -> tuple[str, ...]:
    return story.state.roster.free.get(TEAMS[0], ())


def coming(*who: int, days: int = 8, hours: int = 24, key: str = "c") -> Shift:
    return Shift(
        shift_id=name("shf", key), team_id=TEAMS[0],
        member_ids=tuple(member(0, it) for it in who),
        starts_at=START + days * DAY, ends_at=START + days * DAY + hours * HOUR,
    )  # fmt: skip


# A running shift.


def test_a_running_shift_made_longer_ends_later() -> None:
    story = county(size=4)
    shift = running(story)
    imported(story, shifts=(replace(shift, ends_at=shift.ends_at + 12 * HOUR),))
    story.after(7 * DAY + HOUR)
    assert len(free(story)) == 4
    story.after(12 * HOUR)
    assert free(story) == ()
    assert shift.shift_id not in story.state.roster.shifts


def test_a_running_shift_made_shorter_ends_earlier() -> None:
    story = county(size=4)
    imported(story, shifts=(replace(running(story), ends_at=START + 2 * HOUR),))
    assert len(free(story)) == 4
    story.after(2 * HOUR)
    assert free(story) == ()


def test_who_is_put_off_a_running_shift_is_off_duty_and_who_is_put_on_is_on_call() -> None:
    story = county(size=6)
    shift = running(story)
    three = tuple(member(0, it) for it in range(3))
    imported(story, shifts=(replace(shift, member_ids=three),))
    assert set(free(story)) == set(three)
    imported(story, shifts=(shift,))
    assert len(free(story)) == 6
    imported(story, shifts=(shift,))
    assert {story.state.roster.members[it].on_shift for it in shift.member_ids} == {1}


def test_a_running_shift_that_is_moved_to_later_does_not_run_until_then() -> None:
    story = county(size=4)
    shift = running(story)
    imported(story, shifts=(replace(shift, starts_at=START + DAY),))
    assert free(story) == ()
    story.after(DAY)
    assert len(free(story)) == 4


def test_a_running_shift_may_be_turned_into_standby() -> None:
    story = county(size=4)
    imported(story, shifts=(replace(running(story), standby=True),))
    someone = story.state.roster.members[member(0, 0)]
    assert (someone.on_shift, someone.on_standby) == (0, 1)


def test_a_running_shift_cannot_be_over_already() -> None:
    story = county(size=4).after(HOUR)
    shift = running(story)
    imported(story, shifts=(replace(shift, ends_at=START + 30 * MINUTE),))
    assert story.the(SignalRefused).rule == rosters.shift_is_over(shift.shift_id)


def test_a_shift_is_deleted_running_or_to_come() -> None:
    story = county(size=4)
    imported(story, shifts=(coming(0),))
    imported(story, removed_shifts=(name("shf", "c"), name("shf", 0)))
    assert free(story) == ()
    assert name("shf", "c") not in story.state.roster.shifts
    assert story.state.timers.get("shift", name("shf", 0)) is None
    imported(story, removed_shifts=(name("shf", "c"),))
    assert story.the(SignalRefused).rule == rosters.no_such_shift_to_remove(name("shf", "c"))


# Who leaves.


def test_a_leaver_leaves_their_shifts_and_may_stand_on_them_in_the_same_roster() -> None:
    story = county(size=4)
    shift = running(story)
    imported(story, shifts=(shift, coming(3)), removed_members=(member(0, 3),))
    story.then_includes(RosterChanged)
    assert member(0, 3) not in running(story).member_ids
    assert name("shf", "c") not in story.state.roster.shifts
    assert len(free(story)) == 3


def test_who_is_put_back_is_on_call_by_the_shift_that_names_them() -> None:
    story = county(size=4)
    shift = running(story)
    imported(story, removed_members=(member(0, 3),))
    imported(story, people=(person(0, 3),))
    assert member(0, 3) not in free(story)
    imported(story, shifts=(shift,))
    assert member(0, 3) in free(story)
    imported(story, removed_members=(member(0, 3),))
    imported(story, people=(person(0, 3),), shifts=(shift,))
    assert member(0, 3) in free(story)


def test_who_is_out_with_a_unit_is_not_removed_and_the_refusal_says_who() -> None:
    story = county()
    outage(story)
    who = story.all(AssignmentOffered)[0].member_id
    imported(story, removed_members=(who,))
    assert story.the(SignalRefused).rule == rosters.nobody_removed_while_bound(
        who, WhyNot.COMMITTED
    )


def test_who_is_on_guard_is_not_removed_and_the_refusal_says_who() -> None:
    story, _ = guarding()
    story.after(2 * HOUR)
    imported(story, removed_members=GUARDS)
    refused = story.the(SignalRefused).rule
    assert refused == rosters.nobody_removed_while_bound(GUARDS[0], WhyNot.ON_GUARD)


def test_who_is_lent_is_not_removed() -> None:
    story = county()
    roster = story.state.roster
    lent = replace(roster.members[member(0, 1)], lent_to="east")
    story.state = replace(story.state, roster=with_members(roster, {member(0, 1): lent}))
    imported(story, removed_members=(member(0, 1),))
    assert story.the(SignalRefused).rule.words == {"why": ("removed", "lent")}


def test_who_leaves_is_told_with_the_desk_that_they_are_on_no_shift_any_more() -> None:
    story = county(size=4)
    imported(story, removed_members=(member(0, 3),))
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.LEFT_ROSTER]
    assert [(it.recipient, it.targets) for it in told] == [
        (Recipient.MEMBER, (member(0, 3),)), (Recipient.DISPATCHER, ())
    ]  # fmt: skip


def test_the_same_roster_again_changes_nothing_and_is_no_fact() -> None:
    story = county(size=4)
    shift = running(story)
    imported(story, people=(person(0, 1),), shifts=(shift,)).then()
    over = replace(shift, shift_id=name("shf", "of last week"), starts_at=START - 9 * DAY,
                   ends_at=START - 2 * DAY)  # fmt: skip
    imported(story, shifts=(over,)).then()


def test_from_the_end_of_their_last_day_on_nobody_is_called_and_the_gap_is_told_ahead() -> None:
    story = county(size=2)
    imported(story, people=(person(0, 1, leaves_at=START + 5 * HOUR),))

    gap = story.the(RosterGapFound)
    assert (gap.starts_at, gap.on_call) == (START + 5 * HOUR, 1)
    leaver = story.state.roster.members[member(0, 1)]
    assert why_not(story.state, leaver, START + 4 * HOUR) is None
    assert why_not(story.state, leaver, START + 5 * HOUR) is WhyNot.LEFT


def test_who_leaves_before_a_post_of_theirs_ends_leaves_a_gap_there() -> None:
    story, _ = guarding()
    story.after(2 * HOUR)
    leaver = story.state.roster.members[GUARDS[1]].person
    imported(story, people=(replace(leaver, leaves_at=START + 4 * HOUR),))
    gap = story.the(GuardGapFound)
    assert (gap.starts_at, gap.ends_at, gap.people) == (START + 4 * HOUR, START + 9 * HOUR, 1)


# Gaps.


def on_leave(story: Story) -> None:
    for it in (0, 1):
        story.when(
            PlanLeave, member_id=member(0, it), starts_at=story.at + HOUR, ends_at=story.at + DAY,
            reason="-",
        )  # fmt: skip


def removed(story: Story) -> None:
    imported(story, removed_members=(member(0, 0), member(0, 1)))


def unavailable(story: Story) -> None:
    for it in (0, 1):
        story.when(
            ChangeAvailability, member_id=member(0, it), available=False, actor_role=Role.MEMBER,
            actor_id=member(0, it),
        )  # fmt: skip


@pytest.mark.parametrize("goes", [on_leave, removed, unavailable])
def test_a_team_below_its_minimum_is_a_gap_whatever_keeps_its_people(goes: Any) -> None:
    story = county(size=2)

    goes(story)

    gaps = [it for it in story.all(RosterGapFound) if it.team_id == TEAMS[0]]
    assert gaps
    assert gaps[-1].on_call == 0
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.ROSTER_GAP]
    assert [it.recipient for it in told] == [Recipient.DISPATCHER]
    if goes is on_leave:
        assert (gaps[-1].starts_at, gaps[-1].ends_at) == (story.at + HOUR, story.at + DAY)


def test_a_gap_is_told_once_and_again_when_it_grows() -> None:
    story = county(size=3)
    for it, gaps in ((0, []), (1, [1]), (2, [0])):
        story.when(
            ChangeAvailability, member_id=member(0, it), available=False, actor_role=Role.MEMBER,
            actor_id=member(0, it),
        )  # fmt: skip
        assert [gap.on_call for gap in story.all(RosterGapFound)] == gaps
    imported(story, shifts=(coming(0),)).then_not(RosterGapFound)


def test_a_shift_given_to_somebody_who_cannot_come_leaves_a_gap() -> None:
    story = county(size=3)
    shift = running(story)
    holder, taker, _ = shift.member_ids
    imported(story, shifts=(replace(shift, member_ids=(holder,)),))
    story.when(
        ChangeAvailability, member_id=taker, available=False, actor_role=Role.MEMBER,
        actor_id=taker,
    ).then_not(RosterGapFound)  # fmt: skip

    story.when(TakeOverShift, shift_id=shift.shift_id, holder_id=holder, taker_id=taker, reason="-")

    assert story.the(RosterGapFound).on_call == 0


def test_who_has_only_skills_whose_certificate_has_run_out_fills_no_gap() -> None:
    ended = (Certificate(skill=Skill.CABLE, number="T1", valid_until=START + 3 * HOUR),)
    story = county(size=2)
    imported(
        story,
        people=tuple(person(0, it, skills=(Skill.CABLE,), certificates=ended) for it in (0, 1)),
        shifts=(running(story),),
    )
    gap = story.the(RosterGapFound)
    assert (gap.starts_at, gap.on_call) == (START + 3 * HOUR, 0)


# Certificates.


def certified(*days: int) -> Story:
    story = county(size=4)
    held = tuple(
        Certificate(skill=skill, number="T1", valid_until=START + it * DAY)
        for skill, it in zip((Skill.CABLE, Skill.RELAY), days, strict=False)
    )
    return imported(story, people=(person(0, 2, certificates=held),))


def test_a_certificate_is_told_thirty_and_seven_days_before_it_ends() -> None:
    story = certified(40)
    story.then_not(CertificateEnding)
    story.after(10 * DAY)
    assert story.the(CertificateEnding).days == 30
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.CERTIFICATE_ENDS]
    assert [it.targets for it in told] == [(), (member(0, 2),)]
    story.after(22 * DAY).then_not(CertificateEnding)
    story.after(DAY)
    assert story.the(CertificateEnding).days == 7
    story.after(10 * DAY).then_not(CertificateEnding)
    assert story.state.roster.certificates_told.get(f"{member(0, 2)}/cable/{START + 40 * DAY}") in (
        None,
        7,
    )


def test_one_that_ends_soon_when_it_comes_is_told_at_once_and_once() -> None:
    story = certified(5, 20)
    assert sorted(it.days for it in story.all(CertificateEnding)) == [7, 30]
    held = story.state.roster.members[member(0, 2)].person
    imported(story, people=(held,)).then_not(CertificateEnding)


def test_a_renewed_certificate_is_told_by_its_own_end() -> None:
    story = certified(20)
    renewed = (Certificate(skill=Skill.CABLE, number="T2", valid_until=START + 400 * DAY),)
    imported(story, people=(person(0, 2, certificates=renewed),))
    story.after(15 * DAY).then_not(CertificateEnding)


# What two agreed.


def taken_over() -> tuple[Story, Shift]:
    story = county(size=4)
    shift = coming(1)
    imported(story, shifts=(shift,))
    story.when(
        TakeOverShift, shift_id=shift.shift_id, holder_id=member(0, 1), taker_id=member(0, 2),
        reason="swap",
    )  # fmt: skip
    story.then_includes(ShiftTakenOver)
    return story, shift


def test_a_takeover_outlives_the_same_roster_coming_again() -> None:
    story, shift = taken_over()
    for _ in range(2):
        imported(story, shifts=(shift,)).then_not(TakeoverUndone)
        assert story.state.roster.shifts[shift.shift_id].member_ids == (member(0, 2),)


def test_a_takeover_that_another_roster_undoes_is_told_to_both_and_to_the_desk() -> None:
    story, shift = taken_over()
    imported(story, shifts=(replace(shift, ends_at=shift.ends_at + HOUR),))
    undone = story.the(TakeoverUndone)
    assert (undone.holder_id, undone.taker_id) == (member(0, 1), member(0, 2))
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.TAKEOVER_UNDONE]
    assert [it.targets for it in told] == [(), (member(0, 1), member(0, 2))]
    assert story.state.roster.shifts[shift.shift_id].member_ids == (member(0, 1),)
    imported(story, shifts=(shift,)).then_not(TakeoverUndone)


def test_a_deleted_shift_undoes_its_takeover_and_says_so() -> None:
    story, shift = taken_over()
    imported(story, removed_shifts=(shift.shift_id,)).then_includes(TakeoverUndone)
    assert not story.state.roster.taken


def swap(story: Story, key: str) -> Story:
    return story.when(
        TakeOverShift, shift_id=name("shf", key), holder_id=member(0, 1), taker_id=member(0, 2),
        reason="swap",
    )  # fmt: skip


def test_nobody_takes_hours_that_they_have_already() -> None:
    story = county(size=4)
    imported(story, shifts=(coming(1), coming(2, hours=12, key="other")))
    swap(story, "c")
    assert story.the(SignalRefused).rule.code == "taker_has_other_hours"


def test_nobody_gives_up_their_rest_for_a_swap() -> None:
    story = county(size=4)
    late = replace(coming(2, key="late"), starts_at=START + 9 * DAY + 7 * HOUR,
                   ends_at=START + 9 * DAY + 15 * HOUR)  # fmt: skip
    imported(story, shifts=(coming(1), late))
    swap(story, "c")
    assert story.the(SignalRefused).rule.code == "taker_has_no_rest"
    imported(story, shifts=(replace(late, starts_at=late.starts_at + HOUR),))
    swap(story, "c").then_includes(ShiftTakenOver)


def test_nobody_takes_a_shift_in_their_leave() -> None:
    story = county(size=4)
    imported(story, shifts=(coming(1),))
    story.when(
        PlanLeave, member_id=member(0, 2), starts_at=START + 8 * DAY, ends_at=START + 9 * DAY,
        reason="-",
    )  # fmt: skip
    swap(story, "c")
    assert story.the(SignalRefused).rule == rosters.taker_on_leave(member(0, 2))
