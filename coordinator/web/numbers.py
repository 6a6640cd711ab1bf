"""Numbers in addresses: each bounded to what fits the files it is looked up in."""

from typing import Annotated, Final

from pydantic import Field

FAR: Final = 2**53
"""Beyond any seq and any moment, and still whole in the numbers of a browser."""

Seq = Annotated[int, Field(ge=-1, le=FAR)]
"""A record of a log, -1 for before the first."""
FoundSeq = Annotated[int, Field(ge=0, le=FAR)]
"""A record that is there."""
Moment = Annotated[int, Field(ge=0, le=FAR)]
"""UTC milliseconds."""
