"""Tasks with a deadline."""

from typing import Final

from schemas.said import Id, Ids, Moment, Number, Typed, plain, sentence
from schemas.sentences.kinds import WhyNotWord

NO_SUCH_TASK: Final = plain("no_such_task")
DEADLINE_AHEAD: Final = plain("deadline_ahead")
EACH_MILESTONE_ONCE: Final = plain("each_milestone_once")
NO_SUCH_MILESTONE: Final = plain("no_such_milestone")
MILESTONE_MET: Final = plain("milestone_met_already")
PROGRESS_NEWER_KNOWN: Final = plain("progress_newer_known")
SHIFT_ENDS_AHEAD: Final = plain("shift_ends_ahead")
ON_SHIFT_ONCE: Final = plain("on_shift_once")
OF_A_UNIT_OF_THE_TASK: Final = plain("of_a_unit_of_the_task")
UNFINISHED_HAS_REASON: Final = plain("unfinished_has_reason")
REASON_OF_UNFINISHED: Final = plain("reason_of_unfinished")
ONE_SHIFT_AT_A_TIME: Final = plain("one_shift_at_a_time")


@sentence
def milestone_by_deadline(milestone: Typed) -> None: ...


@sentence
def milestones_at_most(most: Number) -> None: ...


@sentence
def shift_too_long(hours: Number, most: Number) -> None: ...


@sentence
def rest_too_short(member: Id, hours: Number, least: Number) -> None: ...


@sentence
def kept_from_shift(member: Id, why: WhyNotWord) -> None: ...


@sentence
def shift_without(task: Id, begin: Moment, members: Ids) -> None: ...


@sentence
def task_not_over_people_at_work(tickets: Ids) -> None: ...


@sentence
def people_still_out(members: Ids) -> None: ...


@sentence
def milestones_open(count: Number, milestones: Typed) -> None: ...


@sentence
def not_all_done(percent: Number) -> None: ...


@sentence
def speaks_for_own_task(task: Id) -> None: ...
