"""Simulated phones: what the members of a drill answer, decided by the seed alone.

They see, accept, decline, do not answer, answer twice, set out and arrive; the leader restores.
"""

import random
from collections.abc import Sequence

from coordinator.demo.agenda import Agenda
from coordinator.outbox.effects import ExerciseEffect
from schemas.durations import MINUTE, SECOND
from schemas.vocabulary import DeclineReason, Role


class Phones:
    """An exercise channel: it can only ever be handed exercise effects."""

    def __init__(self, agenda: Agenda, *, seed: int, leaders_restore: bool) -> None:
        """Listen for calls.

        Args:
            agenda: where the answers are noted.
            seed: the same one gives the same answers to the same calls.
            leaders_restore: whether leaders report the end of the repair; not so where a feed
                says when power came back.
        """
        self._agenda = agenda
        self._seed = seed
        self._leaders_restore = leaders_restore

    async def deliver(self, effects: Sequence[ExerciseEffect]) -> None:
        for effect in effects:
            if effect.kind == "assignment_offered":
                self._called(effect)
            elif effect.kind == "roll_call_opened":
                self._roll_call(effect)

    def _say(self, effect: ExerciseEffect, at: int, type_: str, **fields: object) -> None:
        place = effect.log_id.rpartition("/")[2]
        self._agenda.write(at, place, effect.target, Role.MEMBER, type=type_, **fields)

    def _called(self, effect: ExerciseEffect) -> None:
        chance = random.Random(f"{self._seed}/{effect.about}")
        mood, id_ = chance.random(), effect.about
        if mood < 0.03:  # A phone that is off: no answer is not a decline.
            return
        at = effect.at + chance.randrange(8, 50) * SECOND
        self._say(effect, at, "acknowledge_assignment", assignment_id=id_)
        at += chance.randrange(5, 70) * SECOND
        if mood < 0.07:
            reason = chance.choice(("ill", "no_transport", "family_emergency", "other_duty"))

            self._say(
                effect, at, "decline_assignment", assignment_id=id_, reason=DeclineReason(reason)
            )
            return
        self._say(effect, at, "accept_assignment", assignment_id=id_)
        if mood > 0.97:  # A phone that resends until it hears back.
            self._say(effect, at + 3 * SECOND, "accept_assignment", assignment_id=id_)
        at += chance.randrange(60, 420) * SECOND
        self._say(effect, at, "depart", assignment_id=id_)
        at += chance.randrange(6, 38) * MINUTE
        self._say(effect, at, "arrive", assignment_id=id_)
        if effect.document.get("role") == "leader" and self._leaders_restore:
            self._repair(effect, at, chance)

    def _repair(self, effect: ExerciseEffect, at: int, chance: random.Random) -> None:
        incident_id = effect.document.get("incident_id")
        if incident_id is not None:
            at += chance.randrange(20, 150) * MINUTE
            self._say(effect, at, "restore_incident", incident_id=incident_id)

    def _roll_call(self, effect: ExerciseEffect) -> None:
        roll_call_id = effect.document["roll_call_id"]
        chance = random.Random(f"{self._seed}/{roll_call_id}/{effect.target}")
        if chance.random() < 0.01:
            return
        at = effect.at + chance.randrange(10, 200) * SECOND
        self._say(effect, at, "answer_roll", roll_call_id=roll_call_id, member_ids=(effect.target,))
