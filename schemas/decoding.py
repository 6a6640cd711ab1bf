"""What reading JSON raises, whatever the bytes: at one place, for a part is easily forgotten."""

from typing import Final

import msgspec

NOT_READ: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Of `msgspec.json`: no JSON or not of the type, no UTF-8 in a text, nested without end."""
