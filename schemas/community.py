"""What a team does in the communities it looks after, and who is who there."""

from enum import StrEnum


class CommunityService(StrEnum):
    """What members do where a community calls them (双报到: four kinds of service)."""

    EXTENDED_GUARANTEE = "extended_guarantee"
    OUTREACH = "outreach"
    VOLUNTEERING = "volunteering"
    EMERGENCY_SUPPORT = "emergency_support"


class CommunityRole(StrEnum):
    """The post a member takes in a community (哨长, 菜长, 楼长, 守门员, 代购员, 消杀员)."""

    SENTRY_LEAD = "sentry_lead"
    FOOD_LEAD = "food_lead"
    BUILDING_LEAD = "building_lead"
    GATEKEEPER = "gatekeeper"
    SHOPPER = "shopper"
    DISINFECTOR = "disinfector"
