"""Every command of `coordinator`, in the order a newcomer meets them.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.cli.backups import backups
from coordinator.cli.counties import county
from coordinator.cli.many_machines import processes, topics
from coordinator.cli.options import (
    AsJson,
    At,
    DataDir,
    DrillSeed,
    DrillSpeed,
    InLanguage,
    Jurisdiction,
    StormMinutes,
    TokenText,
    Url,
    WallSeconds,
    WithNames,
)
from coordinator.cli.proofs import proof
from coordinator.cli.rosters import roster
from coordinator.cli.terminal import write_text_only
from coordinator.cli.tokens import token
from coordinator.errors import BadInput, CoordinatorError
from coordinator.gc_tuning import look_for_cycles_seldom

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Emergency-response coordinator for power utilities: from an outage event to a unit in"
    " the field, on a log that can be proved.",
)
feed = typer.Typer(no_args_is_help=True, help="Feed outage maps and disaster alerts.")
log = typer.Typer(no_args_is_help=True, help="Look at the log and prove it.")
schemas = typer.Typer(no_args_is_help=True, help="The words, for other programs.")
policy = typer.Typer(no_args_is_help=True, help="Thresholds as data, with their evidence.")
for name, group in (
    ("feed", feed),
    ("county", county),
    ("roster", roster),
    ("log", log),
    ("proof", proof),
    ("token", token),
    ("schemas", schemas),
    ("policy", policy),
    ("topics", topics),
):
    app.add_typer(group, name=name)


def _run(work: Any) -> None:
    asyncio.run(work)


@app.command()
def run(
    data_dir: DataDir = None,
    speed: DrillSpeed = 60,
    minutes: StormMinutes = 360,
    seed: DrillSeed = 1,
    wall_seconds: WallSeconds = None,
) -> None:
    """Demo province, server on 127.0.0.1 and a storm drill at 60×. Ctrl-C ends it."""
    from coordinator.cli.drilling import run_drill

    _run(
        run_drill(
            data_dir, speed=speed, minutes=minutes, seed=seed, wall_seconds=wall_seconds,
            fresh=True,
        )
    )  # fmt: skip


@app.command()
def up(data_dir: DataDir = None) -> None:
    """Serve the logs that are in the data folder, with the real clock."""
    from coordinator.cli.serving import serve

    _run(serve(data_dir))


@app.command()
def drill(
    data_dir: DataDir = None,
    speed: DrillSpeed = 60,
    minutes: StormMinutes = 360,
    seed: DrillSeed = 1,
    wall_seconds: WallSeconds = None,
) -> None:
    """Play another storm on the exercise logs that are in the data folder."""
    from coordinator.cli.drilling import run_drill

    _run(
        run_drill(
            data_dir, speed=speed, minutes=minutes, seed=seed, wall_seconds=wall_seconds,
            fresh=False,
        )
    )  # fmt: skip


@feed.command("outage-map")
def feed_outage_map(
    file: Annotated[Path, typer.Argument(help="Change file (.jsonl, .gz) or snapshot folder.")],
    data_dir: DataDir = None,
    seed: Annotated[int, typer.Option(help="Of province and phones.")] = 1,
    zone: Annotated[
        str, typer.Option(help="IANA zone whose wall clock the map's own times show; else UTC.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Run a recorded storm through, whole, as an exercise over a demo roster, and sum it up."""
    from coordinator.cli.import_data import storm

    _run(storm(file, data_dir, seed=seed, zone=zone, as_json=as_json))


@feed.command("cap")
def feed_cap(
    files: Annotated[list[Path], typer.Argument(help="CAP 1.1 or 1.2 files.")],
    areas: Annotated[Path, typer.Option(help="GeoJSON of jurisdictions.")],
    data_dir: DataDir = None,
    zone: Annotated[
        str, typer.Option(help="IANA zone of moments without an offset; else they are refused.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Feed disaster alerts to the jurisdictions they touch."""
    from coordinator.cli.import_data import cap

    _run(cap(files, areas, data_dir, zone=zone, as_json=as_json))


@app.command()
def health(url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say what is wrong with a running coordinator; ends with 1 where it does not do its work."""
    from coordinator.cli.http_client import show_health

    _run(show_health(url, data_dir, as_json=as_json))


@app.command()
def publish(
    file: Annotated[str, typer.Argument(help="NDJSON of signals, or - for standard input.")],
    token_text: TokenText,
    url: Url = None,
    data_dir: DataDir = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
) -> None:
    """Publish signals to a running coordinator; each line is answered."""
    from coordinator.cli.http_client import publish_lines

    _run(publish_lines(file, url, token_text, language, as_json=as_json, data_dir=data_dir))


@app.command()
def watch(
    token_text: TokenText,
    url: Url = None,
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    as_json: AsJson = False,
) -> None:
    """Follow the boards of a running coordinator, live."""
    from coordinator.cli.http_client import watch_boards

    _run(watch_boards(url, token_text, jurisdiction, as_json=as_json, data_dir=data_dir))


@log.command("verify")
def log_verify(
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    head: Annotated[str | None, typer.Option(help="SEQ:HASH it must hold, kept elsewhere.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many read side by side; all cores if not said.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove every record of every log complete, in order and unaltered. Exit 1 if one is not."""
    from coordinator.cli.inspect import verify_logs

    _run(verify_logs(data_dir, jurisdiction, head, processes=processes, as_json=as_json))


@log.command("keep-states")
def log_keep_states(data_dir: DataDir = None, jurisdiction: Jurisdiction = None) -> None:
    """Before an upgrade: read the logs with this version and keep the states, beside a server."""
    from coordinator.cli.inspect import keep_states

    _run(keep_states(data_dir, jurisdiction))


@log.command("show")
def log_show(
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    after: Annotated[int, typer.Option(help="Show records later than this seq.")] = -1,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Show records: seq, time, cause, facts, hash."""
    from coordinator.cli.inspect import show_log

    _run(show_log(data_dir, jurisdiction, after=after, limit=limit, as_json=as_json))


@app.command()
def replay(
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    at: At = None,
    incident: Annotated[str | None, typer.Option(help="Only this incident.")] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Only the digest of the state.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the state as it was known at a moment, from the log alone."""
    from coordinator.cli.inspect import replay_state

    _run(replay_state(data_dir, jurisdiction, at, incident, digest=digest, as_json=as_json))


@app.command()
def report(
    incident: Annotated[str, typer.Argument(help="Id of an incident, an operation or a task.")],
    data_dir: DataDir = None,
    names: WithNames = False,
    language: InLanguage = "en",
    as_json: AsJson = False,
) -> None:
    """Write the report of an incident, an operation or a task, from the record; Markdown."""
    from coordinator.cli.inspect import write_report

    _run(write_report(incident, data_dir, language, names=names, as_json=as_json))


@app.command()
def plan(
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    at: At = None,
    explain: Annotated[
        str | None, typer.Option(help="Incident: why these people, and who else could go.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="Policy, or a part of one, YAML: what would it change?")
    ] = None,
    last: Annotated[int, typer.Option(min=1, max=1_000, help="Units to compare.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Plan for the units that wait, in a folder a server may be using; nothing is sent."""
    from coordinator.cli.comparing import compare_policies
    from coordinator.cli.planning import explain_incident, plan_waiting

    if explain is not None:
        _run(explain_incident(data_dir, explain, at, as_json=as_json))
    elif compare is not None:
        _run(compare_policies(data_dir, jurisdiction, compare, at, last, as_json=as_json))
    else:
        _run(plan_waiting(data_dir, jurisdiction, at, as_json=as_json))


@app.command("repair-order")
def repair_order(
    damage: Annotated[
        Path | None, typer.Argument(help="Damage and crews, JSON; none: what stands now.")
    ] = None,
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Show in which order damage is best repaired, and what that gains over biggest first."""
    from coordinator.cli.planning import order_repairs

    _run(order_repairs(data_dir, jurisdiction, at, damage, as_json=as_json))


@app.command("dead-letters")
def dead_letters(
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List what came in and could not be understood, newest first."""
    from coordinator.cli.inspect import show_dead_letters

    show_dead_letters(data_dir, limit, as_json=as_json)


@app.command()
def simulate(
    seeds: Annotated[int, typer.Option(min=1, help="How many worlds.")] = 100,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    faults: Annotated[
        str | None, typer.Option(help="Only these, with commas; `none` for fair weather.")
    ] = None,
    storm_hours: Annotated[float, typer.Option(min=0.1, max=48, help="Length of the storm.")] = 4.0,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Run so many side by side.")] = 1,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Note what breaks and go on, unshrunk.")
    ] = False,
    every: Annotated[
        int, typer.Option(min=0, help="With --json: a line of figures after so many seeds.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Run the coordinator in simulated worlds that try to break it; equal seeds, equal worlds."""
    from coordinator.cli.simulating import simulate_seeds

    simulate_seeds(
        range(first, first + seeds),
        faults,
        storm_hours,
        processes=processes,
        keep_going=keep_going,
        every=every,
        as_json=as_json,
    )


@schemas.command("export")
def schemas_export(
    folder: Annotated[Path, typer.Argument(help="Where one file per type is written.")],
) -> None:
    """Write the JSON Schema of every signal and event, and of the policy."""
    from coordinator.cli.inspect import export_schemas

    export_schemas(folder)


@policy.command("show")
def policy_show(as_json: AsJson = False) -> None:
    """Show the default policy with the evidence of each value."""
    from coordinator.cli.inspect import show_policy

    show_policy(as_json=as_json)


@policy.command("check")
def policy_check(file: Annotated[Path, typer.Argument(help="Policy document, JSON.")]) -> None:
    """Check a policy document; names the field and the value that is wrong."""
    from coordinator.cli.inspect import check_policy

    check_policy(file)


app.registered_commands += (*backups.registered_commands, *processes.registered_commands)


def main() -> None:
    """Run the command; an error is one line, never a traceback."""
    look_for_cycles_seldom()
    write_text_only()
    try:
        app()
    except CoordinatorError as error:
        typer.echo(f"coordinator: {error}", err=True)
        sys.exit(2 if isinstance(error, BadInput) else 1)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(130)
