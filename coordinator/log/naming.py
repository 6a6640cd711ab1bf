"""What a log is called: by its jurisdiction, and by its realm where that is an exercise."""

from schemas.vocabulary import Realm

_EXERCISE = "exercise/"


def log_id_of(jurisdiction: str, realm: Realm) -> str:
    """Return the name of a jurisdiction's log; an exercise has a log of its own."""
    return jurisdiction if realm is Realm.ACTUAL else f"{_EXERCISE}{jurisdiction}"


def realm_of(log_id: str) -> Realm:
    return Realm.EXERCISE if log_id.startswith(_EXERCISE) else Realm.ACTUAL


def jurisdiction_of(log_id: str) -> str:
    return log_id.rpartition("/")[2]
