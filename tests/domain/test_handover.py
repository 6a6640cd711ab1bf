"""What the desk leaves for the next duty stands until it is written anew, or for a day."""

from schemas.events.handover import DeskHandedOver, DeskHandoverPassed
from schemas.events.notice import SignalRefused
from schemas.signals.handover import HandOverDesk
from schemas.vocabulary import Role
from tests.story import DAY, HOUR, Story


def test_a_note_stands_with_who_wrote_it_and_a_newer_one_takes_its_place() -> None:
    story = Story()
    written_at = story.at

    note = story.when(HandOverDesk, text="line 3 earthed", actor_id="wang").the(DeskHandedOver)

    assert (note.handed_over_by, note.handed_over_at) == ("wang", written_at)
    assert story.state.handover == note
    story.after(HOUR)
    story.when(HandOverDesk, text="line 3 is back", actor_id="li").then(DeskHandedOver)
    assert story.state.handover is not None
    assert story.state.handover.text == "line 3 is back"


def test_a_note_that_comes_late_takes_no_newer_ones_place() -> None:
    story = Story()
    written_at = story.at
    story.after(HOUR)
    newer = story.when(HandOverDesk, text="storm expected").the(DeskHandedOver)
    story.after(HOUR)

    story.when(HandOverDesk, text="quiet", occurred_at=written_at)

    assert story.the(SignalRefused).field == "occurred_at"
    assert story.state.handover == newer


def test_a_note_that_nobody_renewed_is_no_longer_shown_after_a_day() -> None:
    story = Story()
    story.when(HandOverDesk, text="quiet")
    story.after(12 * HOUR)
    story.when(HandOverDesk, text="storm expected")

    story.after(13 * HOUR)
    assert story.state.handover is not None
    story.after(DAY)

    assert story.state.handover is None
    assert any(isinstance(it, DeskHandoverPassed) for _, facts in story.history for it in facts)


def test_a_member_hands_over_no_desk() -> None:
    story = Story()

    story.when(HandOverDesk, text="quiet", actor_id="mem", actor_role=Role.MEMBER)

    assert story.the(SignalRefused).field == "actor_role"
