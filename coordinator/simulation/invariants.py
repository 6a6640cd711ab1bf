"""What must hold, whatever goes wrong: one list, each with the reason it is there."""

from enum import StrEnum


class Invariant(StrEnum):
    """Safety holds after every step; liveness once the faults have stopped."""

    ACKNOWLEDGED_KEPT = "acknowledged_kept"
    DECIDED_ONCE = "decided_once"
    CHAIN_WHOLE = "chain_whole"
    DECISION_WHOLE = "decision_whole"
    SAME_DECISION = "same_decision"
    ONE_PLACE = "one_place"
    ONE_UNIT_PER_VEHICLE = "one_unit_per_vehicle"
    HARD_RULES = "hard_rules"
    SAME_STATE = "same_state"
    SAME_BOARDS = "same_boards"
    NO_PHANTOM_EFFECT = "no_phantom_effect"
    NO_LOST_EFFECT = "no_lost_effect"
    REALM_KEPT = "realm_kept"
    TIME_FORWARD = "time_forward"
    ALL_DECIDED = "all_decided"
    UNIT_OR_SHORTAGE = "unit_or_shortage"
    ESCALATIONS_END = "escalations_end"
    PROMISES_JUDGED = "promises_judged"
    CHECK_INS_JUDGED = "check_ins_judged"
    AID_CLOSED = "aid_closed"
    GIVEN_BACK = "given_back"
    NOTHING_OVERDUE = "nothing_overdue"
    KEEPS_DECIDING = "keeps_deciding"
    DAMAGE_TOLD = "damage_told"
    NOBODY_ON_A_LIVE_LINE = "nobody_on_a_live_line"
    NEVER_UNLED = "never_unled"
    GUARD_TOLD = "guard_told"
    MISSING_TOLD = "missing_told"


WHY: dict[Invariant, str] = {
    Invariant.MISSING_TOLD: "whoever is missing at a roll call is in an alarm until they answer, or"
    " somebody says their name",
    Invariant.GUARD_TOLD: "every moment of a guard at every site has two who can come, or somebody"
    " was told that it has not",
    Invariant.NEVER_UNLED: "whoever leaves a unit that is out: somebody leads, watches and drives,"
    " or it is said at once that nobody does; and nobody leads in another's place beside another",
    Invariant.NOBODY_ON_A_LIVE_LINE: "while a work ticket lives nobody on it is let go, its unit is"
    " not stood down, nothing is merged, closed or ready to energise, no step is passed over, and"
    " no work starts while one of its people is hurt or looked for: somebody is on that line",
    Invariant.ACKNOWLEDGED_KEPT: "who was told «it is on the log» stops watching: it must be there,"
    " at that seq, with that hash, for ever",
    Invariant.DECIDED_ONCE: "the same outage decided twice sends two units",
    Invariant.CHAIN_WHOLE: "what counts is one chain from the first record, by an own reading of"
    " the envelope",
    Invariant.DECISION_WHOLE: "a decision that counts in part leaves people bound to nothing",
    Invariant.SAME_DECISION: "the same state and signal give the same facts, or no replay proves"
    " anything",
    Invariant.ONE_PLACE: "nobody can be in two units",
    Invariant.ONE_UNIT_PER_VEHICLE: "nor can a vehicle",
    Invariant.HARD_RULES: "whoever proposes: on call, not on leave, not hurt or ill, rested,"
    " certified on the day, the home area's minimum kept",
    Invariant.SAME_STATE: "two readers of one history who disagree are two histories",
    Invariant.SAME_BOARDS: "people act on boards: they show what the log says",
    Invariant.NO_PHANTOM_EFFECT: "a message about something that never counted sends people out"
    " for nothing",
    Invariant.NO_LOST_EFFECT: "an assignment nobody hears of is an outage nobody repairs",
    Invariant.REALM_KEPT: "an exercise never reaches a real phone",
    Invariant.TIME_FORWARD: "record time never goes back, whatever clocks do",
    Invariant.ALL_DECIDED: "every acknowledged signal is decided in the end",
    Invariant.UNIT_OR_SHORTAGE: "every incident gets its unit or an explicit shortage,"
    " or its customer is rung by a time after which somebody goes",
    Invariant.ESCALATIONS_END: "every escalation is acknowledged, stopped or exhausted",
    Invariant.PROMISES_JUDGED: "every promise clock ends kept, broken or dropped, once, and before"
    " anything later is decided",
    Invariant.CHECK_INS_JUDGED: "a guard who falls silent is missed: each check-in that is due is"
    " made or missed on the record, once, and before anything later is decided",
    Invariant.AID_CLOSED: "every conversation of mutual aid ends on both sides",
    Invariant.GIVEN_BACK: "people and vehicles of a unit that stood down can be called again",
    Invariant.NOTHING_OVERDUE: "no deadline is forgotten",
    Invariant.KEEPS_DECIDING: "once faults stop, somebody owns the log and decides",
    Invariant.DAMAGE_TOLD: "whoever meets a damaged log halts and says why: to go on with another"
    " history, or to pass over what one cannot read, is to lose it silently",
}


class Broken(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: Invariant, what: str) -> None:
        super().__init__(f"{invariant.value}: {what}")
        self.invariant = invariant
        self.what = what


def hold(invariant: Invariant, truth: bool, what: str) -> None:
    """Break off the run if an invariant does not hold."""
    if not truth:
        raise Broken(invariant, what)
