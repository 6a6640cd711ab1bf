"""What whoever comes on duty at the desk has to know."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Text
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class HandOverDesk(Signal):
    """A note at the change of duty (值班交接记录); a newer one takes its place."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["hand_over_desk"] = "hand_over_desk"
    v: Literal[1] = 1
    text: Annotated[Text, Field(min_length=1)]


HandoverSignal = HandOverDesk
