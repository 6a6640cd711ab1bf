"""An archive brings a log back whole, or says why it does not."""

import asyncio
import base64
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.errors import BadFile, BadInput, UnknownJurisdiction
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm
from streams.archive import archive, restore
from streams.registry import found_all
from streams.topics import Cluster, apply
from tests.broker.redis_server import RedisServer
from tests.broker.topics import forget
from tests.scenario.county_under_load import COUNTIES
from tests.streams import checker
from tests.streams.counties import PARTITIONS, prepare, speaking
from tests.streams.machines import Machines, machines, until

COUNTY = COUNTIES[0]


@pytest.fixture
def here(bare_kafka: str, redis: RedisServer, tmp_path: Path) -> Iterator[Machines]:
    prepare(bare_kafka)
    with machines(bare_kafka, redis.url, tmp_path) as made:
        made.worker()
        until(lambda: made.owned().keys() >= set(COUNTIES), what="every county is owned")
        yield made


def test_a_log_that_was_lost_comes_back_and_goes_on(here: Machines, tmp_path: Path) -> None:
    with speaking(here.bootstrap) as senders:
        senders.hear(20)
    before = checker.check(here.bootstrap, senders.acknowledged)
    for it in here.workers:
        it.kill()
    here.workers.clear()
    archived = [asyncio.run(archive(here.bootstrap, it, tmp_path / f"{it}.gz")) for it in COUNTIES]
    forget(here.bootstrap)
    apply(here.bootstrap, Cluster(PARTITIONS, 1, 1))

    restored = [asyncio.run(restore(here.bootstrap, tmp_path / f"{it}.gz")) for it in COUNTIES]

    assert restored == archived
    after = checker.read_logs(here.bootstrap)
    assert [it.hash for it in after.logs[COUNTY]][: len(before.logs[COUNTY])] == [
        it.hash for it in before.logs[COUNTY]
    ]
    prepare(here.bootstrap)  # founded again, they stay as they were restored
    here.worker()
    until(lambda: here.owned().keys() >= set(COUNTIES), what="every county is owned again")
    assert checker.messages(here.bootstrap, checker.ASSIGNMENTS) == []
    with speaking(here.bootstrap, run=1) as more:
        more.hear(20)
    finding = checker.wait_for(here.bootstrap, more.acknowledged)
    assert finding.decided.keys() >= senders.acknowledged | more.acknowledged


def test_only_topics_without_the_log_take_it(bare_kafka: str, tmp_path: Path) -> None:
    prepare(bare_kafka)
    file = tmp_path / "a.gz"
    asyncio.run(archive(bare_kafka, COUNTY, file))

    with pytest.raises(BadInput, match="there already"):
        asyncio.run(restore(bare_kafka, file))
    with pytest.raises(UnknownJurisdiction):
        asyncio.run(archive(bare_kafka, "nowhere", file))
    forget(bare_kafka)
    apply(bare_kafka, Cluster(PARTITIONS + 1, 1, 1))
    with pytest.raises(BadInput, match="partitions: the log was begun with 4"):
        asyncio.run(restore(bare_kafka, file))


def test_a_jurisdiction_is_not_founded_again_in_another_realm(bare_kafka: str) -> None:
    prepare(bare_kafka)
    again = [(COUNTY, Realm.EXERCISE)]

    with pytest.raises(BadInput, match=f"realm: {COUNTY} was founded as actual"):
        asyncio.run(found_all(bare_kafka, again, DEFAULT_POLICY, at=1))


def test_an_archive_that_was_touched_is_refused(bare_kafka: str, tmp_path: Path) -> None:
    prepare(bare_kafka)
    file = tmp_path / "a.gz"
    asyncio.run(archive(bare_kafka, COUNTY, file))
    head, words, record, *_ = gzip.decompress(file.read_bytes()).splitlines()
    raw = bytearray(base64.b64decode(record))
    raw[1 + 8 + 5] ^= 1

    for lines, why in (
        ([head, words, base64.b64encode(raw)], "line 3: seq 0"),
        ([head, words.replace(b"no such incident", b"no such thing")], "line 2: words of"),
        ([head, b"!!"], "line 2"),
        ([head, words, b"!!"], "line 3"),
        ([record], "line 1"),
        ([head, words], "no records"),
        ([head], "line 2"),
    ):
        file.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
        with pytest.raises(BadFile, match=why):
            asyncio.run(restore(bare_kafka, file))
    file.write_bytes(b"not gzip")
    with pytest.raises(BadFile):
        asyncio.run(restore(bare_kafka, file))
