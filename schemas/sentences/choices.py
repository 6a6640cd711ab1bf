"""Why these people: the account of the planner and of the simple rule."""

from typing import Final

from schemas.said import Ids, Minutes, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import WhyNotWord

CHOSEN_BY_DISPATCHER: Final = plain("chosen_by_dispatcher")
ON_SHIFT: Final = plain("on_shift")
STANDBY: Final = plain("standby")
RESERVE: Final = plain("reserve")
STRAIGHT_BACK: Final = plain("straight_back")
TIRED_TOO: Final = plain("tired_too")
NO_SUBSTITUTE: Final = plain("no_substitute")
NEAREST_FIRST: Final = plain("nearest_first")
IN_TIME: Final = plain("in_time")
WITH_RESERVE: Final = plain("with_reserve")
LATE_TOO: Final = plain("late_too")
AS_PLANNED_BEFORE: Final = plain("as_planned_before")
BY_PRIORITY: Final = plain("by_priority")
PROVEN_BEST: Final = plain("proven_best")
NOT_PROVEN_BEST: Final = plain("not_proven_best")
NOBODY_COULD_GO: Final = plain("nobody_could_go")
BY_LOT: Final = plain("by_lot")
WAITS_IN_LINE: Final = plain("waits_in_line")


@sentence
def minutes_away(away: Minutes) -> None: ...


@sentence
def km_away(km: Number) -> None: ...


@sentence
def of_one_team(people: Number) -> None: ...


@sentence
def later_without(later: Minutes) -> None: ...


@sentence
def all_together(step: Within) -> None: ...


@sentence
def ready_first(pool: Within) -> None: ...


@sentence
def exchange_round(number: Number) -> None: ...


@sentence
def people_from_teams(people: Number, wanted: Number, teams: Number) -> None: ...


@sentence
def ready_in(ready: Minutes) -> None: ...


@sentence
def ready_late(ready: Minutes) -> None: ...


@sentence
def of_the_reserve(people: Number) -> None: ...


@sentence
def with_others(units: Number) -> None: ...


@sentence
def over_the_best(percent: Number) -> None: ...


@sentence
def get_nobody(count: Number, units: Ids) -> None: ...


@sentence
def nobody_sent(why: Within) -> None: ...


@sentence
def too_few_could_go(people: Number) -> None: ...


@sentence
def neighbour_could_send(neighbour: Typed, people: Number, first: Minutes) -> None: ...


@sentence
def below_minimum(people: Number) -> None: ...


@sentence
def not_looked_at(why: WhyNotWord, people: Number) -> None: ...


@sentence
def straight_line(factor: Number, speed: Number) -> None: ...


@sentence
def road_table(table: Typed, otherwise: Within) -> None: ...


@sentence
def routing_service(otherwise: Within) -> None: ...


@sentence
def routing_silent(instead: Within) -> None: ...


@sentence
def turning_out(travel: Within, turnout: Minutes) -> None: ...
