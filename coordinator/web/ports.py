"""What the web needs of the home it runs in; whoever wires the program provides it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from coordinator.boards.ports import BoardStore, LiveFeed
from coordinator.clock import Clock
from coordinator.log.envelope import Record
from coordinator.log.fold import Fold
from coordinator.log.ports import DeadLetter, LogReader, SnapshotStore
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.settings import Settings
from coordinator.web.tokens import Tokens
from schemas.events.envelope import Event
from schemas.events.notice import SignalRefused
from schemas.roster import Person, Resource
from schemas.said import Said
from schemas.signals.alert import AlertReceived
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role
from words.catalogue import Language
from words.faults import Fault


class Receipt(Protocol):
    """What the sender of a signal is told, after it is on the log."""

    @property
    def signal_id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def at(self) -> int: ...
    @property
    def refused(self) -> SignalRefused | None: ...
    @property
    def duplicate(self) -> bool: ...
    @property
    def nothing_changed(self) -> bool: ...
    @property
    def warnings(self) -> tuple[Said, ...]: ...
    @property
    def also_refused(self) -> SignalRefused | None: ...


class Accepted(NamedTuple):
    """What the sender is told where others decide: the brokers have it, in all copies."""

    signal_id: str
    at: int
    topic: str
    partition: int
    offset: int


class LogPage(NamedTuple):
    """Records of one log as documents, and the seq to go on after."""

    records: list[dict[str, Any]]
    last_seq: int


class BadRow(NamedTuple):
    """What is wrong with a row of a roster; no line where it is the whole file."""

    line: int | None
    fault: Fault


class RosterReport(NamedTuple):
    """What an import would do or did; each bad row with line, field, value and reason."""

    accepted: Mapping[str, int]
    bad_rows: list[BadRow]
    imported: bool

    def bad_documents(self, language: Language) -> list[dict[str, Any]]:
        """Return the bad rows as a client reads them."""
        return [{"line": it.line} | it.fault.to_document(language) for it in self.bad_rows]


class Past(NamedTuple):
    """The log of one jurisdiction for those who look back, and the states kept beside it."""

    journal: LogReader
    snapshots: SnapshotStore


class Serving(Protocol):
    """What every answer needs: settings, the time, who may come in, and how it goes."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def notification_setup(self) -> NotificationSetup: ...

    def health(self) -> dict[str, Any]: ...


class Showing(Protocol):
    """What is so now: jurisdictions, boards, names and messages."""

    @property
    def boards(self) -> BoardStore: ...
    @property
    def feed(self) -> LiveFeed: ...

    def jurisdictions(self) -> Sequence[str]: ...
    def realm_of(self, jurisdiction: str) -> str: ...
    def names(
        self, member_ids: Sequence[str], *, of: Sequence[str] | None = None
    ) -> Mapping[str, str]:
        """Return names by id: of all who are known, or of the people of some jurisdictions."""

    def put_back(self, shown: str, written: Callable[[str], str]) -> str:
        """Return what is shown with the words that people typed in place of their tokens."""
        ...

    def home_of(self, member_id: str, among: Sequence[str]) -> str | None:
        """Return which of these jurisdictions has the member on its roster, if one has."""
        ...

    async def notices_of(self, target: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest messages to a member or desk, newest first."""
        ...


class Deciding(Protocol):
    """Where signals go, and what became of them."""

    def may_answer(self, jurisdiction: str, member_id: str, assignment_id: str) -> bool:
        """Say whether an assignment is the member's own, as far as is known here."""
        ...

    async def submit(self, signal: Signal) -> Receipt | Accepted: ...
    async def decision_of(
        self, jurisdiction: str, signal_id: str, asked_by: str = ""
    ) -> Receipt | None:
        """Return what became of a signal; None if that is not known, or not yet.

        An actor who asks is told first what was turned away of theirs under this id.
        """
        ...

    def dry_run(self, signal: Signal) -> tuple[Event, ...] | None:
        """Return what a signal would lead to now; None where only others can tell."""
        ...

    def crew_of(
        self, jurisdiction: str, member_ids: Sequence[str], resource_ids: Sequence[str]
    ) -> tuple[Sequence[Person], Sequence[Resource]] | None:
        """Return people and vehicles as the roster has them; None where only others know.

        Raises:
            LookupError: with the id of who or what is not on it.
        """
        ...

    async def bury(self, letter: DeadLetter) -> None:
        """Keep what could not be understood."""
        ...


class LookingBack(Protocol):
    """What was: logs, the states kept beside them, dead letters."""

    async def log_page(self, jurisdiction: str, *, after: int, limit: int) -> LogPage: ...
    async def past_of(self, jurisdiction: str) -> Past: ...
    async def what_if(
        self, fold: Fold, records: Sequence[Record], changes: Mapping[str, Any]
    ) -> bytes:
        """Return as JSON what a stretch of a log would have led to under another policy.

        Raises:
            BadInput: naming the field of the policy that cannot be so.
            Busy: it was ended because it took too long.
        """
        ...

    def dead_letters(self, limit: int) -> list[dict[str, Any]]: ...


class Station(Serving, Showing, Deciding, LookingBack, Protocol):
    """The running coordinator as the web sees it: one machine's home, or a gateway."""


class Importing(NamedTuple):
    """Who imports a roster, as it will stand on the record."""

    actor_id: str
    role: Role


RosterImporter = Callable[[str, bytes, str, bool, Importing], Awaitable[RosterReport]]
"""(jurisdiction, body, media type, dry run, who imports) → report."""

CapReader = Callable[[bytes, int, str | None], Sequence[AlertReceived] | Fault]
"""(message, when it was received, the jurisdiction of one that touches none) → signals."""
