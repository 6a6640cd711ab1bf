"""Every reader has the same state: folded from the beginning, kept in Redis, told by workers."""

import asyncio
import zlib

from redis.asyncio import Redis

from coordinator.domain.canonical import decode, digest
from coordinator.log.fold import CODE_VERSION, empty
from coordinator.log.partition import PartitionLog
from coordinator.log.redis import RedisSnapshots
from streams.partition import KafkaPartition
from streams.publisher import partition_of
from streams.topics import Topic
from tests.scenario.county_under_load import COUNTIES
from tests.streams.checker import Finding
from tests.streams.counties import PARTITIONS
from tests.streams.machines import Machines, until


def agree(bootstrap: str, redis_url: str, finding: Finding, here: Machines | None) -> int:
    """Compare the readers; return how many snapshots were compared."""
    compared = asyncio.run(_compare(bootstrap, redis_url, finding))
    if here is not None:
        until(lambda: _tips_agree(bootstrap, here), what="workers stand where the log ends")
    return compared


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
    from tests.streams.checker import read_logs  # noqa: PLC0415 - read anew each time

    heads = {log_id: read_logs(bootstrap).head(log_id) for log_id in COUNTIES}
    told = {
        name: (health["seq"], health["hash"])
        for worker in here.workers
        for name, health in worker.health().get("jurisdictions", {}).items()
        if health["stopped_because"] is None
    }
    return told == heads
