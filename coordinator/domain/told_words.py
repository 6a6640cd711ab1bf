"""Words that came past an edge: they are left out of the record, and the record shows that."""

import hashlib
from typing import TypeVar

from schemas.signals.envelope import Signal
from schemas.told import TOKEN, words_of

_Signal = TypeVar("_Signal", bound=Signal)


def without_open_words(signal: _Signal) -> _Signal:
    """Return a signal that holds no typed words, only tokens; one without any as it is.

    An edge keeps the words and hands on their token. Where a signal came past it (a producer that
    writes to a topic itself) the words are kept nowhere: the token that stands for them follows
    from signal and field alone, says nothing of them, and nothing is found under it.
    """
    open_words = {name for name, it in words_of(signal).items() if not TOKEN.fullmatch(it)}
    if not open_words:
        return signal
    return signal.model_copy(update={it: _for_nothing(signal.signal_id, it) for it in open_words})


def _for_nothing(signal_id: str, field: str) -> str:
    digest = hashlib.sha256(f"{signal_id}/{field}".encode()).hexdigest()
    return f"told:{digest[:40]}"
