"""The alarm of a gap in a guard says the hours that are open now."""

from schemas.signals.operation import StartGuard, WithdrawPost
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import NoticeKind
from tests.county import HOSPITAL
from tests.domain.test_guard_coverage import DAY_LONG, LATE, post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, MINUTE, START, Story


def said_open(story: Story) -> list[tuple[float, float]]:
    """The hours that the one alarm of a gap says now."""
    alarms = story.state.escalations.by_id.values()
    (text,) = [it.text for it in alarms if it.cause is NoticeKind.GUARD_GAP]
    each = text.said["parts"] if text.code == "several" else (text,)
    return [
        ((it.moments["begin"] - START) / HOUR, (it.moments["end"] - START) / HOUR) for it in each
    ]


def test_the_alarm_of_a_gap_says_the_hours_that_are_open_now() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 4)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    story.after(3 * HOUR)
    assert said_open(story) == [(4, 25)]

    post(story, operation_id, LATE, 6, 8)
    assert said_open(story) == [(4, 6), (8, 25)]
    story.after(2 * HOUR)
    assert said_open(story) == [(4, 6), (8, 25)]
    story.after(90 * MINUTE)
    assert said_open(story) == [(8, 25)]

    story.when(
        WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, member_ids=LATE,
        starts_at=START + 6 * HOUR, reason="ill",
    )  # fmt: skip
    assert [(round(a, 1), b) for a, b in said_open(story)] == [(6.5, 25)]


def test_a_gap_that_grows_is_told_with_its_hours_of_now() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, LATE, 0, 8)
    post(story, operation_id, GUARDS, 8, 25)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    story.after(3 * HOUR)
    story.when(ChangeAvailability, member_id=LATE[0], available=False)
    assert said_open(story) == [(3, 8)]

    story.when(ChangeAvailability, member_id=GUARDS[0], available=False)
    assert said_open(story) == [(3, 25)]
    story.when(ChangeAvailability, member_id=LATE[0], available=True)
    assert said_open(story) == [(8, 25)]
