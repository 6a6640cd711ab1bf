"""The first hours of a storm come to the same state in both homes: of a recorded one where it is
at hand, else of one that is made in its form.
"""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from tests.broker.redis_server import RedisServer
from tests.streams.storm import on_kafka, on_one_machine

_RECORDED = (
    Path(__file__).resolve().parents[3] / "shared/data/outages/california-2024-02-storm.jsonl.gz"
)
_CHANGES = 600
_MADE = 200
_BEGAN = datetime(2024, 2, 4, 21, tzinfo=UTC)


def recorded() -> Iterator[bytes]:
    with gzip.open(_RECORDED) as whole:
        yield from whole


def made() -> Iterator[bytes]:
    """Outages that are reported, get a crew, and are over: some at each look at the map."""
    chance = random.Random(1)
    known: dict[int, dict[str, Any]] = {}
    for number in range(_MADE):
        seen_at = _BEGAN + timedelta(minutes=number // 20)
        change, outage = "reported", 1_000 + number
        if number > 120 and chance.random() < 0.7:
            outage = chance.choice(sorted(known))
            change = chance.choice(("updated", "gone"))
        document = known.get(outage) or {
            "F_OUTAGE_ID": outage,
            "OUTAGE_DEVICE_ID": str(chance.randrange(10**9)),
            "CREW_CURRENT_STATUS": "Awaiting Crew",
            "OUTAGE_CAUSE": chance.choice(("TREE CONTACT", "DAMGE UG CABLE")),
            "EST_CUSTOMERS": chance.randrange(1, 900),
            "OUTAGE_LATITUDE": round(chance.uniform(36, 40), 5),
            "OUTAGE_LONGITUDE": round(chance.uniform(-123, -120), 5),
        }
        if change == "updated":
            document = document | {"CREW_CURRENT_STATUS": "Crew On Site"}
        if change == "gone":
            del known[outage]
            document = {"F_OUTAGE_ID": outage}
        else:
            known[outage] = document
        line = {"seen_at": f"{seen_at:%Y-%m-%dT%H:%M:%SZ}", "change": change} | document
        yield json.dumps(line).encode() + b"\n"


def test_both_homes_decide_a_storm_alike(
    bare_kafka: str, redis: RedisServer, tmp_path: Path
) -> None:
    lines = recorded() if _RECORDED.exists() else made()
    (tmp_path / "part.jsonl").write_bytes(b"".join(islice(lines, _CHANGES)))
    one, began = on_one_machine(tmp_path / "part.jsonl", tmp_path / "one")

    many = on_kafka(bare_kafka, redis.url, one, began, tmp_path / "many")

    assert sum(it.incidents for it in one.values()) > 40
    # Named one by one: a comparison of the whole would be drawn for minutes.
    differs = {
        (county, field)
        for county, told in one.items()
        for field, said in told._asdict().items()
        if many[county]._asdict()[field] != said
    }
    assert not differs
