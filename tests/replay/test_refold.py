"""A log read in place comes to the same bytes as one read record by record, after every record."""

from collections.abc import Sequence
from functools import cache

import pytest

from coordinator.domain.canonical import digest
from coordinator.domain.mutable_state import freeze, thaw
from coordinator.errors import FuturePayload, NotAccepted, UndecodableEnvelope, Unfoldable
from coordinator.log.envelope import Kind, Record, seal
from coordinator.log.fold import Fold, empty
from coordinator.log.refold import Refold
from coordinator.simulation.loop import run
from coordinator.simulation.world import World, options_of
from schemas.catalogue import write_payload
from schemas.events.envelope import Event
from tests.domain.test_determinism import storm

LOG = "a"


def records_of(history: list[tuple[int, tuple[Event, ...]]]) -> list[Record]:
    """Return a log in which each entry is one record, the first one its genesis."""
    records: list[Record] = []
    for seq, (at, events) in enumerate(history):
        records.append(
            seal(
                seq=seq,
                prev=records[-1].hash if records else bytes(32),
                epoch=0,
                at=at,
                kind=Kind.DECISION if seq else Kind.GENESIS,
                log_id=LOG,
                signal_id=f"s{seq}" if seq else "",
                cursor={"inbox": seq} if seq else {},
                payload=write_payload(None, events),
            )
        )
    return records


@cache
def told() -> tuple[list[Record], str]:
    """Return the records of a storm, and the digest of what it came to."""
    story = storm()
    return records_of(story.history), digest(story.state)


def agree(records: Sequence[Record], *, open_after: int = 0) -> Fold:
    """Hold both readings together after every record, and return where they end."""
    fold, reading = empty(LOG), Refold(empty(LOG), open_after=open_after)
    for record in records:
        fold, step = fold.step(record)
        read = reading.events
        reading.read([record])
        assert reading.events - read == len(step.events)
        there = reading.fold()
        assert there.tip == fold.tip
        assert digest(there.state) == digest(fold.state), f"seq {record.seq}: {step.events}"
        assert there.state.timers.next() == fold.state.timers.next()
    return fold


@pytest.mark.parametrize("open_after", [0, 1, 40, 10**6])
def test_a_storm_read_in_place_agrees_after_every_record(open_after: int) -> None:
    records, end = told()

    assert digest(agree(records, open_after=open_after).state) == end


@pytest.mark.parametrize("open_after", [0, 10**6])
def test_facts_that_cannot_have_followed_are_told_by_both_readings(open_after: int) -> None:
    """The chain shows a changed record with the next one only: until then its facts are read."""
    records, _ = told()
    at = next(seq for seq, it in enumerate(records) if b'"incident_graded"' in it.payload)
    payload = records[at].payload
    place = payload.index(b'"inc_', payload.index(b'"incident_graded"')) + 12
    changed = payload[:place] + (b"0" if payload[place : place + 1] != b"0" else b"1")
    strange = records[at]._replace(payload=changed + payload[place + 1 :])
    reading, fold = Refold(empty(LOG), open_after=open_after), empty(LOG)
    for record in records[:at]:
        reading.read([record])
        fold, _ = fold.step(record)

    with pytest.raises(Unfoldable, match=f"seq {at}: does not follow"):
        reading.read([strange])
    with pytest.raises(Unfoldable, match=f"seq {at}: does not follow"):
        fold.step(strange)


def test_a_cursor_that_is_no_text_is_told() -> None:
    (first, *_), _ = told()

    with pytest.raises(UndecodableEnvelope, match="cursor"):
        empty(LOG).step(first._replace(cursor=b'{"\xe3lock":1}'))


@pytest.mark.parametrize("seed", [3, 8])
def test_logs_of_the_simulator_read_in_place_agree_after_every_record(seed: int) -> None:
    world = World(options_of(seed))
    run(world.main())

    assert world.broken is None
    for cluster in world.clusters:
        accepted = cluster.reference.accepted
        assert len(accepted) > 50
        facts = [(it.at, it.events) for it in accepted if it.seq == 0 or it.signal_id]
        end = agree(records_of(facts))
        assert digest(end.state) == digest(cluster.reference.state)


@pytest.mark.parametrize("open_after", [0, 10**6])
def test_reading_on_does_not_change_what_was_shown(open_after: int) -> None:
    records, _ = told()
    half = len(records) // 2
    reading = Refold(empty(LOG), open_after=open_after)
    for record in records[:half]:
        reading.read([record])
    shown = reading.fold()
    was, again = digest(shown.state), Refold(shown, open_after=3)
    for record in records[half:]:
        reading.read([record])
        again.read([record])

    assert digest(shown.state) == was
    assert digest(reading.fold().state) == digest(again.fold().state) != was


def test_what_was_opened_up_stays_as_it_was_and_closes_to_the_same() -> None:
    state = storm().state
    was, opened = digest(state), thaw(state)
    opened.timers.set("answer", "nobody", 1)
    opened.roster.members.delete(min(state.roster.members))

    assert digest(state) == was != digest(freeze(opened))
    assert freeze(thaw(state)) == state


@pytest.mark.parametrize("open_after", [0, 5, 10**6])
def test_a_record_that_does_not_count_or_is_not_understood_changes_nothing(open_after: int) -> None:
    records, _ = told()
    reading = Refold(empty(LOG), open_after=open_after)
    for record in records[:5]:
        reading.read([record])
    before = digest(reading.fold().state)

    with pytest.raises(NotAccepted):
        reading.read([records[7]])
    tip = reading.tip
    future = seal(
        seq=tip.seq + 1,
        prev=tip.hash,
        epoch=0,
        at=records[4].at,
        kind=Kind.DECISION,
        log_id=LOG,
        signal_id="s",
        cursor={"inbox": 99},
        payload=b'{"signal":null,"events":[{"type":"unit_teleported","v":1}]}',
    )
    with pytest.raises(FuturePayload):
        reading.read([future])

    assert reading.tip == tip
    assert digest(reading.fold().state) == before
    reading.read([records[5]])
