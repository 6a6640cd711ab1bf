"""Disaster alerts raise the readiness of the jurisdictions they touch and pre-warn its teams.

Identity is sender + identifier; references make chains. The highest live colour is the readiness.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.alerts import Alert
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.durations import HOUR
from schemas.events.alert import (
    AlertEnded,
    AlertEvent,
    AlertRaised,
    AlertRepeated,
    AlertUpdated,
    CancelForgotten,
    CancelRemembered,
    ReadinessChanged,
)
from schemas.events.envelope import Event
from schemas.events.incident import AlertLinked, IncidentOpened
from schemas.readiness import ReadinessMeasure
from schemas.said import Said
from schemas.sentences import incidents, notices, reasons
from schemas.signals.alert import AlertReceived, AlertSignal, CancelAlert
from schemas.vocabulary import NoticeKind, Recipient, WarningColour

_LATEST = 4_102_444_800_000
_FROM_HIGHEST = tuple(WarningColour)
_HAVE_WORDS = frozenset(ReadinessMeasure)


def evolve(state: Jurisdiction, event: AlertEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    alerts, timers = state.alerts, state.timers
    match event:
        case AlertRaised():
            alert = Alert(
                alert_id=event.alert_id,
                sender=event.sender,
                identifier=event.identifier,
                sent_at=event.sent_at,
                hazard=event.hazard,
                event=event.event,
                colour=event.colour,
                onset_at=event.onset_at,
                expires_at=event.expires_at,
                area=event.area,
            )
            return _keep(state, alert)
        case AlertUpdated():
            alert = replace(
                alerts.by_id[event.alert_id],
                identifier=event.identifier,
                sent_at=event.sent_at,
                colour=event.colour,
                onset_at=event.onset_at,
                expires_at=event.expires_at,
                area=event.area,
            )
            return _keep(state, alert)
        case AlertEnded():
            by_message = alerts.by_message
            for key in sorted(by_message):
                if by_message[key] == event.alert_id:
                    by_message = by_message.delete(key)
            by_id = alerts.by_id.delete(event.alert_id)
            alerts = replace(alerts, by_id=by_id, by_message=by_message)
            timers = timers.clear("alert", event.alert_id)
        case ReadinessChanged():
            alerts = replace(alerts, readiness=event.colour)
        case CancelRemembered():
            key = _key(event.sender, event.identifier)
            alerts = replace(alerts, cancelled=alerts.cancelled.set(key, event.forget_at))
            if event.alert_id is not None and event.alert_id in alerts.by_id:
                alerts = replace(alerts, by_message=alerts.by_message.set(key, event.alert_id))
            timers = timers.set("early_cancel", key, event.forget_at)
        case CancelForgotten():
            key = _key(event.sender, event.identifier)
            if key in alerts.cancelled:
                alerts = replace(alerts, cancelled=alerts.cancelled.delete(key))
            timers = timers.clear("early_cancel", key)
        case AlertRepeated():
            return state
        case _:
            assert_never(event)
    return replace(state, alerts=alerts, timers=timers)


def _keep(state: Jurisdiction, alert: Alert) -> Jurisdiction:
    alerts, id_ = state.alerts, alert.alert_id
    key = _key(alert.sender, alert.identifier)
    alerts = replace(
        alerts, by_id=alerts.by_id.set(id_, alert), by_message=alerts.by_message.set(key, id_)
    )
    timers = state.timers.set("alert", id_, alert.expires_at)
    return replace(state, alerts=alerts, timers=timers)


def _key(sender: str, identifier: str) -> str:
    return f"{sender}|{identifier}"


def _tells_apart(sender: str, identifier: str) -> bool:
    """Whether a key of these two gives both back."""
    return bool(sender and identifier) and "|" not in sender


def decide(state: Jurisdiction, signal: AlertSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case AlertReceived():
            return _receive(state, signal, cause)
        case CancelAlert():
            alert_id = state.alerts.by_message.get(_key(signal.sender, signal.identifier))
            if alert_id is None:
                return refuse(
                    incidents.NO_SUCH_LIVE_ALERT, field="identifier", value=signal.identifier
                )
            return (AlertEnded(alert_id=alert_id, cause="by_person", reason=signal.reason),)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    if isinstance(event, IncidentOpened):
        return _link(state, event)
    return _readiness(state, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "early_cancel":
        sender, _, identifier = id_.partition("|")
        return (CancelForgotten(sender=sender, identifier=identifier),)
    return (AlertEnded(alert_id=id_, cause="expired"),)


def _receive(state: Jurisdiction, signal: AlertReceived, cause: Cause) -> Iterable[Event]:
    repeated = (AlertRepeated(sender=signal.sender, identifier=signal.identifier),)
    if _key(signal.sender, signal.identifier) in state.alerts.by_message:
        return repeated
    known = _referenced(state, signal)
    if signal.message == "cancel":
        return (*_ended(known, signal), *_remembered(state, signal, cause)) or repeated
    if _key(signal.sender, signal.identifier) in state.alerts.cancelled:
        return repeated
    lasts = state.policy.alerts.lasts_without_expiry_h * HOUR
    expires_at = signal.expires_at or min(_LATEST, max(signal.sent_at, cause.at) + lasts)
    older = [it for it in known if it.sent_at <= signal.sent_at]
    if expires_at <= cause.at or (known and not older):
        return repeated
    fact = (
        _updated(signal, older[0].alert_id, expires_at)
        if older
        else _raised(signal, cause.mint("alt"), expires_at)
    )
    instead = fact.alert_id
    return (fact, *_ended(older[1:], signal), *_remembered(state, signal, cause, instead=instead))


def _updated(signal: AlertReceived, alert_id: str, expires_at: int) -> AlertUpdated:
    return AlertUpdated(
        alert_id=alert_id,
        identifier=signal.identifier,
        sent_at=signal.sent_at,
        colour=signal.colour,
        onset_at=signal.onset_at,
        expires_at=expires_at,
        area=signal.area,
        headline=signal.headline,
        instruction=signal.instruction,
    )


def _raised(signal: AlertReceived, alert_id: str, expires_at: int) -> AlertRaised:
    return AlertRaised(
        alert_id=alert_id,
        sender=signal.sender,
        identifier=signal.identifier,
        sent_at=signal.sent_at,
        hazard=signal.hazard,
        event=signal.event,
        colour=signal.colour,
        severity=signal.severity,
        urgency=signal.urgency,
        certainty=signal.certainty,
        onset_at=signal.onset_at,
        expires_at=expires_at,
        area=signal.area,
        headline=signal.headline,
        instruction=signal.instruction,
    )


def _ended(alerts: Iterable[Alert], signal: AlertReceived) -> tuple[Event, ...]:
    return tuple(
        AlertEnded(alert_id=it.alert_id, cause="cancelled", reason=signal.identifier)
        for it in alerts
    )


def _references(signal: AlertReceived) -> Iterable[tuple[str, str]]:
    """Yield sender and identifier of each message that this one updates or cancels."""
    for reference in signal.references:
        sender, _, rest = reference.partition(",")
        yield (sender, rest.partition(",")[0]) if rest else (signal.sender, reference)


def _referenced(state: Jurisdiction, signal: AlertReceived) -> list[Alert]:
    """Return the live alerts that this message updates or cancels."""
    by_message = state.alerts.by_message
    found = [by_message.get(_key(*reference)) for reference in _references(signal)]
    return [state.alerts.by_id[it] for it in dict.fromkeys(found) if it is not None]


def _remembered(
    state: Jurisdiction, signal: AlertReceived, cause: Cause, *, instead: str | None = None
) -> tuple[Event, ...]:
    """Feeds are not ordered: what is over before it comes must not be raised when it does.

    `instead`: the alert that an update of it made; who ends the one ends the other.
    """
    forget_at = cause.at + state.policy.alerts.lasts_without_expiry_h * HOUR
    return tuple(
        CancelRemembered(
            sender=sender, identifier=identifier, forget_at=forget_at, alert_id=instead
        )
        for sender, identifier in dict.fromkeys(_references(signal))
        if _tells_apart(sender, identifier)
        and _key(sender, identifier) not in state.alerts.by_message
        and (instead is not None or _key(sender, identifier) not in state.alerts.cancelled)
    )


def _readiness(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    live = {alert.colour for alert in state.alerts.by_id.values()}
    colour = next((it for it in _FROM_HIGHEST if it in live), WarningColour.NONE)
    if colour is state.alerts.readiness:
        return ()
    measures = state.policy.alerts.measures.get(colour, ())
    facts: list[Event] = [ReadinessChanged(colour=colour, measures=measures)]
    rose = _FROM_HIGHEST.index(colour) < _FROM_HIGHEST.index(state.alerts.readiness)
    captains = tuple(sorted({it for _, it in state.roster.captains.items()}))
    if rose and captains:
        facts.append(
            notify(
                cause,
                NoticeKind.PRE_WARNING,
                Recipient.CAPTAIN,
                notices.readiness(colour, [_measure(it) for it in measures]),
                targets=captains[:1_000],
                lasts_ms=6 * HOUR,
            )
        )
    return facts


def _measure(named: str) -> Said:
    """Return a measure of the policy: by its code where there are words for it, else as typed."""
    if named in _HAVE_WORDS:
        return reasons.readiness_measure(ReadinessMeasure(named))
    return reasons.as_typed(named)


def _link(state: Jurisdiction, event: IncidentOpened) -> Iterable[Event]:
    """An incident that opens while a fitting alert is live belongs to it.

    One that is split off belongs to those of the one that it was part of, too.
    """
    parent = state.incidents.by_id.get(event.split_from or "")
    taken = () if parent is None else parent.alert_ids
    for alert in sorted(state.alerts.by_id.values(), key=lambda it: it.alert_id):
        kinds = state.policy.alerts.link_hazards.get(alert.hazard, ())
        begun = alert.onset_at is None or alert.onset_at <= event.started_at + HOUR
        if alert.alert_id in taken or (event.kind in kinds and begun):
            yield AlertLinked(incident_id=event.incident_id, alert_id=alert.alert_id, by_rule=True)


CONCEPT: Final = Concept(
    name="alert",
    signals=members(AlertSignal),
    decide=decide,
    facts=members(AlertEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            AlertRaised,
            AlertUpdated,
            AlertEnded,
            IncidentOpened,
        }
    ),
    react=react,
    timers=frozenset({"alert", "early_cancel"}),
    due=due,
)
