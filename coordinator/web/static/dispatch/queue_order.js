// In which order incidents wait for a hand: calls for help, overdue promises, grade, time left.
import { nextPromise } from "/static/dispatch/promises.js";

const RANK = { I: 0, II: 1, III: 2, IV: 3, fault: 4 };
const HELP = 10_000; // the priority of an incident in which a member called for help
const ENDED = new Set(["restored", "closed", "reviewed", "merged"]);
const keys = new WeakMap();

/** Return what an incident is sorted and found by; worked out once for each state of its row. */
function keyOf(row) {
  let key = keys.get(row);
  if (key === undefined) {
    const promise = nextPromise(row);
    key = {
      rank: RANK[row.grade] ?? 4,
      due: promise === null ? Infinity : promise.due_at,
      ended: ENDED.has(row.phase),
      help: row.priority >= HELP,
      text: [row.key, row.jurisdiction, row.kind, row.cause, row.circuit, row.phase, row.owner_id, row.grade]
        .join(" ").toLowerCase(),
    };
    keys.set(row, key);
  }
  return key;
}

/** Filters of the queue by name. @type {Record<string, (row: any, key: any, at: number) => boolean>} */
export const FILTERS = {
  open: (row, key) => !key.ended,
  overdue: (row, key, at) => !key.ended && key.due <= at,
  unanswered: (row, key) => !key.ended && row.phase === "open",
  graded: (row, key) => !key.ended && key.rank < 4,
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
    if (!passes(row, key, at) || !words.every((it) => key.text.includes(it))) continue;
    const group = key.ended ? 3 : key.help ? 0 : key.due <= at ? 1 : 2;
    found.push({ row, key, group });
  }
  found.sort((a, b) => a.group - b.group || a.key.rank - b.key.rank || a.key.due - b.key.due
    || b.row.priority - a.row.priority || (a.row.key < b.row.key ? -1 : 1));
  return found.map((it) => it.row);
}

/** Count what the head of the page tells, in one pass. */
export function counted(rows, place, at) {
  const sums = { open: 0, overdue: 0, customers: 0 };
  for (const row of rows) {
    if (place && row.jurisdiction !== place) continue;
    const key = keyOf(row);
    if (key.ended) continue;
    sums.open += 1;
    sums.overdue += key.due <= at;
    sums.customers += row.customers_out || 0;
  }
  return sums;
}
