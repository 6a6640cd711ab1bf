"""The demo's member is on shift, free, and the one that the first outages would call."""

from pathlib import Path

from coordinator.clock import SetClock
from coordinator.demo.agenda import Agenda
from coordinator.demo.first_called import first_called
from coordinator.demo.province import province
from coordinator.demo.seed_rosters import roster_signals
from coordinator.demo.storm import write_storm
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.default_policy import PLANNED_POLICY
from schemas.vocabulary import Realm
from tests.story import START


async def test_who_is_named_is_on_shift_and_bound_by_nothing(tmp_path: Path) -> None:
    hour = 3_600_000
    places = province(1, START - START % (8 * hour), days=1)[:2]
    clock, agenda = SetClock(START), Agenda(Realm.EXERCISE)
    home = await Home.open(
        Settings(data_dir=tmp_path),
        clock,
        {it.code: (Realm.EXERCISE, PLANNED_POLICY) for it in places},
        in_memory_tokens=True,
    )
    for place in places:
        for signal in roster_signals(place, Realm.EXERCISE, START):
            await home.submit(signal)
    write_storm(agenda, places, seed=1, start=START + 1_000, minutes=60)
    waiting = len(agenda)
    states = {it: owner.state for it, owner in home.owners.items()}

    named = first_called(states, agenda, START)

    assert named is not None

    assert len(agenda) == waiting
    (member,) = [it.roster.members[named] for it in states.values() if named in it.roster.members]
    assert member.on_shift > 0
    assert member.assignment_id is None
    first = agenda.first("outage_reported", 1)[0].jurisdiction
    assert named in states[first].roster.members
    # With nobody on the rosters nobody is named.
    assert first_called({}, agenda, START) is None
    await home.close()
