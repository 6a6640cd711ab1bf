// Who may be named in a form: the people it is about, likeliest first; of the whole county only where anybody may.
import { nameOf } from "/static/shared/names.js";
import { session } from "/static/shared/session.js";
import { now } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { row, rows, whenCame } from "/static/dispatch/boards.js";
import { everybody } from "/static/dispatch/who.js";

/**
 * @typedef {{value: string, words: string, more?: string}} One
 * @typedef {{ones: One[], nobody?: string}} Ones `nobody`: what is said where there is none
 * @typedef {(said: any, place: string) => Promise<Ones>} Asked
 */

const COMES = { on_scene: 0, en_route: 1, accepted: 2 };

/** The ticket that a form speaks of, wherever its work is. @param {string} id */
export function ticketOf(id) {
  for (const board of ["incident_command", "tasks"])
    for (const it of rows(board).values()) {
      const found = it.tickets?.find((one) => one.ticket_id === id);
      if (found) return found;
    }
  return null;
}

const worksAt = (unit) => unit?.incident_id || unit?.task_id || null;

/** The people of all units that work where this one does, its own first: nobody else may be on its ticket. */
function crewOf(unitId) {
  const own = row("units_in_the_field", unitId),
    here = worksAt(own);
  if (!own) return [];
  const beside = [...rows("units_in_the_field").values()].filter((it) => it !== own && here && worksAt(it) === here);
  return [own, ...beside].flatMap((unit) =>
    unit.people
      .filter((it) => it.status in COMES)
      .map((it) => ({ ...it, own: unit === own }))
      .sort((a, b) => COMES[a.status] - COMES[b.status] || (nameOf(a.member_id) < nameOf(b.member_id) ? -1 : 1)),
  );
}

/** @returns {One} */
const asOne = (it) => ({
  value: it.member_id,
  words: nameOf(it.member_id),
  more: [code("role", it.role), code("assignment", it.status), !it.own && t("of_another_unit")]
    .filter(Boolean)
    .join(" · "),
});
/** @returns {One} */
const byName = (id, more = "") => ({ value: id, words: nameOf(id), more });

/** People of the unit, and of those beside it: who has this role in it comes first. @returns {Asked} */
const ofUnit =
  (...first) =>
  async (said) => {
    await whenCame("units_in_the_field");
    const unitId = said.unit_id ?? ticketOf(said.ticket_id)?.unit_id;
    const people = crewOf(unitId),
      likely = (it) => it.own && first.includes(it.role);
    return {
      ones: [...people.filter(likely), ...people.filter((it) => !likely(it))].map(asOne),
      nobody: t(unitId ? "nobody_of_unit" : "unit_first"),
    };
  };

/** Who has other roles on a ticket that are never one person's with this one. */
function takenApart(said, place, role) {
  const rules = row("overview", place)?.ticket_rules;
  const held = {
    leader: [said.work_leader],
    guardian: [said.guardian],
    issuer: [said.issuer],
    permitter: [said.permitter],
    crew: said.crew ?? [],
  };
  const beside = (rules?.apart ?? []).filter((pair) => pair.includes(role)).map(([a, b]) => (a === role ? b : a));
  return new Set(beside.flatMap((it) => (it === role ? [] : (held[it] ?? []))).filter(Boolean));
}

/** Who may issue, or give the permit: of the published list where there is one, else the desk and who is known. */
const answering = (role) => async (said, place) => {
  await whenCame("overview");
  const ticket = ticketOf(said.ticket_id),
    about = { ...ticket, ...said };
  const apart = takenApart(about, place, role),
    list = row("overview", place)?.ticket_rules?.named?.[role] ?? [];
  const may = (it) => !apart.has(it.value);
  if (list.length > 0)
    return { ones: list.map((id) => byName(id, t("on_the_list"))).filter(may), nobody: t("nobody_on_list") };
  const me = session().actor_id,
    people = await everybody("people", place);
  const chief = (it) => (it.standing === "captain" ? 0 : it.standing === "deputy_captain" ? 1 : 2);
  const here = new Set(crewOf(about.unit_id).map((it) => it.member_id));
  const others = [...people].sort((a, b) => Number(here.has(b.key)) - Number(here.has(a.key)) || chief(a) - chief(b));
  return {
    ones: [
      { value: me, words: me, more: t("this_desk") },
      ...others.map((it) => ({ value: it.key, words: it.name || nameOf(it.key), more: code("standing", it.standing) })),
    ].filter(may),
    nobody: t("nobody_on_list"),
  };
};

/** Who is on a ticket. @type {Asked} */
const onTicket = async (said) => {
  const it = ticketOf(said.ticket_id);
  const ids = it ? [...new Set([it.work_leader, it.guardian, ...it.crew].filter(Boolean))] : [];
  return { ones: ids.map((id) => byName(id)), nobody: t("none_found") };
};

/** Who takes a ticket's role over: its leader and guardian of those there, the others as at first. @type {Asked} */
const handedOn = (said, place) =>
  said.role === "issuer" || said.role === "permitter"
    ? answering(said.role)(said, place)
    : ofUnit(said.role === "guardian" ? "safety_supervisor" : "leader")(said, place);

/** Who counts people off, or has done a step: those the ticket names for it, then who is there. @type {Asked} */
const hasDone = async (said, place) => {
  const ticket = ticketOf(said.ticket_id);
  if (said.interlock === "permit") return answering("permitter")(said, place);
  if (said.clearance === "people_off" && ticket)
    return { ones: ticket.may_count.map((id) => byName(id)), nobody: t("nobody_of_unit") };
  const there = await ofUnit("leader")(said, place);
  const afar = said.interlock === "switching" ? ticket?.permitter : null;
  return afar ? { ...there, ones: [byName(afar, t("ticket_permitter")), ...there.ones] } : there;
};

/** Whom an incident may be commanded by: this desk, whoever leads there, then captains. @type {Asked} */
const commanding = async (said, place) => {
  await whenCame("units_in_the_field");
  const there = [...rows("units_in_the_field").values()].filter((it) => it.incident_id === said.incident_id);
  const leaders = there.flatMap((it) => it.people.filter((one) => one.leads || one.role === "leader"));
  const people = await everybody("people", place),
    known = new Set(leaders.map((it) => it.member_id));
  const captains = people.filter((it) => it.standing !== "member" && !known.has(it.key));
  return {
    ones: [
      { value: session().actor_id, words: session().actor_id, more: t("this_desk") },
      ...leaders.map((it) => asOne({ ...it, own: true })),
      ...captains.map((it) => ({
        value: it.key,
        words: it.name || nameOf(it.key),
        more: code("standing", it.standing),
      })),
    ],
  };
};

/** Who stands guard at a site now. @type {Asked} */
const onGuard = async (said) => {
  await whenCame("guarded_operations");
  const site = row("guarded_operations", said.operation_id)?.sites.find((it) => it.site_id === said.site_id);
  const at = now(),
    stands = (it) => it.starts_at <= at && at < it.ends_at;
  const ids = [...new Set((site?.guards ?? []).filter(stands).flatMap((it) => it.member_ids))];
  return { ones: ids.map((id) => byName(id)), nobody: t("nobody_posted") };
};

/** Who can be put on guard: on duty and bound by nothing first, whoever cannot stand there left out. @type {Asked} */
const toPost = async (_, place) => {
  const people = (await everybody("people", place, { fresh: true })).filter(
    (it) => it.available && !it.unfit && !it.lent_to && it.off_post_until === null,
  );
  const free = (it) => (it.on_shift || it.on_standby) && !it.assignment_id && !it.posted_to;
  return {
    ones: [...people.filter(free), ...people.filter((it) => !free(it))].map((it) => ({
      value: it.key,
      words: it.name || nameOf(it.key),
      more: [!free(it) && t("bound_now"), listed(it.skills.map((one) => code("skill", one)))]
        .filter(Boolean)
        .join(" · "),
    })),
  };
};

/** Those a roll call waits for. @type {Asked} */
const waitedFor = async (said) => {
  const call = [...rows("incident_command").values()]
    .flatMap((it) => it.roll_calls)
    .find((it) => it.roll_call_id === said.roll_call_id);
  return { ones: [...new Set([...(call?.waiting ?? []), ...(call?.missed ?? [])])].map((id) => byName(id)) };
};

/** Members of a branch. @type {Asked} */
const ofBranch = async (said) => {
  await whenCame("temporary_branches");
  const branch = row("temporary_branches", said.branch_id);
  return { ones: (branch?.members ?? []).map((it) => byName(it.member_id)), nobody: t("none_found") };
};

/** Who may take a shift: of the team that has it. @type {Asked} */
const ofTeam = async (said, place) => {
  const people = await everybody("people", place),
    holder = people.find((it) => it.key === said.holder_id);
  return {
    ones: people
      .filter((it) => it.team_id === holder?.team_id && it.key !== said.holder_id)
      .map((it) => ({ value: it.key, words: it.name || nameOf(it.key), more: code("standing", it.standing) })),
    nobody: t("none_found"),
  };
};

/** By signal and field, who may stand there. @type {Record<string, Record<string, Asked>>} */
const PEOPLE = {
  draft_ticket: {
    work_leader: ofUnit("leader", "deputy"),
    guardian: ofUnit("safety_supervisor"),
    crew: ofUnit("line_worker", "live_line_worker", "cable_worker"),
    issuer: answering("issuer"),
    permitter: answering("permitter"),
  },
  issue_ticket: { issued_by: answering("issuer") },
  end_ticket: { ended_by: answering("permitter") },
  confirm_interlock: { confirmed_by: hasDone },
  confirm_clear: { confirmed_by: hasDone, people: onTicket },
  hand_over_ticket: { to: handedOn },
  take_off_ticket: { member_id: onTicket },
  finish_work: { reported_by: onTicket },
  call_relief: { member_ids: ofUnit() },
  establish_command: { commander_id: commanding },
  transfer_command: { to: commanding },
  hand_over_incident: { to: commanding },
  answer_roll: { member_ids: waitedFor },
  check_in: { member_id: onGuard },
  take_back_check_in: { member_id: onGuard },
  post_guard: { "post.member_ids": toPost, "post.start_orderer": toPost, "post.start_operator": toPost },
  name_branch_officers: { secretary: ofBranch, deputy_secretary: ofBranch, committee: ofBranch },
  take_over_shift: { taker_id: ofTeam },
};

/**
 * Return who asks for the people of a field; null where anybody of the county may stand there.
 * @param {string} type @param {string} path @returns {Asked | null}
 */
export const peopleFor = (type, path) => PEOPLE[type]?.[path] ?? null;

/** Whoever an account may be of: this desk, and all of the county. @type {Asked} */
export const anybody = async (_, place) => {
  const me = session().actor_id,
    people = await everybody("people", place);
  return {
    ones: [
      { value: me, words: me, more: t("this_desk") },
      ...people.map((it) => ({ value: it.key, words: it.name || nameOf(it.key), more: code("standing", it.standing) })),
    ],
  };
};
