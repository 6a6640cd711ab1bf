"""A shift changes hands when both have said so, or when a dispatcher does."""

from typing import Any

from msgspec.structs import replace

from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.roster import ShiftTakenOver, TakeoverAsked
from schemas.roster import Shift
from schemas.sentences import rights
from schemas.signals.roster import ImportRoster, TakeOverShift
from schemas.vocabulary import Role
from tests.county import TEAMS, county, member
from tests.story import DAY, HOUR, START, Story, name

SHIFT = name("shf", "tomorrow")
HOLDER, TAKER = member(0, 3), member(0, 5)
SAID: dict[str, Any] = {
    "shift_id": SHIFT, "holder_id": HOLDER, "taker_id": TAKER, "reason": "child ill",
}  # fmt: skip


def by(member_id: str) -> dict[str, Any]:
    return {"actor_id": member_id, "actor_role": Role.MEMBER}


def with_shift(*ids: str) -> tuple[Shift, ...]:
    return (
        Shift(
            shift_id=SHIFT, team_id=TEAMS[0], member_ids=ids,
            starts_at=START + 8 * DAY, ends_at=START + 9 * DAY,
        ),
    )  # fmt: skip


def planned() -> Story:
    chief: dict[str, Any] = {"actor_role": Role.COMMANDER}
    return county().when(ImportRoster, shifts=with_shift(HOLDER, member(0, 4)), **chief)


def held_by(story: Story) -> tuple[str, ...]:
    return story.state.roster.shifts[SHIFT].member_ids


def test_what_one_of_the_two_says_is_a_question_to_the_other() -> None:
    for asker, other in ((TAKER, HOLDER), (HOLDER, TAKER)):
        story = planned()

        story.when(TakeOverShift, **SAID, **by(asker)).then(TakeoverAsked, NoticeRaised)
        assert story.the(NoticeRaised).targets == (other,)
        story.when(TakeOverShift, **SAID, **by(asker)).then()
        assert HOLDER in held_by(story)

        story.when(TakeOverShift, **SAID, **by(other)).then_includes(ShiftTakenOver)
        assert TAKER in held_by(story)
        assert not story.state.roster.asked


def test_a_dispatcher_needs_nobodys_consent_and_ends_the_question() -> None:
    story = planned()
    story.when(TakeOverShift, **SAID, **by(TAKER))

    story.when(TakeOverShift, **SAID).then_includes(ShiftTakenOver)

    assert not story.state.roster.asked


def test_a_third_says_nothing_of_it_and_nobody_of_another_team() -> None:
    story = planned()

    story.when(TakeOverShift, **SAID, **by(member(0, 7))).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.TAKES_OVER_IN_OWN_NAME
    other = SAID | {"taker_id": member(1, 3)}
    story.when(TakeOverShift, **other, **by(member(1, 3))).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.shift_of_own_team(TEAMS[0])


def test_a_question_ends_with_its_shift_or_when_somebody_else_holds_it() -> None:
    over, changed = planned(), planned()
    for story in (over, changed):
        story.when(TakeOverShift, **SAID, **by(TAKER)).then_includes(TakeoverAsked)

    over.after(10 * DAY)
    chief: dict[str, Any] = {"actor_role": Role.COMMANDER}
    changed.when(ImportRoster, shifts=with_shift(member(0, 8), member(0, 4)), **chief)

    assert not over.state.roster.asked
    assert not changed.state.roster.asked
    changed.when(TakeOverShift, **SAID, **by(HOLDER)).then(SignalRefused)


def test_a_shift_whose_hours_are_others_by_now_is_asked_for_anew() -> None:
    story = planned()
    story.when(TakeOverShift, **SAID, **by(HOLDER)).then_includes(TakeoverAsked)
    other = replace(
        with_shift(HOLDER, member(0, 4))[0],
        starts_at=START + 12 * DAY, ends_at=START + 12 * DAY + 12 * HOUR,
    )  # fmt: skip

    story.when(ImportRoster, shifts=(other,), actor_role=Role.COMMANDER)

    told = [it for it in story.all(NoticeRaised) if it.text.code == "takeover_asked_anew"]
    assert [it.targets for it in told] == [(HOLDER, TAKER)]
    story.when(TakeOverShift, **SAID, **by(TAKER)).then_includes(TakeoverAsked)
    story.then_not(ShiftTakenOver)
    assert HOLDER in held_by(story)
    story.when(TakeOverShift, **SAID, **by(HOLDER)).then_includes(ShiftTakenOver)


def test_the_same_roster_again_leaves_the_question() -> None:
    story = planned()
    story.when(TakeOverShift, **SAID, **by(HOLDER))
    again = with_shift(HOLDER, member(0, 4), member(0, 6))

    story.when(ImportRoster, shifts=again, actor_role=Role.COMMANDER)

    story.when(TakeOverShift, **SAID, **by(TAKER)).then_includes(ShiftTakenOver)
