"""The phones of a county: they get messages, drop repeats, and their owners answer as people do."""

import random
from collections.abc import Callable, Sequence

from coordinator.outbox.effects import ActualEffect, ExerciseEffect
from coordinator.simulation.faults import Fault
from coordinator.simulation.history import History
from coordinator.simulation.process import Process
from coordinator.simulation.senders import Senders
from coordinator.simulation.weather import Weather
from schemas.vocabulary import DeclineReason, Role, Tap, Unfit

_MINUTE = 60.0
_SLIPS = 0.08
_TAPS = {
    "accept_assignment": Tap.ACCEPTED,
    "decline_assignment": Tap.DECLINED,
    "depart": Tap.EN_ROUTE,
    "arrive": Tap.ON_SCENE,
    "finish_assignment": Tap.DONE,
    "abort_assignment": Tap.ABORTED,
}
Effect = ActualEffect | ExerciseEffect


class Phones:
    """Where effects arrive: once each, whoever sent them and however often."""

    def __init__(
        self, senders: Senders, weather: Weather, history: History, *, seed: int, place: str
    ) -> None:
        self.delivered: dict[str, Effect] = {}
        self._senders = senders
        self._weather = weather
        self._history = history
        self._seed = seed
        self._place = place

    def ring(self, effect: Effect) -> None:
        """Take a message; a repeat is dropped by its id."""
        if effect.effect_id in self.delivered:
            self._history.count("effect dropped: again")
            return
        self.delivered[effect.effect_id] = effect
        self._history.count("effect delivered")
        chance = random.Random(f"{self._seed}/{self._place}/{effect.effect_id}")
        if effect.kind == "assignment_offered":
            self._left(effect)
            self._called(effect, chance)
        elif effect.kind == "roll_call_opened":
            self._roll_call(effect, chance)

    def _say(self, seconds: float, effect: Effect, type_: str, **fields: object) -> None:
        self._senders.later(seconds, type_, Role.MEMBER, effect.target, **fields)
        if type_ in _TAPS:
            self._slip(seconds, effect, type_)

    def _left(self, effect: Effect) -> None:
        """Whoever sends tells that it has left: mostly soon, sometimes late, twice or never."""
        chance = random.Random(f"{self._seed}/{self._place}/{effect.effect_id}/left")
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            after = chance.random() * chance.choice((1, 1, 8)) * _MINUTE
            said = {"assignment_ids": (effect.about,)}
            self._senders.later(after, "call_outs_left", Role.SYSTEM, "outbox", **said)

    def _slip(self, seconds: float, effect: Effect, type_: str) -> None:
        """Now and then it was a stray finger; mostly it is then said again, sometimes too late."""
        chance = random.Random(f"{self._seed}/{self._place}/{effect.effect_id}/{type_}/{seconds}")
        if chance.random() >= _SLIPS:
            return
        after = chance.choice((2, 6, 9, 15))
        said = {"assignment_id": effect.about, "tap": _TAPS[type_]}
        self._senders.later(seconds + after, "take_back_tap", Role.MEMBER, effect.target, **said)

    def _called(self, effect: Effect, chance: random.Random) -> None:
        id_, at = effect.about, chance.random() * 2 * _MINUTE
        if self._weather.strikes(Fault.DEAD_PHONE, chance, 0.2):
            return
        self._say(at, effect, "acknowledge_assignment", assignment_id=id_)
        at += chance.random() * 4 * _MINUTE
        if chance.random() < 0.15:
            self._say(at, effect, "decline_assignment", assignment_id=id_, reason=DeclineReason.ILL)
            if self._weather.strikes(Fault.CONTRADICTION, chance, 0.5):
                self._say(at + 5, effect, "accept_assignment", assignment_id=id_)
            self._fit_again(at, effect)
            return
        self._say(at, effect, "accept_assignment", assignment_id=id_)
        if self._weather.strikes(Fault.CONTRADICTION, chance, 0.3):
            again = chance.choice(("accept_assignment", "depart", "arrive"))
            self._say(at + chance.random() * 90, effect, again, assignment_id=id_)
        at += chance.random() * 8 * _MINUTE
        self._say(at, effect, "depart", assignment_id=id_)
        at += (5 + chance.random() * 30) * _MINUTE
        self._say(at, effect, "arrive", assignment_id=id_)
        if chance.random() < 0.03:
            self._say(at + 60, effect, "call_help", member_id=effect.target, text="hurt")
            self._hurt(at + 120, effect)
        if chance.random() < 0.3:
            self._done(at + (20 + chance.random() * 90) * _MINUTE, effect, chance)

    def _hurt(self, at: float, effect: Effect) -> None:
        """Whoever called for help is hurt, as it turns out, or only lost their way."""
        chance = random.Random(f"{self._seed}/{self._place}/{effect.effect_id}/hurt")
        turn = chance.random()
        if turn < 0.4:
            said = {"assignment_id": effect.about, "unfit": Unfit.HURT}
            self._say(at, effect, "abort_assignment", **said)
        elif turn < 0.7:
            self._say(at, effect, "report_unfit", member_id=effect.target, why=Unfit.HURT)
        else:
            return
        self._fit_again(at, effect)

    def _fit_again(self, at: float, effect: Effect) -> None:
        """After some hours they say that they are fit; some twice, and some stay at home."""
        chance = random.Random(f"{self._seed}/{self._place}/{effect.effect_id}/fit")
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            after = (20 + chance.random() * 100) * _MINUTE
            self._say(at + after, effect, "report_fit", member_id=effect.target)

    def _done(self, at: float, effect: Effect, chance: random.Random) -> None:
        """Say «done»; whoever leads is refused, and says then that all are in, or who leads now."""
        said = {"assignment_id": effect.about}
        self._say(at, effect, "finish_assignment", **said)
        if chance.random() < 0.5:
            self._say(at + 30, effect, "finish_assignment", all_in=True, **said)
            return
        # Whom they know: those who were called before them; not always one who may lead there.
        called = (it for it in self.delivered.values() if it.kind == "assignment_offered")
        known = sorted({it.target for it in called} - {effect.target})
        for who in known[:3]:
            self._say(at + 30, effect, "finish_assignment", leads_now=who, **said)

    def _roll_call(self, effect: Effect, chance: random.Random) -> None:
        if chance.random() < 0.15:
            return
        self._say(
            chance.random() * 3 * _MINUTE,
            effect,
            "answer_roll",
            roll_call_id=effect.document["roll_call_id"],
            member_ids=(effect.target,),
        )


class Line:
    """A channel from one process to the phones."""

    def __init__(
        self,
        phones: Phones,
        process: Process,
        weather: Weather,
        rings: Callable[[Effect], None],
    ) -> None:
        self._phones = phones
        self._rings = rings
        self._process = process
        self._weather = weather

    async def deliver(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            await self._process.io(2)
            if self._weather.strikes(Fault.CHANNEL_FAILS, self._process.chance, 0.05):
                raise ConnectionError("the gateway does not answer")
            self._rings(effect)
            self._phones.ring(effect)
