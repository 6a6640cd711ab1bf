"""A record that cannot be understood: what is wrong with it, by field and value."""

from schemas.bounds import spelled_out


class Unreadable(ValueError):
    """Raised by a reader for one record; the record goes to the dead letters, the rest goes on."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field = spelled_out(field)
        self.value = spelled_out(str(value)[:200])
        super().__init__(f"{self.field}: {reason} (got {self.value!r})")
        self.reason = reason
