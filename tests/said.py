"""What is said in a test's own language, for those that look for a word of it."""

from schemas.said import Said
from words.catalogue import current


def english(told: Said | tuple[Said, ...] | None) -> str:
    """Return in English what was said; nothing for nothing."""
    if told is None:
        return ""
    return current().say_all((told,) if isinstance(told, Said) else told, "en")
