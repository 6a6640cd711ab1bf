"""The policy in force: founded with the log, changed only by an event."""

from collections.abc import Iterable
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
from schemas.events.roster import JurisdictionFounded, PolicyAdopted, PolicyEvent
from schemas.sentences import rosters
from schemas.signals.roster import PolicySignal


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
    return (PolicyAdopted(policy=newer),)


CONCEPT: Final = Concept(
    name="policy",
    signals=members(PolicySignal),
    decide=decide,
    facts=members(PolicyEvent),
    evolve=evolve,
)
