"""Each concept says once what it decides, folds and follows, and nothing is left to nobody."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from coordinator import domain
from coordinator.domain.concept import Concept
from coordinator.domain.jurisdiction import CONCEPTS
from schemas import catalogue
from schemas.signals.clock import DeadlinePassed

_SETS_TIMER = re.compile(r"timers\.set\(\s*\"(\w+)\"")


def name_of(concept: Concept[Any, Any]) -> str:
    return concept.name


def test_each_signal_is_decided_and_each_fact_folded_by_one_concept() -> None:
    decided = Counter(model for it in CONCEPTS for model in it.signals)
    folded = Counter(model for it in CONCEPTS for model in it.facts)

    assert decided == Counter(set(catalogue.SIGNALS.values()) - {DeadlinePassed})
    assert folded == Counter(catalogue.EVENTS.values())


@pytest.mark.parametrize("concept", CONCEPTS, ids=name_of)
def test_what_a_concept_names_is_what_its_functions_take(concept: Concept[Any, Any]) -> None:
    if concept.evolve is not None:
        fact = get_type_hints(concept.evolve)["event"]
        assert set(catalogue.members(fact)) == set(concept.facts)
    if concept.decide is not None:
        signal = get_type_hints(concept.decide)["signal"]
        assert set(catalogue.members(signal)) == set(concept.signals)


def test_each_kind_of_timer_comes_due_at_one_concept() -> None:
    kinds = Counter(kind for it in CONCEPTS for kind in it.timers)
    rules = Path(domain.__file__).parent.rglob("*.py")
    set_somewhere = {
        kind for it in rules for kind in _SETS_TIMER.findall(it.read_text(encoding="utf-8"))
    }

    assert set(kinds.values()) == {1}
    assert set_somewhere
    assert set_somewhere <= set(kinds)


def test_a_name_is_one_concepts() -> None:
    assert len({it.name for it in CONCEPTS}) == len(CONCEPTS)


@pytest.mark.parametrize("given", ["signals", "reacts_to", "timers", "awaits"])
def test_what_is_named_and_not_done_is_refused(given: str) -> None:
    named: dict[str, Any] = {given: (DeadlinePassed,)}

    with pytest.raises(ValueError, match=f"half: {given} and"):
        Concept(name="half", facts=(), evolve=lambda state, _event, _at: state, **named)
