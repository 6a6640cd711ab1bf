"""What it costs that the record knows homes by their cells: for who chooses how large those are."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.table import Table

from coordinator.cli.data import print_json, settings_for, state_known
from coordinator.cli.display import Display
from coordinator.domain.geography import cell_centre
from coordinator.errors import BadInput
from coordinator.planning.travel import StraightLine
from coordinator.private.folder import VAULT_NAME
from coordinator.private.vault import Vault
from schemas.bounds import Position
from schemas.policy import Muster

_SIZES_M: Final = (500, 1_000, 2_000, 5_000)


async def show_cells(jurisdiction: str, data_dir: Path | None, *, as_json: bool) -> None:
    """Compare the way from each home with the way from the middle of its cell, to every base.

    Raises:
        UnknownJurisdiction: it is not here.
        BadInput: no home or no base of it is known.
    """
    settings = settings_for(data_dir)
    state = await state_known(settings, jurisdiction)
    with closing(Vault(settings.data_dir / VAULT_NAME, untouched=True)) as vault:
        homes = [Position(lon=lon, lat=lat) for lon, lat in vault.homes(jurisdiction)]
    bases = [it.base for it in state.roster.teams.values()]
    if not (homes and bases):
        raise BadInput(f"jurisdiction: no homes or no teams of {jurisdiction!r} are known here")
    rules, in_force = state.policy.muster, state.policy.privacy.home_cell_m
    rows = [_cost(homes, bases, rules, it) for it in sorted({*_SIZES_M, in_force})]
    if as_json:
        print_json({"in_force_m": in_force, "cells": rows})
        return
    table = Table(*rows[0], title=f"{len(homes)} homes, {len(bases)} bases")
    for row in rows:
        table.add_row(*(str(it) for it in row.values()))
    Display().print(table)
    print(f"in force: {in_force} m (`privacy.home_cell_m` in the policy)")


def _cost(
    homes: Sequence[Position], bases: Sequence[Position], rules: Muster, cell_m: int
) -> dict[str, Any]:
    cells = [cell_centre(it, cell_m) for it in homes]
    travel = StraightLine(rules)
    wrong = np.abs(travel.minutes(homes, bases) - travel.minutes(cells, bases))
    alone = sum(1 for count in Counter((it.lon, it.lat) for it in cells).values() if count == 1)
    return {
        "cell_m": cell_m,
        "minutes_off_mean": round(float(wrong.mean()), 2),
        "minutes_off_p95": round(float(np.percentile(wrong, 95)), 2),
        "minutes_off_max": int(wrong.max()),
        "alone_in_their_cell": alone,
    }
