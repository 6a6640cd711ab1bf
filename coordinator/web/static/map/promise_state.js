// How an incident's promises stand: one answer for the list, the map and its clusters.

/** The states from the calmest to the worst; a cluster shows the worst it holds. */
export const STATES = ["done", "in_time", "soon", "overdue"];
export const SIGNS = { overdue: "▲", soon: "◆", in_time: "●", done: "✓" };
export const SOON_MS = 15 * 60_000;

const known = (at) => at !== null && at !== undefined;
/** Whether a promise's clock has stopped: it was met, in time or late, or power was back first. */
const stopped = (promise) => known(promise.met_at) || known(promise.lapsed_at);

/**
 * Return the promise that runs out first and is not kept, or null.
 * @param {{promises?: Record<string, {due_at: number, met_at: number | null, broken: boolean}>}} incident
 */
export function nextPromise(incident) {
  let next = null;
  for (const name in incident.promises) {
    const promise = incident.promises[name];
    if (stopped(promise)) continue;
    if (next === null || promise.due_at < next.due_at) next = { name, due_at: promise.due_at, broken: promise.broken };
  }
  return next;
}

/**
 * Return "overdue", "soon", "in_time" or "done".
 * @param {object} incident a row of open_incidents
 * @param {number} now the coordinator's time
 */
export function promiseState(incident, now) {
  const next = nextPromise(incident);
  if (next === null) return incident.restored_at === null || incident.restored_at === undefined ? "in_time" : "done";
  if (next.broken || next.due_at <= now) return "overdue";
  return next.due_at - now <= SOON_MS ? "soon" : "in_time";
}
