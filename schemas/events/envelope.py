"""What every event carries."""

import re
from typing import Literal, dataclass_transform

from msgspec import Struct, field

from schemas.value import ByName


def _type_of(name: str) -> str:
    """Return the word by which a fact is known on the record: `incident_opened`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Event(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    gc=False,
    tag_field="type",
    tag=_type_of,
    metaclass=ByName,
):
    """A fact. When it was recorded stands on its record; who caused it, on the record's signal.

    A field is added with a default, so that facts written before it are read as they are. A change
    of meaning is a new version: a new `v`, and an upcaster in the catalogue.
    """

    v: Literal[1] = 1

    @property
    def type(self) -> str:
        """The word by which it is known on the record."""
        return str(self.__struct_config__.tag)
