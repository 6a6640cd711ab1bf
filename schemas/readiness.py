"""The measures a disaster warning asks for."""

from enum import StrEnum


class ReadinessMeasure(StrEnum):
    """Measures of a warning that have words; a policy may name others of its own."""

    RESTAFF_SUBSTATIONS = "restaff_substations"
    SPECIAL_PATROL = "special_patrol"
    REPAIR_TEAMS_ON_STANDBY = "repair_teams_on_standby"
    WATCH_GRID_AND_FORECAST = "watch_grid_and_forecast"
    ACTIVATE_THE_PLAN = "activate_the_plan"
    COLLECT_AND_REPORT = "collect_and_report"
    ASSESS = "assess"
    PUBLISH = "publish"
    TEAMS_ON_STANDBY = "teams_on_standby"
    RESERVES_MOBILISED = "reserves_mobilised"
    MATERIALS_STAGED = "materials_staged"
    KEY_SITES_GUARDED = "key_sites_guarded"
    PEOPLE_BROUGHT_TO_SAFETY = "people_brought_to_safety"
