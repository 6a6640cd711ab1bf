// What the coordinator says, in the language of the page: a code is looked up, and filled in.
import { language } from "/static/shared/words.js";
import { date } from "/static/shared/time.js";
import { words as sentences } from "/static/words/said.js";
import { words as vocabulary } from "/static/words/vocabulary.js";

const PLACE = { en: 0, zh: 1 };
const BETWEEN = { en: ["; ", ", "], zh: ["；", "、"] };
const HOUR = 60;

/**
 * @typedef {{code: string, numbers?: Record<string, number>, moments?: Record<string, number>,
 *   minutes?: Record<string, number>, words?: Record<string, [string, string]>, ids?: Record<string, string[]>,
 *   texts?: Record<string, string>, said?: Record<string, Said[]>}} Said
 */

const asItIs = (id) => id;
const number = (value) => String(Math.round(value * 100) / 100);
const word = ([group, code]) => vocabulary[`${group}_${code}`]?.[PLACE[language()]] ?? code.replaceAll("_", " ");

function lasting(minutes) {
  const [h, min, space] = language() === "zh" ? ["小时", "分钟", ""] : [" h", " min", " "];
  const hours = Math.floor(minutes / HOUR),
    rest = minutes % HOUR;
  if (!hours) return `${rest}${min}`;
  return rest ? `${hours}${h}${space}${rest}${min}` : `${hours}${h}`;
}

/**
 * How a parameter of each kind is shown.
 * @type {Record<string, (value: any, wordsOf: (id: string) => string) => string>}
 */
const SHOWN = {
  numbers: number,
  minutes: lasting,
  words: word,
  texts: (it) => it,
  moments: (it) => date(it),
  ids: (ids, wordsOf) => ids.map((it) => wordsOf(it)).join(BETWEEN[language()][1]),
  said: (inner, wordsOf) => sayAll(inner, wordsOf),
};

/**
 * Return what the coordinator says, in words. A code these words do not know stands as it is, with
 * what belongs in it.
 * @param {Said} said @param {(id: string) => string} [wordsOf] what an id is called
 */
export function say(said, wordsOf = asItIs) {
  const filled = {};
  for (const [kind, show] of Object.entries(SHOWN)) {
    for (const [name, value] of Object.entries(said[kind] ?? {})) filled[name] = show(value, wordsOf);
  }
  const both = sentences[said.code];
  if (!both) return [said.code, ...Object.entries(filled).map(([name, it]) => `${name}: ${it}`)].join(", ");
  return both[PLACE[language()]].replace(/\{(\w+)\}/g, (whole, name) => filled[name] ?? whole);
}

/** Return several sayings as one list. @param {Said[]} all @param {(id: string) => string} [wordsOf] */
export const sayAll = (all, wordsOf) => all.map((it) => say(it, wordsOf)).join(BETWEEN[language()][0]);
