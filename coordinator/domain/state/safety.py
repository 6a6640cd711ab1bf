"""Tasks, their interlocks, overrides, and the weather."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from schemas.signals.safety import Weather
from schemas.vocabulary import Interlock, TaskKind


class TaskStage(StrEnum):
    PLANNED = "planned"
    WORKING = "working"
    STOPPED = "stopped"
    FINISHED = "finished"


class Task(Struct, frozen=True, gc=False):
    """`supply_back_at`: since when supply is said to be back while people are at work here."""

    task_id: str
    incident_id: str
    unit_id: str
    kind: TaskKind
    work_leader: str
    guardian: str | None
    permitter: str | None
    crew: tuple[str, ...]
    interlocks: tuple[Interlock, ...]
    confirmed: Map[str, str] = Map()
    overridden: Map[str, int] = Map()
    stage: TaskStage = TaskStage.PLANNED
    supply_back_at: int | None = None


class Safety(Struct, frozen=True, gc=False):
    """`tasks` holds the unfinished ones."""

    tasks: Map[str, Task] = Map()
    weather: Weather = Weather()
    weather_at: int = 0
