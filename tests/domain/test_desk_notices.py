"""What a desk was told stands on a list: each cause once, newest words, and who took note."""

from coordinator.boards import desk_notices
from coordinator.domain.desk_notices import LISTED_MAX, listed
from coordinator.domain.notice import evolve
from schemas.events.notice import NoticeNoted, NoticeRaised, SignalRefused
from schemas.sentences import notices, rights
from schemas.signals.notice import NoteNotice
from schemas.vocabulary import NoticeKind, Recipient
from tests.story import MINUTE, Story, name


def told(
    number: int, *, about: str | None = None, minutes: int = 5, **more: object
) -> NoticeRaised:
    fields = {
        "notice_id": name("ntc", number), "kind": NoticeKind.CUSTOMER_CALL,
        "recipient": Recipient.DISPATCHER, "about": about or name("inc", 1),
        "text": notices.ring_customer(minutes), "expires_at": 10**13,
    } | more  # fmt: skip
    return NoticeRaised(**fields)  # type: ignore[arg-type]


def test_a_cause_is_one_line_and_other_words_are_to_be_noted_anew() -> None:
    story = Story()
    story.state = evolve(story.state, told(1), story.at)
    story.when(NoteNotice, notice_id=name("ntc", 1)).then(NoticeNoted)
    (key,) = story.state.notices.listed
    row = desk_notices.BOARD.row(story.state, key)
    assert row is not None
    assert row["noted_by"] == story.the(NoticeNoted).by
    # Noted twice, the first stays named, and that nothing changed is told.
    story.when(NoteNotice, notice_id=name("ntc", 1), actor_id="another").then()

    again = listed(story.state, told(2), story.at + MINUTE)
    (held,) = again.notices.listed.values()
    assert (held.times, held.noted_by, held.notice_id) == (2, row["noted_by"], name("ntc", 2))
    other = listed(story.state, told(3, minutes=9), story.at + MINUTE)
    (held,) = other.notices.listed.values()
    assert (held.times, held.noted_by) == (2, None)


def test_both_desks_told_in_one_breath_are_one_line_told_once() -> None:
    story = Story()
    state = listed(story.state, told(1), story.at)
    state = listed(state, told(2, recipient=Recipient.COMMANDER), story.at)
    (held,) = state.notices.listed.values()
    assert (held.desks, held.times) == (("commander", "dispatcher"), 1)


def test_the_list_is_bounded_and_what_is_dropped_is_off_the_board() -> None:
    story = Story()
    state = story.state
    for number in range(LISTED_MAX):
        state = listed(state, told(number, about=name("inc", number)), story.at + number)
    first = next(iter(sorted(state.notices.listed, key=lambda it: state.notices.listed[it].at)))
    event = told(99, about=name("inc", 99))
    after = listed(state, event, story.at + 99)

    assert len(after.notices.listed) == LISTED_MAX
    assert first not in after.notices.listed
    assert first in desk_notices.BOARD.touched(event, state, after)
    assert desk_notices.BOARD.row(after, first) is None


def test_what_is_on_no_list_cannot_be_noted_and_a_members_notice_is_not_the_desks() -> None:
    story = Story()
    mine = told(1, recipient=Recipient.MEMBER, targets=(name("mem", 1),))
    assert listed(story.state, mine, story.at) == story.state
    story.when(NoteNotice, notice_id=name("ntc", 1)).then(SignalRefused)
    assert story.the(SignalRefused).rule == rights.NO_SUCH_NOTICE
