"""A deadline that this program failed at: nobody sent it, so that nobody else could be told."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event


class DeadlineFailed(Event):
    """What came due was not decided: a defect. It is tried again, or was set aside for a person.

    `times` counts the tries in a row; `why` names the error; without `again_at` it was the last.
    """

    kind: Line
    id: Line
    times: Annotated[int, Meta(ge=1, le=100)]
    why: Line
    again_at: Millis | None = None


DeadlineEvent = DeadlineFailed
