"""How long tests wait for what must come: far longer than a busy machine needs.

A test that passes never waits so. What hangs for good is ended by `tests/time_limit.py`.
"""

from typing import Final

PATIENCE_S: Final = 120.0
PATIENCE_MS: Final = int(PATIENCE_S * 1_000)
