"""Tokens in one file that several processes write: nothing is lost, what was revoked stays so."""

import multiprocessing
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.clock import SetClock, WallClock
from coordinator.errors import BadFile, BadInput
from coordinator.web.sessions import Sessions
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.vocabulary import Role
from tests.story import DAY, HOUR, START

EACH = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / TOKENS_NAME


@pytest.fixture
def tokens(path: Path) -> Iterator[Tokens]:
    opened = Tokens(path, WallClock())
    yield opened
    opened.close()


def sessions_of(tokens: Tokens) -> Sessions:
    return Sessions(tokens, desk_h=1, phone_h=720)


def enrol_phones(path: Path, count: int) -> None:
    """Do as a server does while phones are enrolled; any error ends this process with one."""
    tokens = Tokens(path, WallClock())
    sessions = sessions_of(tokens)
    for number in range(count):
        code = sessions.issue(f"mem_{number}", "yunhe").code
        opened = sessions.redeem(code)
        assert opened is not None
        assert tokens.holder_of(opened.secret) is not None
    tokens.close()


def test_a_server_and_a_command_line_write_at_once_and_both_are_kept(path: Path) -> None:
    before = Tokens(path, WallClock())
    gone = [before.mint(f"gone-{number}", Role.FEED) for number in range(EACH)]
    before.close()
    serving = multiprocessing.get_context("spawn").Process(target=enrol_phones, args=(path, EACH))
    serving.start()

    minted = []
    for number in range(EACH):
        # Each time anew, as each command is a process of its own.
        command = Tokens(path, WallClock())
        minted.append(command.mint(f"feed-{number}", Role.FEED))
        assert command.revoke(f"gone-{number}") == 1
        command.close()
    serving.join()

    assert serving.exitcode == 0
    after = Tokens(path, WallClock())
    assert all(after.holder_of(it) is not None for it in minted)
    assert not any(after.holder_of(it) for it in gone)
    assert {it.actor_id for it in after.all()} == {
        *(f"feed-{number}" for number in range(EACH)),
        *(f"mem_{number}" for number in range(EACH)),
    }
    after.close()


def test_many_may_make_the_file_at_the_same_time(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from coordinator.clock import WallClock;"
        "from coordinator.web.tokens import Tokens; from schemas.vocabulary import Role;"
        "Tokens(Path(sys.argv[1]), WallClock()).mint(sys.argv[2], Role.FEED)"
    )
    names = [f"feed-{number}" for number in range(8)]
    started = [subprocess.Popen([sys.executable, "-c", script, path, name]) for name in names]

    assert [it.wait() for it in started] == [0] * len(names)
    after = Tokens(path, WallClock())
    assert [it.actor_id for it in after.all()] == names
    after.close()


def test_what_another_process_does_counts_at_once(tokens: Tokens, path: Path) -> None:
    beside = Tokens(path, WallClock())

    token = beside.mint("desk-2", Role.DISPATCHER)
    assert tokens.holder_of(token) is not None
    mine = tokens.mint("desk-3", Role.DISPATCHER)
    beside.revoke("desk-2")
    beside.close()

    assert tokens.holder_of(token) is None
    assert tokens.holder_of(mine) is not None


def test_who_is_revoked_while_entering_gets_no_session(tokens: Tokens) -> None:
    holder = tokens.holder_of(tokens.mint("li", Role.DISPATCHER))
    assert holder is not None

    tokens.revoke("li")

    assert sessions_of(tokens).open(holder) is None
    assert tokens.all() == []


def test_of_two_phones_with_one_code_one_is_enrolled(tokens: Tokens) -> None:
    sessions = sessions_of(tokens)
    code = sessions.issue("mem_1", "yunhe").code
    opened: list[object] = []
    ready = threading.Barrier(4)

    def redeem() -> None:
        ready.wait()
        opened.append(sessions.redeem(code))

    phones = [threading.Thread(target=redeem) for _ in range(4)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert sum(it is not None for it in opened) == 1
    assert len(tokens.all()) == 1


def test_a_clock_that_jumped_ahead_and_came_back_took_nobody_away(path: Path) -> None:
    clock = SetClock(START)
    tokens = Tokens(path, clock)
    entered = sessions_of(tokens).open(_holder(tokens, "li"))
    assert entered is not None

    clock.set(START + 20 * 86_400_000)
    assert tokens.holder_of(entered.secret) is None
    tokens.mint("wang", Role.AUDITOR)
    tokens.close()
    back = Tokens(path, SetClock(START + 1_000))

    assert back.holder_of(entered.secret) is not None
    back.close()


def _holder(tokens: Tokens, name: str):  # type: ignore[no-untyped-def] # noqa: ANN202
    return tokens.holder_of(tokens.mint(name, Role.DISPATCHER))


def test_only_its_owner_reads_the_file_and_no_secret_is_in_it(tokens: Tokens, path: Path) -> None:
    secret = tokens.mint("li", Role.DISPATCHER)
    entered = sessions_of(tokens).open(_holder(tokens, "wang"))
    assert entered is not None
    code = sessions_of(tokens).issue("mem_1", "yunhe").code

    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        held = file.read_bytes()
        assert not any(it.encode() in held for it in (secret, entered.secret, code))


def test_a_file_that_is_none_of_ours_is_told(path: Path) -> None:
    path.write_bytes(b"[{}] " * 1_000)

    with pytest.raises(BadFile, match="not a file of tokens"):
        Tokens(path, WallClock())


def test_a_rotated_token_and_its_sessions_are_good_until_the_overlap_is_over(path: Path) -> None:
    clock = SetClock(START)
    tokens = Tokens(path, clock)
    old = tokens.mint("feed-1", Role.FEED, jurisdictions=("yunhe",), expires_at=START + 30 * DAY)
    held = tokens.holder_of(old)
    assert held is not None
    entered = sessions_of(tokens).open(held)
    assert entered is not None
    clock.set(START + HOUR // 2)

    new, fresh = tokens.rotate("feed-1", overlap_ms=HOUR // 4)

    assert (fresh.role, fresh.jurisdictions) == (Role.FEED, ("yunhe",))
    assert fresh.expires_at == START + HOUR // 2 + 30 * DAY
    clock.set(START + HOUR * 3 // 4 - 1)
    assert tokens.holder_of(old) is not None
    assert tokens.holder_of(entered.secret) is not None
    clock.set(START + HOUR * 3 // 4)
    assert tokens.holder_of(old) is None
    assert tokens.holder_of(entered.secret) is None
    assert tokens.holder_of(new) == fresh
    tokens.close()


def test_a_token_that_leaked_is_rotated_without_overlap(tokens: Tokens) -> None:
    old = tokens.mint("li", Role.DISPATCHER)
    held = tokens.holder_of(old)
    assert held is not None
    entered = sessions_of(tokens).open(held)
    assert entered is not None

    new, _ = tokens.rotate("li", overlap_ms=0)

    assert tokens.holder_of(old) is None
    assert tokens.holder_of(entered.secret) is None
    assert tokens.holder_of(new) is not None


def test_who_holds_tokens_of_two_scopes_is_not_rotated_by_guess(tokens: Tokens) -> None:
    one = tokens.mint("li", Role.DISPATCHER, jurisdictions=("yunhe",))
    other = tokens.mint("li", Role.DISPATCHER)

    with pytest.raises(BadInput, match="several roles or scopes"):
        tokens.rotate("li", overlap_ms=0)

    assert tokens.holder_of(one) is not None
    assert tokens.holder_of(other) is not None


def test_when_it_was_last_used_is_told_beside_a_restart(path: Path) -> None:
    clock = SetClock(START)
    tokens = Tokens(path, clock)
    used, unused = tokens.mint("a", Role.FEED), tokens.mint("b", Role.FEED)
    clock.set(START + HOUR)
    tokens.holder_of(used)
    tokens.note_uses()
    # A clock that went back takes no use away.
    clock.set(START)
    tokens.holder_of(used)
    tokens.close()

    again = Tokens(path, clock)
    assert {it.actor_id: it.used_at for it in again.all()} == {"a": START + HOUR, "b": None}
    assert again.holder_of(unused) is not None
    again.close()


def test_tokens_of_an_earlier_version_are_refused_in_words(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute(
            "CREATE TABLE holders (digest TEXT PRIMARY KEY, actor_id TEXT, expires_at INTEGER)"
        )
    file.close()

    with pytest.raises(BadFile, match="earlier version"):
        Tokens(path, WallClock())
