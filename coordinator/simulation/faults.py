"""What can go wrong in the simulated world, by name. A seed switches about half of them on."""

import random
from collections.abc import Iterable
from enum import StrEnum

from coordinator.errors import BadInput


class Shape(StrEnum):
    """How the home keeps its log."""

    FILE = "file"
    PARTITION = "partition"


class Fault(StrEnum):
    """One way to fail; the text beside it is shown with a failure."""

    KILL = "kill"
    PAUSE = "pause"
    SECOND_OWNER = "second_owner"
    IN_DOUBT = "in_doubt"
    LOG_FULL = "log_full"
    SLOW_READS = "slow_reads"
    GHOST_WRITE = "ghost_write"
    DUPLICATED_WRITE = "duplicated_write"
    REORDERED_WRITE = "reordered_write"
    STALE_POSITION = "stale_position"
    SNAPSHOT_LOST = "snapshot_lost"
    SNAPSHOT_STRANGE = "snapshot_strange"
    CHANNEL_FAILS = "channel_fails"
    CLOCK_SKEW = "clock_skew"
    CLOCK_JUMP = "clock_jump"
    SIGNAL_REPEATED = "signal_repeated"
    SIGNAL_LATE = "signal_late"
    FOREIGN_RECORD = "foreign_record"
    DEAD_PHONE = "dead_phone"
    CONTRADICTION = "contradiction"
    WRONG_PLANNER = "wrong_planner"
    AID_LOST = "aid_lost"
    BIT_FLIP = "bit_flip"
    CUT_TAIL = "cut_tail"
    FUTURE_PAYLOAD = "future_payload"


WHAT: dict[Fault, str] = {
    Fault.KILL: "a process dies at any step and another starts",
    Fault.PAUSE: "a process stands still for minutes and then goes on as if nothing had happened",
    Fault.SECOND_OWNER: "a second process owns the jurisdiction while the first still lives",
    Fault.IN_DOUBT: "an append times out; it landed, or it did not",
    Fault.LOG_FULL: "no space for a while",
    Fault.SLOW_READS: "a reader sees the partition as it was seconds ago",
    Fault.GHOST_WRITE: "a write lands long after its time-out",
    Fault.DUPLICATED_WRITE: "a write lands twice",
    Fault.REORDERED_WRITE: "pipelined writes land in another order, or only some",
    Fault.STALE_POSITION: "a follower's position is older than what it did",
    Fault.SNAPSHOT_LOST: "snapshots vanish",
    Fault.SNAPSHOT_STRANGE: "a snapshot that is not on the chain lies among the others",
    Fault.CHANNEL_FAILS: "a message cannot be delivered for a while",
    Fault.CLOCK_SKEW: "processes disagree on the time by up to two minutes",
    Fault.CLOCK_JUMP: "a clock jumps by up to ten minutes, forward or back",
    Fault.SIGNAL_REPEATED: "a sender repeats a signal that was acknowledged",
    Fault.SIGNAL_LATE: "a signal arrives long after it was made, behind younger ones",
    Fault.FOREIGN_RECORD: "records of another log and undecodable bytes stand in the partition",
    Fault.DEAD_PHONE: "a phone never answers",
    Fault.CONTRADICTION: "a member answers twice, late, or against what they said before",
    Fault.WRONG_PLANNER: "a planner proposes people who may not be called, or too late",
    Fault.AID_LOST: "messages between jurisdictions are lost, repeated and delayed",
    Fault.BIT_FLIP: "a bit of a stored record is another one, once everybody stopped",
    Fault.CUT_TAIL: "an unclean election, or a disk put back, cut off the end of the log",
    Fault.FUTURE_PAYLOAD: "a newer program wrote the last record, which this one cannot read",
}

_ONLY_FILE = frozenset({Fault.LOG_FULL})
_ONLY_PARTITION = frozenset(
    {
        Fault.SLOW_READS,
        Fault.GHOST_WRITE,
        Fault.DUPLICATED_WRITE,
        Fault.REORDERED_WRITE,
        Fault.FOREIGN_RECORD,
    }
)


def possible(shape: Shape) -> tuple[Fault, ...]:
    """Return the faults that a log of this shape can have."""
    other = _ONLY_PARTITION if shape is Shape.FILE else _ONLY_FILE
    return tuple(it for it in Fault if it not in other)


def chosen(seed: int, shape: Shape) -> frozenset[Fault]:
    """Return the faults of a seed: half of the possible ones, other ones each time."""
    chance = random.Random(f"{seed}/faults")
    return frozenset(it for it in possible(shape) if chance.random() < 0.5)


def read_faults(names: Iterable[str]) -> frozenset[Fault]:
    """Return faults by name; `none` is no fault at all.

    Raises:
        BadInput: naming the one that is none.
    """
    found = set()
    for name in names:
        if name == "none":
            continue
        try:
            found.add(Fault(name))
        except ValueError:
            known = ", ".join(sorted(it.value for it in Fault))
            raise BadInput(f"faults: {name!r} is none of {known}") from None
    return frozenset(found)
