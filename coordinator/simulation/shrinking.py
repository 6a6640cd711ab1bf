"""Making a failure small: fewer faults and a shorter storm that break the same invariant."""

from collections.abc import Iterator

from coordinator.simulation.world import Options, Outcome, simulate

_LINES = 60


def shrink(outcome: Outcome, *, runs_max: int = 60) -> Outcome:
    """Return a smaller run that breaks the same invariant, or the run itself.

    Args:
        outcome: a run that broke one.
        runs_max: how many runs may be spent on it.
    """
    if outcome.broken is None:
        return outcome
    smallest, runs = outcome, 0
    going = True
    while going and runs < runs_max:
        going = False
        for options in _smaller(smallest.options):
            runs += 1
            tried = simulate(options)
            if tried.broken is not None and tried.broken.invariant is outcome.broken.invariant:
                smallest, going = tried, True
                break
            if runs >= runs_max:
                break
    return smallest


def _smaller(options: Options) -> Iterator[Options]:
    if options.storm_hours > 0.25:
        yield options._replace(storm_hours=options.storm_hours / 2)
    for fault in sorted(options.faults):
        yield options._replace(faults=options.faults - {fault})


def told(outcome: Outcome) -> str:
    """Return a failure as a person reads it: what broke, how to repeat it, what came before."""
    if outcome.broken is None:
        return f"{outcome.options}: every invariant held"
    options = outcome.options
    faults = ",".join(sorted(it.value for it in options.faults)) or "none"
    again = f"coordinator simulate --from {options.seed} --seeds 1 --faults {faults}"
    return "\n".join(
        (
            f"{outcome.broken}",
            f"  {options}",
            f"  again: {again} --storm-hours {options.storm_hours:g}",
            f"  the last {_LINES} of {len(outcome.lines)} lines of its history:",
            *(f"    {line}" for line in outcome.lines[-_LINES:]),
        )
    )
