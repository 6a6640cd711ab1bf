"""Who may send what, and for whom."""

from typing import Final

from schemas.said import Id, Moment, plain, sentence
from schemas.sentences.kinds import CrewStatusWord

NO_SUCH_NOTICE: Final = plain("no_such_notice")
ROLE_MAY_NOT_SEND_THIS: Final = plain("role_may_not_send_this")
OWN_JURISDICTION_DECIDES: Final = plain("own_jurisdiction_decides")
REALMS_NEVER_MIX: Final = plain("realms_never_mix")
TOO_LARGE_FOR_ONE_RECORD: Final = plain("too_large_for_one_record")
FAILED_AT_THIS: Final = plain("failed_at_this")
ONLY_OWN_ASSIGNMENT: Final = plain("only_own_assignment")
SAY_FOR_WHOM: Final = plain("say_for_whom")
ONLY_FOR_ONESELF: Final = plain("only_for_oneself")
UNFIT_BY_WHO_IS_WITH_THEM: Final = plain("unfit_by_who_is_with_them")
BROUGHT_AWAY_BY: Final = plain("brought_away_by")
BROUGHT_AWAY_WHEN_LEFT: Final = plain("brought_away_when_left")
WEATHER_BY_WHO_IS_OUT: Final = plain("weather_by_who_is_out")
TAKES_OVER_IN_OWN_NAME: Final = plain("takes_over_in_own_name")
SAYS_HOW_IT_WAS_HEARD: Final = plain("says_how_it_was_heard")
NOT_PASSED_ON_SO: Final = plain("not_passed_on_so")
NAMES_WHO_IS_KNOWN: Final = plain("names_who_is_known")
SOMETHING_NEWER_KNOWN: Final = plain("something_newer_known")
TIME_NOT_AS_TOLD: Final = plain("time_not_as_told")
HAPPENS_AFTER_TOLD: Final = plain("happens_after_told")
HAPPENS_BEFORE_IT_BEGAN: Final = plain("happens_before_it_began")
DEADLINE_BY_OWN_CLOCK_ONLY: Final = plain("deadline_by_own_clock_only")
SIGNAL_ID_TAKEN: Final = plain("signal_id_taken")
CONFIRMS_IN_OWN_NAME: Final = plain("confirms_in_own_name")
ANSWERS_FOR_SELF_OR_UNIT: Final = plain("answers_for_self_or_unit")
MEMBER_OF_THIS_ROSTER: Final = plain("member_of_this_roster")
TEAM_OF_THIS_ROSTER: Final = plain("team_of_this_roster")
EACH_MEMBER_ONCE: Final = plain("each_member_once")
TIME_TO_COME: Final = plain("time_to_come")


@sentence
def for_incident_come_to(incident: Id) -> None: ...


@sentence
def known_changed_by(incident: Id) -> None: ...


@sentence
def crew_status_by_crew(status: CrewStatusWord) -> None: ...


@sentence
def supply_by_guards(site: Id) -> None: ...


@sentence
def posted_there_speak(site: Id) -> None: ...


@sentence
def post_is_over(site: Id, end: Moment) -> None: ...


@sentence
def off_roster(member: Id) -> None: ...


@sentence
def for_work_there(unit: Id) -> None: ...


@sentence
def taken_on_by_who_was_reached(about: Id) -> None: ...


@sentence
def shift_of_own_team(team: Id) -> None: ...


@sentence
def conduct_by_who_takes_part(branch: Id) -> None: ...


@sentence
def ahead_of_clock(now: Moment) -> None: ...
