"""Who is missing at a roll call is looked for, and found at last: then a person says their name."""

import random

from coordinator.simulation.senders import Senders
from schemas.events.command import RollCallMissed
from schemas.vocabulary import Role

_SOON = 0.9
_SOON_S = 1_800.0
_LATE_S = 72_000.0


def later(event: RollCallMissed, senders: Senders) -> None:
    """Say their names one after the other: most within half an hour, some after up to a day.

    Args:
        event: who did not answer.
        senders: what the desk of their county says it through.
    """
    chance = random.Random(event.roll_call_id)
    for member_id in event.member_ids:
        soon = chance.random() < _SOON
        after_s = chance.random() * _SOON_S if soon else _SOON_S + chance.random() * _LATE_S
        said = {"roll_call_id": event.roll_call_id, "member_ids": (member_id,)}
        senders.later(after_s, "answer_roll", Role.COMMANDER, "desk", **said)
