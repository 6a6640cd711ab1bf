"""The supply of a critical site."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.ids import MemberId, SiteId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class SiteSupplyReported(Signal):
    """A critical site lost or regained its supply, or runs on its own."""

    needs: ClassVar = Capability.REPORT
    type: Literal["site_supply_reported"] = "site_supply_reported"
    v: Literal[1] = 1
    site_id: SiteId
    supply: Literal["grid", "own", "emergency", "none"]
    endurance_min: Annotated[int, Field(ge=0, le=527_040)] | None = None
    reported_by: MemberId | None = None


SiteSignal = SiteSupplyReported
