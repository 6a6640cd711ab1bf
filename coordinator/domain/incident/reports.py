"""What sources say of outages: a new one, one already known, more about it, no longer there."""

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.event_time import can_have_begun
from coordinator.domain.geography import distance_m
from coordinator.domain.incident import believed
from coordinator.domain.incident.account import news
from coordinator.domain.incident.correlation import Match, open_match, recurrence_of
from coordinator.domain.incident.extent import newer
from coordinator.domain.incident.kept import sized
from coordinator.domain.member_rights import may_change
from coordinator.domain.merged_away import or_successor
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.nearest_teams import area_class_of
from coordinator.domain.state.incident_index import living, report_key
from coordinator.domain.state.incidents import ENDED, Incident, Phase, Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentOpened,
    IncidentReopened,
    IncidentUpdated,
    PriorityRaised,
    ReportDuplicated,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.notice import RuleWarned
from schemas.said import TEXT_MAX
from schemas.sentences import incidents, reasons
from schemas.signals.incident import (
    Account,
    Extent,
    ExtentReported,
    OutageGone,
    OutageReported,
    OutageUpdated,
    account_of,
)
from schemas.vocabulary import FaultClass, IncidentKind, Role, Urgency

_ELSEWHERE_M = 1_000
"""Farther than a source corrects where it saw something: another outage under a used key."""


def report(state: Jurisdiction, signal: OutageReported, cause: Cause) -> Iterable[Event]:
    """Take a report for what can be; numbers that cannot be are told to the desk."""
    held = _by_report(state, report_key(signal.source, signal.dedup_key))
    signal, doubted = _believed(state, signal, held)
    facts = tuple(_reported(state, signal, cause))
    about = (it.incident_id for it in facts if isinstance(it, IncidentOpened | ReportJoined))
    known = None if held is None else held.incident_id
    return (*facts, *believed.told(state, cause, next(about, known), signal, doubted))


_Report = TypeVar("_Report", OutageReported, OutageUpdated)


def _believed(
    state: Jurisdiction, signal: _Report, held: Incident | None
) -> tuple[_Report, tuple[believed.Doubt, ...]]:
    known = Extent() if held is None else held.extent
    doubted = believed.doubts(signal.extent, known, state.policy.grading)
    if not doubted:
        return signal, ()
    extent = believed.without(signal.extent, doubted)
    return signal.model_copy(update={"extent": extent}), doubted


def _reported(state: Jurisdiction, signal: OutageReported, cause: Cause) -> Iterable[Event]:
    key = report_key(signal.source, signal.dedup_key)
    incident = _by_report(state, key)
    if (
        incident is not None
        and key in incident.reports
        and not _began_anew(incident, key, signal, cause)
    ):
        return _again(state, incident, key, signal, cause)
    started_at = min(_start_of(signal, cause) or cause.happened_at, cause.at)
    if (
        incident is not None
        and key not in incident.reports
        and incident.phase is not Phase.RESTORED
    ):
        # Its source took it back and lists it again, while the incident was never restored.
        return _join(
            state, Match(incident, "device", None), signal, started_at, cause, returned=True
        )
    match = open_match(state, signal, started_at)
    if match is not None:
        return _join(state, match, signal, started_at, cause)
    incident_id = cause.mint("inc")
    return (
        IncidentOpened(
            incident_id=incident_id,
            source=signal.source,
            dedup_key=signal.dedup_key,
            correlation_key=signal.correlation_key,
            kind=signal.kind or IncidentKind.EQUIPMENT_FAULT,
            fault_class=signal.fault_class or FaultClass.HIGH_VOLTAGE,
            place=signal.place,
            area_class=signal.area_class or area_class_of(state, signal.place),
            device=signal.device,
            circuit=signal.circuit,
            cell_id=signal.cell_id,
            started_at=started_at,
            extent=signal.extent,
            account=account_of(signal),
            customer_ref=signal.customer_ref,
            urgent=_urgent(signal),
            owner_id=signal.actor_id,
            recurrence_of=recurrence_of(state, signal, started_at),
        ),
        *_doubted(signal, cause, incident_id),
    )


def _start_of(signal: OutageReported, cause: Cause) -> int | None:
    """Return when the outage began as its source says, None if it does not, or if that cannot be.

    Many a device in the field has a clock that was never set. Its outage is as real as others'.
    """
    said = signal.started_at
    return said if said is not None and can_have_begun(said, cause.at) else None


def _doubted(signal: OutageReported, cause: Cause, incident_id: str) -> Iterable[Event]:
    if signal.started_at is not None and _start_of(signal, cause) is None:
        rule = incidents.BEGIN_NOT_AS_TOLD
        yield RuleWarned(rule=rule, about=incident_id)


def update(state: Jurisdiction, signal: OutageUpdated, cause: Cause) -> Iterable[Event]:
    key = report_key(signal.source, signal.dedup_key)
    incident = _by_report(state, key)
    if incident is None or key not in incident.reports:
        return refuse(incidents.UPDATE_OF_OPEN_REPORT, field="dedup_key", value=signal.dedup_key)
    signal, doubted = _believed(state, signal, incident)
    return (
        *_endangered_again(incident, signal),
        *_changed(incident, key, signal, cause),
        *_pressing(state, incident, signal),
        *believed.told(state, cause, incident.incident_id, signal, doubted),
    )


def _endangered_again(incident: Incident, signal: OutageUpdated) -> Iterable[IncidentReopened]:
    """Where all was over and danger is told for the first time, somebody goes: it begins anew."""
    if incident.phase is Phase.RESTORED and signal.injury_risk and not incident.account.injury_risk:
        reason = signal.text.strip()[:TEXT_MAX] or "-"
        yield IncidentReopened(incident_id=incident.incident_id, reason=reason, cause="danger")


def gone(state: Jurisdiction, signal: OutageGone) -> Iterable[Event]:
    key = report_key(signal.source, signal.dedup_key)
    incident = _by_report(state, key)
    if incident is None or key not in incident.reports:
        return ()
    return (
        ReportWithdrawn(
            incident_id=incident.incident_id,
            source=signal.source,
            dedup_key=signal.dedup_key,
            reason=signal.reason,
        ),
    )


def numbers(state: Jurisdiction, signal: ExtentReported, cause: Cause) -> Iterable[Event]:
    incident = state.incidents.by_id.get(signal.incident_id)
    if incident is None or incident.phase in ENDED:
        rule = or_successor(incidents.NUMBERS_OF_OPEN_INCIDENT, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    for it in believed.doubts(signal.extent, Extent(), state.policy.grading):
        rule = incidents.more_than_there_is(it.most)
        return refuse(rule, field=f"extent.{it.field}", value=it.said)
    stated = newer(incident.stated, signal.extent, corrected=signal.corrected)
    if stated is incident.stated and sized(incident, corrected=signal.corrected) == incident:
        return ()
    return (
        IncidentUpdated(
            incident_id=signal.incident_id,
            extent=signal.extent,
            corrected=signal.corrected,
            happened_at=cause.happened_at,
        ),
    )


def _began_anew(incident: Incident, key: str, signal: OutageReported, cause: Cause) -> bool:
    """Whether the key of a known report tells of another outage: elsewhere, or later.

    A source that lists what it knows goes on listing an outage for a while after it was restored:
    with the old start, or with none, that is no news. A person who calls says how it is now.
    """
    seen = incident.sightings.get(key, Sighting()).place
    if seen is not None and distance_m(seen, signal.place) > _ELSEWHERE_M:
        return True
    if incident.phase is not Phase.RESTORED:
        return False
    if signal.injury_risk and not incident.account.injury_risk:
        # Danger is never taken for old news: somebody goes and looks.
        return True
    began_at = _start_of(signal, cause)
    if began_at is None and signal.actor_role is not Role.FEED:
        began_at = cause.happened_at
    return (
        began_at is not None
        and incident.restored_at is not None
        and began_at > incident.restored_at
    )


def _again(
    state: Jurisdiction, incident: Incident, key: str, signal: OutageReported, cause: Cause
) -> Iterable[Event]:
    """The same report of the same outage: what it newly says counts as in the first one."""
    yield ReportDuplicated(
        incident_id=incident.incident_id, source=signal.source, dedup_key=signal.dedup_key
    )
    before = incident.sightings.get(key, Sighting())
    seen = Sighting(
        device=signal.device or before.device,
        circuit=signal.circuit or before.circuit,
        customer_ref=signal.customer_ref or before.customer_ref,
        place=signal.place,
    )
    may = may_change(state, incident, signal)
    if seen == before:
        yield from _changed(incident, key, signal, cause) if may else ()
    else:
        yield ReportJoined(
            incident_id=incident.incident_id,
            source=signal.source,
            dedup_key=signal.dedup_key,
            rule="repeated",
            device=seen.device,
            circuit=seen.circuit,
            customer_ref=seen.customer_ref,
            place=seen.place,
            extent=newer(incident.reports[key], signal.extent) if may else incident.reports[key],
        )
        said = _said(incident, signal, cause, own=key) if may else None
        if said is not None:
            yield said
    yield from _pressing(state, incident, signal)


def _by_report(state: Jurisdiction, key: str) -> Incident | None:
    """Return the incident that holds or held this report, unless that has ended."""
    incident = living(state.incidents, state.incidents.by_report.get(key))
    return None if incident is None or incident.phase in ENDED else incident


def _urgent(signal: OutageReported | OutageUpdated) -> bool:
    said = signal.urgency if isinstance(signal, OutageReported) else None
    return signal.injury_risk or said is Urgency.URGENT


def _join(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    state: Jurisdiction,
    match: Match,
    signal: OutageReported,
    started_at: int,
    cause: Cause,
    *,
    returned: bool = False,
) -> Iterable[Event]:
    incident = match.incident
    yield ReportJoined(
        incident_id=incident.incident_id,
        source=signal.source,
        dedup_key=signal.dedup_key,
        rule="returned" if returned else match.rule,
        key=match.key,
        device=signal.device,
        circuit=signal.circuit,
        place=signal.place,
        extent=signal.extent,
        customer_ref=signal.customer_ref,
        started_at=started_at,
    )
    yield from _doubted(signal, cause, incident.incident_id)
    said = _said(incident, signal, cause)
    if said is not None:
        yield said
    yield from _pressing(state, incident, signal)


def _pressing(
    state: Jurisdiction, incident: Incident, signal: OutageReported | OutageUpdated
) -> Iterable[PriorityRaised]:
    if _urgent(signal) and not incident.urgent:
        yield PriorityRaised(
            incident_id=incident.incident_id,
            priority=state.policy.grading.urgent_priority_bonus,
            reason=reasons.REPORT_URGENT,
        )


def _said(
    incident: Incident,
    signal: OutageReported | OutageUpdated,
    cause: Cause,
    *,
    own: str | None = None,
) -> IncidentUpdated | None:
    """Return what is said of the whole beside the numbers, None if all of it is known.

    What kind of fault it is its own report says; `own` is the key of that. Another that joins it
    may be of another kind, and is still about the same outage.
    """
    said = news(incident.account, account_of(signal))
    kinds: dict[str, Any] = {}
    if own is not None and own in incident.reports:
        told = {"kind": signal.kind, "fault_class": signal.fault_class}
        kinds = {it: at for it, at in told.items() if at not in (None, getattr(incident, it))}
    if said == Account() and not kinds:
        return None
    return IncidentUpdated(
        incident_id=incident.incident_id,
        source=signal.source,
        dedup_key=signal.dedup_key,
        account=said,
        **kinds,
        happened_at=cause.happened_at,
    )


def _changed(
    incident: Incident, key: str, signal: OutageReported | OutageUpdated, cause: Cause
) -> tuple[Event, ...]:
    """Return what a source newly knows about its report, nothing if it is all known."""
    held = incident.reports.get(key, Extent())
    more = newer(held, signal.extent) is not held
    said = _said(incident, signal, cause, own=key)
    if not more:
        return () if said is None else (said,)
    if said is not None:
        return (replace(said, extent=signal.extent),)
    return (
        IncidentUpdated(
            incident_id=incident.incident_id,
            source=signal.source,
            dedup_key=signal.dedup_key,
            extent=signal.extent,
            happened_at=cause.happened_at,
        ),
    )
