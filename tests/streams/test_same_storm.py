"""The first hours of a real storm come to the same state in both homes."""

import gzip
from pathlib import Path

import pytest

from tests.broker.redis_server import RedisServer
from tests.streams.storm import on_kafka, on_one_machine

_STORM = (
    Path(__file__).resolve().parents[3] / "shared/data/outages/california-2024-02-storm.jsonl.gz"
)
_CHANGES = 600


def test_both_homes_decide_a_storm_alike(
    bare_kafka: str, redis: RedisServer, tmp_path: Path
) -> None:
    if not _STORM.exists():
        pytest.skip(f"needs the recorded storm: {_STORM.name}")
    with gzip.open(_STORM) as whole, (tmp_path / "part.jsonl").open("wb") as part:
        for _, line in zip(range(_CHANGES), whole, strict=False):
            part.write(line)
    one, began = on_one_machine(tmp_path / "part.jsonl", tmp_path / "one")

    many = on_kafka(bare_kafka, redis.url, one, began, tmp_path / "many")

    assert sum(it.incidents for it in one.values()) > 40
    assert many == one
