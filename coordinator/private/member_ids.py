"""Ids of people that tell nothing: made of a staff number with a key that is kept beside the log.

Without the key nobody can try staff numbers until an id comes out. With it the same staff number
of the same jurisdiction always has the same id: when a roster is imported again, when the vault was
lost, on another machine that was given the key.
"""

import hmac
import secrets
from pathlib import Path
from typing import Final

from coordinator.errors import BadFile
from coordinator.private.file import keep_private, write_new_private
from schemas.ids import ulid

KEY_NAME: Final = "member-ids.key"
_KEY_BYTES: Final = 32
_ENROLLED: Final = 1_600_000_000_000
"""All ids of people carry this one moment, so that none tells when somebody was enrolled."""


class MemberIds:
    """Gives new people their ids; the key is read when the first of them comes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / KEY_NAME
        self._key: bytes | None = None

    def of(self, jurisdiction: str, staff_number: str) -> str:
        """Return the id of a staff number.

        Raises:
            BadFile: the key is gone or is none; with another, people who are on the roster would
                come to it a second time, as strangers.
        """
        if self._key is None:
            self._key = _read(self._path)
        said = f"{jurisdiction}\x1f{staff_number}".encode()
        return f"mem_{ulid(_ENROLLED, hmac.digest(self._key, said, 'sha256'))}"


def make_key(folder: Path) -> Path:
    """Make a key where there is none, and return where it is.

    Raises:
        BadFile: there is one already.
    """
    path = folder / KEY_NAME
    try:
        write_new_private(path, secrets.token_hex(_KEY_BYTES).encode() + b"\n")
    except FileExistsError:
        raise BadFile(path, "there is a key already; ids of people are made with it") from None
    except OSError as error:
        raise BadFile(path, f"cannot be written: {error.strerror or error}") from None
    return path


def _read(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii")
        key = bytes.fromhex(text.strip())
    except FileNotFoundError:
        raise BadFile(
            path,
            "the key that ids of people are made with is gone: bring it back from a backup or from"
            " the machine that has it; only if it is lost everywhere make another with `coordinator"
            " roster key`, and whoever is not in people.db comes to the roster as somebody new",
        ) from None
    except (OSError, ValueError) as error:
        raise BadFile(path, f"not a key of {_KEY_BYTES} bytes in hexadecimal: {error}") from None
    if len(key) != _KEY_BYTES:
        raise BadFile(path, f"not a key of {_KEY_BYTES} bytes in hexadecimal: {len(key)} bytes")
    keep_private(path)
    return key
