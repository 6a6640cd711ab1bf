"""A record that cannot be understood: what is wrong with it, by field and value."""

from schemas.bounds import spelled_out
from schemas.said import Said
from words.catalogue import current


class Unreadable(ValueError):
    """Raised by a reader for one record; the record goes to the dead letters, the rest goes on."""

    def __init__(self, field: str, value: object, said: Said) -> None:
        self.field = spelled_out(field)
        self.value = spelled_out(str(value)[:200])
        self.said = said
        self.reason = current().say(said, "en")
        """For who operates the feed, among the dead letters."""
        super().__init__(f"{self.field}: {self.reason} (got {self.value!r})")
