"""What becomes of a planner's proposal: taken where every hard rule holds now, else said why not.

A planner may be late or wrong. For a unit that is called it proposes the whole, or that nobody can
go; for one that is out, who closes what it lacks.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import stand_down
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.greedy import Formed, beyond, form, lacking
from coordinator.domain.unit.hard_rules import broken_rules
from coordinator.domain.unit.muster import (
    can_go,
    proposed_or_formed,
    reinforced_or_short,
    retry,
    search,
    sent,
    short,
    still_needed,
    with_what_was_found,
)
from schemas.bounds import MEMBERS_MAX
from schemas.events.envelope import Event
from schemas.events.unit import ProposalRejected, UnitProposed
from schemas.muster import Explanation, Pick
from schemas.said import Said
from schemas.sentences import notices, reasons, units
from schemas.signals.unit import ConfirmProposal, MusterProposed, RefuseProposal
from schemas.vocabulary import NoticeKind, Recipient


def take(state: Jurisdiction, unit: Unit, signal: MusterProposed, cause: Cause) -> Iterable[Event]:
    if unit.stage is Stage.FORMED and unit.missing:
        return _close_gap(state, unit, signal, cause)
    if unit.stage is not Stage.CALLED:
        return refuse(
            units.proposal_while_called(unit.stage),
            field="unit_id",
            value=unit.unit_id,
        )
    if not signal.picks:
        return _nobody_can_go(state, unit, signal, cause)
    broken = broken_rules(state, signal.picks, signal.allotments, cause.at)
    broken += _not_asked_for(unit, signal)
    if broken:
        found = search(state, unit, cause.at)
        return (_rejected(unit, broken), *proposed_or_formed(state, unit, found, cause))
    return with_what_was_found(state, unit, _formed(state, unit, signal), cause)


def _formed(state: Jurisdiction, unit: Unit, signal: MusterProposed) -> Formed:
    left = lacking(state, still_needed(unit), signal.picks, signal.allotments)
    return Formed(signal.picks, signal.allotments, *left, signal.explanation)


def _not_asked_for(unit: Unit, signal: MusterProposed) -> list[Said]:
    asked = sorted(it.member_id for it in signal.picks if it.member_id in unit.tried)
    return [
        *beyond(still_needed(unit), signal.picks, signal.allotments),
        *(units.tried_before(member_id) for member_id in asked),
    ]


def _rejected(unit: Unit, broken: list[Said]) -> ProposalRejected:
    return ProposalRejected(unit_id=unit.unit_id, reasons=tuple(broken[:MEMBERS_MAX]))


def _nobody_can_go(
    state: Jurisdiction, unit: Unit, signal: MusterProposed, cause: Cause
) -> Iterable[Event]:
    """The fallback looks all the same; if it finds nobody either, the planner's reasons stand."""
    found = search(state, unit, cause.at)
    if can_go(state, found):
        return with_what_was_found(state, unit, found, cause)
    whole = tuple((it.role, it.count) for it in unit.need.roles)
    return short(state, unit, found._replace(missing=whole), cause, why=signal.explanation)


def _close_gap(
    state: Jurisdiction, unit: Unit, signal: MusterProposed, cause: Cause
) -> Iterable[Event]:
    """More people for a unit that is out; its leader and supervisor are there or among them."""
    if not signal.picks:
        return ()
    broken = broken_rules(state, signal.picks, signal.allotments, cause.at, joining=True)
    broken += _not_asked_for(unit, signal)
    if broken:
        return (_rejected(unit, broken), *retry(state, unit, cause))
    return reinforced_or_short(state, unit, _formed(state, unit, signal), cause)


def confirm(
    state: Jurisdiction, unit: Unit, signal: ConfirmProposal, cause: Cause
) -> Iterable[Event]:
    if unit.stage is not Stage.PROPOSED or unit.explanation is None:
        return refuse(
            units.only_proposal_confirmed(unit.stage), field="unit_id", value=unit.unit_id
        )
    picks = signal.picks or unit.proposal
    broken = broken_rules(state, picks, unit.proposal_allotments, cause.at)
    if broken:
        return refuse(broken[0], field="picks", value=len(broken))
    formed = _as_proposed(state, unit, picks, unit.explanation)
    return (
        *sent(state, unit, formed, signal.actor_id, cause),
        *_settled(state, unit, formed, reasons.CONFIRMED, cause),
    )


def _as_proposed(
    state: Jurisdiction, unit: Unit, picks: tuple[Pick, ...], explanation: Explanation
) -> Formed:
    left = lacking(state, unit.need, picks, unit.proposal_allotments)
    return Formed(picks, unit.proposal_allotments, *left, explanation)


def _settled(
    state: Jurisdiction, unit: Unit, formed: Formed, reason: Said, cause: Cause
) -> tuple[Event, ...]:
    """Nobody need confirm any longer; whom the unit lacks is still called for."""
    if not formed.missing:
        return escalation.stop(state, cause, about=unit.unit_id, reason=reason)
    kind = NoticeKind.CONFIRMATION_WANTED
    return call_off(state, about=unit.unit_id, cause_kind=kind, reason=reason)


def refuse_proposal(
    state: Jurisdiction, unit: Unit, signal: RefuseProposal, cause: Cause
) -> Iterable[Event]:
    if unit.stage is not Stage.PROPOSED:
        return refuse(units.only_proposal_refused(unit.stage), field="unit_id", value=unit.unit_id)
    return (
        ProposalRejected(unit_id=unit.unit_id, reasons=(units.refused_because(signal.reason),)),
        *stand_down(state, unit.unit_id, reasons.as_typed(signal.reason)),
    )


def unconfirmed(state: Jurisdiction, unit: Unit, cause: Cause) -> Iterable[Event]:
    """Nobody confirmed in time: by policy it goes all the same, or waits and says so again."""
    if state.policy.muster.when_unconfirmed == "wait" and unit.explanation is not None:
        later = cause.at + state.policy.muster.confirm_within_s * 1_000
        return (
            UnitProposed(
                unit_id=unit.unit_id,
                picks=unit.proposal,
                allotments=unit.proposal_allotments,
                explanation=unit.explanation,
                confirm_by=later,
            ),
            notify(
                cause,
                NoticeKind.CONFIRMATION_WANTED,
                Recipient.COMMANDER,
                notices.STILL_UNCONFIRMED,
                about=unit.unit_id,
            ),
        )
    broken = broken_rules(state, unit.proposal, unit.proposal_allotments, cause.at)
    if broken or unit.explanation is None:
        why = tuple(broken[:MEMBERS_MAX]) or (units.NO_EXPLANATION,)
        formed = form(state, unit.need, cause.at, without=unit.tried)
        return (
            ProposalRejected(unit_id=unit.unit_id, reasons=why),
            *proposed_or_formed(state, unit, formed, cause, automatic=True),
            *_settled(state, unit, formed, reasons.SENT_BY_POLICY, cause),
        )
    formed = _as_proposed(state, unit, unit.proposal, unit.explanation)
    return (
        *sent(state, unit, formed, "policy", cause),
        *_settled(state, unit, formed, reasons.SENT_BY_POLICY, cause),
    )
