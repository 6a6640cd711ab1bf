"""What somebody is told: notices, and the texts of ladders."""

from typing import Final

from schemas.said import Id, Ids, Minutes, Moment, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import (
    AidMessageWord,
    AlarmWord,
    CheckWord,
    ColourWord,
    GradeWord,
    NumberWord,
    PromiseWord,
    ReportWord,
    RoleWord,
    UnfitWord,
    VehicleWord,
)

STILL_UNCONFIRMED: Final = plain("still_unconfirmed")
NO_ROW_ANY_MORE: Final = plain("no_row_any_more")


@sentence
def no_answer(member: Id, role: RoleWord) -> None: ...


@sentence
def not_arrived(member: Id, role: RoleWord) -> None: ...


@sentence
def numbers_doubted(
    incident: Id, number: NumberWord, source: Typed, said: Number, most: Number
) -> None: ...


@sentence
def left_alone(incident: Id) -> None: ...


@sentence
def unanswered(people: Number, members: Ids) -> None: ...


@sentence
def several(count: Number, parts: Within) -> None: ...


@sentence
def gathered(count: Number, causes: Within) -> None: ...


@sentence
def gathered_of(count: Number, cause: AlarmWord, about: Ids) -> None: ...


@sentence
def ring_customer(within: Minutes) -> None: ...


@sentence
def supply_back(work: Typed, where: Id, people: Number, members: Ids, leader: Id) -> None: ...


@sentence
def taken_off_ticket(work: Typed, where: Id) -> None: ...


@sentence
def ready_to_energise(where: Id) -> None: ...


@sentence
def needs_help(member: Id) -> None: ...


@sentence
def roll_call_unanswered(people: Number, members: Ids) -> None: ...


@sentence
def guard_gaps(count: Number, gaps: Within) -> None: ...


@sentence
def check_missed(site: Id, check: CheckWord) -> None: ...


@sentence
def supply_ends(site: Id, at: Moment) -> None: ...


@sentence
def supply_left(site: Id, left: Minutes, at: Moment) -> None: ...


@sentence
def guard_gap(site: Id, begin: Moment, end: Moment, people: Number) -> None: ...


@sentence
def work_conflict(work: Id, site: Id, operation: Id, at: Moment) -> None: ...


@sentence
def outage_notice_due(work: Id, at: Moment, count: Number) -> None: ...


@sentence
def outage_told_in_vain(work: Id, at: Moment, count: Number) -> None: ...


@sentence
def work_overrun(work: Id, at: Moment, count: Number) -> None: ...


@sentence
def outage_notice_missed(work: Id, at: Moment, count: Number) -> None: ...


@sentence
def milestone_missed(task: Id, milestone: Typed, at: Moment) -> None: ...


@sentence
def task_deadline_missed(task: Id, at: Moment) -> None: ...


@sentence
def guard_posted(site: Id, begin: Moment, end: Moment) -> None: ...


@sentence
def post_withdrawn(site: Id, begin: Moment, end: Moment) -> None: ...


@sentence
def task_shift_called_off(task: Id, begin: Moment, end: Moment) -> None: ...


@sentence
def task_shift_lacks(task: Id, members: Ids) -> None: ...


@sentence
def guard_prolonged(operation: Id, until: Moment) -> None: ...


@sentence
def guard_time_over(operation: Id) -> None: ...


@sentence
def supply_ended(site: Id) -> None: ...


@sentence
def no_supply(site: Id) -> None: ...


@sentence
def confirmation_wanted(people: Number) -> None: ...


@sentence
def short_of(lacking: Within) -> None: ...


@sentence
def role_vacant(unit: Id, role: RoleWord, member: Id, people: Number) -> None: ...


@sentence
def role_not_there(unit: Id, role: RoleWord, member: Id, people: Number) -> None: ...


@sentence
def you_lead(unit: Id, people: Number) -> None: ...


@sentence
def help_taken_back(member: Id, who: Id) -> None: ...


@sentence
def leads_again(unit: Id, leader: Id) -> None: ...


@sentence
def lacking_people(count: Number, role: RoleWord) -> None: ...


@sentence
def lacking_vehicles(count: Number, vehicle: VehicleWord) -> None: ...


@sentence
def guarded_site_hit(site: Id) -> None: ...


@sentence
def promise_broken(promise: PromiseWord) -> None: ...


@sentence
def aid_late(peer: Typed) -> None: ...


@sentence
def aid_still_here(peer: Typed) -> None: ...


@sentence
def aid_asked(peer: Typed, reason: Within) -> None: ...


@sentence
def aid_unheard(peer: Typed, message: AidMessageWord) -> None: ...


@sentence
def aid_accepted(peer: Typed, reason: Within) -> None: ...


@sentence
def aid_declined(peer: Typed, reason: Within) -> None: ...


@sentence
def aid_sent(peer: Typed, people: Number) -> None: ...


@sentence
def aid_arrived(peer: Typed) -> None: ...


@sentence
def aid_released(peer: Typed, reason: Within) -> None: ...


@sentence
def aid_returned(peer: Typed) -> None: ...


@sentence
def aid_wanted_back(peer: Typed, reason: Within) -> None: ...


@sentence
def aid_cancelled(peer: Typed, reason: Within) -> None: ...


@sentence
def nobody_took_it_on(about: Within) -> None: ...


@sentence
def worked_too_long(member: Id, hours: Number) -> None: ...


@sentence
def taken_off_post(member: Id, points: Number) -> None: ...


@sentence
def stop_work(work: Typed, where: Id, why: Within) -> None: ...


@sentence
def objective_overdue(objective: Typed) -> None: ...


@sentence
def grade_changed(grade: GradeWord, before: GradeWord, rows: Within) -> None: ...


@sentence
def readiness(colour: ColourWord, measures: Within) -> None: ...


@sentence
def report_is_due(report: ReportWord, at: Moment) -> None: ...


@sentence
def roster_gaps(count: Number, parts: Within) -> None: ...


@sentence
def roster_gap(team: Id, starts: Moment, ends: Moment, there: Number, minimum: Number) -> None: ...


@sentence
def called_away(community: Typed, member: Id, left: Number, wanted: Number) -> None: ...


@sentence
def whistle_needs_help(whistle: Id, community: Typed, member: Id) -> None: ...


@sentence
def ward_needs_help(ward: Id, community: Typed, carer: Id) -> None: ...


@sentence
def call_back_due(incident: Id, customers: Number) -> None: ...


@sentence
def left_shifts(count: Number, members: Ids) -> None: ...


@sentence
def takeover_asked(asker: Id, holder: Id, taker: Id, begins: Moment) -> None: ...


@sentence
def takeover_asked_anew(holder: Id, taker: Id, begin: Moment, end: Moment) -> None: ...


@sentence
def takeover_undone(holder: Id, taker: Id, starts: Moment) -> None: ...


@sentence
def in_planned_outage(work: Id, until: Moment, people: Number, who: Ids) -> None: ...


@sentence
def member_unfit(member: Id, why: UnfitWord) -> None: ...


@sentence
def unfit_out(member: Id, why: UnfitWord, where: Id) -> None: ...


@sentence
def needs_help_at(member: Id, where: Id) -> None: ...


@sentence
def certificates_end(people: Number, days: Number, members: Ids) -> None: ...


@sentence
def posted_but_out(members: Ids) -> None: ...


@sentence
def branch_without_secretary(branch: Id, member: Id) -> None: ...


@sentence
def branch_without_deputy(branch: Id, member: Id) -> None: ...


@sentence
def branch_committee_left(branch: Id, member: Id) -> None: ...


@sentence
def branch_group_without_leader(branch: Id, group: Typed, member: Id) -> None: ...


@sentence
def branch_term(branch: Id, days: Number) -> None: ...


@sentence
def deadline_failed(kind: Typed, id: Id, why: Typed) -> None: ...  # noqa: A002 - a word of ours


@sentence
def deadline_set_aside(kind: Typed, id: Id, why: Typed) -> None: ...  # noqa: A002 - the same


@sentence
def put_back(until: Moment, lost: Number) -> None: ...


@sentence
def put_back_unknown(until: Moment) -> None: ...


@sentence
def visit_due(ward: Id) -> None: ...


@sentence
def ward_alone(ward: Id, community: Typed) -> None: ...


@sentence
def community_calls(community: Typed, people: Number, what: Typed) -> None: ...


@sentence
def community_waits(community: Typed, people: Number, coming: Number, what: Typed) -> None: ...
