"""What people typed: in the vault's file, erasable, and on the record by its salted digest only.

Nobody can try words until one fits the digest: the salt is as long as a key, is kept here and is
erased with the words. Who still has both can show that these words and no others were recorded.
"""

import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from coordinator.errors import CoordinatorError, TokenTyped
from schemas.bounds import ERASED, NOT_HERE
from schemas.ids import SUBJECT_PATTERN, ULID_PATTERN
from schemas.signals.envelope import Signal
from schemas.told import NAMES_A_HOME, STAND_FOR_WORDS, TOKEN, typed_token_in, words_of

_Signal = TypeVar("_Signal", bound=Signal)

TEXTS_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS texts (
  token TEXT PRIMARY KEY, signal_id TEXT NOT NULL, said TEXT NOT NULL, field TEXT NOT NULL,
  salt BLOB, text TEXT) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS texts_as_said ON texts (said, field);
CREATE INDEX IF NOT EXISTS texts_by_signal ON texts (signal_id);
CREATE TABLE IF NOT EXISTS homes_named (
  jurisdiction TEXT NOT NULL, community TEXT NOT NULL, text TEXT NOT NULL, token TEXT NOT NULL,
  PRIMARY KEY (jurisdiction, community, text)) STRICT;
CREATE TABLE IF NOT EXISTS told_about (
  id TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (id, token)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wards_named (
  id TEXT NOT NULL, ward_id TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (id, ward_id))
  STRICT, WITHOUT ROWID;
"""
_SALT_BYTES: Final = 32
_PLACE = re.compile(rf"(?<!\\){TOKEN.pattern}")
"""A token where it is shown. In JSON a tab before `old:` is written `\\told:`, and is none."""
_BEGINS: Final = "told:"
_SUBJECT = re.compile(SUBJECT_PATTERN)
_MADE_BY = re.compile(rf"^[a-z]{{3}}_({ULID_PATTERN})(_[0-9]{{1,5}})?$")

_FOUND_BY: Final = (
    "SELECT token FROM told_about WHERE id IN (?1, ?2) UNION"
    " SELECT token FROM texts WHERE text IS NOT NULL AND signal_id IN (?1, ?2)"
)


class TextNotKept(CoordinatorError):
    """Words could not be written down; the signal they came with was not taken."""

    code = "text_not_kept"

    def __init__(self, signal_id: str, reason: object) -> None:
        super().__init__(f"signal_id {signal_id}: its words cannot be kept: {reason}")


class Texts:
    """The typed words in a vault."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def take_out(self, signal: _Signal) -> _Signal:
        """Keep the words of a signal, and return it with their tokens in their place.

        Durable when it returns. The same signal again gets the same tokens, also after its words
        were erased: they are not kept a second time. Whoever takes the id of another's signal gets
        tokens of their own: nobody knows yet that the id is taken, and what they say is theirs.

        Raises:
            TextNotKept: nothing was kept.
            TokenTyped: another field, which stays on the record, holds what looks like a token.
        """
        if (typed := typed_token_in(signal)) is not None:
            raise TokenTyped(*typed, STAND_FOR_WORDS)
        words = words_of(signal)
        if not words:
            return signal
        try:
            with self._connection as transaction:
                transaction.execute("BEGIN IMMEDIATE")
                tokens = {name: self._keep(signal, name, it) for name, it in words.items()}
                about = [
                    (id_, token) for name, token in tokens.items() for id_ in _about(signal, name)
                ]
                transaction.executemany(
                    "INSERT OR IGNORE INTO told_about SELECT ?, token FROM texts"
                    " WHERE token = ? AND text IS NOT NULL",
                    about,
                )
                transaction.executemany(
                    "INSERT OR IGNORE INTO wards_named SELECT ?, ?, token FROM texts"
                    " WHERE token = ? AND text IS NOT NULL",
                    [
                        (id_, f"wrd_{signal.signal_id}", token)
                        for name, token in tokens.items()
                        if _names_a_home(signal, name)
                        for id_ in {*_ids_in(signal), signal.actor_id}
                    ],
                )
        except sqlite3.Error as error:
            raise TextNotKept(signal.signal_id, error) from None
        return signal.model_copy(update=tokens)

    def _keep(self, signal: Signal, field: str, text: str) -> str:
        said = _said(signal)
        held = self._connection.execute(
            "SELECT token FROM texts WHERE said = ? AND field = ?", (said, field)
        ).fetchone()
        if held is not None:
            return str(held[0])
        home = None
        if _names_a_home(signal, field):
            home = (signal.jurisdiction, getattr(signal, "community", ""), text)
            known = self._connection.execute(
                "SELECT token FROM homes_named WHERE jurisdiction = ? AND community = ?"
                " AND text = ?",
                home,
            ).fetchone()
            if known is not None:
                return str(known[0])
        salt = secrets.token_bytes(_SALT_BYTES)
        token = _token(salt, text)
        self._connection.execute(
            "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)",
            (token, signal.signal_id, said, field, salt, text),
        )
        if home is not None:
            self._connection.execute("INSERT INTO homes_named VALUES (?, ?, ?, ?)", (*home, token))
        return token

    def put_back(self, shown: str, written: Callable[[str], str] = str) -> str:
        """Return what is shown to people with the words in place of their tokens.

        Args:
            shown: any text, or a JSON document as it is sent.
            written: how words are written in it; as they are unless said otherwise.
        """
        # Most texts hold none, and to look for that alone costs a tenth.
        found = set(_PLACE.findall(shown)) if _BEGINS in shown else set()
        if not found:
            return shown
        words = self._words(found)
        return _PLACE.sub(lambda it: written(words[it[0]]), shown)

    def _words(self, tokens: Iterable[str]) -> dict[str, str]:
        found = dict.fromkeys(tokens, NOT_HERE)
        for token in found:
            row = self._connection.execute(
                "SELECT salt, text FROM texts WHERE token = ?", (token,)
            ).fetchone()
            if row is not None and row[1] is None:
                found[token] = ERASED
            elif row is not None and _token(row[0], row[1]) == token:
                found[token] = str(row[1])
        return found

    def about(self, id_: str) -> list[tuple[str, str, str]]:
        """Return (signal_id, field, words) of what would be erased with an id, oldest first."""
        rows = self._connection.execute(
            f"SELECT signal_id, field, text FROM texts WHERE token IN ({_FOUND_BY})"  # noqa: S608
            " ORDER BY signal_id, field",
            _ids_to_look_by(id_),
        )
        return [(signal_id, field, text) for signal_id, field, text in rows]

    def wards_of(self, id_: str) -> list[str]:
        """Return the wards whose home is kept in a signal that somebody sent or is named in.

        It is not erased with them: it is the code of somebody else's home, and erased with the
        ward.
        """
        return [
            ward_id
            for (ward_id,) in self._connection.execute(
                "SELECT ward_id FROM wards_named WHERE id = ? ORDER BY ward_id", (id_,)
            )
        ]

    def erase(self, id_: str) -> int:
        """Forget what somebody typed, or what was typed about somebody or something.

        Args:
            id_: of a member, actor, ward, whistle, incident …: what their own signals said and what
                signals that name them said; of a signal: what it said.

        Returns how many texts are gone. That there were words stays known, as the log shows it.
        """
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            tokens = [token for (token,) in transaction.execute(_FOUND_BY, _ids_to_look_by(id_))]
            for statement in (
                "UPDATE texts SET salt = NULL, text = NULL WHERE token = ?",
                "DELETE FROM homes_named WHERE token = ?",
                "DELETE FROM told_about WHERE token = ?",
                "DELETE FROM wards_named WHERE token = ?",
            ):
                transaction.executemany(statement, [(it,) for it in tokens])
            transaction.execute("DELETE FROM told_about WHERE id = ?", (id_,))
        return len(tokens)


def _ids_to_look_by(id_: str) -> tuple[str, str]:
    """Return an id, and that of the signal it was made by."""
    by = _MADE_BY.match(id_)
    return id_, by[1] if by else id_


def _token(salt: bytes, text: str) -> str:
    return f"told:{hmac.digest(salt, text.encode(), 'sha256').hex()[:40]}"


def _said(signal: Signal) -> str:
    """Return a digest of who says what where, by which a signal is known when it comes again.

    It names nobody: two signals of one sender have nothing in common in it.
    """
    by = (signal.signal_id, type(signal).__name__, signal.jurisdiction, signal.actor_id)
    return hashlib.sha256("\n".join(by).encode()).hexdigest()


def _names_a_home(signal: Signal, field: str) -> bool:
    return NAMES_A_HOME.get(type(signal).model_fields["type"].default) == field


def _about(signal: Signal, field: str) -> set[str]:
    """Return the ids by which words are found when somebody asks to have them forgotten.

    The code of a home is nobody's but the home's: whoever looks after it next says the same one.
    """
    if _names_a_home(signal, field):
        return {signal.signal_id}
    return {*_ids_in(signal), signal.actor_id}


def _ids_in(signal: Signal) -> Iterable[str]:
    """Return the ids of all whom or what a signal names."""
    waiting: list[Any] = list(signal.model_dump().values())
    while waiting:
        it = waiting.pop()
        if isinstance(it, str):
            if _SUBJECT.match(it):
                yield it
        elif isinstance(it, dict):
            waiting += it.values()
        elif isinstance(it, list | tuple):
            waiting += it
