"""What came due while nobody owned the log: passed in parts, each of which a record takes."""

import pytest

from coordinator.domain import jurisdiction
from coordinator.domain.roster import decide as roster
from schemas.bounds import Position
from schemas.catalogue import write_payload
from schemas.events.roster import ShiftsTurned
from schemas.events.unit import UnitFormed
from schemas.ids import ulid_of
from schemas.roster import Shift
from schemas.signals.clock import DeadlinePassed
from schemas.signals.incident import OutageReported
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import AreaClass, Role
from tests.county import TEAMS, county, member, outage, person
from tests.story import HOUR, SECOND, START, name


def test_of_very_many_overdue_shifts_the_earliest_turn_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roster, "_TURNED_MAX", 10)
    story, begun = county(), START + HOUR
    # A second after one another, their ids in no order.
    short = tuple(
        Shift(shift_id=name("shf", "short", i), team_id=TEAMS[0], member_ids=(member(0, 0),),
              starts_at=begun + i * SECOND, ends_at=begun + HOUR + i * SECOND)
        for i in range(25)
    )  # fmt: skip
    story.when(ImportRoster, actor_role=Role.COMMANDER, shifts=short)
    story.at = begun + 23 * SECOND

    story.after(0)

    turned = [it.started for it in story.all(ShiftsTurned)]
    assert [len(it) for it in turned] == [10, 10, 4]
    assert turned[0] == tuple(it.shift_id for it in short[:10])
    story.at += 5 * HOUR
    story.after(0)
    assert sum(len(it.ended) for it in story.all(ShiftsTurned)) == 25
    assert len(story.state.roster.shifts) == 2


def test_what_is_overdue_after_hours_down_is_passed_in_records_of_bounded_size() -> None:
    story = county()
    state = story.state
    for i in range(250):
        place = Position(lon=110.05 + i * 0.02, lat=30.05)
        report = story.say(OutageReported, signal_id=ulid_of(START, str(i)), source="95598",
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


def test_when_very_many_come_on_shift_those_not_served_at_once_are_served_in_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jurisdiction, "_AFTERWARDS_MAX", 60)
    story, ids = county(size=2), range(2, 82)
    story.when(ImportRoster, actor_role=Role.COMMANDER, people=tuple(person(0, it) for it in ids))
    for key in range(16):
        outage(story, str(key), place=Position(lon=110.05 + key * 0.02, lat=30.05))
    assert len(story.state.units.waiting) == 16

    people = tuple(member(0, it) for it in ids)
    shift = Shift(shift_id=name("shf", "many"), team_id=TEAMS[0], member_ids=people,
                  starts_at=story.at, ends_at=story.at + 12 * HOUR)  # fmt: skip
    story.when(ImportRoster, actor_role=Role.COMMANDER, shifts=(shift,))

    assert len(story.events) < 80
    story.then_includes(UnitFormed)
    assert story.state.units.waiting
    story.after(HOUR)
    assert not story.state.units.waiting
