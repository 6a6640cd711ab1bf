"""A data folder as it begins: private, and with the key that ids of people are made with."""

from pathlib import Path
from typing import Final

from coordinator.private.file import keep_database_private, make_private_folder
from coordinator.private.member_ids import KEY_NAME, make_key

VAULT_NAME: Final = "people.db"
DATABASE_NAME: Final = "coordinator.db"


def begin_folder(folder: Path) -> None:
    """Make a data folder, or mend one that others can read.

    A new one gets the key. One with people or logs in it that has none has lost it, and whoever
    imports a roster is told so: a fresh key would make strangers of everybody.

    Raises:
        BadFile: the key cannot be written.
        OSError: the folder cannot be made.
    """
    make_private_folder(folder)
    is_new = not any((folder / it).exists() for it in (VAULT_NAME, DATABASE_NAME, KEY_NAME))
    if is_new:
        make_key(folder)
    keep_database_private(folder / DATABASE_NAME)
