"""Units, their proposals, the people in them and how they answer."""

from typing import Final

from schemas.said import Id, Ids, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import RoleWord, SkillWord, Status, VehicleWord, WhyNotWord

NO_SUCH_UNIT_AT_WORK: Final = plain("no_such_unit_at_work")
UNIT_FOR_OPEN_INCIDENT: Final = plain("unit_for_open_incident")
NEED_MUST_BE_SAID: Final = plain("need_must_be_said")
NO_EXPLANATION: Final = plain("no_explanation")
ONE_LEADER: Final = plain("one_leader")
ONLY_OWN_PEOPLE_RELIEVED: Final = plain("only_own_people_relieved")
NO_SUCH_ASSIGNMENT: Final = plain("no_such_assignment")
ON_SCENE_ABORTS: Final = plain("on_scene_aborts")
NOT_ACCEPTED_NOT_FINISHED: Final = plain("not_accepted_not_finished")
ARRIVES_BEFORE_FINISHING: Final = plain("arrives_before_finishing")
TAKEN_BACK_BY_WHO_CALLED: Final = plain("taken_back_by_who_called")
TAKEN_BACK_BY_WHO_ANSWERED: Final = plain("taken_back_by_who_answered")
NOTHING_TO_TAKE_BACK: Final = plain("nothing_to_take_back")
TAP_LET_SOMEBODY_GO: Final = plain("tap_let_somebody_go")
TAP_IS_ONES_OWN: Final = plain("tap_is_ones_own")
BOUND_ELSEWHERE_BY_NOW: Final = plain("bound_elsewhere_by_now")
ANOTHER_IS_COMING: Final = plain("another_is_coming")
LED_BY_OR_ALL_IN: Final = plain("led_by_or_all_in")
LEADER_SAYS_WHO_LEADS: Final = plain("leader_says_who_leads")
LEADER_IS_QUALIFIED: Final = plain("leader_is_qualified")
WHO_LEADS_IS_OF_UNIT: Final = plain("who_leads_is_of_unit")
NOT_ACCEPTED_NOT_ABORTED: Final = plain("not_accepted_not_aborted")
NO_SUCH_ESCALATION: Final = plain("no_such_escalation")
STEP_OF_THIS_LADDER: Final = plain("step_of_this_ladder")
NO_SUCH_HELP_CALL: Final = plain("no_such_help_call")
WHO_COMES_NOT_AT_WORK_HERE: Final = plain("who_comes_not_at_work_here")


@sentence
def help_is_coming(who: Id) -> None: ...


@sentence
def too_late_to_take_back(seconds: Number) -> None: ...


@sentence
def who_leads_now(people: Ids) -> None: ...


@sentence
def already_with(who: Id) -> None: ...


@sentence
def at_most_people(people: Number) -> None: ...


@sentence
def at_most_vehicles(vehicles: Number) -> None: ...


@sentence
def proposal_while_called(stage: Status) -> None: ...


@sentence
def only_proposal_confirmed(stage: Status) -> None: ...


@sentence
def only_proposal_refused(stage: Status) -> None: ...


@sentence
def unit_at_work(tickets: Ids) -> None: ...


@sentence
def people_at_work(tickets: Ids) -> None: ...


@sentence
def found_first(people: Ids) -> None: ...


@sentence
def helped_first(people: Ids) -> None: ...


@sentence
def refused_because(why: Typed) -> None: ...


@sentence
def not_on_roster(member: Id) -> None: ...


@sentence
def kept_from_going(member: Id, why: WhyNotWord) -> None: ...


@sentence
def not_qualified_as(member: Id, role: RoleWord) -> None: ...


@sentence
def home_keeps_minimum(team: Id) -> None: ...


@sentence
def skill_keeps_minimum(skill: SkillWord) -> None: ...


@sentence
def vehicle_not_free(vehicle: Id) -> None: ...


@sentence
def one_role_each(member: Id) -> None: ...


@sentence
def tried_before(member: Id) -> None: ...


@sentence
def no_live_line_work(weather: Within) -> None: ...


@sentence
def too_few_at_work(people: Number) -> None: ...


@sentence
def unit_has_a(role: RoleWord) -> None: ...


@sentence
def more_people_than_wanted(count: Number, role: RoleWord) -> None: ...


@sentence
def more_vehicles_than_wanted(count: Number, vehicle: VehicleWord) -> None: ...
