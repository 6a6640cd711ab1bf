// A row of a board that has no script of its own, in words: as its board says that it is read.
import { date } from "/static/shared/time.js";
import { code } from "/static/shared/words.js";

/**
 * @typedef {{board: string, reads: string[], adds: string, words: Record<string, string>}} Panel
 * as `GET /v1/session` has them; the first of `reads` is the title of a row, `words` names the group of a code.
 */

const spelled = (name, value, called, group) =>
  group
    ? code(group, value)
    : name.endsWith("_at")
      ? date(value)
      : name.endsWith("_by") || name.endsWith("_id")
        ? called(value)
        : String(value);

/**
 * Return the words of a row, title first, without what is not known.
 * @param {Panel} panel @param {object} row @param {(id: string) => string} called
 * @returns {string[]}
 */
export const plainly = (panel, row, called) =>
  panel.reads
    .filter((name) => row[name] !== null && row[name] !== undefined && row[name] !== "")
    .map((name) => spelled(name, row[name], called, panel.words[name]));
