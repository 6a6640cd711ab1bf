"""What a notice says outside: short, in both languages, and nothing about any person.

Push services, chat robots and text messages are other people's computers. Who wants to know more
opens the page.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from coordinator.outbox.effects import ActualEffect

_MINUTE: Final = 60_000
_TITLES: Final[Mapping[str, str]] = {
    "assignment_offered": "出动通知 · Call-out",
    "assignment_released": "任务解除 · Released",
    "assignment_expired": "通知已过期 · Call-out expired",
    "roll_call_opened": "现场点名 · Roll call",
    "rehearsal": "通信测试 · Reachability test",
}
_NOTICE: Final = "应急通知 · Emergency notice"


class Wording(NamedTuple):
    """Title and body."""

    title: str
    body: str


def worded(effect: ActualEffect, link: str = "") -> Wording:
    """Return what is sent of an effect; `link` is the address of the page, empty for none."""
    document = effect.document
    lines = [_within(effect, document)]
    if document.get("recipient") not in (None, "member") and document.get("text"):
        lines.append(str(document["text"]))
    lines.append(link)
    title = _TITLES.get(effect.kind, _NOTICE)
    return Wording(title, "\n".join(line for line in lines if line) or title)


def _within(effect: ActualEffect, document: Mapping[str, Any]) -> str:
    # Minutes from now, not times of day: those depend on where the reader's clock is.
    def minutes(until: object) -> int:
        return max(0, (int(str(until)) - effect.at) // _MINUTE)

    if effect.kind == "assignment_offered" and "answer_by" in document:
        answer, arrive = minutes(document["answer_by"]), minutes(document.get("arrive_by", 0))
        return (
            f"请在 {answer} 分钟内答复，{arrive} 分钟内到达 · "
            f"Answer within {answer} min, arrive within {arrive} min"
        )
    if effect.kind == "roll_call_opened" and "due_at" in document:
        due = minutes(document["due_at"])
        return f"请在 {due} 分钟内应答 · Answer within {due} min"
    return ""
