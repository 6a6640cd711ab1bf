"""A table for people, one JSON line for programs."""

import argparse
import json
from collections.abc import Mapping, Sequence

from coordinator.gc_tuning import look_for_cycles_seldom


def arguments(what: str, *, parts: Sequence[str] = ()) -> argparse.Namespace:
    """Read the options that every benchmark has; run as the product runs.

    Args:
        what: it does.
        parts: of it that may be asked for alone, any number of them.
    """
    parser = argparse.ArgumentParser(description=what)
    if parts:
        parser.add_argument("--part", action="append", choices=parts, help="this part alone")
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help="end within 45 s")
    options = parser.parse_args()
    look_for_cycles_seldom()
    return options


def tell(
    bench: str,
    *,
    ratios: Mapping[str, float],
    figures: Mapping[str, float],
    as_json: bool,
) -> None:
    """Print what was measured."""
    width = max(map(len, (*ratios, *figures)))
    print(f"{bench}")
    for name, value in ratios.items():
        print(f"  ratio  {name:<{width}} {value:>14,.2f}")
    for name, value in figures.items():
        print(f"         {name:<{width}} {value:>14,.2f}")
    if as_json:
        document = {"bench": bench, "ratios": dict(ratios), "figures": dict(figures)}
        print(json.dumps(document))
