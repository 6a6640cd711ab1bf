"""The supply of a critical site, and the incidents that touch it."""

from typing import Literal

from schemas.bounds import Millis, Minutes
from schemas.events.envelope import Event
from schemas.ids import IncidentId, SiteId


class SiteSupplyChanged(Event):
    """Runs on the grid, its own supply, an emergency supply of ours, or nothing."""

    site_id: SiteId
    supply: Literal["grid", "own", "emergency", "none"]
    happened_at: Millis
    runs_out_at: Millis | None = None


class SiteRunningOut(Event):
    """The own supply's endurance counts down: warned before, and when it ends."""

    site_id: SiteId
    runs_out_at: Millis
    left_min: Minutes


class SiteLinked(Event):
    """An incident touches this site."""

    site_id: SiteId
    incident_id: IncidentId


class SiteUnlinked(Event):
    site_id: SiteId
    incident_id: IncidentId


SiteEvent = SiteSupplyChanged | SiteRunningOut | SiteLinked | SiteUnlinked
