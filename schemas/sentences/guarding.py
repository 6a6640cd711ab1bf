"""Critical sites and guaranteed power."""

from typing import Final

from schemas.said import Id, Moment, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import Phase, StepWord, WhyNotWord

NO_SUCH_SITE: Final = plain("no_such_site")
EACH_SITE_ONCE: Final = plain("each_site_once")
NO_SUCH_OPERATION: Final = plain("no_such_operation")
NO_SUCH_OPERATION_UNDER_WAY: Final = plain("no_such_operation_under_way")
GUARD_ENDS_IN_FUTURE: Final = plain("guard_ends_in_future")
PLAN_APPROVED: Final = plain("plan_approved")
DANGER_HAS_NAME: Final = plain("danger_has_name")
SITE_OF_THIS_OPERATION: Final = plain("site_of_this_operation")
TWO_ON_GUARD: Final = plain("two_on_guard")
ORDERER_NOT_OPERATOR: Final = plain("orderer_not_operator")
IN_TWO_PLACES: Final = plain("in_two_places")
FREE_VEHICLE: Final = plain("free_vehicle")
WHO_IS_POSTED_CHECKS_IN: Final = plain("who_is_posted_checks_in")
WHO_IS_OUT_CHECKS_NOT_IN: Final = plain("who_is_out_checks_not_in")
CHECK_IN_TAKEN_BACK_BY_WHO_TOLD: Final = plain("check_in_taken_back_by_who_told")
OWN_SUPPLY_UNKNOWN: Final = plain("own_supply_unknown")
BOTH_NAMED: Final = plain("both_named")
STARTER_IS_POSTED: Final = plain("starter_is_posted")
GENERATOR_HAS_NAMES: Final = plain("generator_has_names")
POST_NOT_OVER: Final = plain("post_not_over")
NO_SUCH_POST: Final = plain("no_such_post")
PROLONGED_ENDS_LATER: Final = plain("prolonged_ends_later")
SHIFT_ENDS_LATER: Final = plain("shift_ends_later")


@sentence
def one_operation_per_site(operation: Id) -> None: ...


@sentence
def guard_begins_prepared(gaps: Within) -> None: ...


@sentence
def no_work_on_protected_supply(site: Id, operation: Id) -> None: ...


@sentence
def guards_elsewhere(site: Id) -> None: ...


@sentence
def posted_and_called(member: Id, begin: Moment) -> None: ...


@sentence
def not_fit(why: WhyNotWord) -> None: ...


@sentence
def check_ins_while_guarding(phase: Phase) -> None: ...


@sentence
def concluded_or_cancelled(phase: Phase) -> None: ...


@sentence
def own_supply_short(own: Number, share: Number, load: Number) -> None: ...


@sentence
def still_to_do(site: Id, step: StepWord) -> None: ...


@sentence
def danger_open(site: Id, danger: Typed) -> None: ...


@sentence
def unguarded(site: Id, begin: Moment, end: Moment, people: Number) -> None: ...


@sentence
def stands_too_long(member: Id, hours: Number, most: Number) -> None: ...


@sentence
def starter_unnamed(site: Id) -> None: ...


@sentence
def supplies_short(site: Id, there: Number, wanted: Number) -> None: ...


@sentence
def nobody_posted(site: Id) -> None: ...
