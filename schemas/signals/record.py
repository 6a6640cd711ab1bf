"""What the record says of itself."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Millis
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class DeclarePutBack(Signal):
    """This log is a copy that was put back (恢复备份): what was decided after it is not on it.

    It went `until`; nothing: as far as it says itself. `lost` is how many decisions are known to be
    missing; nothing: nobody knows.
    """

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["declare_put_back"] = "declare_put_back"
    v: Literal[1] = 1
    until: Millis | None = None
    lost: Annotated[int | None, Field(ge=0, le=2**53)] = None


RecordSignal = DeclarePutBack
