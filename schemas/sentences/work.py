"""Command of an incident, and the safety of the work."""

from typing import Final

from schemas.said import Id, Minutes, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import (
    ClearanceWord,
    InterlockWord,
    SkillWord,
    TicketRoleWord,
    WhyNotWord,
)

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
INTERLOCKS_BEFORE_WORK: Final = plain("interlocks_before_work")
NEVER_STARTED: Final = plain("never_started")
OVERRIDE_IN_FUTURE: Final = plain("override_in_future")
OWN_OVERRIDE: Final = plain("own_override")
OVERRIDE_BY_POLICY: Final = plain("override_by_policy")
APPROVES_IN_OWN_NAME: Final = plain("approves_in_own_name")
ISSUED_FIRST: Final = plain("issued_first")
LEADER_STARTS_WORK: Final = plain("leader_starts_work")
WORK_IS_OVER: Final = plain("work_is_over")
WORK_ENDS_FIRST: Final = plain("work_ends_first")
COUNTED_OFF_NOT_TAKEN_OFF: Final = plain("counted_off_not_taken_off")
OF_THIS_CREW: Final = plain("of_this_crew")
OVERRIDE_WITHDRAWN_BY: Final = plain("override_withdrawn_by")
CLEAR_BEFORE_WORK: Final = plain("clear_before_work")
BEGUN_IS_ENDED: Final = plain("begun_is_ended")
NOTHING_TO_REMOVE: Final = plain("nothing_to_remove")
PEOPLE_COUNTED_ONCE: Final = plain("people_counted_once")
LEADER_COUNTS_PEOPLE: Final = plain("leader_counts_people")
COUNTED_OF_THIS_TICKET: Final = plain("counted_of_this_ticket")
TICKET_OF_LIVING_UNIT: Final = plain("ticket_of_living_unit")
UNIT_WORKS_HERE: Final = plain("unit_works_here")
UNIT_WORKS_AT_TASK: Final = plain("unit_works_at_task")
TICKET_OF_INCIDENT_OR_TASK: Final = plain("ticket_of_incident_or_task")
GUARDIAN_WANTED: Final = plain("guardian_wanted")
ONE_TICKET_PER_LEADER: Final = plain("one_ticket_per_leader")
GUARDIAN_DOES_NOTHING_ELSE: Final = plain("guardian_does_nothing_else")
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
def never_set_aside(interlock: InterlockWord, approver: Id) -> None: ...


@sentence
def override_at_most(lasts: Minutes) -> None: ...


@sentence
def one_step_after_the_other(interlock: InterlockWord) -> None: ...


@sentence
def cleared_in_order(clearance: ClearanceWord) -> None: ...


@sentence
def all_clear_first(clearance: ClearanceWord) -> None: ...


@sentence
def still_on_line(member: Id) -> None: ...


@sentence
def left_before_permit(member: Id) -> None: ...


@sentence
def kept_from_line(member: Id, why: WhyNotWord) -> None: ...


@sentence
def on_published_list(role: TicketRoleWord) -> None: ...


@sentence
def roles_apart(role: TicketRoleWord, other: TicketRoleWord) -> None: ...


@sentence
def by_who_is_named(role: TicketRoleWord) -> None: ...


@sentence
def valid_certificate(skill: SkillWord) -> None: ...


@sentence
def wind_force(force: Number) -> None: ...


@sentence
def humidity(percent: Number) -> None: ...


@sentence
def heat(degrees: Number) -> None: ...


@sentence
def ticket_to_issue(work: Typed, where: Id, leader: Id) -> None: ...


@sentence
def ticket_to_permit(work: Typed, where: Id, leader: Id) -> None: ...


@sentence
def ticket_to_end(work: Typed, where: Id, leader: Id) -> None: ...
