"""Whose last day is over leaves by the clock: off their shifts, told with the desk."""

from msgspec.structs import replace

from schemas.events.notice import NoticeRaised
from schemas.events.roster import LeaverKept
from schemas.signals.operation import ConcludeOperation
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import NoticeKind, Recipient
from schemas.why_not import WhyNot
from tests.county import county, member
from tests.domain.test_operation import GUARDS, guarding
from tests.story import HOUR, START, name


def test_whose_last_day_is_over_leaves_by_the_clock_and_the_desk_is_told() -> None:
    story = county(size=2)
    shift = story.state.roster.shifts[name("shf", 0)]
    leaver = shift.member_ids[0]
    team = story.state.roster.members[leaver].person
    story.when(ImportRoster, people=(replace(team, leaves_at=START + 5 * HOUR),))
    story.after(4 * HOUR)
    assert leaver in story.state.roster.members

    story.after(START + 5 * HOUR - story.at)
    assert leaver not in story.state.roster.members
    assert leaver not in story.state.roster.shifts[shift.shift_id].member_ids
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.LEFT_ROSTER]
    assert [(it.recipient, it.targets) for it in told] == [
        (Recipient.MEMBER, (leaver,)), (Recipient.DISPATCHER, ())
    ]  # fmt: skip
    assert [it for key, it in story.state.timers.due.items() if key.startswith("leaver:")] == []


def test_who_stays_after_all_leaves_by_no_clock() -> None:
    story = county(size=2)
    stays = story.state.roster.members[member(0, 1)].person
    story.when(ImportRoster, people=(replace(stays, leaves_at=START + 5 * HOUR),))
    story.when(ImportRoster, people=(replace(stays, leaves_at=None),))
    story.after(6 * HOUR)
    assert member(0, 1) in story.state.roster.members


def test_who_is_on_guard_when_their_last_day_ends_leaves_when_the_guard_is_over() -> None:
    story, operation_id = guarding()
    story.after(2 * HOUR)
    leaver = GUARDS[1]
    person_there = story.state.roster.members[leaver].person
    story.when(ImportRoster, people=(replace(person_there, leaves_at=story.at + HOUR),))
    story.after(HOUR)
    assert story.all(LeaverKept)[0].why is WhyNot.ON_GUARD
    assert leaver in story.state.roster.members
    story.when(ConcludeOperation, operation_id=operation_id, summary="quiet")
    story.after(HOUR)
    assert leaver not in story.state.roster.members
