"""One city of the demo province, decided in virtual time: an agenda of what is said, its deadlines,
and whoever hears of the facts. No log, no boards: the rules alone.
"""

from abc import ABC, abstractmethod
from typing import Any

from coordinator.demo.agenda import Agenda
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import roster_signals
from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.ids import ulid_of
from schemas.policy import Policy
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role

REALM = Realm.EXERCISE


class CityNight(ABC):
    """A city with a roster on duty; a story derives from it and says what people answer."""

    def __init__(self, policy: Policy, *, seed: int, begins: int, days: int) -> None:
        """Prepare.

        Args:
            policy: the rules in force.
            seed: of the province.
            begins: when the city is founded, UTC milliseconds.
            days: how long its people have shifts.
        """
        self.place: Place = province(seed, begins, days=days)[0]
        self.agenda = Agenda(REALM)
        self.state = Jurisdiction()
        self._policy, self._begins = policy, begins
        self._passed = 0

    @abstractmethod
    def hear(self, event: Event, at: int) -> None:
        """Note a fact of this moment (UTC ms), and say what somebody answers to it."""

    def found(self) -> None:
        """Found the city and import its roster."""
        first = jurisdiction.found(self.place.code, REALM, self._policy)
        self.state = jurisdiction.fold(self.state, (first,), self._begins)
        for signal in roster_signals(self.place, REALM, self._begins):
            self.decide(signal)

    def until(self, end: int) -> None:
        """Let time pass: deadlines, and what is on the agenda, up to a moment (UTC ms)."""
        while True:
            due, said = jurisdiction.next_deadline(self.state), self.agenda.next_at
            at = min((it for it in (due, said) if it is not None), default=end)
            if at >= end:
                return
            if due == at:
                self.decide(self._clock(at))
                continue
            for line in self.agenda.take(at):
                self.decide(self.agenda.signal(line, at))

    def decide(self, signal: Signal) -> None:
        decision = jurisdiction.decide(self.state, signal)
        self.state = decision.state
        for event in decision.events:
            self.hear(event, decision.at)

    def say(self, at: int, who: str, role: Role, type_: str, **fields: Any) -> None:
        """Note on the agenda what somebody will say."""
        self.agenda.write(at, self.place.code, who, role, type=type_, **fields)

    def _clock(self, at: int) -> Signal:
        self._passed += 1
        return DeadlinePassed(
            signal_id=ulid_of(at, "clock", str(self._passed)),
            jurisdiction=self.place.code,
            realm=REALM,
            at=at,
            actor_id="clock",
            actor_role=Role.SYSTEM,
        )
