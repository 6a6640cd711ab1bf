"""Commands that copy a data folder and put a copy back.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, DataDir

backups = typer.Typer()


@backups.command("backup")
def backup(
    into: Annotated[Path, typer.Argument(help="Folder that is made; must not be there yet.")],
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the private keys out: kept elsewhere.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Copy the data folder, beside a running server, too."""
    from coordinator.cli.copying import make_backup

    make_backup(into, data_dir, keys=not without_keys, as_json=as_json)


@backups.command("restore")
def restore(
    backup: Annotated[Path, typer.Argument(help="Folder that `coordinator backup` made.")],
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Though what is here goes further than the copy.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the data folder's files, which are moved aside."""
    from coordinator.cli.copying import restore_backup

    asyncio.run(restore_backup(backup, data_dir, accept_loss=accept_loss, as_json=as_json))
