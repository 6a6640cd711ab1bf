"""What the desk was told of a gap in the roster, or of a certificate, leaves its list in time."""

from schemas.events.notice import NoticeOver
from schemas.roster import Certificate
from schemas.signals.roster import ChangeAvailability
from schemas.vocabulary import NoticeKind, Skill
from tests.county import county, member, person
from tests.domain.test_roster_in_flight import certified, imported, on_leave
from tests.story import DAY, START, Story


def read_at_desk(story: Story) -> set[NoticeKind]:
    kinds = {it.kind for it in story.state.notices.listed.values()}
    return kinds & {NoticeKind.ROSTER_GAP, NoticeKind.CERTIFICATE_ENDS}


def test_a_gap_leaves_the_desks_list_when_it_is_filled_and_not_before() -> None:
    story = county(size=3)
    for it in (1, 2):
        story.when(ChangeAvailability, member_id=member(0, it), available=False)
    assert read_at_desk(story) == {NoticeKind.ROSTER_GAP}
    story.when(ChangeAvailability, member_id=member(1, 0), available=False)
    story.then_not(NoticeOver)

    story.when(ChangeAvailability, member_id=member(0, 1), available=True)

    assert story.the(NoticeOver).because == "availability_changed"
    assert read_at_desk(story) == set()


def test_a_gap_that_is_past_leaves_the_desks_list() -> None:
    story = county(size=3)
    on_leave(story)
    assert read_at_desk(story) == {NoticeKind.ROSTER_GAP}

    story.after(3 * DAY)

    assert read_at_desk(story) == set()


def test_a_certificate_that_is_renewed_leaves_the_desks_list_and_one_that_ran_out_stays() -> None:
    story = certified(20)
    assert read_at_desk(story) == {NoticeKind.CERTIFICATE_ENDS}
    imported(story, people=(person(1, 2),)).then_not(NoticeOver)
    story.after(25 * DAY)
    assert NoticeKind.CERTIFICATE_ENDS in read_at_desk(story)

    renewed = (Certificate(skill=Skill.CABLE, number="T2", valid_until=START + 400 * DAY),)
    imported(story, people=(person(0, 2, certificates=renewed),))

    assert NoticeKind.CERTIFICATE_ENDS not in read_at_desk(story)


def test_a_certificate_of_who_left_leaves_the_desks_list() -> None:
    story = certified(20)

    imported(story, removed_members=(member(0, 2),))

    assert read_at_desk(story) == set()
