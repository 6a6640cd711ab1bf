"""Incidents as the rules need to know them, and the ways to find one again."""

from enum import StrEnum
from typing import Final

from immutables import Map
from msgspec import Struct

from schemas.bounds import Position
from schemas.signals.customer_call import CallOutcome
from schemas.signals.incident import Account, Extent
from schemas.vocabulary import (
    AccidentGrade,
    AreaClass,
    CallBackAnswer,
    EventGrade,
    FaultClass,
    IncidentKind,
    Promised,
    ResponseLevel,
    Urgency,
    WarningColour,
)


class Phase(StrEnum):
    OPEN = "open"
    RESPONDED = "responded"
    CONTROLLED = "controlled"
    RESTORED = "restored"
    CLOSED = "closed"
    REVIEWED = "reviewed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


WORKING: Final = frozenset({Phase.OPEN, Phase.RESPONDED, Phase.CONTROLLED})
"""Power is not back yet, and somebody sees to it."""
ENDED: Final = frozenset({Phase.CLOSED, Phase.REVIEWED, Phase.MERGED, Phase.WITHDRAWN})
"""It takes nothing more in and nobody works on it; one that is restored is not over yet."""


class Promise(Struct, frozen=True, gc=False):
    """One promised time. `met_at` is event time, also of what came late; `broken` stands until a
    late fact corrects it. `lapsed_at`: power was back, so that nobody had to come any more.
    """

    due_at: int
    met_at: int | None = None
    broken: bool = False
    explained: str | None = None
    lapsed_at: int | None = None

    @property
    def runs(self) -> bool:
        """Whether it is neither judged nor over."""
        return self.met_at is None and not self.broken and self.lapsed_at is None

    @property
    def late_ms(self) -> int | None:
        """How late it was met, or had become when it lapsed; None while that is not known."""
        ended_at = self.met_at if self.met_at is not None else self.lapsed_at
        return max(0, ended_at - self.due_at) if self.broken and ended_at is not None else None


class Sighting(Struct, frozen=True, gc=False):
    """What one report is about: two reports of one device or one place are not added up."""

    device: str | None = None
    circuit: str | None = None
    customer_ref: str | None = None
    place: Position | None = None


class Call(Struct, frozen=True, gc=False):
    """Ringing the customer before anybody drives.

    `ring_by` while a call is due, `visit_at` the time agreed on, both UTC milliseconds;
    `somebody_goes` once ringing was not enough.
    """

    ring_by: int | None = None
    tries: int = 0
    outcome: CallOutcome | None = None
    visit_at: int | None = None
    somebody_goes: bool = False

    @property
    def waits(self) -> bool:
        """Whether the desk has to ring, or a time is agreed on at which somebody comes."""
        return self.ring_by is not None or (self.visit_at is not None and not self.somebody_goes)


class SaidBack(Struct, frozen=True, gc=False):
    """What a customer said when called back, None for nobody by name, and when (UTC ms)."""

    customer: str | None
    answer: CallBackAnswer
    words: str
    at: int


class Incident(Struct, frozen=True, gc=False):
    """`reports` are what each source said, `stated` what was said of the whole; `extent` is both.

    Keys of `reports` and `sightings` are `source|dedup_key`. `load_peak_mw` is the most load that
    was out so far: the share is graded by it (Order 599 annex, note 3). `absorbed` are the
    incidents merged into this one. `mistaken` are those of the `withdrawn` reports that were made
    by mistake: what they told of never was. `last_call` is which customer said what when called
    back last, in which words; `said_back` is the last word of each, kept when it opens again by
    it. `circuits` are all that were ever named in it, also by reports that
    are gone or were taken out. `came_from` are the incidents it was split from: the last first. Of
    one that was merged away, `moved` are the keys of its reports. `doubted` is what the desk
    was told of numbers that cannot be, by `source|dedup_key|field`: what was said, and the most
    that there is.
    """

    incident_id: str
    kind: IncidentKind
    fault_class: FaultClass
    place: Position
    area_class: AreaClass
    opened_at: int
    started_at: int
    owner_id: str
    source: str
    device: str | None = None
    circuit: str | None = None
    cell_id: str | None = None
    correlation_key: str | None = None
    reports: Map[str, Extent] = Map()
    sightings: Map[str, Sighting] = Map()
    doubted: Map[str, tuple[float, float]] = Map()
    stated: Extent = Extent()
    withdrawn: tuple[str, ...] = ()
    mistaken: tuple[str, ...] = ()
    extent: Extent = Extent()
    load_peak_mw: float = 0.0
    phase: Phase = Phase.OPEN
    grade: EventGrade | None = None
    warning: WarningColour = WarningColour.NONE
    alerted: WarningColour = WarningColour.NONE
    response: ResponseLevel = ResponseLevel.NONE
    accident: AccidentGrade = AccidentGrade.NONE
    urgency: Urgency = Urgency.GENERAL
    priority: int = 0
    raised: int = 0
    account: Account = Account()
    responded_at: int | None = None
    arrived_at: int | None = None
    controlled_at: int | None = None
    restored_at: int | None = None
    ready_to_energise_at: int | None = None
    temporary: bool = False
    first_visit: bool | None = None
    closed_at: int | None = None
    call_back: CallBackAnswer | None = None
    answers: Map[str, CallBackAnswer] = Map()
    last_call: tuple[str | None, CallBackAnswer, str] | None = None
    said_back: tuple[SaidBack, ...] = ()
    call_back_overdue: bool = False
    promises: Map[Promised, Promise] = Map()
    alert_ids: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    urgent: bool = False
    recurrence_of: str | None = None
    split_from: str | None = None
    came_from: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    reopened_at: int | None = None
    call: Call | None = None


class Incidents(Struct, frozen=True, gc=False):
    """`by_report` finds an incident by `source|dedup_key`; the other maps find one to join.

    `ended` remembers when an incident that is closed ended, for the recurrence window only.
    """

    by_id: Map[str, Incident] = Map()
    by_report: Map[str, str] = Map()
    by_correlation: Map[str, str] = Map()
    by_customer: Map[str, str] = Map()
    by_device: Map[str, str] = Map()
    by_circuit: Map[str, str] = Map()
    by_square: Map[str, tuple[str, ...]] = Map()
    ended: Map[str, int] = Map()
    ended_keys: Map[str, Map[str, str]] = Map()
    opened: int = 0
