"""One guard taken out: a function of the production code replaced for the time of a run.

It is replaced wherever it was imported.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from coordinator.simulation.faults import Shape

Patch = tuple[Any, str, Any]
"""Where a function stands, its name there, and what stands there instead."""


class Mutation(NamedTuple):
    """A guard taken out.

    `seeds_max` is within how many seeds it must be found, of those whose log has this shape; a
    mutation that is not `found` has another guard behind it, which `because` names. `broke_at` is
    seeds that missed it when it was last looked for: where few do, they are tried before the
    others, so that those that hold without the guard are not all run again to come to one.
    """

    name: str
    guard: str
    patches: tuple[Patch, ...]
    seeds_max: int = 200
    shape: Shape | None = None
    because: str = ""
    broke_at: tuple[int, ...] = ()

    @contextmanager
    def applied(self) -> Iterator[None]:
        with ExitStack() as stack:
            for patch in self.patches:
                stack.enter_context(_patched(*patch))
            yield


@contextmanager
def _patched(target: Any, attribute: str, instead: Any) -> Iterator[None]:
    old = getattr(target, attribute)
    places = [(target, attribute)]
    if not isinstance(target, type):
        places += [
            (module, name)
            for module_name, module in sorted(sys.modules.items())
            if module_name.startswith("coordinator.") and module is not target
            for name, value in list(vars(module).items())
            if value is old
        ]
    for place, name in places:
        setattr(place, name, instead)
    try:
        yield
    finally:
        for place, name in places:
            setattr(place, name, old)
