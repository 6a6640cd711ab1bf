// What the coordinator says in words of its own, in the language of the desk: where it is known how.
import { code, has, t } from "/static/shared/words.js";

const ID = /[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}(_\d+)?/g;
/** A sentence of the coordinator, and the word for it; what is in brackets is filled in. */
const SENTENCES = [
  [/^No answer: (?<who>.+) as (?<role>[a-z_]+)$/, "told_no_answer"],
  [/^Not arrived: (?<who>.+) as (?<role>[a-z_]+)$/, "told_not_arrived"],
  [/^(?<who>.+) needs help$/, "told_help"],
  [/^Roll call missed by (?<count>\d+): (?<who>.+)$/, "told_roll"],
  [/^(?<site>.+): (?<kind>check in|patrol|zero report) missed$/, "told_check_in"],
  [/^(?<site>.+): own supply ends in (?<min>\d+) min$/, "told_supply"],
  [/^A unit of (?<count>\d+) waits for confirmation$/, "told_confirm"],
  [/^Short of (?<lacks>.+)$/, "told_short"],
  [/^Guarded site hit: (?<site>.+)$/, "told_site_hit"],
  [/^(?<site>.+): supply ended$/, "told_supply_ended"],
  [/^(?<site>.+) has no supply$/, "told_no_supply"],
  [/^Promised (?<promise>accept|arrival|restoration) is broken$/, "told_promise"],
  [/^(?<site>.+): not (?<step>[a-z_]+)$/, "told_not_prepared"],
  [/^(?<site>.+): danger (?<danger>.+) is open$/, "told_danger"],
  [/^(?<site>.+): nobody is posted$/, "told_nobody_posted"],
  [/^(?<peer>\S+) asks for help: (?<reason>.+)$/, "told_aid_asked"],
  [/^(?<peer>\S+) does not hear «(?<verb>.+)»: call them$/, "told_aid_unheard"],
];

function parts(found) {
  const filled = { ...found };
  if (filled.role) filled.role = code("role", filled.role);
  if (filled.kind) filled.kind = code("check", filled.kind.replaceAll(" ", "_"));
  if (filled.step) filled.step = code("prepared", filled.step);
  if (filled.promise) filled.promise = code("promise", filled.promise);
  if (filled.lacks) filled.lacks = filled.lacks.replace(/[a-z]+(_[a-z]+)*/g, (it) => (has(`role_${it}`) ? t(`role_${it}`) : it));
  return filled;
}

/** Return a text with words for its ids. @param {string} text @param {(id: string) => string} wordsOf */
export const named = (text, wordsOf) => text.replace(ID, wordsOf);

/**
 * Return a text of the coordinator with its ids in words, in the desk's language where that is known.
 * @param {string} text @param {(id: string) => string} wordsOf
 */
export function told(text, wordsOf) {
  const shown = named(text, wordsOf);
  for (const [pattern, word] of SENTENCES) {
    const found = pattern.exec(shown);
    if (found) return t(word, parts(found.groups));
  }
  return shown;
}

