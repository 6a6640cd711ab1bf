"""Command of an incident, and the safety of the work."""

from typing import Final

from schemas.said import Id, Number, Within, plain, sentence
from schemas.sentences.kinds import SkillWord

COMMAND_OVER_OPEN_INCIDENT: Final = plain("command_over_open_incident")
ONE_COMMANDER: Final = plain("one_commander")
NO_COMMAND_HERE: Final = plain("no_command_here")
OBJECTIVE_OF_OPEN_INCIDENT: Final = plain("objective_of_open_incident")
OBJECTIVE_DUE_LATER: Final = plain("objective_due_later")
NO_SUCH_OBJECTIVE: Final = plain("no_such_objective")
NO_SUCH_ROLL_CALL: Final = plain("no_such_roll_call")
NOBODY_ON_SCENE: Final = plain("nobody_on_scene")
NO_SUCH_TICKET: Final = plain("no_such_ticket")
INTERLOCK_OF_THIS_TICKET: Final = plain("interlock_of_this_ticket")
NO_SUCH_INTERLOCK_ASKED: Final = plain("no_such_interlock_asked")
PERMIT_GIVER_NOT_LEADER: Final = plain("permit_giver_not_leader")
INTERLOCKS_BEFORE_WORK: Final = plain("interlocks_before_work")
NEVER_STARTED: Final = plain("never_started")
OVERRIDE_IN_FUTURE: Final = plain("override_in_future")
OWN_OVERRIDE: Final = plain("own_override")
TICKET_OF_LIVING_UNIT: Final = plain("ticket_of_living_unit")
UNIT_WORKS_HERE: Final = plain("unit_works_here")
GUARDIAN_WANTED: Final = plain("guardian_wanted")
GUARDIAN_WORKS_NOT: Final = plain("guardian_works_not")
ONE_TICKET_PER_LEADER: Final = plain("one_ticket_per_leader")
ONE_POINT_PER_GUARDIAN: Final = plain("one_point_per_guardian")
AT_WORK_ON_SCENE: Final = plain("at_work_on_scene")
GROUNDING_BY_WHO_IS_THERE: Final = plain("grounding_by_who_is_there")
END_BY_WHO_IS_THERE: Final = plain("end_by_who_is_there")
TWO_AT_WORK: Final = plain("two_at_work")
THUNDER: Final = plain("thunder")
RAIN: Final = plain("rain")
HEAVY_RAIN: Final = plain("heavy_rain")
SNOW: Final = plain("snow")
HAIL: Final = plain("hail")
FOG: Final = plain("fog")


@sentence
def weather_forbids(weather: Within) -> None: ...


@sentence
def grounding_never_set_aside(approver: Id) -> None: ...


@sentence
def valid_certificate(skill: SkillWord) -> None: ...


@sentence
def wind_force(force: Number) -> None: ...


@sentence
def humidity(percent: Number) -> None: ...


@sentence
def heat(degrees: Number) -> None: ...
