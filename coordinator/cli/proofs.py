"""Commands for who keeps and checks proofs of the log elsewhere.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, DataDir, Jurisdiction

proof = typer.Typer(no_args_is_help=True, help="Prove to outsiders what is on the log.")

_File = Annotated[Path, typer.Argument(help="A checkpoint or a proof.")]
_Key = Annotated[
    str, typer.Option("--key", help="Public key of that log, as `proof keys` shows it.")
]
_Archive = Annotated[
    Path | None, typer.Option(help="The log in what `topics archive` wrote, not a data folder's.")
]


@proof.command("keys")
def proof_keys(
    data_dir: DataDir = None,
    archive: _Archive = None,
    origin: Annotated[
        str | None, typer.Option(help="Make a key under this name, as grid.example/emergency.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the public key of each log; with --origin, make the private one first."""
    from coordinator.cli.proof_files import show_keys

    asyncio.run(show_keys(data_dir, archive, origin, as_json=as_json))


@proof.command("checkpoint")
def proof_checkpoint(
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    archive: _Archive = None,
    since: Annotated[
        Path | None, typer.Option(help="An older checkpoint: prove what leads on from it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for one file per log, instead of printing.")
    ] = None,
) -> None:
    """Sign what is on the logs now, to be kept where nobody who can change them can reach it."""
    from coordinator.cli.proof_files import sign_checkpoints

    asyncio.run(sign_checkpoints(data_dir, jurisdiction, archive, since, out))


@proof.command("record")
def proof_record(
    seq: Annotated[int, typer.Argument(min=0, help="Which record.")],
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    archive: _Archive = None,
) -> None:
    """Print one record with the proof that the last signed checkpoint speaks of it."""
    from coordinator.cli.proof_files import prove_record

    asyncio.run(prove_record(data_dir, jurisdiction, archive, seq))


@proof.command("words")
def proof_words(
    data_dir: DataDir = None,
    digest: Annotated[
        str | None, typer.Option(help="Those a checkpoint names; else those of this program.")
    ] = None,
) -> None:
    """Print the words for the codes on the record, to be kept with checkpoints and archives."""
    from coordinator.cli.proof_files import show_words

    show_words(data_dir, digest)


@proof.command("check")
def proof_check(
    file: _File,
    key: _Key,
    since: Annotated[
        Path | None, typer.Option(help="The older checkpoint it should lead on from.")
    ] = None,
    words: Annotated[
        Path | None, typer.Option(help="What `proof words` wrote: tell the record in these words.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a checkpoint or a proof, without any log. Exit 1 if it does not show what it should."""
    from coordinator.cli.proof_files import check_file

    check_file(file, key, since, words, as_json=as_json)


@proof.command("compare")
def proof_compare(
    file: _File,
    key: _Key,
    data_dir: DataDir = None,
    jurisdiction: Jurisdiction = None,
    archive: _Archive = None,
) -> None:
    """Say whether the log here still begins as a checkpoint says. Exit 1 if it does not."""
    from coordinator.cli.proof_files import compare_log

    asyncio.run(compare_log(file, key, data_dir, jurisdiction, archive))
