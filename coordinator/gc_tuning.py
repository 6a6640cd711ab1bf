"""When the interpreter looks for cycles: seldom, for the state has none.

The state is an immutable tree of which every decision keeps most; walking over all of it again
and again finds nothing and takes up to a quarter of the time.
"""

import gc

_NEW_OBJECTS = 50_000
_YOUNG_COLLECTIONS = 20
_OLD_COLLECTIONS = 50


def look_for_cycles_seldom() -> None:
    """Leave what is loaded now alone, and look at the rest less often; once, at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_COLLECTIONS, _OLD_COLLECTIONS)
