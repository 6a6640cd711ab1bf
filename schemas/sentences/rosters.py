"""Rosters, shifts, vehicles, violations, and the policy."""

from typing import Final

from schemas.said import Id, Moment, Number, plain, sentence
from schemas.sentences.kinds import WhyNotWord

ONLY_ROSTER_PEOPLE_REMOVED: Final = plain("only_roster_people_removed")
NO_SUCH_SHIFT: Final = plain("no_such_shift")
ONLY_HOLDERS_SHIFT: Final = plain("only_holders_shift")
TAKER_HAS_SHIFT: Final = plain("taker_has_shift")
LEAVE_ENDS_IN_FUTURE: Final = plain("leave_ends_in_future")
NO_SUCH_VEHICLE: Final = plain("no_such_vehicle")
VIOLATION_THAT_COUNTS: Final = plain("violation_that_counts")
MEMBER_OFF_POST: Final = plain("member_off_post")
TIME_NOT_OVER: Final = plain("time_not_over")
LATER_VERSION: Final = plain("later_version")
VALUE_FOR_EVERY_CASE: Final = plain("value_for_every_case")
POLICY_HAS_LADDER: Final = plain("policy_has_ladder")
POLICY_LETS_TIME_PASS: Final = plain("policy_lets_time_pass")
NO_WORK_UNGROUNDED: Final = plain("no_work_ungrounded")
STEPS_IN_ORDER: Final = plain("steps_in_order")


@sentence
def clocks_keep_their_time(part: Id, count: Number) -> None: ...


@sentence
def known_team(member: Id) -> None: ...


@sentence
def captain_in_party(member: Id) -> None: ...


@sentence
def one_captain(member: Id, captain: Id) -> None: ...


@sentence
def shift_names_roster(shift: Id) -> None: ...


@sentence
def shift_ends_after_start(shift: Id) -> None: ...


@sentence
def nobody_removed_while_bound(member: Id, why: WhyNotWord) -> None: ...


@sentence
def no_such_shift_to_remove(shift: Id) -> None: ...


@sentence
def shift_is_over(shift: Id) -> None: ...


@sentence
def taker_has_other_hours(taker: Id, starts: Moment, ends: Moment) -> None: ...


@sentence
def taker_has_no_rest(taker: Id, hours: Number, starts: Moment, ends: Moment) -> None: ...


@sentence
def taker_on_leave(taker: Id) -> None: ...
