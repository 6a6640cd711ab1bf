"""What came due while nobody owned the log: passed in parts, each of which a record takes."""

from coordinator.domain import jurisdiction
from schemas.bounds import Position
from schemas.catalogue import write_payload
from schemas.events.roster import ShiftsTurned
from schemas.roster import Shift
from schemas.signals.clock import DeadlinePassed
from schemas.signals.incident import OutageReported
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import AreaClass, Role
from tests.county import TEAMS, county, member
from tests.story import HOUR, SECOND, Story, name


def shifts(story: Story, *, many: int) -> None:
    """Let this many short shifts follow one another a second apart, their ids in no order."""
    for first in range(0, many, 1_000):
        story.when(
            ImportRoster,
            actor_role=Role.COMMANDER,
            shifts=tuple(
                Shift(
                    shift_id=name("shf", "short", i),
                    team_id=TEAMS[0],
                    member_ids=(member(0, 0),),
                    starts_at=story.at + HOUR + i * SECOND,
                    ends_at=story.at + 2 * HOUR + i * SECOND,
                )
                for i in range(first, min(many, first + 1_000))
            ),
        )


def test_thousands_of_overdue_shifts_turn_the_earliest_first() -> None:
    story = county()
    shifts(story, many=2_500)
    story.at += HOUR + 2_400 * SECOND

    story.after(0)

    turned = story.all(ShiftsTurned)
    assert [len(it.started) for it in turned] == [1_000, 1_000, 401]
    assert turned[0].started[0] == name("shf", "short", 0)
    story.at += 5 * HOUR
    story.after(0)
    assert sum(len(it.ended) for it in story.all(ShiftsTurned)) == 2_500
    assert len(story.state.roster.shifts) == 2


def test_what_is_overdue_after_hours_down_is_passed_in_records_of_bounded_size() -> None:
    story = county()
    state = story.state
    for i in range(250):
        place = Position(lon=110.05 + i * 0.02, lat=30.05)
        report = story.say(OutageReported, signal_id=name("sig", i)[4:], source="95598",
                           dedup_key=str(i), device=f"T-{i}", place=place,
                           area_class=AreaClass.URBAN)  # fmt: skip
        state = jurisdiction.decide(state, report).state
    story.at += 3 * HOUR

    sizes = []
    while (due := jurisdiction.next_deadline(state)) is not None and due <= story.at:
        decided = jurisdiction.decide(state, story.say(DeadlinePassed, actor_role=Role.SYSTEM))
        state = decided.state
        sizes.append(len(write_payload(None, decided.events)))

    assert len(sizes) > 1
    assert max(sizes) < 400_000
