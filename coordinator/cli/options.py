"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from schemas.roles import Capability, Role, can

WithNames = Annotated[
    bool, typer.Option("--names", help="Join names and typed words from the vault.")
]
InLanguage = Annotated[Literal["en", "zh"], typer.Option("--language", help="Its language.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
TokenRole = Annotated[
    str,
    typer.Option(
        "--role",
        help=", ".join(it.value for it in Role if not can(it, Capability.BE_COORDINATOR)) + ".",
    ),
]
ForGateway = Annotated[
    bool, typer.Option("--gateway", help="For a gateway, in whose folder there are no logs.")
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of the log; COORDINATOR_DATA_DIR.")
]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", "-j", help="Whose log; needed if there are several.")
]
Url = Annotated[
    str | None, typer.Option("--url", help="A running coordinator; else the data folder's server.")
]
TokenText = Annotated[
    str, typer.Option("--token", envvar="COORDINATOR_TOKEN", help="Bearer token.", prompt=True)
]
Bootstrap = Annotated[
    str,
    typer.Option(
        envvar=["COORDINATOR_BOOTSTRAP", "KAFKA_BOOTSTRAP"], help="Brokers, host:port with commas."
    ),
]
DrillSpeed = Annotated[
    float,
    typer.Option(
        "--speed", min=1, max=10_000,
        help="Times as fast as life; slower where the machine cannot follow.",
    ),
]  # fmt: skip
StormMinutes = Annotated[
    int, typer.Option("--minutes", min=10, max=2_880, help="Length of the storm.")
]
DrillSeed = Annotated[int, typer.Option("--seed", help="Of province and storm.")]
WallSeconds = Annotated[
    float | None,
    typer.Option("--wall-seconds", help="End by itself after this time on the wall clock."),
]
At = Annotated[str | None, typer.Option(help="Moment: ISO 8601 with its offset, or UTC ms.")]
