"""Command, objectives, roll calls, calls for help."""

from collections.abc import Iterable

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace


class IncidentCommand(Struct, frozen=True, gc=False):
    incident_id: str
    commander_id: str
    since: int


class Objective(Struct, frozen=True, gc=False):
    objective_id: str
    incident_id: str
    text: str
    due_at: int
    set_at: int
    overdue: bool = False


class RollCall(Struct, frozen=True, gc=False):
    """`incident_id` or `task_id`: where it is called."""

    roll_call_id: str
    incident_id: str | None
    opened_at: int
    due_at: int
    waiting: tuple[str, ...]
    missed: tuple[str, ...] = ()
    task_id: str | None = None

    @property
    def here(self) -> str:
        return self.incident_id or self.task_id or ""


class AnsweredCall(Struct, frozen=True, gc=False):
    """A roll call that a member has answered, as it was then; `missed`: they were missing."""

    roll_call_id: str
    incident_id: str | None
    opened_at: int
    due_at: int
    missed: bool
    task_id: str | None = None

    @property
    def here(self) -> str:
        return self.incident_id or self.task_id or ""


class RollAnswer(Struct, frozen=True, gc=False):
    """What one person answered last for a member, when it was said and when it was recorded."""

    by: str
    at: int
    said_at: int
    calls: tuple[AnsweredCall, ...]


class HelpCall(Struct, frozen=True, gc=False):
    """`taken_on_by`: who said last that they come; it stands when their time has run out."""

    help_call_id: str
    member_id: str
    incident_id: str | None
    called_at: int
    called_by: str = ""
    taken_on_by: str | None = None


class Command(Struct, frozen=True, gc=False):
    """Only what is open: ended commands, met objectives and closed roll calls are in the log.

    `answers`: by member, the last answer of each who answered for them, for the seconds it can be
    taken back in; the next roll call forgets one that is older.
    """

    by_incident: Map[str, IncidentCommand] = Map()
    objectives: Map[str, Objective] = Map()
    roll_calls: Map[str, RollCall] = Map()
    last_roll_call: Map[str, int] = Map()
    help_calls: Map[str, HelpCall] = Map()
    answers: Map[str, tuple[RollAnswer, ...]] = Map()


def missing(command: Command, people: Iterable[str]) -> tuple[str, ...]:
    """Return who of some people did not answer a roll call in time, and was not found since."""
    if not command.roll_calls:
        return ()
    calls = command.roll_calls.values()
    return tuple(sorted({it for it in people if any(_misses(one, it) for one in calls)}))


def _misses(call: RollCall, member_id: str) -> bool:
    return member_id in call.missed and member_id in call.waiting


def calling(command: Command, people: Iterable[str]) -> tuple[str, ...]:
    """Return who of some people called for help, and nobody has said that it came."""
    if not command.help_calls:
        return ()
    open_for = {it.member_id for it in command.help_calls.values()}
    return tuple(sorted(open_for.intersection(people)))


def moved(command: Command, gone: str, into: str) -> Command:
    """Return it once an incident was merged into another: who is missing at the one, or calls for
    help there, is missed at the other, by whoever commands that.
    """
    roll_calls, help_calls, answers = command.roll_calls, command.help_calls, command.answers
    for id_, call in command.roll_calls.items():
        if call.incident_id == gone:
            roll_calls = roll_calls.set(id_, replace(call, incident_id=into))
    for id_, help_call in command.help_calls.items():
        if help_call.incident_id == gone:
            help_calls = help_calls.set(id_, replace(help_call, incident_id=into))
    for member_id, held in command.answers.items():
        if any(it.incident_id == gone for answer in held for it in answer.calls):
            answers = answers.set(member_id, tuple(_moved(it, gone, into) for it in held))
    return replace(command, roll_calls=roll_calls, help_calls=help_calls, answers=answers)


def _moved(answer: RollAnswer, gone: str, into: str) -> RollAnswer:
    calls = tuple(
        replace(it, incident_id=into) if it.incident_id == gone else it for it in answer.calls
    )
    return replace(answer, calls=calls)
