"""What people write into a table in many ways: days, telephone numbers, lists, headings."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from schemas.durations import DAY, MINUTE
from words.catalogue import current

_DAY: Final = re.compile(
    r"(\d{4}) ?(?:[-/.]|年) ?(\d{1,2}) ?(?:[-/.]|月) ?(\d{1,2}) ?日?|(\d{4})(\d{2})(\d{2})"
)
_EXCEL: Final = date(1899, 12, 30)
"""Excel counts days from here; what it counts are days of this century."""
_EXCEL_DAYS: Final = range(36_526, 73_051)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0\d{9,11}")
_ABROAD: Final = re.compile(r"\+[1-9]\d{7,14}")
_APART: Final = re.compile(r"[\s,;、，；]+")
_HEADINGS: Final = {
    "工号": "staff_number",
    "员工编号": "staff_number",
    "姓名": "name",
    "班组": "team_number",
    "队伍编号": "team_number",
    "经度": "lon",
    "纬度": "lat",
    "电话": "phone",
    "手机": "phone",
    "手机号": "phone",
    "技能": "skills",
    "证书": "certificates",
    "岗位": "standing",
    "政治面貌": "party",
    "所属支部": "home_branch",
    "离职日期": "leaves_on",
}


_ALSO_WRITTEN: Final = {
    "skill": {
        "带电作业": "live_line",
        "继电保护": "relay",
        "安全监督": "safety_supervision",
        "安全监护": "safety_supervision",
        "驾驶员": "driving",
        "司机": "driving",
    },
    "party": {"党员": "full_member", "中共党员": "full_member", "团员": "youth_league"},
    "standing": {"成员": "member", "备员": "reserve"},
}


def coded(group: str, text: str) -> str:
    """Return the code of a word: the code itself, or what the pages call it in any language.

    Args:
        group: `skill`, `standing` or `party`, as the words begin in the catalogues; a group of
            which there are no words has no codes.
        text: as it was written; what is no word of the group is returned as it is.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return _codes(group).get(plain, text)


@cache
def _codes(group: str) -> dict[str, str]:
    found = dict(_ALSO_WRITTEN.get(group, {}))
    for files in current().groups.values():
        for words in files.values():
            for key, word in words.items():
                if key.startswith(f"{group}_"):
                    found[word.casefold()] = key.removeprefix(f"{group}_")
    return found


def heading(text: str) -> str:
    """Return the name of a column: in any case, with spaces around it, or in Chinese."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return _HEADINGS.get(plain, plain)


def end_of_day(text: str, utc_offset_min: int) -> int:
    """Return the last millisecond of a day, in milliseconds since 1970, UTC.

    Args:
        text: 2027-06-30, 2027/6/30, 2027年6月30日, 20270630, or as Excel counts days.
        utc_offset_min: how many minutes the clocks there are ahead of UTC.

    Raises:
        ValueError: it is none of these, or no day there is.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii() and plain.isdecimal() and int(plain) in _EXCEL_DAYS:
        day = _EXCEL + timedelta(days=int(plain))
    else:
        found = _DAY.fullmatch(plain)
        if found is None:
            raise ValueError(text)
        day = date(*(int(it) for it in found.groups() if it is not None))
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000
    return midnight + DAY - 1 - utc_offset_min * MINUTE


def phone_of(text: str) -> str | None:
    """Return a telephone number as it is dialled, of several the first; None if it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("=").removesuffix(".0")
    first = re.split(r"[/,;、]", plain)[0]
    number = re.sub(r"[\s()\-]", "", first)
    number = re.sub(r"^(?:\+|00)86(?=\d{10,12}$)", "", number)
    known = _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) or _ABROAD.fullmatch(number)
    return number if known else None


def listed(text: str) -> list[str]:
    """Return the words of a list, whatever they are kept apart by."""
    return [it for it in _APART.split(text) if it]


def certificates(text: str, utc_offset_min: int) -> list[dict[str, Any]]:
    """Read `skill/number/last day`, several with `;`; valid to the end of that day.

    `utc_offset_min`: as for `end_of_day`.

    Raises:
        ValueError: one is not like this.
    """
    found = []
    for part in filter(None, (it.strip() for it in text.replace("；", ";").split(";"))):
        skill, number, day = part.split("/", 2)
        until = end_of_day(day, utc_offset_min)
        found.append({"skill": coded("skill", skill), "number": number, "valid_until": until})
    return found
