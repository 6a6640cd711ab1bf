"""Why somebody is not called: what explanations count by, and what a refusal may name."""

from enum import StrEnum


class WhyNot(StrEnum):
    """Why somebody is not called; explanations count by it."""

    COMMITTED = "committed"
    LENT = "lent"
    ON_GUARD = "on_guard"
    MISSING = "missing"
    CALLS_FOR_HELP = "calls_for_help"
    OFF_POST = "off_post"
    UNFIT = "unfit"
    UNAVAILABLE = "unavailable"
    ON_LEAVE = "on_leave"
    LEFT = "left"
    OFF_DUTY = "off_duty"
    RESTING = "resting"
    JUST_FINISHED = "just_finished"
    ASKED_BEFORE = "asked_before"
    ON_DUTY_MINIMUM = "on_duty_minimum"
    ON_DUTY_MINIMUM_OF_TEAM = "on_duty_minimum_of_team"
    ON_DUTY_MINIMUM_OF_SKILL = "on_duty_minimum_of_skill"
    BOUND_OR_OFF_DUTY = "bound_or_off_duty"
    NO_SKILL_WANTED = "no_skill_wanted"
    NO_SKILL_OR_CERTIFICATE = "no_skill_or_certificate"
    PROPOSED_ELSEWHERE = "proposed_elsewhere"
    PLANNED_ELSEWHERE = "planned_elsewhere"
    OTHERS_WAIT_BEFORE = "others_wait_before"
