"""A record that cannot be understood: what is wrong with it, by field and value."""


class Unreadable(ValueError):
    """Raised by a reader for one record; the record goes to the dead letters, the rest goes on."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field}: {reason} (got {str(value)[:200]!r})")
        self.field = field
        self.value = str(value)[:200]
        self.reason = reason
