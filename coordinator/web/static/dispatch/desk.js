// What this desk is looking at: nothing here is the coordinator's, and nothing is lost with it.
import { useEffect, useState } from "/static/shared/ui.js";

/**
 * @typedef {{place: string, view: "incident" | "map" | "roster", selected: string | null,
 *   current: string | null, marked: string[], text: string, filter: string,
 *   dialog: {kind: string, [more: string]: any} | null}} Desk
 */

/** @type {Desk} */
let held = {
  place: "",
  view: "map",
  selected: null,
  current: null,
  marked: [],
  text: "",
  filter: "open",
  dialog: null,
};
const listeners = new Set();

/** @returns {Desk} */
export const desk = () => held;

/** Change what is looked at. @param {Partial<Desk>} changes */
export function look(changes) {
  held = { ...held, ...changes };
  for (const listener of listeners) listener();
}

/** Open one incident beside the queue. @param {string} key */
export const openIncident = (key) => look({ selected: key, current: key, view: "incident", dialog: null });

/**
 * Open a dialog over everything. A form that was opened where a task, a guard or a branch is run leads back there.
 * @param {string} kind @param {object} [more]
 */
export const openDialog = (kind, more = {}) =>
  look({ dialog: { kind, ...more, back: kind === "form" && held.dialog?.key ? held.dialog : null } });
export const closeDialog = () => look({ dialog: held.dialog?.back ?? null });

/** Take one incident up to be merged with another, or leave it. @param {string} key */
export function mark(key) {
  const { marked } = held;
  look({ marked: marked.includes(key) ? marked.filter((it) => it !== key) : [...marked, key] });
}

/** Follow a part of it. @template T @param {(desk: Desk) => T} choose @returns {T} */
export function useDesk(choose) {
  const [chosen, setChosen] = useState(() => choose(held));
  useEffect(() => {
    const listener = () => setChosen(() => choose(held));
    listeners.add(listener);
    listener();
    return () => listeners.delete(listener);
  }, []);
  return chosen;
}
