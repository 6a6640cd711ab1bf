"""Whatever may be said has its words in each language, and what was typed stays as it was typed."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

import schemas.sentences
from coordinator.boards.drawing import BOARDS
from coordinator.domain.aid import decide as aid
from coordinator.domain.incident import desk
from coordinator.domain.state.aid import AidStage
from coordinator.domain.state.branches import BranchStage
from coordinator.domain.state.incidents import Phase
from coordinator.domain.state.operations import OperationPhase
from coordinator.domain.state.units import Stage
from schemas.catalogue import SIGNALS, type_of
from schemas.roles import Capability
from schemas.said import SENTENCES, TEXT_MAX, Kind, Said, ids_in
from schemas.sentences import guarding, kinds, notices, reasons, rights, units
from schemas.sentences.every import EVERY
from schemas.signals.incident import MergeIncidents
from schemas.vocabulary import EventGrade, Promised, UnitRole
from words.catalogue import HOLE, LANGUAGES, Catalogue, Files, current, language_of, of_this_program

ROOT = Path(__file__).resolve().parent.parent.parent
BEIJING = timezone(timedelta(hours=8))
WORDS = current()
ASKED_FOR = re.compile(r'\bt\("([a-z_]+)"')
LISTED: dict[str, tuple[str, ...]] = {
    "phase": tuple(it.value for it in (*Phase, *OperationPhase)),
    "status": tuple(it.value for it in Stage),
    "stage": tuple(it.value for it in BranchStage),
    "aid": tuple(it.value for it in AidStage),
    "side": ("asking", "lending"),
    "number": ("customers_out", "customers_total", "load_before_mw", "load_lost_mw"),
    "tie": ("partner", "home"),
    "promise": get_args(Promised),
    "report": ("flash", "situation", "verified", "full"),
    "supply": ("grid", "own", "emergency", "none"),
    "check": ("check_in", "patrol", "zero_report"),
    "step": ("remind", "next_candidate", "notify", "call_aid"),
    "may": tuple(type_of(it) for it in (MergeIncidents, *desk._COMMANDS, *aid._COMMANDS)),
    "measure": ("load", "customers", "deaths", "serious_injuries", "loss_10k_cny"),
    "prepared": ("surveyed", "single_line_filed", "plan_filed", "drilled", "generator_tested"),
    "said": ("aid_requested", "aid_responded", "aid_committed", "aid_arrived", "aid_released"),
}
"""Codes that no enum of the schemas lists, by the group of their words."""


def said_in(language: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, texts in WORDS.groups[language].items():
        if name.startswith("said_"):
            assert not found.keys() & texts.keys()
            found |= texts
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_has_words_and_no_words_are_kept_for_what_nobody_says(language: str) -> None:
    assert said_in(language).keys() == SENTENCES.keys()
    assert len(SENTENCES) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_parameter_is_told_once_and_no_other(language: str) -> None:
    for code, text in said_in(language).items():
        assert sorted(HOLE.findall(text)) == sorted(it.name for it in SENTENCES[code]), code


def test_both_languages_have_the_same_files_and_keys() -> None:
    english, chinese = (WORDS.groups[it] for it in LANGUAGES)

    assert english.keys() == chinese.keys()
    for name, texts in english.items():
        assert list(texts) == list(chinese[name]), name
        for key, text in texts.items():
            assert sorted(HOLE.findall(text)) == sorted(HOLE.findall(chinese[name][key])), key


def test_chinese_is_chinese() -> None:
    only_parameters = {
        "in_phase",
        "at_aid_stage",
        "can_be_said",
        "asker",
        "as_typed",
        "as_typed_at_length",
        "kept_from_going",
        "readiness_measure",
    }
    for code, text in said_in("zh").items():
        assert code in only_parameters or not text.isascii(), code


def groups() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each group of words that a sentence takes, with its codes."""
    for name, hint in vars(kinds).items():
        marks = [it for it in get_args(hint)[1:] if isinstance(it, tuple)]
        if get_origin(hint) is None and not marks:
            continue
        for kind, group in marks:
            of = get_args(hint)[0]
            assert kind is Kind.WORD, name
            enum = isinstance(of, type) and issubclass(of, StrEnum)
            yield group, tuple(it.value for it in of) if enum else LISTED[group]


def test_each_code_of_a_vocabulary_in_a_sentence_has_a_word() -> None:
    found = dict(groups())
    every = (it for parameters in SENTENCES.values() for it in parameters)
    used = {it.group for it in every if it.kind is Kind.WORD}

    assert used == found.keys()
    for group, codes in found.items():
        for language in LANGUAGES:
            missing = [
                it for it in codes if f"{group}_{it}" not in WORDS.groups[language]["vocabulary"]
            ]
            assert missing == [], group


def test_all_modules_of_sentences_are_read() -> None:
    there = {it.name for it in pkgutil.iter_modules(schemas.sentences.__path__)}

    assert {it.__name__.rpartition(".")[2] for it in EVERY} == there - {"kinds", "every"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_board_and_each_group_of_forms_has_a_word(language: Any) -> None:
    files = WORDS.groups[language]
    sent = [it for it in SIGNALS.values() if it.needs is not Capability.BE_COORDINATOR]
    groups = {it.__module__.rpartition(".")[2] for it in sent}

    assert {f"board_{it}" for it in BOARDS} <= files["replay"].keys() | files["common"].keys()
    assert {f"group_{it}" for it in groups} <= files["forms"].keys() | files["common"].keys()


def test_each_word_that_a_page_asks_for_by_name_is_there() -> None:
    there = {key for texts in WORDS.groups["en"].values() for key in texts}
    asked = {
        key
        for path in (ROOT / "coordinator" / "web" / "static").rglob("*.js")
        if "vendor" not in path.parts
        for key in ASKED_FOR.findall(path.read_text(encoding="utf-8"))
    }

    assert len(asked) > 200
    assert asked - there == set()


def test_a_code_is_put_into_words_in_both_languages() -> None:
    needs = notices.short_of([notices.lacking_people(2, UnitRole.LEADER)])
    told = notices.nobody_took_it_on(needs)

    assert WORDS.say(told, "en") == "Nobody took it on: Short of 2 leader"
    assert WORDS.say(told, "zh") == "无人接手：缺少队长2人"


def test_numbers_lengths_and_moments_are_told_as_people_tell_them() -> None:
    ends = notices.supply_ends("sit_1", 1_753_863_600_000)
    station = reasons.station_row(20, 135, EventGrade.IV)
    ahead = rights.ahead_of_clock(1_753_863_600_000)
    short = guarding.own_supply_short(12.5, 120, 40)

    assert "for 2 h 15 min" in WORDS.say(station, "en")
    assert "持续2小时15分钟" in WORDS.say(station, "zh")
    assert "own supply ends at 30 Jul 16:20" in WORDS.say(ends, "en", zone=BEIJING)
    told = WORDS.say(ends, "zh", names={"sit_1": "人民医院"}.get, zone=BEIJING)
    assert told == "人民医院：自备电源将于7月30日16:20耗尽"
    assert "7月30日16:20" in WORDS.say(ahead, "zh", zone=BEIJING)
    assert "30 Jul 16:20" in WORDS.say(ahead, "en", zone=BEIJING)
    assert WORDS.say(short, "en") == "own supply 12.5 kW is below 120 % of 40 kW security load"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed", ["no such incident", "Short of {lacking}", "{text}", "committed", "没有该事件"]
)
def test_what_a_person_typed_stays_though_it_looks_like_ours(language: Any, typed: str) -> None:
    assert WORDS.say(reasons.as_typed(typed), language) == typed
    assert typed in WORDS.say(notices.objective_overdue(typed), language)


def test_a_long_text_is_cut_where_it_is_repeated() -> None:
    told = reasons.as_typed("长" * 2_000)

    assert len(told.texts["text"]) == TEXT_MAX
    assert told.texts["text"].endswith("…")
    assert reasons.as_typed_at_length("长" * 2_000).texts["text"] == "长" * 2_000


def test_a_code_these_words_do_not_know_loses_nothing() -> None:
    later = Said(code="said_by_a_later_program", numbers={"people": 3}, ids={"site": ("sit_1",)})

    assert WORDS.say(later, "en") == "said_by_a_later_program (people: 3, site: sit_1)"


def test_what_is_said_is_written_and_read_the_same() -> None:
    told = units.no_live_line_work(reasons.as_typed("storm"))
    raw = msgspec.json.encode(told)

    assert raw == (
        b'{"code":"no_live_line_work","said":{"weather":[{"code":"as_typed","texts":{"text":"storm"}}]}}'
    )
    assert msgspec.json.decode(raw, type=Said) == told
    assert TypeAdapter(Said).validate_json(raw) == told
    assert TypeAdapter(Said).dump_json(told) == raw
    assert ids_in(notices.nobody_took_it_on(notices.needs_help("mem_1"))) == {"mem_1"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"code": "no_such_thing"}, "no_such_thing"),
        ({"code": "no_such_incident", "numbers": {"people": 3}}, "numbers"),
        ({"code": "needs_help"}, "ids"),
        ({"code": "as_typed", "texts": {"text": "x" * 201}}, "texts"),
        ({"code": 5}, "code"),
        ("no such incident", "object"),
        ({"code": "no_such_incident", "numbers": {"a": "b"}}, "numbers"),
    ],
)
def test_what_comes_from_outside_says_only_what_may_be_said(given: Any, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TypeAdapter(Said).validate_python(given)


def test_the_digest_is_of_every_byte() -> None:
    held = of_this_program()
    other = Files({**held.held, "en/said_notices.json": held.held["en/said_notices.json"] + b" "})

    assert held.digest == Files(dict(sorted(held.held.items(), reverse=True))).digest
    assert other.digest != held.digest
    with pytest.raises(ValueError, match="an object of texts is wanted"):
        Catalogue(Files({"en/said_notices.json": b"[]"}))


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,en-GB;q=0.5", "en"),
        ("zh;q=0, en", "en"),
        ("*", "en"),
    ],
)
def test_the_reader_is_told_in_the_language_they_ask_for(asked: str | None, language: str) -> None:
    assert language_of(asked) == language


WHY_NOBODY_ASKS = "domain/member_rights.py"
"""Says in a table, for who reads the code, why some signals are not checked there."""


def worded_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts of several words that are no docstring and in no error."""
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            passed_over.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in passed_over or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, node.value


def test_nobody_words_a_sentence_among_the_rules() -> None:
    worded = [
        f"{path.name}:{line}: {text}"
        for path in sorted((ROOT / "coordinator" / "domain").rglob("*.py"))
        if not path.as_posix().endswith(WHY_NOBODY_ASKS)
        for line, text in worded_in(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert worded == []
    assert list(worded_in(ast.parse('refuse(f"no such {what}")'))) == [(1, "no such ")]


def test_no_page_reads_prose_by_patterns() -> None:
    static = ROOT / "coordinator" / "web" / "static"
    scripts = [it for it in static.rglob("*.js") if it.parent.name != "vendor"]
    sentence = re.compile(r"/\^[^/\n]*[a-z]{3,} [a-z]{2,} [^/\n]*\$?/")

    assert len(scripts) > 60
    assert [it.name for it in scripts if sentence.search(it.read_text(encoding="utf-8"))] == []
