"""Commands of the many-machines home: topics, workers, gateways.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, Bootstrap

topics = typer.Typer(no_args_is_help=True, help="Topics on Kafka, and the logs on them.")
processes = typer.Typer()


@topics.command("apply")
def topics_apply(
    bootstrap: Bootstrap,
    partitions: Annotated[
        int, typer.Option(min=1, max=1_000, help="Of every topic; it can never change.")
    ] = 16,
    replication: Annotated[int, typer.Option(min=1, max=9, help="Copies; 1 to develop.")] = 3,
    min_in_sync: Annotated[int, typer.Option(min=1, max=9, help="Copies before a yes.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Create the topics that are missing and check the others; never changes or deletes one."""
    from coordinator.cli.streaming import apply_topics

    apply_topics(bootstrap, partitions, replication, min_in_sync, as_json=as_json)


@topics.command("found")
def topics_found(
    bootstrap: Bootstrap,
    jurisdiction: Annotated[
        list[str] | None, typer.Option("--jurisdiction", "-j", help="Code; may be repeated.")
    ] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="For a drill.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="The demo province, as exercise.")] = False,
    seed: Annotated[int, typer.Option(help="Of the demo province.")] = 1,
) -> None:
    """Begin the logs of jurisdictions; what is there already is left as it is."""
    from coordinator.cli.streaming import found_jurisdictions
    from schemas.vocabulary import Realm

    realm = Realm.EXERCISE if exercise else Realm.ACTUAL
    asyncio.run(
        found_jurisdictions(bootstrap, jurisdiction or [], realm, demo_seed=seed if demo else None)
    )


@topics.command("describe")
def topics_describe() -> None:
    """Print the topics and what lies on them as an AsyncAPI 3 document, JSON."""
    from coordinator.cli.streaming import describe_topics

    describe_topics()


@topics.command("archive")
def topics_archive(
    bootstrap: Bootstrap,
    jurisdiction: Annotated[str, typer.Argument(help="Whose log.")],
    file: Annotated[Path, typer.Argument(help="Written anew; gzipped JSON lines.")],
) -> None:
    """Write the log of a jurisdiction into a file: the records that count, as they are."""
    from coordinator.cli.streaming import archive_log

    asyncio.run(archive_log(bootstrap, jurisdiction, file))


@topics.command("restore")
def topics_restore(
    bootstrap: Bootstrap,
    file: Annotated[Path, typer.Argument(help="What `archive` wrote.")],
) -> None:
    """Put an archived log onto topics that hold nothing of it; verified first."""
    from coordinator.cli.streaming import restore_log

    asyncio.run(restore_log(bootstrap, file))


@processes.command()
def worker() -> None:
    """Own partitions and decide; any number of these. Settings are COORDINATOR_… variables."""
    from coordinator.cli.streaming import work

    asyncio.run(work())


@processes.command()
def planner() -> None:
    """Propose units, with reasons; one is enough. Settings are COORDINATOR_… variables."""
    from coordinator.cli.streaming import plan

    asyncio.run(plan())


@processes.command()
def gateway() -> None:
    """Serve HTTP before the workers; any number of these. Settings are COORDINATOR_… variables."""
    from coordinator.cli.streaming import open_gateway

    asyncio.run(open_gateway())


@topics.command("renew-input")
def topics_renew_input(
    bootstrap: Bootstrap,
    topic: Annotated[str, typer.Argument(help="The input topic that was made anew or restored.")],
    jurisdictions: Annotated[list[str], typer.Argument(help="Codes of those it is halted for.")],
) -> None:
    """Have an input topic that was made anew, or restored, read from its beginning."""
    from coordinator.cli.streaming import renew_an_input

    asyncio.run(renew_an_input(bootstrap, topic, jurisdictions))
