"""What a desk says of a notice that it was told."""

from typing import ClassVar, Literal

from schemas.ids import NoticeId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class NoteNotice(Signal):
    """Somebody at the desk has taken note of a notice: the others need not read it again."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["note_notice"] = "note_notice"
    v: Literal[1] = 1
    notice_id: NoticeId


NoticeSignal = NoteNotice
