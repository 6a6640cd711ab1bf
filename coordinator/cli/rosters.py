"""Commands for who keeps the rosters, and the personal data beside them.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, DataDir, InLanguage

roster = typer.Typer(no_args_is_help=True, help="People, teams, vehicles, sites, shifts.")


@roster.command("import")
def roster_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or workbook of people, or JSON of a whole roster; or a folder of such files,"
            " each named by its jurisdiction."
        ),
    ],
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", "-j", help="Whose roster a file is.")
    ] = None,
    data_dir: DataDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    language: InLanguage = "en",
    as_json: AsJson = False,
) -> None:
    """Import a roster; every bad row is told, with line, field, value and reason."""
    from coordinator.cli.import_rosters import import_roster

    asyncio.run(
        import_roster(
            file, jurisdiction, data_dir, language=language, dry_run=dry_run, as_json=as_json
        )
    )


@roster.command("show")
def roster_show(
    member_id: Annotated[
        str,
        typer.Argument(help="Id as the log has it: of a member, or of a ward, whistle, signal …"),
    ],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what is kept of a person beside the log, as they may ask to see: name, home, words."""
    from coordinator.cli.erasing import show_person

    show_person(member_id, data_dir, as_json=as_json)


@roster.command("cells")
def roster_cells(
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", "-j")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what cells of several sizes cost in minutes of travel, and how many people share one."""
    from coordinator.cli.home_cells import show_cells

    asyncio.run(show_cells(jurisdiction, data_dir, as_json=as_json))


@roster.command("key")
def roster_key(data_dir: DataDir = None) -> None:
    """Make the key that ids of people are made with, where it is lost everywhere.

    A new data folder has one from the beginning; another machine is given a copy of it.
    """
    from coordinator.cli.data import settings_for
    from coordinator.private.file import make_private_folder
    from coordinator.private.member_ids import make_key

    folder = settings_for(data_dir).data_dir
    make_private_folder(folder)
    print(make_key(folder))


@roster.command("erase")
def roster_erase(
    member_id: Annotated[
        str,
        typer.Argument(help="Id as the log has it: of a member, or of a ward, whistle, signal …"),
    ],
    data_dir: DataDir = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; wanted where nobody can answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a person's name, home, phones and all they typed, or what was typed about something.

    What is on the log names nobody, and replays as before. It asks once; nothing brings it back.
    """
    from coordinator.cli.erasing import erase_person

    erase_person(member_id, data_dir, sure=yes, as_json=as_json)
