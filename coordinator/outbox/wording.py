"""What a message says outside: short, in the reader's language, and nothing about any person.

Push services, chat robots and text messages are other people's computers. Who wants to know more
opens the page. Moments are told as times of day, in the local time of the policy: a text message
may arrive late.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import msgspec

from coordinator.outbox.effects import ActualEffect
from schemas.durations import DAY, MINUTE
from schemas.said import Said
from schemas.vocabulary import NoticeKind
from words.catalogue import HOLE, LANGUAGES, Catalogue, Language, current

Tongue = Literal["zh", "en", "both"]
_FILE: Final = "messages"
_MILLISECOND: Final = timedelta(milliseconds=1)
_NO_OFFSET: Final = timedelta(0)
_BETWEEN: Final = " · "
_PLACE_MAX: Final = 8
"""As much of a place as a text message has room for, in characters; its times are never cut."""
_MATTER_MAX: Final = 12
"""As much of the name of a task or an operation."""
_OVER: Final = frozenset(
    {"restored", "incident_closed", "reported_by_mistake", "all_done", "merged_into"}
)
"""Reasons for which a unit is stood down: its work is over."""


_TIMES: Final = frozenset({"answer_by", "arrive_by", "due_at", "expires_at"})


class Wording(NamedTuple):
    """Title and body; `sender` is put before both in a text message.

    `each_titled`: each line of the body says its title itself.
    """

    title: str
    body: str
    sender: str = ""
    each_titled: bool = False

    @property
    def text_message(self) -> str:
        """The whole as a text message says it, the sender in brackets."""
        signed = f"【{self.sender}】" if self.sender else ""
        titled = self.each_titled or self.body == self.title
        return signed + self.body if titled else f"{signed}{self.title}：{self.body}"


class Style(NamedTuple):
    """How messages are worded: language, whose they are, the address of the pages they lead to."""

    tongue: Tongue = "zh"
    sender: str = ""
    link: str = ""


def worded(effect: ActualEffect, style: Style) -> Wording:
    """Return what is sent of an effect."""
    tongues = LANGUAGES[::-1] if style.tongue == "both" else (style.tongue,)
    told = [_in(effect, it, current()) for it in tongues]
    title = _BETWEEN.join(dict.fromkeys(it.title for it in told))
    lines = [_BETWEEN.join(dict.fromkeys(it.body for it in told if it.body)), _page(effect, style)]
    return Wording(title, "\n".join(it for it in lines if it) or title, style.sender)


def _page(effect: ActualEffect, style: Style) -> str:
    """Return the page a message leads to: a desk's is not a member's; empty without an address."""
    if not style.link:
        return ""
    return f"{style.link}/" if effect.target.startswith("desk:") else f"{style.link}/me"


def worded_together(effects: Sequence[ActualEffect], style: Style) -> Wording:
    """Return what is sent of several effects at once, each on a line of its own, as they stand."""
    if len(effects) == 1:
        return worded(effects[0], style)
    told = [worded(it, style._replace(link="")) for it in effects]
    title = _BETWEEN.join(dict.fromkeys(it.title for it in told))
    lines = dict.fromkeys(it._replace(sender="").text_message for it in told)
    pages = dict.fromkeys(it for it in (_page(effect, style) for effect in effects) if it)
    body = "\n".join([*lines, *pages])
    return Wording(title, body, style.sender, each_titled=True)


def _in(effect: ActualEffect, language: Language, words: Catalogue) -> Wording:
    document = effect.document
    about: Mapping[str, Any] = document.get("surroundings") or {}
    zone = timezone(timedelta(minutes=int(about.get("utc_offset_min", 0))))
    key = _key(effect.kind, document, about)
    texts = words.groups[language][_FILE]
    if effect.kind == "notice_raised":
        alarm = words.word("alarm", str(document.get("kind")), language)
        title = texts.get(f"title_{key}", alarm)
    else:
        title = texts.get(f"title_{key}", texts["title"])
    given = {
        "place": str(about.get("circuit") or about.get("site") or "")[:_PLACE_MAX],
        "matter": _matter(about, language, words),
        "danger": texts["danger"] if about.get("injury_risk") else "",
    }
    given["lead"] = _filled(texts["lead"], given) if given["place"] or given["matter"] else ""
    template = texts.get(f"text_{key}")
    if template is not None:
        for name in _TIMES & _holes(template):
            if isinstance(document.get(name), int):
                given[name] = _at(int(document[name]), effect.at, language, zone)
        return Wording(title, _filled(template, given))
    return Wording(title, _said(document, about, language, zone, words))


def _matter(about: Mapping[str, Any], language: Language, words: Catalogue) -> str:
    """Return what a call-out is for: what happened, or the task or operation by name."""
    if about.get("kind"):
        return words.word("kind", str(about["kind"]), language)
    return str(about.get("task") or about.get("operation") or "")[:_MATTER_MAX]


def _filled(template: str, given: Mapping[str, str]) -> str:
    return HOLE.sub(lambda it: given.get(it[1], ""), template).strip()


_DONE_AT_ONCE: Final = frozenset(
    {
        NoticeKind.SUPPLY_BACK,
        NoticeKind.WORK_STOPPED,
        NoticeKind.HELP_CALLED,
        NoticeKind.MEMBER_UNFIT,
    }
)


def _key(kind: str, document: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return which of the messages this is: some facts are told in more than one way."""
    if kind == "assignment_released":
        reason = document.get("reason") or {}
        over = about.get("came") and reason.get("code") in _OVER
        return "unit_stood_down" if over else kind
    if kind != "notice_raised":
        return kind
    to_member = document.get("recipient") == "member"
    if to_member and (document.get("text") or {}).get("code") == "no_answer":
        return "remind"
    if to_member:
        # A member's phone says that there is something to read, and not what about; but what has
        # to be done this moment it says.
        alarm = str(document.get("kind"))
        return f"{alarm}_for_member" if alarm in _DONE_AT_ONCE else "for_member"
    return str(document.get("kind"))


def _said(
    document: Mapping[str, Any],
    about: Mapping[str, Any],
    language: Language,
    zone: tzinfo,
    words: Catalogue,
) -> str:
    told = document.get("text")
    if not isinstance(told, dict):
        return ""
    names: Mapping[str, str] = about.get("names") or {}
    texts = words.groups[language][_FILE]

    def called(id_: str) -> str | None:
        kind = id_.split("_", maxsplit=1)[0]
        if kind != "mem" and id_ in names:
            return names[id_]
        return texts.get(f"some_{kind}")

    return words.say(msgspec.convert(told, Said), language, names=called, zone=zone)


def _at(moment: int, now: int, language: Language, zone: tzinfo) -> str:
    """Return the time of day; on another day than today the day with it."""
    later = (zone.utcoffset(None) or _NO_OFFSET) // _MILLISECOND
    minute = (moment + later) // MINUTE % (DAY // MINUTE)
    clock = f"{minute // 60:02d}:{minute % 60:02d}"
    if (moment + later) // DAY == (now + later) // DAY:
        return clock
    there = datetime.fromtimestamp(moment / 1_000, UTC).astimezone(zone)
    return f"{there.day}日{clock}" if language == "zh" else f"{clock} on {there:%d %b}"


@cache
def _holes(template: str) -> frozenset[str]:
    """Return what a text of the catalogue wants filled in; there are as many as it has texts."""
    return frozenset(HOLE.findall(template))
