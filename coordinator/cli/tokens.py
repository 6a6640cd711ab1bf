"""Commands that say who may speak to the server."""

import asyncio
from typing import Annotated

import typer

from coordinator.cli.options import AsJson, DataDir, ForGateway, TokenRole

token = typer.Typer(no_args_is_help=True, help="Who may speak to the server.")


@token.command("mint")
def token_mint(
    actor: Annotated[str, typer.Argument(help="Name of the person or program.")],
    role: TokenRole,
    jurisdictions: Annotated[
        list[str] | None, typer.Option("--jurisdiction", "-j", help="Good for these.")
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--all-jurisdictions", help="Good for all, those to come with them.")
    ] = False,
    member: Annotated[str | None, typer.Option(help="Member id, for the role member.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Valid for so many days.")] = None,
    sources: Annotated[
        list[str] | None,
        typer.Option("--source", help="Reports under this name, too; * for any. Else its own."),
    ] = None,
    data_dir: DataDir = None,
    gateway: ForGateway = False,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    from coordinator.cli.minting import Asked, mint

    asyncio.run(
        mint(
            Asked(actor, role, tuple(jurisdictions or ()), member, days, tuple(sources or ())),
            data_dir,
            everywhere=everywhere,
            gateway=gateway,
        )
    )


@token.command("list")
def token_list(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List who holds tokens, sessions and codes, where they are good, and when they were used."""
    from coordinator.cli.minting import show

    show(data_dir, as_json=as_json)


@token.command("rotate")
def token_rotate(
    actor: Annotated[str, typer.Argument(help="Whose.")],
    overlap_h: Annotated[
        float,
        typer.Option("--overlap-hours", min=0, max=720, help="How long the old one is good still."),
    ] = 24.0,
    data_dir: DataDir = None,
) -> None:
    """Print a new token in the place of an actor's old one, which ends after a while."""
    from coordinator.cli.minting import rotate

    rotate(actor, overlap_h, data_dir)


@token.command("revoke")
def token_revoke(actor: Annotated[str, typer.Argument()], data_dir: DataDir = None) -> None:
    """Forget every token of an actor."""
    from coordinator.cli.minting import revoke

    revoke(actor, data_dir)
