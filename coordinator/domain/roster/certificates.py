"""Certificates that end: told ahead, so that nobody is found without one on the day."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import certificate_key
from schemas.durations import DAY
from schemas.events.envelope import Event
from schemas.events.roster import CertificateEnding, CertificatesChecked
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient

_TOLD_MAX = 500
"""By one look; of more the next one follows at once."""


def checked(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Tell of every certificate that has passed a mark of the policy, and when to look again.

    One that is new here and has passed more than one is told at the nearest to its end.
    """
    marks = sorted(state.policy.hours.certificate_ends_d)
    found: list[CertificateEnding] = []
    next_at: int | None = None
    for member_id, member in sorted(state.roster.members.items()):
        for held in member.person.certificates:
            key = certificate_key(member_id, held.skill, held.valid_until)
            told = state.roster.certificates_told.get(key, 366)
            passed = [it for it in marks if cause.at >= held.valid_until - it * DAY]
            if held.valid_until > cause.at and passed and passed[0] < told:
                found.append(
                    CertificateEnding(
                        member_id=member_id,
                        skill=held.skill,
                        valid_until=held.valid_until,
                        days=passed[0],
                    )
                )
            coming = [at for it in marks if (at := held.valid_until - it * DAY) > cause.at]
            next_at = min((*coming, *(() if next_at is None else (next_at,))), default=None)
    yield from _told(found[:_TOLD_MAX], marks, cause)
    if len(found) > _TOLD_MAX:
        next_at = cause.at + 1
    if next_at != state.timers.get("certificates", "roster"):
        yield CertificatesChecked(next_at=next_at)


def _told(found: list[CertificateEnding], marks: list[int], cause: Cause) -> Iterable[Event]:
    """Tell the desk of all that pass a mark, and each whose certificate it is of their own."""
    yield from found
    kind = NoticeKind.CERTIFICATE_ENDS
    for days in marks:
        people = tuple(dict.fromkeys(it.member_id for it in found if it.days == days))
        if people:
            text = notices.certificates_end(len(people), days, people)
            yield notify(cause, kind, Recipient.DISPATCHER, text, lasts_ms=DAY)
    for member_id in sorted({it.member_id for it in found}):
        days = min(it.days for it in found if it.member_id == member_id)
        text = notices.certificates_end(1, days, (member_id,))
        yield notify(cause, kind, Recipient.MEMBER, text, targets=(member_id,), lasts_ms=7 * DAY)
