"""What would have followed from the same signals under another policy: grades, promises, people.

The signals of a log are decided anew from a moment on, as if the policy had been adopted there; the
clock speaks by the deadlines that then run. What people said stays what they said: who answered a
call that is not made in the other run is refused there, and that is counted.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.turned_away import was_turned_away
from coordinator.engine.speculation import decided
from coordinator.log.envelope import Kind, Record
from coordinator.log.fold import Fold, events_of
from coordinator.planning.comparing import Called, called_by, merged, planned_twice
from coordinator.planning.outcomes import Outcomes
from schemas.catalogue import read_signal
from schemas.events.envelope import Event
from schemas.events.notice import SignalRefused
from schemas.events.unit import UnitCalled, UnitFormed
from schemas.ids import ulid_of
from schemas.policy import Policy
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.signals.roster import AdoptPolicy
from schemas.vocabulary import Role

RECORDS_MAX: Final = 20_000
_UNITS_MAX: Final = 50
_INCIDENTS_MAX: Final = 500
_PLANNING_S: Final = 15.0


def what_if(
    fold: Fold, records: Sequence[Record], changes: Mapping[str, Any], travel: str
) -> dict[str, Any]:
    """Compare what a stretch of a log led to with what it would have led to.

    Args:
        fold: the state before the first of the records.
        records: the stretch, at most `RECORDS_MAX`.
        changes: fields of the policy in force that differ; a whole policy is all fields.
        travel: as `travel_times` takes it.

    Raises:
        BadInput: naming the field of the policy that cannot be so.
        BrokenLog: the stretch cannot be trusted.
    """
    other = _Other(fold.state, merged(fold.state.policy, changes), records[0].at)
    as_was, called, sent = Outcomes(fold.state), list[Called](), dict[str, set[str]]()
    refused_then = 0
    for record in records:
        fold, step = fold.step(record)
        as_was.take(step.events, record.at)
        refused_then += _refused(step.events)
        for event in step.events:
            if isinstance(event, UnitFormed):
                sent[event.unit_id] = {it.member_id for it in event.picks}
            elif isinstance(event, UnitCalled):
                called.append(called_by(event, step.before, record.at))
        other.take(record)
    other.pass_deadlines(records[-1].at)
    rows = list(_side_by_side(as_was.by_incident, other.outcomes.by_incident))
    rows.sort(key=lambda it: (not it["differs"], it["incident_id"]))
    return {
        "policy": f"{other.policy.policy_id} v{other.policy.version}",
        "from_seq": records[0].seq,
        "to_seq": records[-1].seq,
        "from_at": records[0].at,
        "to_at": records[-1].at,
        "signals": other.signals,
        "refused_as_was": refused_then,
        "refused_what_if": other.refused,
        "incidents": rows[:_INCIDENTS_MAX],
        "incidents_in_all": len(rows),
        "incidents_differing": sum(1 for it in rows if it["differs"]),
        "units": _planned(called, other.policy, travel, sent),
        "units_in_all": len(called),
    }


class _Other:
    """The run that did not happen."""

    def __init__(self, state: Jurisdiction, policy: Policy, at: int) -> None:
        self.signals = 0
        self.refused = 0
        # A policy is followed by a later version only; which one is of no matter here.
        same = policy.policy_id == state.policy.policy_id
        if same and policy.version <= state.policy.version:
            policy = replace(policy, version=state.policy.version + 1)
        self.policy = policy
        self.outcomes = Outcomes(state)
        self._state = state
        self._at = max(at, state.now)
        self._decide(
            AdoptPolicy(
                signal_id=ulid_of(self._at, "what-if", state.jurisdiction),
                jurisdiction=state.jurisdiction, realm=state.realm, at=self._at,
                actor_id="what-if", actor_role=Role.COMMANDER, policy=policy,
            )
        )  # fmt: skip

    def take(self, record: Record) -> None:
        signal = read_signal(record.payload) if record.kind is Kind.DECISION else None
        if (
            signal is None
            or isinstance(signal, DeadlinePassed | AdoptPolicy)
            or was_turned_away(events_of(record))
        ):
            return
        self.pass_deadlines(record.at)
        self.signals += 1
        self.refused += _refused(self._decide(signal))

    def pass_deadlines(self, until: int) -> None:
        while (due := jurisdiction.next_deadline(self._state)) is not None and due <= until:
            self._decide(
                DeadlinePassed(
                    signal_id=ulid_of(due, "clock", self._state.jurisdiction),
                    jurisdiction=self._state.jurisdiction, realm=self._state.realm,
                    at=max(due, self._state.now), actor_id="clock", actor_role=Role.SYSTEM,
                )
            )  # fmt: skip

    def _decide(self, signal: Signal) -> tuple[Event, ...]:
        events, self._state, at = decided(self._state, signal)
        self.outcomes.take(events, at)
        return events


def _refused(events: Iterable[Event]) -> bool:
    return any(isinstance(it, SignalRefused) for it in events)


def _side_by_side(
    as_was: Mapping[str, dict[str, Any]], what_if_: Mapping[str, dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    for id_ in sorted(as_was.keys() | what_if_.keys()):
        was, would = as_was.get(id_), what_if_.get(id_)
        differs = (
            ["incident"]
            if was is None or would is None
            else [name for name in was if was[name] != would[name]]
        )
        yield {"incident_id": id_, "as_was": was, "what_if": would, "differs": differs}


def _planned(
    called: Sequence[Called], policy: Policy, travel: str, sent: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    """Plan the last units twice, as many as the time allows."""
    rows: list[dict[str, Any]] = []
    ends = time.monotonic() + _PLANNING_S
    for it in reversed(called[-_UNITS_MAX:]):
        if time.monotonic() > ends:
            break
        row = planned_twice(it, policy, travel, sent)
        rows.append({"incident_id": it.unit.incident_id, "at": it.unit.called_at, **row})
    return rows[::-1]
