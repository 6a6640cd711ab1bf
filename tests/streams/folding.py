"""Every reader has the same state: folded from the beginning, kept in Redis, told by workers; and
every inbox holds each message once, with the newest binding.
"""

import asyncio
import json
import zlib
from collections import defaultdict
from typing import Any

from redis.asyncio import Redis

from coordinator.domain.canonical import decode, digest
from coordinator.log.fold import CODE_VERSION, empty
from coordinator.log.partition import PartitionLog
from coordinator.log.redis import RedisSnapshots
from streams.partition import KafkaPartition
from streams.publisher import partition_of
from streams.topics import Topic
from tests.scenario.county_under_load import COUNTIES
from tests.streams.checker import ASSIGNMENTS, Finding, messages, read_logs
from tests.streams.counties import PARTITIONS
from tests.streams.machines import Machines, until

_INBOX = 200
"""Messages an inbox keeps at most."""


def agree(bootstrap: str, redis_url: str, finding: Finding, here: Machines | None) -> int:
    """Compare the readers; return how many snapshots were compared."""
    compared = asyncio.run(_compare(bootstrap, redis_url, finding))
    if here is not None:
        until(lambda: _tips_agree(bootstrap, here), what="workers stand where the log ends")
        sent = _assignments(bootstrap)
        until(
            lambda: asyncio.run(_inboxes_hold(redis_url, sent)),
            what="inboxes hold each assignment once, and the newest binds",
        )
    return compared


def _assignments(bootstrap: str) -> dict[str, list[dict[str, Any]]]:
    """Return what lies on the assignment topics, repeats included, by member."""
    sent: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for it in messages(bootstrap, ASSIGNMENTS):
        document = json.loads(it.value)
        sent[document["target"]].append(document)
    return sent


async def _inboxes_hold(redis_url: str, sent: dict[str, list[dict[str, Any]]]) -> bool:
    redis: Any = Redis.from_url(redis_url, decode_responses=True)
    good = True
    for target, documents in sent.items():
        inbox = await redis.lrange(f"coordinator:{{{target}}}:inbox", 0, -1)
        ids = [json.loads(it)["effect_id"] for it in inbox]
        assert len(ids) == len(set(ids)), f"{target} was told the same twice"
        held = await redis.hgetall(f"coordinator:{{{target}}}:assignment")
        newest = [it["seq"] for it in documents if it["log_id"] == held.get("log_id")]
        good &= bool(newest) and int(held["seq"]) == max(newest)
        good &= len(ids) == _INBOX or set(ids) >= {it["effect_id"] for it in documents}
    await redis.aclose()
    return good


async def _compare(bootstrap: str, redis_url: str, finding: Finding) -> int:
    redis = Redis.from_url(redis_url)
    compared = 0
    for county in COUNTIES:
        number = partition_of(county, PARTITIONS)
        partition = KafkaPartition(bootstrap, str(Topic.LOG), number)
        await partition.start()
        fold, log = empty(county), PartitionLog(county, partition)
        kept = await RedisSnapshots(redis).latest(county, seq_max=finding.logs[county][-1].seq)
        for record in await log.read(after_seq=-1, records_max=10**9):
            fold, _ = fold.step(record)
            if kept is not None and record.seq == kept.seq:
                assert kept.code_version == CODE_VERSION
                assert kept.hash == record.hash
                assert digest(decode(zlib.decompress(kept.state))) == digest(fold.state)
                compared += 1
        await partition.stop()
    await redis.aclose()
    return compared


def _tips_agree(bootstrap: str, here: Machines) -> bool:
    finding = read_logs(bootstrap)
    heads = {log_id: finding.head(log_id) for log_id in COUNTIES}
    told = {
        name: (health["seq"], health["hash"])
        for worker in here.workers
        for name, health in worker.health().get("jurisdictions", {}).items()
        if health["stopped_because"] is None
    }
    return told == heads
