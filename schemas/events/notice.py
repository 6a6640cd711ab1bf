"""What somebody is told: a notice, a refusal, a warning."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import (
    ActorId,
    NoticeId,
    SubjectId,
)
from schemas.said import Said
from schemas.vocabulary import NoticeKind, Recipient


class NoticeRaised(Event):
    """Somebody must be told. The outbox delivers it; who is silent is left out there and logged.

    `of`: of an alarm that nobody took on, its cause.
    """

    notice_id: NoticeId
    kind: NoticeKind
    recipient: Recipient
    targets: Annotated[tuple[ActorId, ...], Meta(max_length=1_000)] = ()
    about: SubjectId | None = None
    text: Said
    expires_at: Millis
    of: NoticeKind | None = None


class NoticeOver(Event):
    """What a desk, or a member, was told of is over, and leaves their list.

    `because`: the fact that ended it.
    """

    notice_id: NoticeId
    because: Line


class NoticeGathered(Event):
    """A notice that can wait, at a desk that was told much of late: it is told with others.

    It is told in the next `NoticeRaised` of the kind `gathered` to this desk, within minutes.
    """

    notice_id: NoticeId
    kind: NoticeKind
    recipient: Recipient
    about: SubjectId | None = None
    text: Said
    of: NoticeKind | None = None


class NoticeNoted(Event):
    """Somebody at the desk has taken note of it."""

    notice_id: NoticeId
    by: ActorId


class SignalRefused(Event):
    """The signal broke a rule. On record, so that the sender is told and a replay agrees."""

    rule: Said
    field: Line | None = None
    value: Line | None = None


class RuleWarned(Event):
    """A «generally not» (一般不) rule was set aside with a reason, or a soft limit was passed."""

    rule: Said
    about: SubjectId | None = None
    override_reason: Line | None = None


NoticeEvent = NoticeRaised | NoticeOver | NoticeGathered | NoticeNoted | SignalRefused | RuleWarned
