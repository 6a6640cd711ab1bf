"""What is written in a package, found and not listed: a list beside it could only fall behind."""

from collections.abc import Collection
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules_of(package: ModuleType, *, but: Collection[str] = ()) -> tuple[ModuleType, ...]:
    """Import and return the modules of a package, by their names.

    Args:
        package: that holds them.
        but: the full names of those that are left out.
    """
    names = (it.name for it in iter_modules(package.__path__, f"{package.__name__}."))
    return tuple(import_module(it) for it in sorted(names) if it not in but)
