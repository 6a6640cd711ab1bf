"""Planned work on a circuit, and the notices of the outage it brings (计划停电、临时停电)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Code, Line, Millis
from schemas.ids import SiteId, WorkId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class PlanWorkOnSupply(Signal):
    """Somebody plans work on a circuit: refused over a guard of a site it feeds, to be re-planned.

    `notice`: planned long before, or temporary, which says when whom has to be told. `cuts_supply`:
    customers are without power meanwhile; without it nobody has to be told.
    """

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["plan_work_on_supply"] = "plan_work_on_supply"
    v: Literal[1] = 1
    circuit: Code
    starts_at: Millis
    ends_at: Millis
    text: Line
    notice: Literal["planned", "temporary"] = "planned"
    cuts_supply: bool = True


class MovePlannedWork(Signal):
    """Planned work gets another time; whoever was told of the old one is told anew."""

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["move_planned_work"] = "move_planned_work"
    v: Literal[1] = 1
    work_id: WorkId
    starts_at: Millis
    ends_at: Millis
    reason: Line


class CancelPlannedWork(Signal):
    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["cancel_planned_work"] = "cancel_planned_work"
    v: Literal[1] = 1
    work_id: WorkId
    reason: Line


class GiveOutageNotice(Signal):
    """The public, or with `site_ids` these important customers, were told of a planned outage."""

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["give_outage_notice"] = "give_outage_notice"
    v: Literal[1] = 1
    work_id: WorkId
    site_ids: Annotated[tuple[SiteId, ...], Field(max_length=200)] = ()
    text: Line = "-"


PlannedWorkSignal = PlanWorkOnSupply | MovePlannedWork | CancelPlannedWork | GiveOutageNotice
