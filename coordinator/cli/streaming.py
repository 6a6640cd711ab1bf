"""Commands of the many-machines home: topics, founding, workers, planners, gateways."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from coordinator.cli.data import print_json
from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import (
    free_socket,
    serve_until_interrupted,
    server_of,
    until_interrupted,
)
from coordinator.clock import WallClock
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.errors import BadInput
from coordinator.feeds.areas import Areas
from coordinator.home.alerts import areas_file, cap_reader
from coordinator.private.file import make_private_folder
from coordinator.private.folder import VAULT_NAME
from coordinator.private.vault import Vault
from coordinator.settings import read_settings
from coordinator.web.app import application
from coordinator.web.map_files import MapFiles
from schemas.default_policy import PLANNED_POLICY
from schemas.vocabulary import Realm
from streams.archive import archive, restore
from streams.asyncapi import document
from streams.brokers import Brokers, brokers_of
from streams.gateway import Gateway
from streams.publisher import Publisher
from streams.registry import found_all, renew_input
from streams.running import run_planner, run_worker
from streams.topics import Cluster, apply


def _at(bootstrap: str) -> Brokers:
    """Return brokers that are entered as the settings say."""
    return brokers_of(read_settings(), bootstrap)


def apply_topics(
    bootstrap: str, partitions: int, replication: int, min_in_sync: int, *, as_json: bool
) -> None:
    """Create and check the topics."""
    applied = apply(_at(bootstrap), Cluster(partitions, replication, min_in_sync))
    if as_json:
        print_json({"created": list(applied.created), "found": list(applied.found)})
        return
    for name in applied.created:
        print(f"created  {name}")
    for name in applied.found:
        print(f"as asked {name}")


async def found_jurisdictions(
    bootstrap: str, jurisdictions: Sequence[str], realm: Realm, *, demo_seed: int | None
) -> None:
    """Begin logs, and fill them with the demo province's rosters if a seed is given."""
    clock = WallClock()
    places = [] if demo_seed is None else province(demo_seed, clock.now())
    codes = [*jurisdictions, *(it.code for it in places)]
    if not codes:
        raise BadInput("jurisdiction: name one at least, or --demo")
    wanted = [(it, Realm.EXERCISE if places else realm) for it in codes]
    entries = await found_all(_at(bootstrap), wanted, PLANNED_POLICY, at=clock.now())
    for entry in entries:
        print(f"{entry.log_id} on partition {entry.partition} of {entry.partitions}")
    if places:
        data_dir = read_settings().data_dir
        make_private_folder(data_dir)
        vault = Vault(data_dir / VAULT_NAME)
        vault.put(personal_data(places))
        vault.close()
        await asyncio.to_thread(_publish_rosters, bootstrap, places, clock.now())


def _publish_rosters(bootstrap: str, places: Sequence[Place], at: int) -> None:
    with Publisher(_at(bootstrap)) as publisher:
        sent = [
            publisher.submit(signal)
            for place in places
            for signal in roster_signals(place, Realm.EXERCISE, at)
        ]
        for it in sent:
            it.result()
    print(f"{len(sent)} roster signals published")


def describe_topics() -> None:
    """Print the AsyncAPI document."""
    print_json(document())


async def archive_log(bootstrap: str, jurisdiction: str, file: Path) -> None:
    """Write a log into a file and say how much that was."""
    archived = await archive(_at(bootstrap), jurisdiction, file)
    print(f"{archived.log_id}: {archived.records} records, head {archived.head}")


async def renew_an_input(bootstrap: str, topic: str, jurisdictions: Sequence[str]) -> None:
    """Enter that a topic begins anew, and say for whom."""
    for entry in await renew_input(_at(bootstrap), topic, jurisdictions):
        print(f"{entry.log_id}: {topic} is read from its beginning")


async def restore_log(bootstrap: str, file: Path) -> None:
    """Put a log back and say how much that was."""
    restored = await restore(_at(bootstrap), file)
    print(f"{restored.log_id}: {restored.records} records, head {restored.head}")


async def work() -> None:
    """Run a worker until interrupted.

    Raises:
        WorkerCrashed: a part of it failed.
    """
    settings = read_settings()
    set_up_logging(settings)
    listening = free_socket(settings)
    print(f"http://{settings.host}:{listening.getsockname()[1]}/health", flush=True)
    await run_worker(settings, WallClock(), until_interrupted(), server_of, listening)


async def plan() -> None:
    """Run a planner until interrupted.

    Raises:
        WorkerCrashed: it failed.
    """
    settings = read_settings()
    set_up_logging(settings)
    listening = free_socket(settings)
    print(f"http://{settings.host}:{listening.getsockname()[1]}/health", flush=True)
    await run_planner(settings, WallClock(), until_interrupted(), server_of, listening)


async def open_gateway() -> None:
    """Serve the API and the boards until interrupted."""
    settings = read_settings()
    set_up_logging(settings)
    map_files = MapFiles.of(settings)
    gateway = Gateway(settings, WallClock())
    await gateway.start()
    areas = areas_file(settings)
    known = Areas(()) if areas is None else Areas.read(areas)
    web = application(
        gateway, registry=gateway.metrics, read_cap=cap_reader(known, settings), map_files=map_files
    )
    await serve_until_interrupted(web, settings, free_socket(settings))
    await gateway.stop()
