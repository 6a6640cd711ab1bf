"""Every error this system raises on purpose.

CoordinatorError
├── BadInput               the caller can mend it (HTTP 4xx, CLI exit 2)
│   ├── BadFile              a file that cannot be read as what it should be
│   ├── TokenTyped           a text that looks like the token of typed words
│   ├── FolderHeld           another process owns the data folder
│   └── UnknownJurisdiction  no log of that name here
├── Busy                   the owner's inbox is full: try again
│   └── TooMuchOfOne         one sender has filled their part of it; others may still send
├── NotDeciding            the owner stopped; the reason is in it
├── NotProved              a checkpoint or proof that does not show what it should
└── LogError               the log cannot be written or trusted
    ├── StaleTip             another writer was first: fold, then decide again
    ├── DuplicateSignal      a record already decided this signal
    ├── LogInDoubt           the write may or may not have happened: refold, never retry
    ├── LogFull              no space; nothing was written
    └── BrokenLog            stop this reader and page a person; never retry
        ├── UndecodableEnvelope
        ├── FuturePayload      written by a newer program
        ├── Superseded         another owner claimed the log; own it again, or leave it to them
        ├── Altered            a record that is not the one whose hash stands beside it
        └── NotAccepted        a record that the acceptance rule refuses

A broken rule of the service is not here: it is a `SignalRefused` event, because a refusal is part
of the record. Callers choose by class; `code` is API, the message is for people.
"""

from collections.abc import Sequence
from typing import Any, ClassVar


class CoordinatorError(Exception):
    code: ClassVar[str] = "coordinator_error"


class BadInput(CoordinatorError):
    code = "bad_input"


class BadFile(BadInput):
    code = "bad_file"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class TooLarge(BadInput):
    """A signal that no topic takes, however often it is sent."""

    code = "too_large"

    def __init__(self, signal_id: str, reason: object) -> None:
        super().__init__(f"signal_id {signal_id}: larger than a topic takes: {reason}")
        self.signal_id = signal_id


class TokenTyped(BadInput):
    """Somebody typed what stands for words of others; whoever shows it would show those."""

    code = "token_typed"

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(f"{field}: {reason} ({value})")
        self.field = field
        self.value = value
        self.reason = reason


class FolderHeld(BadInput):
    code = "folder_held"

    def __init__(self, folder: object, holder: tuple[str, int] | None, advice: str) -> None:
        who = "another process" if holder is None else f"`{holder[0]}` (process {holder[1]})"
        super().__init__(f"data-dir: {folder} is in use by {who}; {advice}")


class UnknownJurisdiction(BadInput):
    code = "unknown_jurisdiction"

    def __init__(
        self, jurisdiction: str, known: Sequence[str] | None = None, *, found_by: str = ""
    ) -> None:
        there = "" if known is None else f"; here are: {', '.join(known) or 'none'}"
        begin = f"; `{found_by} {jurisdiction}` begins one" if found_by else ""
        super().__init__(f"jurisdiction: no log of {jurisdiction!r} here{there}{begin}")


class Busy(CoordinatorError):
    code = "busy"

    def __init__(self, jurisdiction: str, waiting: int) -> None:
        super().__init__(f"{jurisdiction}: {waiting} signals are waiting; try again shortly")


class TooMuchOfOne(Busy):
    code = "too_much_of_one"

    def __init__(self, jurisdiction: str, waiting: int, sender: str) -> None:
        CoordinatorError.__init__(
            self, f"{jurisdiction}: {waiting} signals of {sender} are waiting; try again shortly"
        )


class NotDeciding(CoordinatorError):
    code = "not_deciding"

    def __init__(self, jurisdiction: str, reason: str) -> None:
        super().__init__(f"{jurisdiction} is not deciding: {reason}")


class NotProved(CoordinatorError):
    code = "not_proved"


class LogError(CoordinatorError):
    code = "log_error"


class StaleTip(LogError):
    code = "stale_tip"

    def __init__(self, *, log_id: str, expected_seq: int, actual_seq: int) -> None:
        super().__init__(f"{log_id}: the tip is {actual_seq}, not {expected_seq}")
        self.expected_seq = expected_seq
        self.actual_seq = actual_seq


class DuplicateSignal(LogError):
    code = "duplicate_signal"

    def __init__(self, *, log_id: str, signal_id: str) -> None:
        super().__init__(f"{log_id}: signal_id {signal_id} is already decided")
        self.signal_id = signal_id


class LogInDoubt(LogError):
    code = "log_in_doubt"

    def __init__(self, log_id: str, reason: str) -> None:
        super().__init__(f"{log_id}: the write may or may not be on the log: {reason}")


class LogFull(LogError):
    code = "log_full"

    def __init__(self, log_id: str, reason: str) -> None:
        super().__init__(f"{log_id}: nothing was written, there is no space: {reason}")


class NotWorking(CoordinatorError):
    """The coordinator does not do what it is there for; each trouble is named."""

    code = "not_working"


class BrokenLog(LogError):
    code = "broken_log"


class UndecodableEnvelope(BrokenLog):
    code = "undecodable_envelope"

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"envelope: {field} is {value!r}")
        self.field = field


class FuturePayload(BrokenLog):
    code = "future_payload"

    def __init__(self, *, log_id: str, seq: int, reason: str) -> None:
        super().__init__(f"{log_id} seq {seq}: {reason}; this program is too old to read on")
        self.seq = seq


class Unfoldable(BrokenLog):
    """A fact that cannot have followed from what is before it: the record was changed."""

    code = "unfoldable"

    def __init__(self, *, log_id: str, seq: int, reason: str) -> None:
        super().__init__(f"{log_id} seq {seq}: does not follow from what is before it: {reason}")
        self.seq = seq


class Altered(BrokenLog):
    """The bytes of a record are not those whose hash was kept beside them.

    `before` are the records that were read with it and stand before it.
    """

    code = "altered"

    def __init__(self, *, log_id: str, seq: int, before: Sequence[Any]) -> None:
        super().__init__(f"{log_id} seq {seq}: altered: its hash is not the one kept beside it")
        self.seq = seq
        self.before = before


class Superseded(BrokenLog):
    code = "superseded"

    def __init__(self, *, log_id: str, epoch: int) -> None:
        super().__init__(f"{log_id}: another owner claimed epoch {epoch}")
        self.epoch = epoch


class NotAccepted(BrokenLog):
    code = "not_accepted"

    def __init__(self, *, log_id: str, seq: int, verdict: str) -> None:
        super().__init__(f"{log_id} seq {seq}: {verdict}")
        self.seq = seq
        self.verdict = verdict
