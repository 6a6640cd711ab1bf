"""The reports that go up, as forms filled in from the record: flash, situation, verified, full.

What the record does not have stands as a blank to be filled in by hand. «None», «to be verified»
and «does not apply» are three answers: nothing that nobody said is told as zero.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from coordinator.domain.incident.alerted import alert_in_force
from coordinator.replay.markup import inline
from coordinator.replay.reckoning import Forces, Reckoning
from coordinator.replay.report import grade_rows, promise_rows, timeline
from coordinator.replay.report_page import Page
from schemas.durations import HOUR, MINUTE
from schemas.vocabulary import ReportKind, WarningColour
from words.catalogue import Language

FILE: Final = "official"
_DIGITS: Final = "零一二三四五六七八九"
_MYRIAD: Final = 10_000
_MW_IN_MYRIAD_KW: Final = 10
_PLACE_MAX: Final = 10
_CAUSE_MAX: Final = 5
"""Characters of a place and a cause for which a text message of 70 has room."""


class _Form:
    """One report while it is filled in: what is known, and how it is written."""

    def __init__(self, known: Reckoning, page: Page, verified: str) -> None:
        self.known = known
        self.page = page
        self.verified = verified

    @property
    def language(self) -> Language:
        return self.page.language

    def text(self, key: str, **given: object) -> str:
        return self.page.text(key, **given)

    def word(self, group: str, code: object) -> str:
        return self.page.word(group, code)

    def count(self, value: float) -> str:
        """Return a number as reports have it: in Chinese from 10,000 on in 万."""
        if self.language == "zh":
            if value >= _MYRIAD:
                return f"{value / _MYRIAD:.2f}".rstrip("0").rstrip(".") + "万"
            return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
        return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"

    def time(self, at: int | None) -> str:
        """Return a moment by its day, hour and minute, in local time."""
        if at is None:
            return self.text("to_be_verified")
        there = datetime.fromtimestamp(at / 1_000, UTC).astimezone(self.page.zone)
        if self.language == "zh":
            minutes = f"{there.minute}分" if there.minute else ""
            return f"{there.year}年{there.month}月{there.day}日{there.hour}时{minutes}"
        return f"{there:%d %b %Y %H:%M}"

    def clock(self, at: int) -> str:
        """Return a time of day; on another day than the last record the day with it."""
        there, here = (
            datetime.fromtimestamp(it / 1_000, UTC).astimezone(self.page.zone)
            for it in (at, self.known.cut_off)
        )
        if there.date() == here.date():
            return f"{there:%H:%M}"
        return f"{there.day}日{there:%H:%M}" if self.language == "zh" else f"{there:%d %b %H:%M}"

    def listed(self, items: list[str]) -> str:
        return self.page.between.join(items) if items else self.text("none")

    def known_or(self, key: str, value: float | None) -> str:
        """Return a number in its words, or that it has still to be verified."""
        return self.text("to_be_verified" if value is None else key, count=self.count(value or 0))

    def share(self, part: float | None, whole: float | None) -> str:
        """Return a part of a whole in brackets, or nothing where one of them is not known."""
        if part is None or not whole:
            return ""
        percent = f"{100 * part / whole:.2f}".rstrip("0").rstrip(".")
        return self.text("share", percent=percent)


def _began(it: _Form) -> str:
    return it.time(it.known.incident.started_at)


def _what(it: _Form) -> str:
    incident = it.known.incident
    hazards = [
        alert.event
        for id_ in incident.alert_ids
        if (alert := it.known.state.alerts.by_id.get(id_)) is not None
    ]
    said = [incident.account.cause] if incident.account.cause else []
    return it.listed([it.word("kind", incident.kind), *said, *hazards])


def _area(it: _Form) -> str:
    incident = it.known.incident
    where = (it.known.state.jurisdiction, incident.account.address, incident.circuit)
    return it.listed([part for part in where if part])


def _grade(it: _Form) -> str:
    return it.word("full_grade", it.known.incident.grade or "fault")


def _warning(it: _Form) -> str:
    now = alert_in_force(it.known.state, it.known.incident)
    colour = it.known.incident.alerted if now is WarningColour.NONE else now
    key = "no_warning" if colour is WarningColour.NONE else "warning" if now is colour else "over"
    return it.text(key, colour=it.word("colour", colour))


def _response(it: _Form) -> str:
    begun = it.known.facts("response_activated")
    if not begun:
        return it.text("none")
    at = next(
        entry.at
        for entry in it.known.story
        if any(fact["type"] == "response_activated" for fact in entry.events)
    )
    over = [entry.at for entry in it.known.story if _ends_response(entry.events)]
    told = it.text("response_since", level=it.word("grade", begun[-1]["level"]), at=it.time(at))
    return told + (it.text("response_until", at=it.time(over[-1])) if over else "")


def _ends_response(events: list[dict[str, object]]) -> bool:
    return any(fact["type"] == "response_terminated" for fact in events)


def _load(it: _Form) -> str:
    extent = it.known.incident.extent
    if extent.load_lost_mw is None:
        return it.text("to_be_verified")
    unit = _MW_IN_MYRIAD_KW if it.language == "zh" else 1
    lost = it.text("load", count=it.count(round(extent.load_lost_mw / unit, 4)))
    return lost + it.share(extent.load_lost_mw, extent.load_before_mw)


def _load_back(it: _Form) -> str:
    percent = it.known.incident.extent.load_restored_pct
    return it.known_or("percent", percent)


def _customers(it: _Form) -> str:
    extent = it.known.incident.extent
    told = it.known_or("customers", extent.customers_out)
    return told + it.share(extent.customers_out, extent.customers_total)


def _customers_now(it: _Form) -> str:
    return it.known_or("customers", it.known.customers_out_now())


def _sites(it: _Form) -> str:
    found = []
    for held in it.known.sites():
        customer, supply = held.site.customer_class, held.supply
        given = {"customer": it.word("customer", customer), "supply": it.word("supply", supply)}
        found.append(it.text("site", name=held.site.name, **given))
    return it.listed(found)


def _guarded(it: _Form) -> str:
    guarding, by_id = it.known.state.operations.guarding, it.known.state.operations.by_id
    found = {guarding.get(held.site.site_id) for held in it.known.sites()}
    return it.listed([by_id[id_].name for id_ in sorted(filter(None, found)) if id_ in by_id])


def _casualties(it: _Form) -> str:
    extent = it.known.incident.extent
    unknown = it.text("danger" if it.known.incident.account.injury_risk else "to_be_verified")
    if not extent.deaths and not extent.serious_injuries:
        known = None not in (extent.deaths, extent.serious_injuries)
        return it.text("no_casualties") if known else unknown
    dead = it.known_or("people", extent.deaths)
    hurt = it.known_or("people", extent.serious_injuries)
    return it.text("casualties", dead=dead, hurt=hurt)


def _forces(it: _Form, key: str, found: Forces) -> str:
    return it.text(key, **{name: it.count(value) for name, value in found._asdict().items()})


def _now_out(it: _Form) -> str:
    return _forces(it, "forces", it.known.in_the_field())


def _in_all_out(it: _Form) -> str:
    return _forces(it, "forces_in_all", it.known.in_all())


def _measures(it: _Form) -> str:
    return it.listed([
        it.page.told(fact["measures"]) for fact in it.known.facts("response_activated")
    ])  # fmt: skip


def _aid(it: _Form) -> str:
    return it.listed([
        it.text(
            "aid",
            peer=talk.peer,
            people=it.count(0 if talk.package is None else len(talk.package.people)),
            stage=it.word("aid", talk.stage),
        )
        for talk in it.known.aid()
    ])  # fmt: skip


def _expected(it: _Form) -> str:
    incident = it.known.incident
    if incident.restored_at is not None:
        return it.text("restored_at", at=it.time(incident.restored_at))
    return it.time(incident.account.expected_restored_at)


def _lasted(it: _Form) -> str:
    hours, minutes = divmod(it.known.out_ms() // MINUTE, 60)
    return it.text("lasted", hours=hours, minutes=minutes)


def _customer_hours(it: _Form) -> str:
    customers = it.known.incident.extent.customers_out
    if customers is None:
        return it.text("to_be_verified")
    return it.text("customer_hours", count=it.count(round(customers * it.known.out_ms() / HOUR, 2)))


def _loss(it: _Form) -> str:
    loss = it.known.incident.extent.loss_10k_cny
    if loss is None:
        return it.text("to_be_verified")
    return it.text("loss", count=f"{loss:.2f}".rstrip("0").rstrip("."))


def _basis(it: _Form) -> str:
    first, last = it.known.story[0].seq, it.known.story[-1].seq
    return f"{it.text('basis', first=first, last=last)} {it.verified}"


def _corrected(it: _Form) -> str:
    count = sum(bool(fact.get("corrected")) for fact in it.known.facts("incident_updated"))
    return it.text("corrected", count=count) if count else it.text("none")


def _command(it: _Form) -> str:
    names = [
        it.page.who(str(fact.get("to") or fact["commander_id"]))
        for fact in it.known.facts("command_established", "command_transferred")
    ]
    units = len({fact["unit_id"] for fact in it.known.facts("unit_formed")})
    return it.text("command", commanders=it.listed(names), units=units)


def _branches(it: _Form) -> str:
    approved = it.known.facts("branch_approved")
    people = {member for fact in approved for member in fact["members"]}
    people |= {fact["member_id"] for fact in it.known.facts("branch_joined")}
    if not approved:
        return it.text("none")
    return it.text("branches", count=len(approved), people=it.count(len(people)))


def _accident(it: _Form) -> str:
    return it.word("accident", it.known.incident.accident)


def _reviewed(name: str) -> Callable[[_Form], str]:
    def told(it: _Form) -> str:
        said = [str(fact[name]) for fact in it.known.facts("incident_reviewed") if fact.get(name)]
        return it.listed(said) if said else it.text("to_be_filled_in")

    return told


def _customers_text(it: _Form) -> str:
    """Return what may be sent to customers: a time of day, no house, and no word of blame.

    Supply is said to be back only once that is on the record, never because a time has passed.
    """
    incident = it.known.incident
    place = (incident.circuit or incident.device or it.known.state.jurisdiction)[:_PLACE_MAX]
    given = {"sender": it.text("customers_sender"), "place": place}
    if incident.restored_at is not None:
        return it.text("customers_back_text", at=it.clock(incident.restored_at), **given)
    cause, kind = incident.account.cause, it.word("kind", incident.kind)
    cause = kind if cause is None or len(cause) > _CAUSE_MAX else cause
    given |= {"cause": cause, "at": it.clock(incident.started_at)}
    expected = incident.account.expected_restored_at
    if expected is None or expected <= it.known.cut_off:
        return it.text("customers_out_text_open", **given)
    return it.text("customers_out_text", expected=it.clock(expected), **given)


def _blank(it: _Form) -> str:
    return it.text("to_be_filled_in")


_Item = tuple[str, Callable[[_Form], str]]
_EQUIPMENT: Final[tuple[_Item, ...]] = (("lines_out", _blank), ("areas_out", _blank))
FORMS: Final[Mapping[ReportKind, tuple[_Item, ...]]] = {
    "flash": (
        ("what", _what), ("began", _began), ("area", _area), ("warning", _warning),
        ("response", _response), *_EQUIPMENT, ("load_lost", _load), ("customers_out", _customers),
        ("sites_hit", _sites), ("hurt", _casualties), ("forces_out", _now_out),
        ("measures_taken", _measures), ("next_steps", _blank),
    ),
    "situation": (
        ("customers_out", _customers), ("customers_now", _customers_now), *_EQUIPMENT,
        ("load_lost", _load), ("load_back", _load_back), ("sites_hit", _sites),
        ("forces_out", _now_out), ("forces_in_all", _in_all_out), ("aid_given", _aid),
        ("why_not_back", _blank), ("expected", _expected), ("guarded", _guarded),
        ("hurt", _casualties), ("customers_text", _customers_text),
    ),
    "verified": (
        ("basis_of_figures", _basis), ("customers_out", _customers), ("out_for", _lasted),
        ("customer_hours_out", _customer_hours), ("damage", _blank), ("direct_loss", _loss),
        ("hurt", _casualties), ("forces_in_all", _in_all_out), ("differs", _corrected),
        ("response", _response),
    ),
    "full": (
        ("what", _what), ("began", _began), ("expected", _expected), ("area", _area),
        ("grade_of_event", _grade), ("warning", _warning), ("response", _response),
        ("grade_of_accident", _accident), ("command_and_units", _command), ("aid_given", _aid),
        ("sites_hit", _sites), ("guarded", _guarded), ("branches_formed", _branches),
        ("hurt", _casualties), ("direct_loss", _loss), ("opinion", _blank),
        ("experience", _reviewed("lessons")), ("problems", _blank),
        ("mending", _reviewed("improvements")), ("attached", _basis),
    ),
}  # fmt: skip
"""What each report says, in order: the name of the item, and what is known of it."""


def official(
    kind: ReportKind, known: Reckoning, page: Page, *, verified: str, exercise: bool
) -> str:
    """Write one of the reports that go up, as Markdown.

    Args:
        kind: which.
        known: the incident as it was known at the moment of the report.
        page: language, local time, and names for who may see them.
        verified: one line on what the verification of the log found.
        exercise: whether nothing of it happened: the report says so first.
    """
    form = _Form(known, page._replace(file=FILE), verified)
    matter = form.word("kind", known.incident.kind)
    title = form.text(f"title_{kind}", place=known.state.jurisdiction, matter=matter)
    if kind == "situation":
        title += _numbered(known.situations_before() + 1, page.language)
    head = (
        ("from_whom", known.state.jurisdiction), ("to_whom", _blank(form)),
        ("sent_when", _blank(form)), ("as_of", form.time(known.cut_off)),
        ("signed_by", _blank(form)), ("contact", _blank(form)),
    )  # fmt: skip
    rows = [(form.text(f"item_{key}"), fill(form)) for key, fill in FORMS[kind]]
    parts = [
        f"# {inline(title)}",
        f"**{page.text('exercise')}**" if exercise else "",
        "\n".join(
            form.text("line", name=form.text(key), value=inline(value)) for key, value in head
        ),
        form.page.table("items", ("item", "content"), rows),
        *(_appendix(known, page) if kind == "full" else ()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _appendix(known: Reckoning, page: Page) -> list[str]:
    events = [(entry, event) for entry in known.story for event in entry.events]
    return [
        page.table("grades", ("at", "grade", "why"), grade_rows(events, page)),
        page.table("promises", ("promise", "due", "outcome"), promise_rows(events, page)),
        timeline(known.story, page),
    ]


def _numbered(number: int, language: Language) -> str:
    """Return the number of a situation report: 续报一, 续报十二."""
    if language != "zh":
        return f" {number}"
    if number >= 100:  # noqa: PLR2004 - beyond that nobody spells it
        return str(number)
    tens, ones = divmod(number, 10)
    spelled = (_DIGITS[tens] if tens > 1 else "") + "十" if tens else ""
    return spelled + (_DIGITS[ones] if ones else "")
