"""A feed has a zone: what was written on a wall clock is not taken for UTC."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from coordinator.errors import BadInput
from coordinator.feeds.cap import read_cap
from coordinator.feeds.moments import on_the_wall, zone_named
from coordinator.feeds.outage_map import OutageMap, open_lines
from coordinator.feeds.unreadable import Unreadable
from schemas.vocabulary import Realm
from tests.feeds.test_cap import AREAS, WORLD, alert
from tests.feeds.test_outage_map import REAL, change, lines_of

PACIFIC, SHANGHAI = zone_named("America/Los_Angeles", "-"), zone_named("Asia/Shanghai", "-")


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def test_a_maps_own_times_are_read_on_the_clock_of_its_zone() -> None:
    said = change(
        "reported", OUTAGE_START=utc("2024-02-04T12:00"), CURRENT_ETOR=utc("2024-02-04T18:00")
    )

    (on_pacific,) = OutageMap(AREAS, Realm.EXERCISE, zone=PACIFIC).read(lines_of(said))
    (as_utc,) = OutageMap(AREAS, Realm.EXERCISE).read(lines_of(said))

    signal: Any = on_pacific.signal
    assert signal.started_at == utc("2024-02-04T20:00")
    assert signal.expected_restored_at == utc("2024-02-05T02:00")
    assert signal.at == utc("2024-02-04T21:00"), "when it was seen is not the map's own time"
    plain: Any = as_utc.signal
    assert plain.started_at == utc("2024-02-04T12:00")


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("2024-03-10T01:59", "2024-03-10T09:59"),
        ("2024-03-10T02:30", "2024-03-10T10:30"),
        ("2024-03-10T03:00", "2024-03-10T10:00"),
        ("2024-11-03T01:30", "2024-11-03T08:30"),
        ("2024-11-03T02:00", "2024-11-03T10:00"),
    ],
    ids=["before", "left out in spring", "after", "twice in autumn", "after it"],
)
def test_a_wall_clock_is_read_where_it_jumps(shown: str, meant: str) -> None:
    assert on_the_wall(utc(shown), "-", PACIFIC) == utc(meant)


@pytest.mark.parametrize("far", [2**53, -(2**53)])
def test_a_time_beyond_all_calendars_names_its_field(far: int) -> None:
    with pytest.raises(Unreadable) as told:
        on_the_wall(far, "CURRENT_ETOR", PACIFIC)
    assert told.value.field == "CURRENT_ETOR"


def test_an_alert_without_an_offset_is_refused_by_name_unless_its_feed_has_a_zone() -> None:
    naive = alert().replace(b"2026-07-01T08:00:00+08:00", b"2026-07-01T08:00:00")
    assert naive != alert()

    with pytest.raises(Unreadable) as told:
        read_cap(naive, AREAS, at=1)
    assert (told.value.field, told.value.value) == ("sent", "2026-07-01T08:00:00")

    (heard,) = read_cap(naive, AREAS, at=1, zone=SHANGHAI)
    assert heard.sent_at == utc("2026-07-01T00:00")


def test_an_offset_that_is_given_counts_whatever_the_zone() -> None:
    (here,), (there,) = (read_cap(alert(), AREAS, at=1, zone=it) for it in (PACIFIC, SHANGHAI))
    assert here.sent_at == there.sent_at


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "\0", "x" * 5_000])
def test_a_zone_that_is_none_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(BadInput, match="--zone"):
        zone_named(name, "--zone")


@pytest.mark.skipif(not REAL.exists(), reason=f"the recorded storms are not at {REAL}")
@pytest.mark.parametrize(
    ("name", "hours_old"), [("california-2024-02-storm", 8), ("california-2019-11-storm", 0)]
)
def test_the_age_of_the_freshest_update_tells_a_map_that_writes_its_wall_clock(
    name: str, hours_old: int
) -> None:
    lines = list(islice(open_lines(REAL / f"{name}.jsonl.gz"), 5_000))
    reader = OutageMap(WORLD, Realm.EXERCISE)
    on_its_clock = OutageMap(WORLD, Realm.EXERCISE, zone=PACIFIC)
    for it in (reader, on_its_clock):
        list(it.read(lines))

    assert reader.freshest_ms is not None
    assert reader.freshest_ms // 3_600_000 == hours_old
    if hours_old:
        assert on_its_clock.freshest_ms is not None
        assert 0 <= on_its_clock.freshest_ms < 3_600_000
