"""A public outage map: changes and snapshots to signals; a bad line stops nothing."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import BadFile
from coordinator.feeds.moments import zone_named
from coordinator.feeds.outage_map import OutageMap, _code, open_lines, read_snapshots
from coordinator.home.storm_run import StormRun
from coordinator.settings import Settings
from schemas.signals.incident import OutageGone, OutageReported, OutageUpdated
from schemas.vocabulary import CrewStatus, Realm
from tests.feeds.test_cap import AREAS

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "outages"


def change(kind: str, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "seen_at": "2024-02-04T21:00:00Z", "change": kind, "F_OUTAGE_ID": 7,
    }  # fmt: skip
    if kind == "reported":
        document |= {
            "OUTAGE_LATITUDE": 30.5, "OUTAGE_LONGITUDE": 110.5, "EST_CUSTOMERS": 12,
            "CREW_CURRENT_STATUS": "Awaiting T-Man", "OUTAGE_DEVICE_ID": "LineCut - 17",
        }  # fmt: skip
    return document | more


def lines_of(*changes: dict[str, Any] | bytes) -> list[bytes]:
    return [it if isinstance(it, bytes) else json.dumps(it).encode() for it in changes]


def read(*changes: dict[str, Any] | bytes) -> list[Any]:
    found = OutageMap(AREAS, Realm.EXERCISE).read(lines_of(*changes))
    return [it.signal if it.wrong is None else it.wrong.field for it in found]


def test_new_changed_and_gone_become_signals() -> None:
    reported, updated, gone = read(
        change("reported"), change("updated", CREW_CURRENT_STATUS="T-Man On Site"), change("gone")
    )

    assert isinstance(reported, OutageReported)
    assert reported.jurisdiction == "west"
    assert reported.extent.customers_out == 12
    assert reported.device == "LineCut-17"
    assert isinstance(updated, OutageUpdated)
    assert updated.crew_status is CrewStatus.ON_SITE
    assert isinstance(gone, OutageGone)
    assert {it.dedup_key for it in (reported, updated, gone)} == {"7"}


def test_a_moment_without_a_zone_is_in_utc_wherever_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        (one,) = read(change("reported", seen_at="2024-02-04T21:00:00"))
    finally:
        monkeypatch.undo()
        time.tzset()

    (other,) = read(change("reported"))
    assert one.at == other.at


def test_reading_twice_gives_the_same_signals() -> None:
    assert read(change("reported")) == read(change("reported"))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (b"{", "line"),
        (b"[]", "line"),
        (b"[" * 100_000, "line"),
        (change("reported", seen_at="yesterday"), "seen_at"),
        (change("reported", F_OUTAGE_ID=None), "F_OUTAGE_ID"),
        (change("vanished"), "change"),
        (change("reported", OUTAGE_LATITUDE="north"), "OUTAGE_LATITUDE"),
        (change("reported", OUTAGE_LONGITUDE=0.0), "OUTAGE_LONGITUDE"),
        (change("reported", EST_CUSTOMERS=-1), "EST_CUSTOMERS"),
        (change("reported", EST_CUSTOMERS=float("nan")), "EST_CUSTOMERS"),
        (change("reported", EST_CUSTOMERS=10**400), "EST_CUSTOMERS"),
        (change("reported", EST_CUSTOMERS=10**12), "extent.customers_out"),
        (change("reported", OUTAGE_START=float("inf")), "OUTAGE_START"),
        (change("reported", CREW_CURRENT_STATUS="On the moon"), "CREW_CURRENT_STATUS"),
        (change("gone", F_OUTAGE_ID=99), "F_OUTAGE_ID"),
    ],
)
def test_a_bad_line_is_named_and_stops_nothing(bad: Any, field: str) -> None:
    first, last = read(bad, change("reported"))

    assert first == field
    assert isinstance(last, OutageReported)


@pytest.mark.parametrize(
    ("name", "code"),
    [("10kV云河线05号开关", "10kV云河线05号开关"), ("#1主变（备）", "#1主变（备）"),
     ("云河线 - 7 号", "云河线-7-号"), ("（备）#", "备）#"), ("cafe\u0301", "café"), ("- -", None)],
)  # fmt: skip
def test_a_name_in_chinese_stays_as_it_is(name: str, code: str | None) -> None:
    assert _code(name) == code


@pytest.mark.parametrize("text", ["x\ud83d", "x\0"])
@pytest.mark.parametrize("field", ["OUTAGE_CAUSE", "F_OUTAGE_ID", "CREW_CURRENT_STATUS"])
def test_half_a_character_is_one_dead_letter_and_stops_nothing(field: str, text: str) -> None:
    bad = change("reported", **{field: text})
    lines = [change("reported", F_OUTAGE_ID=1), bad, change("reported", F_OUTAGE_ID=3)]
    found = OutageMap(AREAS, Realm.EXERCISE).read(json.dumps(it).encode() for it in lines)
    before, told, after = found

    assert before.signal is not None
    assert after.signal is not None
    assert told.wrong is not None
    assert told.wrong.field == field
    # It can be kept, shown and sent wherever it goes.
    assert told.wrong.value.encode().startswith(b"x\\")


@pytest.mark.parametrize("text", ["x\ud83d", "x\x0by", "\u202ex"])
def test_what_a_map_says_besides_costs_no_outage(text: str) -> None:
    (signal,) = read(change("reported", COMMENT=text))
    (refused,) = read(change("reported", OUTAGE_CAUSE=text))

    assert isinstance(signal, OutageReported)
    assert refused == "OUTAGE_CAUSE"


def test_snapshots_become_changes(tmp_path: Path) -> None:
    outage = {key: value for key, value in change("reported").items() if key.isupper()}
    for minute, outages in enumerate(
        ([outage], [outage | {"EST_CUSTOMERS": 40}], [outage | {"EST_CUSTOMERS": 40}], [])
    ):
        path = tmp_path / f"2024-02-04T21-0{minute}-00Z.json"
        path.write_text(json.dumps({"outages": outages}), encoding="utf-8")

    changes = [json.loads(line) for line in read_snapshots(tmp_path)]

    assert [it["change"] for it in changes] == ["reported", "updated", "gone"]
    assert changes[1]["EST_CUSTOMERS"] == 40
    assert [type(it) for it in read(*changes)] == [OutageReported, OutageUpdated, OutageGone]


def test_a_snapshot_without_a_moment_in_its_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latest.json").write_text("[]", encoding="utf-8")

    with pytest.raises(BadFile, match=r"latest\.json"):
        list(read_snapshots(tmp_path))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real storm is not beside this checkout")
async def test_the_beginning_of_the_real_storm_runs_through_and_verifies(tmp_path: Path) -> None:
    real = REAL / "california-2024-02-storm.jsonl.gz"
    lines = [line for line, _ in zip(open_lines(real), range(400), strict=False)]
    lines.insert(200, b'{"change": "reported", "broken\n')
    part = tmp_path / "part.jsonl.gz"
    part.write_bytes(gzip.compress(b"".join(lines)))

    zone = zone_named("America/Los_Angeles", "-")
    first = await StormRun(part, Settings(data_dir=tmp_path / "a"), zone=zone).run()
    again = await StormRun(part, Settings(data_dir=tmp_path / "b"), zone=zone).run()

    assert (first.read, first.dead_letters) == (401, 1)
    assert first.verified
    assert first.events["incident_opened"] + first.events.get("report_joined", 0) == sum(
        b'"reported"' in line for line in lines if line.endswith(b"}\n")
    )
    assert first.events["unit_formed"] > 0
    assert first.digests == again.digests
