"""What the weather is, and which work it forbids. Policy says so; nobody can override it."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.state.safety import Safety
from schemas.events.envelope import Event
from schemas.events.safety import WeatherChanged
from schemas.policy import WeatherLimit
from schemas.signals.safety import Weather, WeatherReported

_KINDS = ("thunder", "rain", "heavy_rain", "snow", "hail", "fog")


def forbidden_by(weather: Weather, limit: WeatherLimit) -> str | None:
    """Return what forbids the work, in words, or None."""
    for kind in _KINDS:
        if getattr(weather, kind) and getattr(limit, kind):
            return kind.replace("_", " ")
    if weather.wind_force >= limit.wind_force_from:
        return f"wind force {weather.wind_force}"
    if weather.humidity_pct is not None and weather.humidity_pct > limit.humidity_above_pct:
        return f"humidity {weather.humidity_pct} %"
    if weather.temperature_c is not None and weather.temperature_c >= limit.temperature_from_c:
        return f"heat of {weather.temperature_c} °C"
    return None


def reported(known: Safety, signal: WeatherReported, cause: Cause) -> Iterable[Event]:
    if signal.weather == known.weather:
        return ()
    if cause.happened_at < known.weather_at:
        return refuse(
            "something newer is known already", field="occurred_at", value=signal.occurred_at
        )
    return (WeatherChanged(weather=signal.weather, happened_at=cause.happened_at),)
