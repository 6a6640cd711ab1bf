"""What people typed is in the vault alone, is found again by its token, and is gone when erased."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.told_words import without_open_words
from coordinator.domain.turned_away import same_said
from coordinator.private.texts import TextNotKept
from coordinator.private.vault import Vault
from schemas.bounds import ERASED, NOT_HERE
from schemas.ids import ulid_of
from schemas.signals.assignment import DeclineAssignment
from schemas.signals.community import TakeWard, VisitWard
from schemas.signals.envelope import Signal
from schemas.told import TOKEN
from schemas.vocabulary import DeclineReason, Role
from tests.story import START, name

LI, WANG = name("mem", "li"), name("mem", "wang")
WARD = name("wrd", 1)
WORDS = '老人独居，三楼\n«左» "门"'


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path / "people.db")
    yield made
    made.close()


def said(kind: type[Signal], key: str, **fields: Any) -> Any:
    envelope = {
        "signal_id": ulid_of(START, key), "jurisdiction": "yunhe", "at": START,
        "actor_id": LI, "actor_role": Role.MEMBER,
    }  # fmt: skip
    return kind(**(envelope | fields))


def visit(key: str = "visit", **fields: Any) -> Any:
    return said(VisitWard, key, **({"ward_id": WARD, "text": WORDS} | fields))


def take(key: str, **fields: Any) -> Any:
    named = {"member_id": LI, "community": "c1", "subject": "b7-301", "subject_kind": "household"}
    return said(TakeWard, key, **(named | fields))


def test_words_are_taken_out_and_put_back(vault: Vault) -> None:
    kept = vault.texts.take_out(visit())

    assert TOKEN.fullmatch(kept.text)
    assert kept == visit(text=kept.text)
    assert vault.texts.put_back(f"seen: {kept.text}.") == f"seen: {WORDS}."
    assert vault.texts.put_back("seen: nothing") == "seen: nothing"
    assert vault.texts.put_back("told:" + "0" * 40) == NOT_HERE


@pytest.mark.parametrize("nothing", ["", " ", "-"])
def test_where_nothing_was_said_nothing_is_kept(vault: Vault, nothing: str) -> None:
    signal = visit(text=nothing)

    assert vault.texts.take_out(signal) is signal


def test_the_same_signal_again_has_the_same_token_and_the_same_words_another(vault: Vault) -> None:
    first, again = vault.texts.take_out(visit()), vault.texts.take_out(visit())
    other = vault.texts.take_out(visit("another"))

    assert first == again
    assert other.text != first.text


def test_two_machines_that_take_in_one_signal_took_in_the_same(
    vault: Vault, tmp_path: Path
) -> None:
    elsewhere = Vault(tmp_path / "elsewhere.db")
    first, again = vault.texts.take_out(visit()), elsewhere.texts.take_out(visit())
    elsewhere.close()

    assert first.text != again.text
    assert same_said(first, again)
    assert not same_said(first, again.model_copy(update={"needs_help": True}))
    assert not same_said(first, vault.texts.take_out(visit(actor_id=WANG)))


def test_a_home_has_one_token_however_often_it_is_named(vault: Vault) -> None:
    first, again = vault.texts.take_out(take("a")), vault.texts.take_out(take("b", member_id=WANG))
    next_door = vault.texts.take_out(take("c", subject="b7-302"))
    elsewhere = vault.texts.take_out(take("d", community="c2"))

    assert first.subject == again.subject
    assert len({it.subject for it in (first, next_door, elsewhere)}) == 3
    assert vault.texts.put_back(first.subject) == "b7-301"


def test_who_types_a_token_reads_no_words_of_others(vault: Vault) -> None:
    secret = vault.texts.take_out(visit()).text

    forged = vault.texts.take_out(visit("forged", actor_id=WANG, text=secret))

    assert vault.texts.put_back(forged.text) == secret


def test_a_tab_before_what_else_would_be_a_token_is_left_as_it_was_typed(vault: Vault) -> None:
    token = vault.texts.take_out(visit()).text
    typed = json.dumps({"cause": token.replace("told:", "\told:")})

    assert vault.texts.put_back(typed) == typed
    assert TOKEN.search(json.loads(typed)["cause"]) is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (VisitWard, {"ward_id": WARD, "actor_id": WANG}),
        (VisitWard, {"ward_id": WARD, "jurisdiction": "lake"}),
        (
            DeclineAssignment,
            {"assignment_id": name("asg", 1), "reason": DeclineReason.ILL, "actor_id": WANG},
        ),
    ],
)
def test_who_takes_the_id_of_another_signal_has_nothing_of_its_words(
    vault: Vault, kind: type[Signal], fields: dict[str, Any]
) -> None:
    mine = vault.texts.take_out(visit())
    theirs = vault.texts.take_out(said(kind, "visit", text="mine now", **fields))

    assert theirs.text != mine.text
    assert vault.texts.put_back(theirs.text) == "mine now"
    if fields.get("actor_id") == WANG:
        assert [words for _, _, words in vault.texts.about(WANG)] == ["mine now"]
        assert vault.texts.erase(WANG) == 1
    assert vault.texts.put_back(mine.text) == WORDS


def test_words_that_were_changed_in_the_file_are_not_shown_for_those_recorded(
    vault: Vault, tmp_path: Path
) -> None:
    kept = vault.texts.take_out(visit())
    with sqlite3.connect(tmp_path / "people.db") as file:
        file.execute("UPDATE texts SET text = 'all is well'")
    file.close()

    assert vault.texts.put_back(kept.text) == NOT_HERE


@pytest.mark.parametrize("id_", [LI, WARD, ulid_of(START, "visit")])
def test_erased_words_are_in_no_file_any_more(vault: Vault, tmp_path: Path, id_: str) -> None:
    kept = vault.texts.take_out(visit())
    assert "老人独居".encode() in (tmp_path / "people.db").read_bytes()

    assert vault.texts.about(id_) == [(ulid_of(START, "visit"), "text", WORDS)]
    assert vault.texts.erase(id_) == 1

    assert vault.texts.about(id_) == []
    assert vault.texts.put_back(kept.text) == ERASED
    held = (tmp_path / "people.db").read_bytes()
    assert "老人独居".encode() not in held
    assert LI.encode() not in held
    assert vault.texts.erase(id_) == 0


def test_erased_words_do_not_come_back_with_the_signal_said_again(vault: Vault) -> None:
    kept = vault.texts.take_out(visit())
    vault.texts.erase(LI)

    assert vault.texts.take_out(visit()) == kept
    assert vault.texts.put_back(kept.text) == ERASED


def test_of_others_all_is_left(vault: Vault) -> None:
    decline = said(
        DeclineAssignment, "no", actor_id=WANG, assignment_id=name("asg", 1),
        reason=DeclineReason.ILL, text="flu",
    )  # fmt: skip
    kept, home = vault.texts.take_out(decline), vault.texts.take_out(take("a"))
    vault.texts.take_out(visit())

    assert vault.texts.erase(LI) == 1

    assert vault.texts.put_back(kept.text) == "flu"
    assert vault.texts.put_back(home.subject) == "b7-301"


def test_a_home_is_erased_by_the_ward_it_became(vault: Vault) -> None:
    first, again = vault.texts.take_out(take("a")), vault.texts.take_out(take("b"))

    assert vault.texts.erase(f"wrd_{again.signal_id}") == 1

    assert vault.texts.put_back(first.subject) == ERASED
    assert vault.texts.take_out(take("c")).subject != first.subject


def test_what_cannot_be_kept_is_not_taken(vault: Vault) -> None:
    vault.close()

    with pytest.raises(TextNotKept, match="its words cannot be kept"):
        vault.texts.take_out(visit())
    vault.texts.take_out(visit(text=""))


def test_words_that_came_past_an_edge_are_left_out_and_each_apart(vault: Vault) -> None:
    bare, other = without_open_words(visit()), without_open_words(visit("another"))

    assert TOKEN.fullmatch(bare.text)
    assert bare.text != other.text
    assert without_open_words(visit()) == bare
    assert vault.texts.put_back(bare.text) == NOT_HERE
    kept = vault.texts.take_out(visit())
    assert without_open_words(kept) is kept
