"""Given what happened, when this comes in, then these facts follow.

A story runs the whole router, so that what other concepts make of a fact is seen too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from immutables import Map

from coordinator.domain import jurisdiction
from coordinator.domain.canonical import digest
from coordinator.domain.mutable_state import WorkingMap, freeze, thaw
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.simulation.comparing import Compared
from schemas.catalogue import read_events, write_payload
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.command import RollCallOpened
from schemas.ids import ulid_of
from schemas.signals.clock import DeadlinePassed
from schemas.signals.command import AnswerRoll
from schemas.vocabulary import Realm, Role

if TYPE_CHECKING:
    from schemas.events.envelope import Event
    from schemas.policy import Policy
    from schemas.signals.envelope import Signal

HERE = "river-city"
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_NOTHING: Map[str, Any] = Map()
E_ = TypeVar("E_", bound="Event")
S_ = TypeVar("S_", bound="Signal")


def name(prefix: str, *key: object) -> str:
    """Return an id for a test's person or thing; the same words give the same id."""
    return f"{prefix}_{ulid_of(START, *map(str, key))}"


class _InPlace:
    """The same facts, read back and folded into one state that changes in place, from the first
    to the last.
    """

    def __init__(self, state: Jurisdiction) -> None:
        self._opened = thaw(state)
        self._seen = state
        self._kept: dict[int, tuple[WorkingMap[Any], dict[str, Any], Map[str, Any]]] = {}

    def fold(self, before: Jurisdiction, decision: jurisdiction.Decision) -> Jurisdiction:
        if before is not self._seen:
            # A test put another state in place of the one its story had come to.
            self._opened = thaw(before)
        facts = read_events(write_payload(None, decision.events))
        self._opened = jurisdiction.fold(self._opened, facts, decision.at)
        self._seen = decision.state
        return freeze(self._opened, made=self._as_map)

    def _as_map(self, held: WorkingMap[Any]) -> Map[str, Any]:
        """Return it as a map: the one of last time where nothing in it is another."""
        of, then, kept = self._kept.get(id(held), (None, None, _NOTHING))
        if of is held and then == held:
            return kept
        made = Map(held)
        self._kept[id(held)] = held, dict(held), made
        return made


class Story:
    """A jurisdiction in the middle of its life. `at` is the story's clock, UTC milliseconds.

    After each signal, what was decided, what its facts fold to and what they fold to in place must
    be equal. That they are equal to the byte costs far more to see, and is looked at once, when
    the test is over: each of the three was folded from the first fact to the last by then.
    """

    told: ClassVar[list[Story]] = []
    """The stories of the running test."""

    def __init__(self, policy: Policy = DEFAULT_POLICY, *, realm: Realm = Realm.ACTUAL) -> None:
        first = jurisdiction.found(HERE, realm, policy)
        self.at = START
        self.state = jurisdiction.fold(Jurisdiction(), (first,), START)
        self._refolded = self._in_place_now = self._seen = self.state
        self._in_place = _InPlace(self.state)
        self._folded, self._folded_in_place = Compared(), Compared()
        Story.told.append(self)
        self.events: tuple[Event, ...] = (first,)
        self.history: list[tuple[int, tuple[Event, ...]]] = [(START, self.events)]
        self._count = 0
        self.answers_rolls = False
        """Whether all whom a roll call by the clock asks answer it at once."""

    def say(self, kind: type[S_], /, **fields: Any) -> S_:
        """Make a signal of this kind, sent now by a dispatcher unless said otherwise."""
        self._count += 1
        envelope: dict[str, Any] = {
            "signal_id": ulid_of(self.at, str(self._count)),
            "jurisdiction": HERE,
            "realm": self.state.realm,
            "at": self.at,
            "actor_id": "desk-1",
            "actor_role": Role.DISPATCHER,
        }
        return kind(**(envelope | fields))

    def when(self, signal: Signal | type[Signal], /, **fields: Any) -> Story:
        """Decide one signal; `events` then holds what it alone led to."""
        made = self.say(signal, **fields) if isinstance(signal, type) else signal
        before = self.state
        if before is not self._seen:
            # The test put another state in place of the one its story had come to.
            self.ends_the_same()
            self._seen = self._refolded = self._in_place_now = before
        decision = jurisdiction.decide(before, made)
        self._refolded = jurisdiction.fold(self._refolded, decision.events, decision.at)
        differs = self._folded.difference(self._refolded, decision.state)
        assert differs is None, f"decide and fold must agree, also on {differs}"
        self._in_place_now = self._in_place.fold(before, decision)
        differs = self._folded_in_place.difference(self._in_place_now, decision.state)
        assert differs is None, f"so must folding in place, also on {differs}"
        self.state = self._seen = decision.state
        self.events = decision.events
        self.history.append((decision.at, decision.events))
        return self

    def ends_the_same(self) -> None:
        """What was decided and both foldings came to the same bytes."""
        bytes_ = digest(self._seen)
        assert digest(self._refolded) == bytes_, "decide and fold must agree to the byte"
        assert digest(self._in_place_now) == bytes_, "so must folding in place"

    def after(self, milliseconds: int) -> Story:
        """Let time pass, with every deadline on the way; `events` holds all they led to."""
        until = self.at + milliseconds
        happened: list[Event] = []
        while (due := jurisdiction.next_deadline(self.state)) is not None and due <= until:
            self.at = max(due, self.at)
            self.when(DeadlinePassed, actor_id="clock", actor_role=Role.SYSTEM)
            happened.extend(self.events)
            if self.answers_rolls:
                happened.extend(self._roll_answered())
        self.at = until
        self.events = tuple(happened)
        return self

    def _roll_answered(self) -> list[Event]:
        answered: list[Event] = []
        for it in self.all(RollCallOpened):
            self.when(AnswerRoll, roll_call_id=it.roll_call_id, member_ids=it.member_ids)
            answered.extend(self.events)
        return answered

    def the(self, kind: type[E_]) -> E_:
        """Return the only event of this kind among the last ones."""
        found = self.all(kind)
        assert len(found) == 1, f"{len(found)} × {kind.__name__} in {self._kinds()}"
        return found[0]

    def all(self, kind: type[E_]) -> list[E_]:
        return [event for event in self.events if isinstance(event, kind)]

    def then(self, *kinds: type[Event]) -> Story:
        """The last signal led to exactly these kinds of fact, in this order."""
        assert self._kinds() == [kind.__name__ for kind in kinds]
        return self

    def then_includes(self, *kinds: type[Event]) -> Story:
        for kind in kinds:
            assert self.all(kind), f"no {kind.__name__} in {self._kinds()}"
        return self

    def then_not(self, *kinds: type[Event]) -> Story:
        for kind in kinds:
            assert not self.all(kind), f"{kind.__name__} in {self._kinds()}"
        return self

    def _kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]
