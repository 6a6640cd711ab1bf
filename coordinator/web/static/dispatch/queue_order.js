// In which order incidents wait for a hand: calls for help, overdue promises, grade, time left.
import { code } from "/static/shared/words.js";
import { nextPromise } from "/static/dispatch/promises.js";

const RANK = { I: 0, II: 1, III: 2, IV: 3, fault: 4 };
const HELP = 10_000; // the priority of an incident in which a member called for help
const ENDED = new Set(["restored", "closed", "reviewed", "merged", "withdrawn"]);
const keys = new WeakMap();

/**
 * Whether nothing is to be done any more: supply is back, nobody is on the line, and no line that became ready since
 * waits for word that it is energised.
 * @param {any} row
 */
export const isOver = (row) => ENDED.has(row.phase) && !row.at_work && !row.ready_to_energise_at;

/** Return what an incident is sorted and found by; worked out once for each state of its row. */
function keyOf(row) {
  let key = keys.get(row);
  if (key === undefined) {
    const promise = nextPromise(row);
    key = {
      rank: RANK[row.grade] ?? 4,
      due: promise === null ? Infinity : promise.due_at,
      ended: ENDED.has(row.phase),
      over: isOver(row),
      onLine: ENDED.has(row.phase) && row.at_work,
      help: row.priority >= HELP,
      text: null,
    };
    keys.set(row, key);
  }
  return key;
}

/** What a search looks at, put together when somebody searches. */
function textOf(row, key) {
  key.text ??= [
    row.key,
    row.jurisdiction,
    row.kind,
    code("kind", row.kind),
    row.cause,
    row.circuit,
    row.address,
    row.phase,
    row.owner_id,
    row.grade,
  ]
    .join(" ")
    .toLowerCase();
  return key.text;
}

/** Filters of the queue by name. @type {Record<string, (row: any, key: any, at: number) => boolean>} */
export const FILTERS = {
  open: (row, key) => !key.over,
  overdue: (row, key, at) => !key.over && key.due <= at,
  unanswered: (row, key) => !key.ended && (row.phase === "open" || row.left_alone),
  graded: (row, key) => !key.over && key.rank < 4,
  restored: (row, key) => key.ended,
  all: () => true,
};

/**
 * Return the incidents of a place that pass a filter, who needs a hand first on top.
 * @param {Iterable<any>} rows @param {{place: string, filter: string, text: string}} wanted @param {number} at
 */
export function inOrder(rows, { place, filter, text }, at) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = FILTERS[filter] || FILTERS.all;
  const found = [];
  for (const row of rows) {
    if (place && row.jurisdiction !== place) continue;
    const key = keyOf(row);
    if (!passes(row, key, at) || (words.length && !words.every((it) => textOf(row, key).includes(it)))) continue;
    const group = key.over ? 3 : key.help || key.onLine ? 0 : key.due <= at || row.left_alone ? 1 : 2;
    found.push({ row, key, group });
  }
  found.sort(
    (a, b) =>
      a.group - b.group ||
      a.key.rank - b.key.rank ||
      a.key.due - b.key.due ||
      b.row.priority - a.row.priority ||
      (a.row.key < b.row.key ? -1 : 1),
  );
  return found.map((it) => it.row);
}

/** Count what the head of the page tells, in one pass. */
export function counted(rows, place, at) {
  const sums = { open: 0, overdue: 0, customers: 0 };
  for (const row of rows) {
    if (place && row.jurisdiction !== place) continue;
    const key = keyOf(row);
    if (key.over) continue;
    sums.open += 1;
    sums.overdue += key.due <= at ? 1 : 0;
    sums.customers += key.ended ? 0 : row.customers_out || 0;
  }
  return sums;
}
