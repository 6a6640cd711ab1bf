// Message catalogues: every word a person reads, in English and Chinese, switchable at once.
import { useEffect, useState } from "/static/shared/ui.js";
import { words as common } from "/static/words/common.js";
import { words as vocabulary } from "/static/words/vocabulary.js";

const PLACE = { en: 0, zh: 1 };
const catalogue = new Map([...Object.entries(vocabulary), ...Object.entries(common)]);
const listeners = new Set();
let chosen = localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh" : "en");
document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";

/** Add a page's own words. @param {Record<string, string[]>} words English and Chinese. */
export function add(words) {
  for (const [key, both] of Object.entries(words)) catalogue.set(key, both);
}

/** Say whether there is a word for a key. @param {string} key */
export const has = (key) => catalogue.has(key);

/**
 * Return the text of a key in the chosen language; `{name}` in it is filled from `vars`.
 * Without one, English stands in, then the key itself as words.
 * @param {string} key
 * @param {Record<string, string | number>} [vars]
 */
export function t(key, vars) {
  const both = catalogue.get(key);
  const text = both === undefined ? String(key).replaceAll("_", " ") : both[PLACE[chosen]] || both[0];
  return vars === undefined ? text : text.replace(/\{(\w+)\}/g, (whole, name) => String(vars[name] ?? whole));
}

/**
 * Return the word for a code of the domain: `code("phase", "open")` is `t("phase_open")`, or the
 * code as words where no catalogue has it.
 */
export function code(group, value) {
  if (value === null || value === undefined) return "–";
  const key = `${group}_${value}`;
  return has(key) ? t(key) : String(value).replaceAll("_", " ");
}

export const language = () => chosen;

const BETWEEN = { en: ", ", zh: "、" };
/** Return several things as one list, as the chosen language writes it. @param {string[]} items */
export const listed = (items) => items.join(BETWEEN[chosen]);

/** Return how many of each, as one list: "2 drivers, 1 leader", "驾驶员2人、队长1人".
 * @param {[string, number][]} pairs code and count
 * @param {"role" | "vehicle" | "assignment"} group of the codes
 */
export const counted = (pairs, group) =>
  listed(pairs.map(([what, count]) => t(`count_of_${group}`, { count, what: code(group, what) })));

/** Return a name and what it is, as the chosen language writes it. @param {string} name @param {string} value */
export const named = (name, value) => t("named", { name, value });

/** Return a count as the chosen language writes it: in Chinese without groups. @param {number} value */
export const figure = (value) => (chosen === "zh" ? String(value) : value.toLocaleString("en-GB"));

/** @param {"en" | "zh"} wanted */
export function setLanguage(wanted) {
  chosen = wanted;
  localStorage.setItem("language", wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  for (const listener of listeners) listener();
}

/** Call `listener` on every change of language; returns how to stop. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Draw a component anew when the language changes. */
export function useLanguage() {
  const [, turn] = useState(0);
  useEffect(() => onLanguage(() => turn((it) => it + 1)), []);
  return chosen;
}
