"""The words of a work ticket: its form, its people, its steps, and what may be set aside."""

from enum import StrEnum


class TicketForm(StrEnum):
    """Which paper it is: 第一种、第二种工作票, 带电作业工作票, 事故紧急抢修单."""

    FIRST_KIND = "first_kind"
    SECOND_KIND = "second_kind"
    LIVE_LINE = "live_line"
    REPAIR_SHEET = "repair_sheet"


class TicketRole(StrEnum):
    """Who answers for what on a ticket: 签发人, 许可人, 工作负责人, 专责监护人, 工作班成员."""

    ISSUER = "issuer"
    PERMITTER = "permitter"
    LEADER = "leader"
    GUARDIAN = "guardian"
    CREW = "crew"


class Interlock(StrEnum):
    """What a named person confirms before work starts, in the order in which it is done.

    The permit (许可), the line isolated (停电), verified dead (验电), grounded (接地).
    """

    PERMIT = "permit"
    SWITCHING = "switching"
    VERIFIED_DEAD = "verified_dead"
    GROUNDING = "grounding"


class Heard(StrEnum):
    """How a desk heard what it passes on for somebody: by telephone, by radio, face to face."""

    TELEPHONE = "telephone"
    RADIO = "radio"
    IN_PERSON = "in_person"


class Clearance(StrEnum):
    """What has to be confirmed before work has ended, in the order in which it is done."""

    PEOPLE_OFF = "people_off"
    TOOLS_OUT = "tools_out"
    EARTHS_REMOVED = "earths_removed"


class Overridable(StrEnum):
    """What an approver can set aside at all; verifying dead and grounding are not here."""

    PERMIT = "permit"
    SWITCHING = "switching"
    FATIGUE = "fatigue"
