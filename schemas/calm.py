"""How often a desk is told of what can wait, and what never waits."""

from typing import Annotated, Final

from pydantic_core import PydanticCustomError

from schemas.value import Value, bounded
from schemas.vocabulary import NoticeKind

NEVER_GATHERED: Final = frozenset(
    {
        NoticeKind.HELP_CALLED,
        NoticeKind.HELP_TAKEN_BACK,
        NoticeKind.MEMBER_UNFIT,
        NoticeKind.SUPPLY_BACK,
        NoticeKind.WORK_STOPPED,
        NoticeKind.ROLE_VACANT,
        NoticeKind.LEADS_NOW,
        NoticeKind.ROLL_CALL_MISSED,
        NoticeKind.SUPPLY_RUNNING_OUT,
        NoticeKind.CONFIRMATION_WANTED,
        NoticeKind.DEFECT,
        NoticeKind.PUT_BACK,
        NoticeKind.GATHERED,
    }
)
"""Where somebody may be in danger, or a decision has minutes: no policy lets these wait."""


class Calm(Value):
    """How often a desk is told of what can wait: so often singly within an hour, then gathered.

    `gathered` are the causes that may wait so; whatever is not listed is told at once, always.
    """

    singly_per_h: Annotated[int, *bounded(ge=1, le=1_000)] = 6
    gather_min: Annotated[int, *bounded(ge=1, le=60)] = 10
    gathered: Annotated[tuple[NoticeKind, ...], *bounded(max_length=40)] = (
        NoticeKind.INCIDENT_OPENED,
        NoticeKind.NUMBERS_DOUBTED,
        NoticeKind.CUSTOMER_CALL,
        NoticeKind.SHORTAGE,
        NoticeKind.VEHICLES_LACKING,
        NoticeKind.UNANSWERED,
        NoticeKind.NOT_ARRIVED,
        NoticeKind.STEP,
        NoticeKind.PROMISE_BROKEN,
        NoticeKind.AID,
        NoticeKind.ROSTER_GAP,
        NoticeKind.CERTIFICATE_ENDS,
        NoticeKind.FATIGUE,
        NoticeKind.OBJECTIVE_OVERDUE,
        NoticeKind.WARD_VISIT_DUE,
        NoticeKind.BRANCH_TERM,
        NoticeKind.BRANCH_OFFICE,
    )

    def __post_init__(self) -> None:
        never = sorted(NEVER_GATHERED & set(self.gathered))
        if never:
            raise PydanticCustomError(
                "never_gathered", "gathered: {kind} is told at once, always", {"kind": never[0]}
            )
