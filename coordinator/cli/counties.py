"""Commands that begin the log of a jurisdiction: on purpose, and by no other command."""

import asyncio
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, DataDir

county = typer.Typer(no_args_is_help=True, help="The jurisdictions whose logs a folder holds.")


@county.command("found")
def county_found(
    names: Annotated[list[str], typer.Argument(help="Codes, like my-county.")],
    exercise: Annotated[bool, typer.Option("--exercise", help="For a drill.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Begin the logs of jurisdictions; what is there already is left as it is."""
    from coordinator.cli.founding import found_counties

    asyncio.run(found_counties(names, data_dir, exercise=exercise))


@county.command("list")
def county_list(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the jurisdictions of a data folder, and their realms."""
    from coordinator.cli.founding import list_counties

    list_counties(data_dir, as_json=as_json)
