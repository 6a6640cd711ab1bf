"""Addresses with a phone number in them, read once for everybody.

A service is spoken to by what Apprise makes of an address. To read the address for each person
anew costs more than the making, and to keep what was made for each takes 10 KB a person. So an
address is read with a sample number, and each number is put where the sample stands.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

TAKES_A_PHONE: Final = "{phone}"
SAMPLE: Final = "13800000000"
_OTHER: Final = "15912345678"
_LIKE_IT: Final = re.compile(r"1[0-9]{10}")
"""A number that is read as the sample is: as long, and nothing in it that is written otherwise."""


class PhoneAddresses:
    """What Apprise understands of addresses, by their text with a hole for the number."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, Any] | None] = {}

    def read(self, template: str, phone: str) -> dict[str, Any] | None:
        """Return what to make a sender for a phone from; None: it has to be read for itself.

        Args:
            template: an address with `{phone}` in it.
            phone: of the person.
        """
        if not _LIKE_IT.fullmatch(phone):
            return None
        if template not in self._known:
            self._known[template] = _read(template)
        known = self._known[template]
        return None if known is None else _with_number(known, phone)


def _read(template: str) -> Mapping[str, Any] | None:
    """Return an address read with the sample; None where another number is read otherwise.

    A service that takes the number apart, or changes it, would be told the sample's.
    """
    from apprise.plugins import url_to_dict  # noqa: PLC0415 - slow to import

    if TAKES_A_PHONE not in template or SAMPLE in template:
        return None
    read: Callable[[str], dict[str, Any] | None] = url_to_dict
    one, other = (read(template.replace(TAKES_A_PHONE, it)) for it in (SAMPLE, _OTHER))
    if one is None or other is None or _with_number(one, _OTHER) != other:
        return None
    return one


def _with_number(held: Any, phone: str) -> Any:
    """Return the same with a number in each place of the sample; nothing of it is shared."""
    if isinstance(held, str):
        return held.replace(SAMPLE, phone)
    if isinstance(held, Mapping):
        return {_with_number(key, phone): _with_number(it, phone) for key, it in held.items()}
    if isinstance(held, list | tuple | set | frozenset):
        return type(held)(_with_number(it, phone) for it in held)
    return held
