"""Numbers of a report are held against what is known: nobody is told of more than there is.

A slip of the decimal point, or a sender who lies, would else be the headline of the county, its
grade and its response. What is out of the question is not counted; a person at the desk is told
and says how it is.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.incident.kept import keep
from coordinator.domain.notice import notify
from coordinator.domain.state.incident_index import report_key
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import NumbersDoubted
from schemas.grading_policy import Grading
from schemas.sentences import notices
from schemas.signals.incident import Extent, OutageReported, OutageUpdated
from schemas.vocabulary import NoticeKind, Recipient


class Doubt(NamedTuple):
    """A number that cannot be: what was said, and the most that there is."""

    field: str
    said: float
    most: float


def doubts(extent: Extent, known: Extent, rules: Grading) -> tuple[Doubt, ...]:
    """Return what cannot be in the numbers of a report.

    Args:
        extent: as its source says it.
        known: what is known of the same outage, where the report leaves out how much there was.
        rules: of the policy in force; they say how many customers and how much load there are.
    """
    customers = _least(rules.customers_here, extent.customers_total or known.customers_total)
    load = _least(rules.load_here_mw, known.load_before_mw or extent.load_before_mw)
    wholes = (
        ("customers_total", rules.customers_here),
        ("load_before_mw", rules.load_here_mw),
        ("customers_out", customers),
        ("load_lost_mw", load),
    )
    found = []
    for field, most in wholes:
        said = getattr(extent, field)
        if said is not None and most is not None and said > most:
            found.append(Doubt(field, said, most))
    return tuple(found)


def without(extent: Extent, doubted: Iterable[Doubt]) -> Extent:
    """Return the numbers without those that cannot be."""
    left: dict[str, Any] = {it.field: None for it in doubted}
    return replace(extent, **left) if left else extent


def told(
    state: Jurisdiction,
    cause: Cause,
    incident_id: str | None,
    report: OutageReported | OutageUpdated,
    doubted: Iterable[Doubt],
) -> Iterable[Event]:
    """Tell the desk of what was not counted, unless this report said the very same before."""
    if incident_id is None:
        return
    incident = state.incidents.by_id.get(incident_id)
    for it in doubted:
        fact = NumbersDoubted(
            incident_id=incident_id,
            source=report.source,
            dedup_key=report.dedup_key,
            field=it.field,
            said=float(it.said),
            most=float(it.most),
        )
        if incident is not None and incident.doubted.get(_key(fact)) == (it.said, it.most):
            continue
        yield fact
        text = notices.numbers_doubted(incident_id, it.field, report.source, it.said, it.most)
        yield notify(
            cause, NoticeKind.NUMBERS_DOUBTED, Recipient.DISPATCHER, text, about=incident_id
        )


def remembered(state: Jurisdiction, event: NumbersDoubted) -> Jurisdiction:
    """Return the state that knows what the desk was told of."""
    incident = state.incidents.by_id[event.incident_id]
    doubted = incident.doubted.set(_key(event), (event.said, event.most))
    return keep(state, replace(incident, doubted=doubted))


def _key(fact: NumbersDoubted) -> str:
    return f"{report_key(fact.source, fact.dedup_key)}|{fact.field}"


def _least(*wholes: float | None) -> float | None:
    return min((it for it in wholes if it is not None and it > 0), default=None)
