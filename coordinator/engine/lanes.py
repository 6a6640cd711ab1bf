"""Who goes first of those who wait: help and safety, then people, then machines.

A feed may send ten times what can be decided, and a member calls for help in the midst of it.
"""

from collections import deque
from enum import IntEnum
from itertools import islice, takewhile
from typing import Any, Final, Generic, NamedTuple, TypeVar

from coordinator.errors import Busy, TooMuchOfOne
from schemas.catalogue import members
from schemas.signals.assignment import AbortAssignment
from schemas.signals.command import (
    AnswerRoll,
    CallHelp,
    CallRoll,
    ResolveHelp,
    TakeBackHelp,
    TakeBackRollAnswer,
)
from schemas.signals.envelope import Signal
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.signals.safety import SafetySignal
from schemas.signals.ticket import TicketSignal
from schemas.vocabulary import Role

_T = TypeVar("_T")


class Lane(IntEnum):
    """The first first."""

    LIFE = 0
    PEOPLE = 1
    MACHINES = 2


_ABOUT_LIFE: Final[frozenset[Any]] = frozenset(
    {
        CallHelp,
        TakeBackHelp,
        ResolveHelp,
        CallRoll,
        AnswerRoll,
        TakeBackRollAnswer,
        ReportUnfit,
        ReportFit,
        AbortAssignment,
        *members(SafetySignal),
        *members(TicketSignal),
    }
)
"""Help, who is there, who is hurt, and all that starts and stops work on a line."""


def lane_of(kind: type[Signal], role: Role) -> Lane:
    """Return where a signal waits: by what it is about, then by whether a person says it.

    The coordinator's own words (that a call-out has left, what a planner proposes) are for people.
    """
    if kind in _ABOUT_LIFE:
        return Lane.LIFE
    return Lane.MACHINES if role is Role.FEED else Lane.PEOPLE


class _Place(NamedTuple, Generic[_T]):
    came: int
    at: int
    lane: Lane
    sender: str
    thing: _T


class Lanes(Generic[_T]):
    """All that waits. Within a lane senders take turns, and what one sends keeps its order.

    Args of the constructor:
        jurisdiction: whose line it is, for errors.
        each_max: how many may wait in each lane, so that a flood in one fills no other.
        of_one_max: how many of them from one sender.
    """

    def __init__(self, jurisdiction: str, *, each_max: int, of_one_max: int) -> None:
        self._jurisdiction = jurisdiction
        self._each_max, self._of_one_max = each_max, of_one_max
        # Whose turn it is next stands first.
        self._lanes: dict[Lane, dict[str, deque[_Place[_T]]]] = {it: {} for it in Lane}
        self._waiting = dict.fromkeys(Lane, 0)
        self._came = 0

    def __len__(self) -> int:
        return sum(self._waiting.values())

    @property
    def people_since(self) -> int | None:
        """When the earliest of what people said and nobody decided yet was said (UTC ms)."""
        senders = (*self._lanes[Lane.LIFE].values(), *self._lanes[Lane.PEOPLE].values())
        return min((it[0].at for it in senders), default=None)

    def put(self, signal: Signal, thing: _T) -> None:
        """Let a signal wait.

        Raises:
            Busy: its lane is full.
            TooMuchOfOne: too much of its sender waits already, though others may still send.
        """
        lane, sender = lane_of(type(signal), signal.actor_role), signal.actor_id
        if self._waiting[lane] >= self._each_max:
            raise Busy(self._jurisdiction, self._waiting[lane])
        queue = self._lanes[lane].get(sender)
        if queue is not None and len(queue) >= self._of_one_max:
            raise TooMuchOfOne(self._jurisdiction, len(queue), sender)
        self._came += 1
        place = _Place(self._came, signal.at, lane, sender, thing)
        if queue is None:
            self._lanes[lane][sender] = deque((place,))
        else:
            queue.append(place)
        self._waiting[lane] += 1

    def take(self, most: int) -> list[_T]:
        """Return what is decided together next, in the order it came.

        One place in eight is kept for whoever waits behind, so that nobody waits for ever.
        """
        taken: list[_Place[_T]] = []
        for lane in Lane:
            behind = any(self._waiting[it] for it in Lane if it > lane)
            room = most - len(taken)
            kept = (room + 7) // 8 if behind and room > 1 else 0
            self._take_of(lane, most - kept, taken)
        return [it.thing for it in sorted(taken, key=lambda it: it.came)]

    def _take_of(self, lane: Lane, most: int, taken: list[_Place[_T]]) -> None:
        """Take of a lane, its senders in turn, until so many are taken in all."""
        while self._waiting[lane] and len(taken) < most:
            place = self._next(lane)
            taken.append(place)
            if lane is Lane.LIFE:
                self._said_before(place, most - len(taken), taken)

    def _next(self, lane: Lane) -> _Place[_T]:
        senders = self._lanes[lane]
        sender = next(iter(senders))
        place = self._pop(lane, sender)
        if (rest := senders.pop(sender, None)) is not None:
            senders[sender] = rest
        return place

    def _said_before(self, place: _Place[_T], room: int, taken: list[_Place[_T]]) -> None:
        """Take what the same sender said before along: where they arrived, then called for help.

        Where that is more than is decided together, life does not wait for it.
        """
        queue = self._lanes[Lane.PEOPLE].get(place.sender, ())
        earlier = takewhile(lambda it: it.came < place.came, queue)
        before = sum(1 for _ in islice(earlier, room + 1))
        if before <= room:
            taken.extend(self._pop(Lane.PEOPLE, place.sender) for _ in range(before))

    def _pop(self, lane: Lane, sender: str) -> _Place[_T]:
        queue = self._lanes[lane][sender]
        place = queue.popleft()
        if not queue:
            del self._lanes[lane][sender]
        self._waiting[lane] -= 1
        return place

    def take_all(self) -> list[_T]:
        """Return all that waits, in the order it came; nothing waits then."""
        places = [it for lane in self._lanes.values() for queue in lane.values() for it in queue]
        self._lanes = {it: {} for it in Lane}
        self._waiting = dict.fromkeys(Lane, 0)
        return [it.thing for it in sorted(places, key=lambda it: it.came)]
