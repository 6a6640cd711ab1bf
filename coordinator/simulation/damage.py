"""Damage at rest: everybody has stopped, the log is not what it was, and a reader starts.

What was damaged lies before what somebody durably followed, so that it can be noticed. The reader
halts and says why; or it began behind the damage and stands exactly where the true log stands.
"""

import random
from typing import NamedTuple

from coordinator.errors import BrokenLog, FuturePayload, NotAccepted
from coordinator.log.envelope import Kind, seal
from coordinator.log.ports import FollowerPosition
from coordinator.log.verify import verify
from coordinator.simulation.cluster import Cluster
from coordinator.simulation.endings import owner_of
from coordinator.simulation.faults import Fault, Shape
from coordinator.simulation.invariants import Broken, Invariant, hold
from coordinator.simulation.node import Node
from schemas.ids import ulid_of

HARMS = (Fault.BIT_FLIP, Fault.CUT_TAIL, Fault.FUTURE_PAYLOAD)
_VERIFIED_SHARE = 0.3
_FROM_TOMORROW = (
    b'{"signal":null,"events":[{"type":"line_mended_by_drone","v":1,"drone":"d-1"}]}',
    b'{"signal":null,"events":[{"type":"incident_closed","v":99,"why":"it is so"}]}',
)


class _Told(NamedTuple):
    """How a reader fared: what it said when it halted, None if it went on."""

    node: Node
    error: BrokenLog | None


async def strike(cluster: Cluster, fault: Fault, chance: random.Random) -> str | None:
    """Damage the log of a cluster whose run is over, and start readers on it.

    Returns what was done and said, None where nobody had followed the log yet.

    Raises:
        Broken: somebody went on as if nothing had happened, or fell over without a reason.
    """
    followed = cluster.disk.last_position(f"outbox/{cluster.reference.log_id}")
    if followed is None:
        return None
    living = owner_of(cluster)
    what = _harm(cluster, fault, followed.seq, chance)
    if fault is Fault.CUT_TAIL and cluster.shape is Shape.PARTITION:
        await _has_seen_more(living, what)
    for node in cluster.alive:
        node.process.kill()
    told = await _started(cluster, what)
    if fault is Fault.FUTURE_PAYLOAD:
        hold(
            Invariant.DAMAGE_TOLD,
            isinstance(told.error, FuturePayload),
            f"{what}; a reader said {told.error!r}",
        )
    elif told.error is None:
        hold(Invariant.DAMAGE_TOLD, fault is Fault.BIT_FLIP, f"{what}; a reader went on")
        cluster.reference.check_reader(told.node.process.name, told.node.owner.confirmed)
    if told.error is not None and chance.random() < _VERIFIED_SHARE:
        await _verified(cluster, fault, followed, what)
    return f"{what}: {told.error or 'a reader began behind it'}"


def _harm(cluster: Cluster, fault: Fault, seq_max: int, chance: random.Random) -> str:
    accepted = cluster.reference.accepted[chance.randint(0, seq_max)]
    kept = cluster.topic.values if cluster.shape is Shape.PARTITION else cluster.disk.records
    match fault:
        case Fault.BIT_FLIP:
            value = bytearray(kept[accepted.offset])
            bit = chance.randrange(8 * len(value))
            value[bit // 8] ^= 1 << bit % 8
            kept[accepted.offset] = bytes(value)
            return f"bit {bit} of seq {accepted.seq} of {cluster.code} flipped"
        case Fault.CUT_TAIL:
            cluster.disk.cut(accepted.offset)
            cluster.topic.cut(accepted.offset)
            return f"{cluster.code} cut off before seq {accepted.seq}"
    kept.append(_from_tomorrow(cluster, chance))
    return f"seq {len(cluster.reference.accepted)} of {cluster.code} is from tomorrow"


def _from_tomorrow(cluster: Cluster, chance: random.Random) -> bytes:
    reference = cluster.reference
    last = reference.accepted[-1]
    return seal(
        seq=last.seq + 1,
        prev=last.hash,
        epoch=reference.epoch,
        at=last.at,
        kind=Kind.DECISION,
        log_id=reference.log_id,
        signal_id=ulid_of(last.at, "tomorrow"),
        cursor={"tomorrow": 1},
        payload=chance.choice(_FROM_TOMORROW),
    ).raw


async def _has_seen_more(living: Node, what: str) -> None:
    """Whoever was reading while the tail was cut off has seen what nobody else will see."""
    try:
        seq = await living.ports.log.tip_seq()
    except NotAccepted:
        return
    raise Broken(Invariant.DAMAGE_TOLD, f"{what}; {living.process.name} still stands at seq {seq}")


async def _started(cluster: Cluster, what: str) -> _Told:
    node = cluster.make_node()
    try:
        await node.open()
    except BrokenLog as error:
        return _Told(node, error)
    except Exception as error:
        raise Broken(Invariant.DAMAGE_TOLD, f"{what}; a reader fell over: {error!r}") from error
    return _Told(node, None)


async def _verified(cluster: Cluster, fault: Fault, followed: FollowerPosition, what: str) -> None:
    node = cluster.make_node()
    try:
        finding, _ = await verify(node.ports.log, expected_head=followed)
    except Exception as error:
        raise Broken(Invariant.DAMAGE_TOLD, f"{what}; to verify fell over: {error!r}") from error
    # A reader that lags has not come to what is from tomorrow yet.
    behind = fault is Fault.FUTURE_PAYLOAD and finding.records <= len(cluster.reference.accepted)
    hold(Invariant.DAMAGE_TOLD, finding.fault is not None or behind, f"{what}; verified as sound")
