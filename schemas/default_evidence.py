"""Where each default comes from: verified, secondary, recalled, or our own default.

Keys are dotted paths into the policy; one ending in `.*` speaks for everything below it. A
utility reads this before go-live: what is not «verified» must be checked against its own rules.
"""

from typing import Final, Literal

from schemas.bounds import Evidence

_Status = Literal["verified", "secondary", "recalled", "default"]


def _because(status: _Status, source: str) -> Evidence:
    return Evidence(status=status, source=source)


_OURS = "no rule found; our default"

EVIDENCE: Final[dict[str, Evidence]] = {
    "policy_id": _because("default", "name of this document"),
    "version": _because("default", "version of this document"),
    "title": _because("default", "title of this document"),
    "grading.rows.*": _because(
        "secondary", "State Council Order 599 annex; 国办函〔2015〕134号; check against the gazette"
    ),
    "grading.losses.*": _because("secondary", "State Council Order 493 art. 3; 599 art. 34"),
    "grading.stations.*": _because("secondary", "Yuncheng plan quoting Order 599 annex"),
    "grading.urgent_customers_out": _because("default", _OURS),
    "grading.warning.*": _because("verified", "Emergency Response Law art. 63"),
    "grading.response.*": _because("secondary", "国办函〔2015〕134号; response follows the grade"),
    "grading.led_by.*": _because("secondary", "Fujian plan 2016; I and II by the province"),
    "grading.activate_automatically.*": _because("default", _OURS),
    "grading.priority.*": _because("default", _OURS),
    "grading.urgent_priority_bonus": _because("default", _OURS),
    "grading.customers_here": _because("default", _OURS),
    "grading.load_here_mw": _because("default", _OURS),
    "termination.*": _because("secondary", "Fujian plan 2016, national plan §4.4"),
    "reporting.flash_within_min": _because("secondary", "NEA notice 2024: within 1 h"),
    "reporting.situation_at_min.*": _because("secondary", "NEA notice 2024: 08:00 and 17:00"),
    "reporting.situation_cutoff_min": _because(
        "secondary", "NEA notice 2024: data of 06:00 and 15:00"
    ),
    "reporting.verified_within_h": _because("secondary", "NEA notice 2024: 48 h"),
    "reporting.utc_offset_min": _because("default", "China standard time"),
    "promises.accept_min": _because("recalled", "国网(营销/3)272: dispatch desk accepts in 3 min"),
    "promises.arrival_min.*": _because("secondary", "State Grid service promises: 45, 90, 120 min"),
    "promises.restoration_after_arrival_min.*": _because(
        "recalled", "State Grid ten promises: urban 3 h, rural 4 h on average"
    ),
    "correlation.*": _because("default", _OURS),
    "muster.templates.*": _because(
        "default", "sized after public reports; no rule found; two people at the least: safety code"
    ),
    "muster.propose_within_s": _because("default", "0: no planner is attached"),
    "muster.confirm_within_s": _because("default", _OURS),
    "muster.when_unconfirmed": _because("default", "a person is always sent"),
    "muster.retry_short_min": _because("default", _OURS),
    "muster.skills.*": _because("default", _OURS),
    "muster.certified_roles.*": _because("secondary", "SAWS Order 30: special operations"),
    "muster.party_roles.*": _because("secondary", "service-team rules: the captain is a member"),
    "muster.smallest": _because("secondary", "safety code: nobody works alone"),
    "muster.travel_speed_kmh": _because("default", _OURS),
    "muster.detour_factor_pct": _because("default", _OURS),
    "muster.turnout_min": _because("default", _OURS),
    "muster.on_duty_minimum_per_skill": _because("default", "none; a utility knows its own"),
    "planning.*": _because("default", _OURS),
    "answering.take_back_s": _because("default", "a stray finger is seen at once; no rule found"),
    "answering.take_back_late_s": _because("default", "a phone sends again within a minute; ours"),
    "answering.*": _because("default", _OURS),
    "ladders.*": _because("default", "semantics after GoAlert; delays are ours"),
    "calm.*": _because("default", "20 notices an hour to one person; no rule found"),
    "hours.work_max_h": _because("default", "12 h; Labour Law 42 lifts the cap in emergencies"),
    "hours.relief_before_min": _because("default", "turning out and the drive on bad roads"),
    "hours.straight_back_min": _because(
        "default", "the way back, gear put away, a meal; no rule found"
    ),
    "hours.certificate_ends_d": _because("default", _OURS),
    "hours.rest_min_h": _because("default", _OURS),
    "hours.gap_look_ahead_h": _because("default", _OURS),
    "branch.full_members_min": _because("secondary", "general rule of the branch regulations"),
    "branch.members_max": _because("secondary", "支部工作条例(试行): 50 as a rule"),
    "branch.committee_from": _because("secondary", "支部工作条例(试行): from 7 full members"),
    "branch.committee_min": _because("secondary", "支部工作条例(试行): 3 to 5, at most 7"),
    "branch.committee_usual_max": _because("secondary", "支部工作条例(试行): 3 to 5, at most 7"),
    "branch.committee_max": _because("secondary", "支部工作条例(试行): 3 to 5, at most 7"),
    "branch.group_from": _because("secondary", "党小组: from three members"),
    "branch.term_d": _because("secondary", "more than 6 months need a regular branch"),
    "branch.warn_before_d": _because("default", _OURS),
    "branch.unit_size_due": _because("default", _OURS),
    "guard.*": _because("default", "patrol intervals not found; levels are company practice"),
    "command.*": _because("default", _OURS),
    "safety.interlocks.*": _because(
        "secondary", "线路安规, 配电安规: permit, isolate, verify dead, ground, no exception"
    ),
    "safety.tickets.apart": _because(
        "secondary", "safety code: guardian does nothing else; permitter and issuer recalled"
    ),
    "safety.tickets.apart.*": _because(
        "secondary", "safety code: guardian does nothing else; permitter and issuer recalled"
    ),
    "safety.tickets.heard.*": _because("default", "ours: whose word it is, and how it came"),
    "safety.tickets.named.*": _because("default", "三种人名单: a utility knows its own"),
    "safety.tickets.told_again_min": _because("default", _OURS),
    "safety.overrides.*": _because("default", "verifying dead, grounding and weather by nobody"),
    "safety.weather.live_line_work.*": _because(
        "recalled", "Q/GDW 1799, GB 26859: not at wind above 5 or humidity above 80 %"
    ),
    "safety.weather.work_at_height.*": _because(
        "secondary", "5 and above: GB/T 3608 and Q/GDW 1799.2 as quoted; others say 6, or 4"
    ),
    "safety.weather.hoisting.*": _because("secondary", "safety code: 6 and above, thunder, fog"),
    "safety.weather.line_repair.*": _because("secondary", "safety code: 6 and above: stringing"),
    "safety.weather.tree_cutting.*": _because("secondary", "safety code: not above wind 5"),
    "safety.weather.*": _because("secondary", "safety code: no switching or patrol in thunder"),
    "safety.guardian_for.*": _because("secondary", "safety code: dedicated guardian"),
    "safety.crew_min": _because("secondary", "safety code: two at work"),
    "outage_notices.planned_ahead_h": _because("recalled", "service promises: 7 days ahead"),
    "outage_notices.temporary_ahead_h": _because(
        "recalled", "service promises: 24 h ahead to important customers"
    ),
    "outage_notices.remind_before_h": _because("default", _OURS),
    "sites.priority_by_kind.*": _because("default", "emergency order of the overview"),
    "sites.priority_by_class.*": _because("recalled", "GB/T 29328-2018 classes; numbers ours"),
    "sites.guarded_bonus": _because("default", _OURS),
    "sites.supply_share_pct": _because("recalled", "电监安全〔2008〕43号: 120 % of security load"),
    "sites.supplies_by_class.*": _because(
        "recalled", "GB/T 29328-2018: first class dual supply, second class dual circuit"
    ),
    "sites.warn_left_min.*": _because("default", _OURS),
    "sites.near_m": _because("default", _OURS),
    "alerts.measures.*": _because("verified", "Emergency Response Law art. 66 and 67"),
    "alerts.lasts_without_expiry_h": _because("default", _OURS),
    "alerts.link_hazards.*": _because("default", _OURS),
    "aid.*": _because("default", _OURS),
    "community.*": _because("default", _OURS),
    "privacy.*": _because("default", "about 1 km; no rule found that names a size"),
    "demerits.points.*": _because(
        "secondary", "State Grid 2022: serious I 12, II 6, III 3; a general one: our default"
    ),
    "demerits.off_post_from": _because("secondary", "12 points; scales differ by company and year"),
    "demerits.off_post_d": _because(
        "secondary", "State Grid 2022: serious I, three months off post"
    ),
    "demerits.counts_d": _because("secondary", "points are reset yearly"),
}
