// Whom and what ids stand for, in a few words, and finding one by typing some of them.
import { get } from "/static/shared/api.js";
import { session } from "/static/shared/session.js";
import { nameOf } from "/static/shared/names.js";
import { say } from "/static/shared/said.js";
import { date } from "/static/shared/time.js";
import { code, counted, listed, t } from "/static/shared/words.js";
import { row, rows, whenCame } from "/static/dispatch/boards.js";

/** The boards that have a row for an id of this kind, live ones first: as the server says. @returns {string[]} */
const boardsOf = (prefix) => session().rows_of[prefix] ?? [];
const isLive = (board) => session().boards.includes(board);
const kept = new Map();
const siteNames = new Map();

/**
 * Fetch a board with a row for everybody, for one jurisdiction; kept for this page, refreshed when asked.
 * @param {string} board one of those on request @param {string} jurisdiction @returns {Promise<any[]>}
 */
export async function everybody(board, jurisdiction, { fresh = false } = {}) {
  const key = `${board}/${jurisdiction}`;
  if (fresh || !kept.has(key)) kept.set(key, readAll(board, jurisdiction));
  try {
    return await kept.get(key);
  } catch (error) {
    kept.delete(key);
    throw error;
  }
}

async function readAll(board, jurisdiction) {
  const found = [];
  let after = "";
  do {
    const query = new URLSearchParams({ jurisdiction, limit: "2000", ...(after && { after }) });
    const page = await get(`/v1/boards/${board}?${query}`);
    for (const it of page.rows) found.push({ ...it, name: it.name || page.names[it.member_id] });
    after = page.next;
  } while (after);
  if (board === "sites") for (const it of found) siteNames.set(it.key, it.name);
  return found;
}

/** What a unit is for: its incident, task, site or operation. @param {any} it */
const purpose = (it) => wordsOf(it.incident_id || it.task_id || it.site_id || it.operation_id);

/** Whoever leads a unit, by name; nothing before there is one. @param {any} it */
function leaderOf(it) {
  const people = it.people.length ? it.people : (it.proposal ?? []),
    leader = people.find((one) => one.role === "leader");
  return leader ? ` · ${nameOf(leader.member_id)}` : "";
}

/**
 * What belongs to a row of another board, by the kind of its id.
 * @type {Record<string, (id: string) => string | null>}
 */
const PARTS = {
  tkt: (id) => partOf("tickets", "ticket_id", id, (one) => `${code("work", one.kind)} · ${one.text}`),
  obj: (id) => partOf("objectives", "objective_id", id, (one) => one.text),
  rol: (id) => partOf("roll_calls", "roll_call_id", id, (_, it) => `${t("roll_call")} · ${wordsOf(it.key)}`),
  asg: (id) => {
    for (const it of rows("units_in_the_field").values()) {
      const one = it.people.find((person) => person.assignment_id === id);
      if (one) return `${nameOf(one.member_id)} · ${code("role", one.role)}`;
    }
    return null;
  },
};

function partOf(list, key, id, words) {
  for (const board of ["incident_command", "tasks"])
    for (const it of rows(board).values()) {
      const one = it[list]?.find((each) => each[key] === id);
      if (one) return words(one, it);
    }
  return null;
}

/** By the kind of id, for each kind that a board has rows of: `tests/web/test_choices.py` compares them. */
const WORDS = {
  inc: (it) =>
    `${code("grade", it.grade || "fault")} ${code("kind", it.kind)}${
      it.cause ? ` · ${it.cause}` : ""
    } · ${it.circuit || it.address || it.jurisdiction}`,
  unt: (it) => `${purpose(it)}${leaderOf(it)}`,
  opr: (it) => it.name,
  tsk: (it) => it.name,
  wrk: (it) => `${it.circuit} · ${it.text} · ${date(it.starts_at)} – ${date(it.ends_at)}`,
  brn: (it) => it.name,
  whi: (it) => `${it.community} · ${it.text}`,
  sit: (it) => it.name,
  tea: (it) => it.name,
  res: (it) => `${code("vehicle", it.kind)} · ${it.jurisdiction}`,
  aid: (it) => `${it.peer} · ${counted(it.roles, "role")}`,
  alt: (it) => `${it.event} · ${it.area}`,
  esc: (it) => `${code("alarm", it.kind)} · ${say(it.text, wordsOf)}`,
  hlp: (it) => nameOf(it.about),
  shf: (it) => listed(it.member_ids.map(nameOf)),
  mem: (it) => `${it.name || nameOf(it.member_id)}`,
};

/** What tells one from another where many are called alike. */
const MORE = {
  mem: (it) => listed(it.skills.map((skill) => code("skill", skill))),
  sit: (it) => code("site", it.kind),
  unt: (it) =>
    `${code("status", it.status)} · ${t("so_many", { count: it.people.length || it.proposal?.length || 0 })}`,
  inc: (it) => `${date(it.opened_at)} · ${code("phase", it.phase)}`,
  res: (it) => (it.team_id ? wordsOf(it.team_id) : ""),
};

const AN_ID = /^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}(_\d{1,5})?$/;

/**
 * Return what an id stands for, in words; of what is on no board any more, what kind of thing it is.
 * @param {string | null | undefined} id
 */
export function wordsOf(id) {
  if (!id) return "–";
  const prefix = id.slice(0, 3);
  if (prefix === "mem") return nameOf(id);
  const board = boardsOf(prefix).find((it) => isLive(it) && row(it, id));
  if (board && WORDS[prefix]) return WORDS[prefix](row(board, id));
  if (siteNames.has(id)) return siteNames.get(id);
  const name = nameOf(id);
  if (name !== id) return name;
  return PARTS[prefix]?.(id) ?? (AN_ID.test(id) ? t(`kind_of_${prefix}`) : id);
}

/**
 * Return what an id of this kind may be, as choices.
 * @param {string} prefix @param {string} jurisdiction
 * @returns {Promise<{value: string, words: string, more?: string}[]>}
 */
export async function choicesOf(prefix, jurisdiction) {
  if (prefix === "obj" || prefix === "rol" || prefix === "tkt")
    return whenCame("incident_command").then(() => inCommand(prefix, jurisdiction));
  const boards = boardsOf(prefix),
    whole = boards.find((it) => !isLive(it));
  if (whole) {
    const found = await everybody(whole, jurisdiction);
    return found.map((it) => ({ value: it.key, words: WORDS[prefix](it), more: MORE[prefix]?.(it) ?? "" }));
  }
  const [board] = boards;
  if (!board) return [];
  await whenCame(board);
  return [...rows(board).values()]
    .filter((it) => it.jurisdiction === jurisdiction && it.key.startsWith(`${prefix}_`))
    .map((it) => ({ value: it.key, words: WORDS[prefix](it), more: MORE[prefix]?.(it) ?? "" }));
}

function inCommand(prefix, jurisdiction) {
  const found = [];
  for (const it of rows("incident_command").values()) {
    if (it.jurisdiction !== jurisdiction) continue;
    if (prefix === "obj") found.push(...it.objectives.map((one) => ({ value: one.objective_id, words: one.text })));
    if (prefix === "rol")
      found.push(...it.roll_calls.map((one) => ({ value: one.roll_call_id, words: wordsOf(it.key) })));
    if (prefix === "tkt")
      found.push(
        ...it.tickets.map((one) => ({ value: one.ticket_id, words: wordsOf(one.ticket_id), more: wordsOf(it.key) })),
      );
  }
  return found;
}

/** Return the jurisdictions of this session. @returns {string[]} */
export const places = () => session().jurisdictions.map((it) => it.jurisdiction);
