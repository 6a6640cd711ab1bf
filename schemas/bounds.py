"""Bounded building blocks: every string, list and number that comes in has a limit.

Time is UTC milliseconds, positions are WGS84 degrees, quantities carry their unit in the name.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Millis = Annotated[int, Field(ge=0, le=4_102_444_800_000)]  # up to the year 2100
Code = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$", max_length=64)
]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2_000)]
Percent = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Megawatts = Annotated[float, Field(ge=0, le=2_000_000)]
Minutes = Annotated[int, Field(ge=0, le=527_040)]
Seconds = Annotated[int, Field(ge=0, le=31_622_400)]
Version = Annotated[int, Field(ge=1, le=9_999)]

MEMBERS_MAX = 200
"""The largest unit, roll call or branch list in one message; Weihai's commando had 72."""


class Strict(BaseModel):
    """Strict, frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Position(Strict):
    """A point on WGS84, degrees."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class Evidence(Strict):
    """Where a policy value comes from, so that a utility sees what to check before go-live.

    `verified`: primary text read; `secondary`: a source quoting it; `recalled`: not confirmed;
    `default`: no rule found, our own default.
    """

    status: Literal["verified", "secondary", "recalled", "default"]
    source: Line
