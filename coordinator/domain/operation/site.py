"""Critical sites: what supplies them, how long their own supply lasts, what that raises."""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.notice import notify
from coordinator.domain.operation import touching
from coordinator.domain.operation.touching import PRIORITY_MAX
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import SiteState
from schemas.catalogue import members
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentOpened,
    IncidentReopened,
    IncidentRestored,
    IncidentsMerged,
    IncidentWithdrawn,
    PriorityRaised,
    ReportJoined,
)
from schemas.events.notice import RuleWarned
from schemas.events.operation import InterruptionEnded, InterruptionStarted
from schemas.events.roster import RosterChanged
from schemas.events.site import (
    SiteEvent,
    SiteLinked,
    SiteRunningOut,
    SiteSupplyChanged,
    SiteUnlinked,
)
from schemas.roster import Site
from schemas.sentences import guarding, notices, reasons, rights
from schemas.signals.site import SiteSignal
from schemas.vocabulary import NoticeKind, Recipient


def evolve(state: Jurisdiction, event: SiteEvent, at: int) -> Jurisdiction:
    site, timers = state.sites.by_id[event.site_id], state.timers
    by_incident = state.sites.by_incident
    match event:
        case SiteSupplyChanged():
            site = _supplied(site, event)
            if event.runs_out_at is None:
                timers = timers.clear("supply", event.site_id)
            else:
                following = _first_warning(state, site.site, event.runs_out_at, at)
                timers = timers.set("supply", event.site_id, following)
        case SiteRunningOut():
            timers = timers.clear("supply", event.site_id)
            if event.left_min > 0:
                following = _next_warning(state, site.site, event.runs_out_at, at)
                timers = timers.set("supply", event.site_id, following)
        case SiteLinked():
            site = replace(site, incident_ids=(*site.incident_ids, event.incident_id))
            touched = (*by_incident.get(event.incident_id, ()), event.site_id)
            by_incident = by_incident.set(event.incident_id, touched)
        case SiteUnlinked():
            rest = tuple(it for it in site.incident_ids if it != event.incident_id)
            site = replace(site, incident_ids=rest)
            left = tuple(it for it in by_incident[event.incident_id] if it != event.site_id)
            by_incident = (
                by_incident.set(event.incident_id, left)
                if left
                else by_incident.delete(event.incident_id)
            )
        case _:
            assert_never(event)
    by_id = state.sites.by_id.set(event.site_id, site)
    sites = replace(state.sites, by_id=by_id, by_incident=by_incident)
    return replace(state, sites=sites, timers=timers)


def _supplied(site: SiteState, event: SiteSupplyChanged) -> SiteState:
    """Remember what a site ran on that has nothing now: what stood still has used nothing up."""
    lost, left_ms = site.lost, site.left_ms
    if event.supply != "none":
        lost, left_ms = "grid", None
    elif site.supply != "none":
        lost, ends = site.supply, site.runs_out_at
        left_ms = None if ends is None else max(0, ends - event.happened_at)
    return replace(
        site,
        supply=event.supply,
        since=event.happened_at,
        runs_out_at=event.runs_out_at,
        lost=lost,
        left_ms=left_ms,
    )


def _thresholds(state: Jurisdiction, site: Site) -> tuple[int, ...]:
    """Return at how many minutes left a site is alarmed of: its own, else the policy's."""
    return site.warn_left_min or state.policy.sites.warn_left_min


def _first_warning(state: Jurisdiction, site: Site, runs_out_at: int, at: int) -> int:
    """Return when the first warning is due: at once where less is left than the first threshold."""
    first = runs_out_at - max(_thresholds(state, site), default=0) * MINUTE
    return max(first, at)


def _next_warning(state: Jurisdiction, site: Site, runs_out_at: int, at: int) -> int:
    """Return when the next warning of a supply that counts down is due."""
    warnings = (runs_out_at - left * MINUTE for left in _thresholds(state, site))
    return min((it for it in warnings if it > at), default=max(runs_out_at, at + 1))


def decide(state: Jurisdiction, signal: SiteSignal, cause: Cause) -> Iterable[Event]:
    site = state.sites.by_id.get(signal.site_id)
    if site is None:
        return refuse(guarding.NO_SUCH_SITE, field="site_id", value=signal.site_id)
    if site.supply == signal.supply and signal.endurance_min is None:
        # Said again it is news to nobody but who is on a line there.
        heard = signal.supply == "grid" and cause.happened_at >= site.since
        if not (heard and touching.warned_near(state, signal.site_id)):
            return ()
    if site.supply != signal.supply and cause.happened_at < site.since:
        return refuse(rights.SOMETHING_NEWER_KNOWN, field="supply", value=signal.supply)
    endurance, facts = signal.endurance_min, []
    if endurance is None and signal.supply == "own":
        # The roster's 0 means that nobody said how long it lasts, not that it is over.
        endurance = site.site.own_supply_endurance_min or None
        facts = [*_undersized(state, (site.site,))]
        if endurance is None:
            facts.append(RuleWarned(rule=guarding.OWN_SUPPLY_UNKNOWN, about=signal.site_id))
    lasts_ms = None
    if signal.supply in ("own", "emergency") and endurance is not None:
        lasts_ms = endurance * MINUTE
    runs_out_at = _runs_out_at(site, signal, lasts_ms, cause)
    return (
        SiteSupplyChanged(
            site_id=signal.site_id,
            supply=signal.supply,
            happened_at=cause.happened_at,
            runs_out_at=runs_out_at,
        ),
        *facts,
    )


def _runs_out_at(
    site: SiteState, signal: SiteSignal, lasts_ms: int | None, cause: Cause
) -> int | None:
    if signal.endurance_min is None and site.left_ms is not None and site.lost == signal.supply:
        # It stood still meanwhile; whoever has filled it up says for how long it lasts.
        lasts_ms = site.left_ms
    return None if lasts_ms is None else cause.happened_at + lasts_ms


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case IncidentOpened() | ReportJoined():
            return touching.touched(
                state, event.incident_id, event.device, event.circuit, event.place
            )
        case IncidentReopened():
            return touching.touched_again(state, event.incident_id)
        case IncidentRestored() | IncidentWithdrawn():
            return touching.untouched(state, event.incident_id)
        case IncidentsMerged():
            return (*touching.moved(state, event), *touching.untouched(state, event.incident_id))
        case SiteSupplyChanged():
            return _supply(state, event, cause)
        case InterruptionStarted() | InterruptionEnded():
            return _said_of_load(state, event)
        case RosterChanged():
            return _undersized(state, event.sites)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    site = state.sites.by_id[id_]
    runs_out_at = site.runs_out_at or cause.at
    left_min = max(0, (runs_out_at - cause.at) // MINUTE)
    # The notice says what is left now; what climbs is read later, and says until when it lasts.
    text = notices.supply_ends(id_, runs_out_at) if left_min else notices.supply_ended(id_)
    told = notices.supply_left(id_, left_min, runs_out_at) if left_min else text
    facts: list[Event] = [
        SiteRunningOut(site_id=id_, runs_out_at=runs_out_at, left_min=left_min),
        notify(cause, NoticeKind.SUPPLY_RUNNING_OUT, Recipient.DISPATCHER, told, about=id_),
    ]
    for incident_id in site.incident_ids:
        # The less is left, the more it counts: the clock drives the priority.
        urgency = min(
            PRIORITY_MAX, touching.priority_of(state, site) + 4_000 - 40 * min(100, left_min)
        )
        facts.append(
            PriorityRaised(
                incident_id=incident_id,
                priority=max(0, urgency),
                reason=text,
                site_id=id_,
            )
        )
    facts.extend(
        escalation.start(
            state,
            cause,
            about=id_,
            cause_kind=NoticeKind.SUPPLY_RUNNING_OUT,
            ladder="site",
            text=text,
            told=(Recipient.DISPATCHER,),
        )
    )
    return facts


def _supply(state: Jurisdiction, event: SiteSupplyChanged, cause: Cause) -> Iterable[Event]:
    site = state.sites.by_id[event.site_id]
    if event.supply == "none":
        yield from _without_supply(state, site, cause)
    elif event.runs_out_at is None or _lasts(state, site, event.runs_out_at, cause.at):
        yield from call_off(
            state,
            about=event.site_id,
            cause_kind=NoticeKind.SUPPLY_RUNNING_OUT,
            reason=reasons.supply_is(event.supply),
        )
    if event.supply == "grid":
        return
    raised = touching.priority_of(state, site) + (3_000 if event.supply == "none" else 500)
    for incident_id in site.incident_ids:
        yield PriorityRaised(
            incident_id=incident_id,
            priority=min(PRIORITY_MAX, raised),
            reason=reasons.site_runs_on(event.site_id, event.supply),
            site_id=event.site_id,
        )


def _lasts(state: Jurisdiction, site: SiteState, runs_out_at: int, at: int) -> bool:
    """Whether a supply lasts longer than its first warning comes before its end."""
    return _first_warning(state, site.site, runs_out_at, at) > at


def _said_of_load(
    state: Jurisdiction, event: InterruptionStarted | InterruptionEnded
) -> Iterable[Event]:
    """Take what a guard says of the load for what the site runs on: there is one truth of it.

    A load that is supplied again, and nobody says by what, has what it had lost, and for as long
    as that would have lasted.
    """
    site, lost = state.sites.by_id[event.site_id], isinstance(event, InterruptionStarted)
    if (site.supply == "none") is not lost and event.happened_at >= site.since:
        left_ms = None if lost else site.left_ms
        yield SiteSupplyChanged(
            site_id=event.site_id,
            supply="none" if lost else site.lost,
            happened_at=event.happened_at,
            runs_out_at=None if left_ms is None else event.happened_at + left_ms,
        )


def _without_supply(state: Jurisdiction, site: SiteState, cause: Cause) -> Iterable[Event]:
    kind, site_id = NoticeKind.SUPPLY_RUNNING_OUT, site.site.site_id
    text = notices.no_supply(site_id)
    yield notify(cause, kind, Recipient.COMMANDER, text, about=site_id)
    yield from escalation.start(
        state, cause, about=site_id, cause_kind=kind, ladder="site", text=text
    )


def _undersized(state: Jurisdiction, sites: Iterable[Site]) -> Iterable[Event]:
    """Own supply is sized at 120 % of the security load (电监安全〔2008〕43号): else warn."""
    share = state.policy.sites.supply_share_pct
    for site in sites:
        if 0 < site.own_supply_kw * 100 < site.security_load_kw * share:
            yield RuleWarned(
                rule=guarding.own_supply_short(site.own_supply_kw, share, site.security_load_kw),
                about=site.site_id,
            )


CONCEPT: Final = Concept(
    name="site",
    signals=members(SiteSignal),
    decide=decide,
    facts=members(SiteEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            IncidentOpened,
            ReportJoined,
            IncidentReopened,
            IncidentRestored,
            IncidentsMerged,
            IncidentWithdrawn,
            SiteSupplyChanged,
            InterruptionStarted,
            InterruptionEnded,
            RosterChanged,
        }
    ),
    react=react,
    timers=frozenset({"supply"}),
    due=due,
)
