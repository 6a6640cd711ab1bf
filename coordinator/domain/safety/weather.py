"""What the weather is, and which work it forbids. Policy says so; nobody can override it."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Safety
from schemas.events.envelope import Event
from schemas.events.safety import WeatherChanged
from schemas.safety_rules import WeatherLimit
from schemas.said import Said
from schemas.sentences import rights, work
from schemas.signals.safety import Weather, WeatherReported
from schemas.vocabulary import WorkKind

_NO_LIMIT = WeatherLimit()

_KINDS = {
    "thunder": work.THUNDER,
    "rain": work.RAIN,
    "heavy_rain": work.HEAVY_RAIN,
    "snow": work.SNOW,
    "hail": work.HAIL,
    "fog": work.FOG,
}


def forbidden_by(weather: Weather, limit: WeatherLimit) -> Said | None:
    """Return what forbids the work, or None."""
    for kind, forbids in _KINDS.items():
        if getattr(weather, kind) and getattr(limit, kind):
            return forbids
    if weather.wind_force >= limit.wind_force_from:
        return work.wind_force(weather.wind_force)
    if weather.humidity_pct is not None and weather.humidity_pct > limit.humidity_above_pct:
        return work.humidity(weather.humidity_pct)
    if weather.temperature_c is not None and weather.temperature_c >= limit.temperature_from_c:
        return work.heat(weather.temperature_c)
    return None


def forbids(state: Jurisdiction, kind: WorkKind) -> Said | None:
    """Return what of the weather now forbids a kind of work, None for nothing."""
    return forbidden_by(state.safety.weather, state.policy.safety.weather.get(kind, _NO_LIMIT))


def reported(safety: Safety, signal: WeatherReported, cause: Cause) -> Iterable[Event]:
    if signal.weather == safety.weather:
        return ()
    if cause.happened_at < safety.weather_at:
        return refuse(rights.SOMETHING_NEWER_KNOWN, field="occurred_at", value=signal.occurred_at)
    return (WeatherChanged(weather=signal.weather, happened_at=cause.happened_at),)
