"""How long a second, a minute, an hour and a day last, in milliseconds: the unit of all moments."""

from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
