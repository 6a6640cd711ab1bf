"""Who is missing at a roll call is looked for, and mostly found: then a person says their name."""

import random

from coordinator.simulation.senders import Senders
from schemas.events.command import RollCallMissed
from schemas.vocabulary import Role

_FOUND = 0.9
_WITHIN_S = 1_800.0


def later(event: RollCallMissed, senders: Senders) -> None:
    """Say their names one after the other, each in a while, some never.

    Args:
        event: who did not answer.
        senders: what the desk of their county says it through.
    """
    chance = random.Random(event.roll_call_id)
    for member_id in event.member_ids:
        if chance.random() < _FOUND:
            said = {"roll_call_id": event.roll_call_id, "member_ids": (member_id,)}
            senders.later(
                chance.random() * _WITHIN_S, "answer_roll", Role.COMMANDER, "desk", **said
            )
