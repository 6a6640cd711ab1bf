"""What must be true once the faults have stopped and time has passed."""

from typing import Any

from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.domain.escalation.fold import ONCE_PER_INCIDENT, UNTIL_OVER
from coordinator.domain.state.incidents import ENDED
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from coordinator.simulation.cluster import Cluster
from coordinator.simulation.desk import AID_OVER
from coordinator.simulation.expected import expected_effects
from coordinator.simulation.invariants import Invariant, hold
from coordinator.simulation.node import Node
from schemas.durations import MINUTE

_GRACE_MS = MINUTE


def nothing_open(cluster: Cluster) -> bool:
    """Whether all that was begun has ended, so that waiting longer shows nothing more."""
    state, decided = cluster.reference.state, cluster.reference.decided
    return (
        cluster.senders.waiting == 0
        and all(it in decided for it in cluster.promised)
        and all(it.phase in ENDED for it in state.incidents.by_id.values())
        and not state.safety.tickets
        and not _under_way(state)
        and all(it.stage in AID_OVER for it in state.aid.by_id.values())
        and all(not node.outbox.waiting for node in cluster.alive if node.process.running)
    )


def check(cluster: Cluster) -> None:
    """Hold every ending against the log.

    Raises:
        Broken: the first that does not hold.
    """
    reference, state, code = cluster.reference, cluster.reference.state, cluster.code
    for signal_id, receipt in cluster.promised.items():
        if receipt is not None:
            cluster.keeps(signal_id, receipt)
        hold(
            Invariant.ALL_DECIDED,
            signal_id in reference.decided,
            f"{code}: {signal_id} was acknowledged and never decided",
        )
    node = owner_of(cluster)
    reference.check_reader(node.process.name, node.owner.confirmed)
    hold(
        Invariant.KEEPS_DECIDING,
        node.owner.confirmed.tip.seq == len(reference.accepted) - 1,
        f"{code}: {node.process.name} stands at {node.owner.confirmed.tip.seq}",
    )
    _check_people(cluster)
    _check_given_back(cluster)
    _check_effects(cluster)
    _check_boards(cluster, node)
    reference.clocks.check(state.now - _GRACE_MS, f"{code}: it is {state.now}")
    following = state.timers.next()
    hold(
        Invariant.NOTHING_OVERDUE,
        following is None or following[0] > state.now - _GRACE_MS,
        f"{code}: {following} is overdue at {state.now}",
    )


def _under_way(state: Jurisdiction) -> list[str]:
    """Return the alarms that still climb; one that stands until its cause is over never ends by
    itself.
    """
    return sorted(
        id_
        for id_, it in state.escalations.by_id.items()
        if not it.exhausted and it.cause not in UNTIL_OVER
    )


def owner_of(cluster: Cluster) -> Node:
    """Return who owns the log now."""
    ready = [it for it in cluster.alive if it.ready and it.owner.stopped_because is None]
    newest = max(ready, key=lambda it: it.owner.confirmed.tip.epoch, default=None)
    hold(Invariant.KEEPS_DECIDING, newest is not None, f"{cluster.code}: nobody decides")
    assert newest is not None  # noqa: S101 - held a line ago
    return newest


def _check_people(cluster: Cluster) -> None:
    state, code = cluster.reference.state, cluster.code
    for id_, incident in sorted(state.incidents.by_id.items()):
        over = incident.phase in ENDED
        units = [state.units.by_id[it] for it in state.units.by_incident.get(id_, ())]
        served = any(it.stage is not Stage.CALLED or it.tries for it in units)
        hold(
            Invariant.UNIT_OR_SHORTAGE,
            over or served or not units,
            f"{code}: {id_} has neither a unit nor a shortage",
        )
    going = _under_way(state)
    hold(Invariant.ESCALATIONS_END, not going, f"{code}: {going} go on")
    of_ended = sorted(
        id_
        for id_, it in state.escalations.by_id.items()
        if it.cause in ONCE_PER_INCIDENT
        and it.incident_id is not None
        and ((known := state.incidents.by_id.get(it.incident_id)) is None or known.phase in ENDED)
    )
    hold(Invariant.ESCALATIONS_END, not of_ended, f"{code}: {of_ended} are of what is over")
    missing = sorted(
        id_
        for id_, it in state.command.roll_calls.items()
        if set(it.missed) & set(it.waiting) and not state.escalations.by_subject.get(id_)
    )
    hold(Invariant.MISSING_TOLD, not missing, f"{code}: nobody is told who is missing at {missing}")
    open_aid = [it.aid_id for it in state.aid.by_id.values() if it.stage not in AID_OVER]
    hold(Invariant.AID_CLOSED, not open_aid, f"{code}: {sorted(open_aid)} are open")


def _check_given_back(cluster: Cluster) -> None:
    state, code = cluster.reference.state, cluster.code
    over = {id_ for id_, it in state.units.by_id.items() if it.stage is Stage.STOOD_DOWN}
    held = [(id_, it.committed_to) for id_, it in sorted(state.resources.by_id.items())]
    called = state.assignments.by_id
    to_nothing = [
        id_
        for id_, it in sorted(state.roster.members.items())
        if it.assignment_id is not None and it.assignment_id not in called
    ]
    hold(Invariant.GIVEN_BACK, not to_nothing, f"{code}: bound to what is not there: {to_nothing}")
    bound = [
        (id_, called[it.assignment_id].unit_id)
        for id_, it in sorted(state.roster.members.items())
        if it.assignment_id is not None
    ]
    kept = [f"{id_} by {unit_id}" for id_, unit_id in (*held, *bound) if unit_id in over]
    hold(Invariant.GIVEN_BACK, not kept, f"{code}: still bound: {', '.join(kept)}")


def _check_effects(cluster: Cluster) -> None:
    for id_, what in expected_effects(cluster.reference, cluster.realm).items():
        hold(
            Invariant.NO_LOST_EFFECT,
            id_ in cluster.phones.delivered,
            f"{cluster.code}: {what} never arrived",
        )


def _check_boards(cluster: Cluster, node: Node) -> None:
    store = MemoryBoards()
    Boards(store, MemoryFeed(store)).rebuild(cluster.reference.state, 0)
    shown, true = _rows(node.boards, cluster.code), _rows(store, cluster.code)
    wrong = sorted(key for key in shown.keys() | true.keys() if shown.get(key) != true.get(key))
    hold(Invariant.SAME_BOARDS, not wrong, f"{node.process.name} shows another {wrong[:3]}")


def _rows(store: MemoryBoards, code: str) -> dict[tuple[str, str], Any]:
    return {(it.board, it.key): it.row for it in store.boards_of(code) if it.row is not None}
