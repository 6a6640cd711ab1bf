"""Commands that speak to Kafka."""

from coordinator.cli.data import print_json
from streams.topics import Cluster, apply


def apply_topics(
    bootstrap: str, partitions: int, replication: int, min_in_sync: int, *, as_json: bool
) -> None:
    """Create and check the topics."""
    applied = apply(bootstrap, Cluster(partitions, replication, min_in_sync))
    if as_json:
        print_json({"created": list(applied.created), "found": list(applied.found)})
        return
    for name in applied.created:
        print(f"created  {name}")
    for name in applied.found:
        print(f"as asked {name}")
