"""What people were told in the ice storm, hour by hour, and what is measured of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import HOUR
from schemas.events.command import HelpCalled
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationExhausted, EscalationGrew, EscalationStarted
from schemas.events.notice import NoticeGathered, NoticeRaised
from schemas.events.safety import FatigueLimitReached
from schemas.events.unit import ReliefStarted
from schemas.vocabulary import NoticeKind, Recipient

START: Final = 1_790_000_000_000 - 1_790_000_000_000 % (24 * HOUR) + 10 * HOUR
"""A September day at ten in the morning, UTC: eighteen o'clock where the city is."""
STORM_H: Final = 13
AFTER_H: Final = 5
IN_DANGER: Final = frozenset(
    {NoticeKind.HELP_CALLED, NoticeKind.ROLL_CALL_MISSED, NoticeKind.SUPPLY_BACK}
)


class Told(NamedTuple):
    """One person told of one thing."""

    who: str
    at: int
    cause: str
    about: str


class Ledger:
    """What was said to whom, and what came of hours and calls for help."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.messages: list[Told] = []
        self.facts: Counter[str] = Counter()
        self.gathered: Counter[str] = Counter()
        self.exhausted = 0
        self.alarms: Counter[tuple[str, str]] = Counter()
        self._alarm_of: dict[str, tuple[str, str]] = {}
        self._silent: set[str] = set()
        self.help_at: dict[str, int] = {}
        self.help_delay_ms: list[int] = []
        self.relief_at: dict[str, int] = {}
        self.limits: list[tuple[str, bool]] = []
        self._help_told: set[tuple[str, Recipient]] = set()

    def keep(self, state: Jurisdiction, event: Event, at: int) -> None:
        self.facts[event.type] += 1
        match event:
            case NoticeRaised():
                self._notice(state, event, at)
            case NoticeGathered():
                about = _root(state, event.about)
                self.told.append(Told(f"desk:{event.recipient.value}", at, _cause(event), about))
                self.gathered[(event.of or event.kind).value] += 1
            case EscalationStarted() | EscalationExhausted() | EscalationGrew():
                self._alarm(state, event)
            case HelpCalled():
                self.help_at[event.help_call_id] = at
            case ReliefStarted():
                self.relief_at.update(dict.fromkeys(event.leaving, at))
            case FatigueLimitReached():
                began = self.relief_at.get(event.member_id)
                since = event.worked_since
                self.limits.append((event.member_id, began is not None and began >= since))

    def _alarm(
        self, state: Jurisdiction, event: EscalationStarted | EscalationExhausted | EscalationGrew
    ) -> None:
        id_ = event.escalation_id
        if isinstance(event, EscalationStarted):
            self._alarm_of[id_] = (event.cause.value, _root(state, event.about))
            self.alarms[self._alarm_of[id_]] += 1
        elif isinstance(event, EscalationExhausted):
            self._silent.add(id_)
        elif id_ in self._silent:
            # All were told of it, nobody took it on, and now it is about somebody else, too.
            self._silent.discard(id_)
            self.alarms[self._alarm_of[id_]] += 1

    def _notice(self, state: Jurisdiction, event: NoticeRaised, at: int) -> None:
        about, recipient = event.about, event.recipient
        self.exhausted += event.kind is NoticeKind.EXHAUSTED
        for who in event.targets or (f"desk:{recipient.value}",):
            it = Told(who, at, _cause(event), _root(state, about))
            self.messages.append(it)
            self.told.append(it)
        called_at = self.help_at.get(about or "")
        key = (about or "", recipient)
        if called_at is not None and key not in self._help_told:
            self._help_told.add(key)
            if len([it for it in self._help_told if it[0] == about]) == 1:
                self.help_delay_ms.append(at - called_at)


def _cause(event: NoticeRaised | NoticeGathered) -> str:
    """Return why somebody is told; of a broken promise also which."""
    cause = (event.of or event.kind).value
    promise = event.text.words.get("promise")
    return cause if promise is None else f"{cause}:{promise[1]}"


def _root(state: Jurisdiction, about: str | None) -> str:
    """Return the incident that a notice is part of, or what it is about where there is none."""
    if about is None:
        return "-"
    subject = state.assignments.by_id.get(about) or state.units.by_id.get(about)
    if subject is not None:
        return subject.incident_id or about
    return about


def _hourly(told: Iterable[Told]) -> dict[str, Counter[int]]:
    by_person: dict[str, Counter[int]] = defaultdict(Counter)
    for it in told:
        by_person[it.who][(it.at - START) // HOUR] += 1
    return by_person


def _most_in_an_hour(moments: list[int]) -> int:
    """Return the most of these moments that lie within any sixty minutes."""
    moments, first, most = sorted(moments), 0, 0
    for last, at in enumerate(moments):
        while at - moments[first] >= HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most


def print_table(ledger: Ledger) -> None:
    """Print a table of desks and of the members who were told most, hour by hour."""
    by_person = _hourly(ledger.messages)
    desks = sorted(it for it in by_person if it.startswith("desk:"))
    members = sorted(
        (it for it in by_person if not it.startswith("desk:")),
        key=lambda it: (-by_person[it].total(), it),
    )
    hours = range(STORM_H + AFTER_H)
    print(f"{'notices to':<34}{''.join(f'{hour:>5}' for hour in hours)}{'all':>7}")
    for who in (*desks, *members[:10]):
        row = "".join(f"{by_person[who][hour] or '·':>5}" for hour in hours)
        print(f"{who:<34}{row}{by_person[who].total():>7}")
    rest = Counter[int]()
    for who in members[10:]:
        rest.update(by_person[who])
    row = "".join(f"{rest[hour] or '·':>5}" for hour in hours)
    print(f"{f'{len(members[10:])} more members':<34}{row}{rest.total():>7}")
    kinds = Counter(it.cause for it in ledger.messages)
    print("by cause:", ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))


def measured(ledger: Ledger) -> tuple[dict[str, float], dict[str, float]]:
    commander = [it.at for it in ledger.messages if it.who == "desk:commander"]
    in_danger = {it.value for it in IN_DANGER}
    can_wait = [
        it.at for it in ledger.messages
        if it.who == "desk:commander" and it.cause not in in_danger
    ]  # fmt: skip
    dispatcher = [it.at for it in ledger.messages if it.who == "desk:dispatcher"]
    per_cause = Counter((it.who, it.cause, it.about) for it in ledger.told if it.about != "-")
    # What was over and came again is told again: so often as it came.
    per_alarm = [
        -(-count // max(1, ledger.alarms[cause.partition(":")[0], about]))
        for (_, cause, about), count in per_cause.items()
    ]
    relieved = sum(in_time for _, in_time in ledger.limits)
    watched = len(ledger.limits)
    figures = {
        "notices": float(len(ledger.messages)),
        "notices_to_commander": float(len(commander)),
        "commander_most_in_an_hour": float(_most_in_an_hour(commander)),
        "commander_most_of_what_can_wait": float(_most_in_an_hour(can_wait)),
        "dispatcher_most_in_an_hour": float(_most_in_an_hour(dispatcher)),
        "most_per_person_and_cause": float(max(per_alarm, default=0)),
        "most_per_person_and_incident": float(max(per_cause.values(), default=0)),
        "nobody_took_it_on": float(ledger.exhausted),
        "gathered": float(ledger.gathered.total()),
        "fatigue_limits": float(watched),
        "reliefs_started": float(ledger.facts["relief_started"]),
        "help_calls": float(len(ledger.help_at)),
        "help_worst_delay_ms": float(max(ledger.help_delay_ms, default=0)),
        "units_formed": float(ledger.facts["unit_formed"]),
        "escalations": float(ledger.facts["escalation_started"]),
    }
    ratios = {
        "limits_with_relief_before": relieved / watched if watched else 1.0,
        "help_told_at_once": len([it for it in ledger.help_delay_ms if it == 0])
        / max(1, len(ledger.help_at)),
        "commander_of_20_an_hour": figures["commander_most_in_an_hour"] / 20,
    }
    return figures, ratios
