"""What every event carries."""

from schemas.bounds import Strict


class Event(Strict):
    """A fact. When it was recorded stands on its record; who caused it, on the record's signal."""
