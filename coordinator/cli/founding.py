"""Beginning the logs of jurisdictions in a data folder."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from coordinator.cli.data import print_json, realms_known, settings_for
from coordinator.cli.log_lines import set_up_logging
from coordinator.clock import WallClock
from coordinator.errors import BadInput
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home, realms_in
from schemas.bounds import spelled_out
from schemas.default_policy import PLANNED_POLICY
from schemas.ids import JurisdictionId
from schemas.vocabulary import Realm


async def found_counties(names: Sequence[str], data_dir: Path | None, *, exercise: bool) -> None:
    """Begin a log for each name that has none; the others are not opened.

    Raises:
        BadInput: a name that no jurisdiction can have, or that is of the other realm here.
    """
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    for name in names:
        _checked(name)
    realm = Realm.EXERCISE if exercise else Realm.ACTUAL
    # A name of the other realm is refused before a folder is made.
    _only_of(realm, names, realms_known(settings))
    home = Home(settings, WallClock(), use=Use("coordinator county found"))
    try:
        known = realms_in(home.file.log_ids())
        _only_of(realm, names, known)
        for name in dict.fromkeys(names):
            if name not in known:
                await home.own(name, realm, PLANNED_POLICY)
            print(f"{name}: {'is here already' if name in known else 'founded'} ({realm.value})")
    finally:
        await home.close()


def list_counties(data_dir: Path | None, *, as_json: bool) -> None:
    known = sorted(realms_known(settings_for(data_dir)).items())
    if as_json:
        print_json([{"jurisdiction": name, "realm": realm.value} for name, realm in known])
        return
    for name, realm in known:
        print(f"{name:<32} {realm.value}")


def _checked(name: str) -> None:
    try:
        TypeAdapter(JurisdictionId).validate_python(name)
    except ValidationError:
        reason = "2 to 32 small letters, digits and hyphens are wanted, no hyphen first"
        raise BadInput(f"jurisdiction: {spelled_out(name)!r}: {reason}") from None


def _only_of(realm: Realm, names: Sequence[str], known: dict[str, Realm]) -> None:
    for name in names:
        if known.get(name, realm) is not realm:
            raise BadInput(f"jurisdiction: {name} is here already, as {known[name].value}")
