"""What the commands write: no text of others commands the terminal it is read on.

A record, a dead letter or a file may hold anything. Whatever is printed passes here; displays with
colours of their own see to their texts themselves, and write to the stream behind this.
"""

import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Any, Final, TextIO, cast

_RETURN: Final = re.compile("\r(?!\n)")
_UNSEEN: Final = re.compile(
    r"[^\t\n\r -~\u00a0-\uffff\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


def harmless(text: str) -> str:
    r"""Return a text with every control character as its escape, `\u001b`, as JSON has it too."""
    if text.isascii() and text.isprintable():
        return text
    return _RETURN.sub(r"\\u000d", _UNSEEN.sub(lambda it: f"\\u{ord(it[0]):04x}", text))


class Shown:
    """A text stream to which nothing is written but text."""

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream
        """The stream itself, under the name by which rich looks for it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"text is wanted, got {type(text).__name__}")
        return self.rich_proxied_file.write(harmless(text))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def write_text_only() -> None:
    """Let this process print nothing but text from now on."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A file name need not be UTF-8, and may be shown all the same.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast("TextIO", Shown(it)) for it in (sys.stdout, sys.stderr))
