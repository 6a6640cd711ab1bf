"""The policy in force: founded with the log, changed only by an event.

A time that was given to somebody stays as they were told it: who answers within five minutes is not
late after two because the policy says so meanwhile. Whoever changes the policy is told which clocks
run on by the old one. Hours of work are nobody's promise: theirs are moved (`safety.fatigue`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.refusal import refuse
from coordinator.domain.sound_policy import broken_policy_rule
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.bounds import Millis
from schemas.catalogue import members
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.events.roster import JurisdictionFounded, PolicyAdopted, PolicyEvent
from schemas.policy import Policy
from schemas.sentences import rosters
from schemas.signals.roster import PolicySignal

_CLOCKS: Final[Mapping[str, frozenset[str]]] = {
    "reporting": frozenset({"flash", "situation", "verified"}),
    "promises": frozenset({"accept", "arrival", "restoration"}),
    "correlation": frozenset({"close", "file"}),
    "muster": frozenset({"propose", "confirm", "short"}),
    "answering": frozenset({"answer", "arrive"}),
    "ladders": frozenset({"escalation"}),
    "branch": frozenset({"branch_term"}),
    "guard": frozenset({"check_in", "patrol", "zero_report"}),
    "command": frozenset({"roll_call", "next_roll_call"}),
    "aid": frozenset({"aid", "aid_late"}),
    "outage_notices": frozenset({"outage_notice"}),
    "community": frozenset({"whistle", "ward"}),
}
"""By part of a policy, the kinds of clocks that it winds; they keep the time they were given."""


def evolve(state: Jurisdiction, event: PolicyEvent, at: Millis) -> Jurisdiction:
    match event:
        case JurisdictionFounded():
            return replace(
                state, jurisdiction=event.jurisdiction, realm=event.realm, policy=event.policy
            )
        case PolicyAdopted():
            return replace(state, policy=event.policy)
        case _:
            assert_never(event)


def decide(state: Jurisdiction, signal: PolicySignal, cause: Cause) -> Iterable[Event]:
    newer = signal.policy
    if newer.policy_id == state.policy.policy_id and newer.version <= state.policy.version:
        return refuse(rosters.LATER_VERSION, field="version", value=newer.version)
    broken = broken_policy_rule(newer)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return PolicyAdopted(policy=newer), *_run_on(state, newer)


def _run_on(state: Jurisdiction, newer: Policy) -> Iterable[Event]:
    """Warn of the clocks that run, where what winds them changes: they keep their time."""
    running = Counter(key.partition(":")[0] for key in state.timers.due)
    for part, kinds in _CLOCKS.items():
        count = sum(running[it] for it in kinds)
        if count and getattr(newer, part) != getattr(state.policy, part):
            yield RuleWarned(rule=rosters.clocks_keep_their_time(part, count))


CONCEPT: Final = Concept(
    name="policy",
    signals=members(PolicySignal),
    decide=decide,
    facts=members(PolicyEvent),
    evolve=evolve,
)
