"""Working hours and rest, and when relief begins."""

from typing import Annotated

from schemas.bounds import Minutes
from schemas.value import Value, bounded


class Hours(Value):
    """Working hours and rest of repair crews (no rule found: overridable with a reason).

    Relief begins `relief_before_min` before the hours are over, and nobody is called whose hours
    end sooner than that: who is called has to get there first. Whoever
    was on scene and has finished is not called again within `straight_back_min`, unless there is
    nobody else. Of a certificate that ends the desk
    is told `certificate_ends_d` before, each mark once.
    """

    work_max_h: Annotated[int, *bounded(ge=1, le=48)]
    rest_min_h: Annotated[int, *bounded(ge=1, le=48)]
    gap_look_ahead_h: Annotated[int, *bounded(ge=1, le=720)]
    relief_before_min: Minutes = 90
    straight_back_min: Minutes = 60
    certificate_ends_d: Annotated[
        tuple[Annotated[int, *bounded(ge=1, le=365)], ...], *bounded(max_length=6)
    ] = (30, 7)
