"""How a decider says no: a fact on record, never an exception."""

from schemas.events.notice import SignalRefused
from schemas.said import Said


def refuse(
    rule: Said, *, field: str | None = None, value: object | None = None
) -> tuple[SignalRefused]:
    """Return the refusal of the signal at hand, naming the field and the value it is about."""
    shown = None if value is None else str(value)[:200] or "-"
    return (SignalRefused(rule=rule, field=field, value=shown),)
