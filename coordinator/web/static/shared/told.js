// What the coordinator says in words of its own, in the language of the page: where it is known how.
import { reason } from "/static/shared/reasons.js";
import { add, code, has, t } from "/static/shared/words.js";
import { words } from "/static/words/told.js";

add(words);

const ID = /[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}(_\d+)?/g;
/** A sentence of the coordinator, and the word for it; what is in brackets is filled in. */
/** @type {[RegExp, string][]} */
const SENTENCES = [
  [/^Nobody took it on: (?<said>.+)$/, "told_exhausted"],
  [/^Stop work: (?<said>.+)$/, "told_stop_work"],
  [/^Overdue: (?<objective>.+)$/, "told_overdue"],
  [/^Guard begins with gaps: (?<gaps>.+)$/, "told_gaps"],
  [/^(?<community>.+) calls for (?<count>\d+): (?<what>.+)$/, "told_whistle"],
  [/^(?<community>.+) wants (?<count>\d+), (?<come>\d+) will come: (?<what>.+)$/, "told_whistle_unanswered"],
  [/^(?<peer>\S+) asks for help: (?<reason>.+)$/, "told_aid_asked"],
  [/^(?<peer>\S+) needs its crew back: (?<reason>.+)$/, "told_aid_wanted"],
  [/^(?<peer>\S+) releases our crew: (?<reason>.*)$/, "told_aid_released"],
  [/^(?<peer>\S+) cancels: (?<reason>.+)$/, "told_aid_cancelled"],
  [/^(?<peer>\S+) (?<answer>accepts|declines): (?<reason>.*)$/, "told_aid_answered"],
  [/^(?<peer>\S+) sends (?<count>\d+) people$/, "told_aid_sent"],
  [/^(?<peer>\S+) has its crew back$/, "told_aid_back"],
  [/^our crew arrived at (?<peer>\S+)$/, "told_aid_arrived"],
  [/^(?<peer>\S+) does not hear «(?<verb>.+)»: call them$/, "told_aid_unheard"],
  [/^No answer: (?<who>.+) as (?<role>[a-z_]+)$/, "told_no_answer"],
  [/^Not arrived: (?<who>.+) as (?<role>[a-z_]+)$/, "told_not_arrived"],
  [/^(?<who>.+) needs help$/, "told_help"],
  [/^Supply is reported back with (?<count>\d+) people on the line of (?<who>.+)$/, "told_supply_back"],
  [/^(?<who>.+) left$/, "told_left"],
  [/^(?<who>.+) has worked (?<hours>\d+) h: relief is due$/, "told_worked"],
  [/^(?<who>.+) is off post: (?<points>\d+) points; relieve them where they work$/, "told_off_post"],
  [/^Roll call missed by (?<count>\d+): (?<who>.+)$/, "told_roll"],
  [/^Grade (?<grade>[a-z_]+), was (?<before>[a-z_]+): (?<rows>.+)$/, "told_grade"],
  [/^Readiness (?<colour>[a-z]+): (?<measures>.*)$/, "told_readiness"],
  [/^The (?<report>[a-z]+) report is due$/, "told_report"],
  [/^Promised (?<promise>accept|arrival|restoration) is broken$/, "told_promise"],
  [/^(?<count>\d+) gaps in the roster of the next hours$/, "told_roster_gaps"],
  [/^A unit of (?<count>\d+) waits for confirmation$/, "told_confirm"],
  [/^A proposed unit still waits for confirmation$/, "told_still_waits"],
  [/^Short of (?<lacks>.+)$/, "told_short"],
  [/^On post now and out with a unit: (?<who>.+)$/, "told_coming"],
  [/^Guarded site hit: (?<site>.+)$/, "told_site_hit"],
  [/^(?<site>.+): (?<kind>check in|patrol|zero report) missed$/, "told_check_in"],
  [/^(?<site>.+): own supply ends in (?<min>\d+) min$/, "told_supply"],
  [/^(?<site>.+): supply ended$/, "told_supply_ended"],
  [/^(?<site>.+) has no supply$/, "told_no_supply"],
  [/^(?<site>.+): not (?<step>surveyed|single_line_filed|plan_filed|drilled|generator_tested|ups_tested)$/, "told_not_prepared"],
  [/^(?<site>.+): danger (?<danger>.+) is open$/, "told_danger"],
  [/^(?<site>.+): nobody is posted$/, "told_nobody_posted"],
  [/^(?<branch>.+): a regular branch is needed from day (?<day>\d+) on$/, "told_branch_term"],
  [/^Look after (?<ward>.+): nobody has for too long$/, "told_ward"],
  [/^(?<ward>.+) of (?<community>.+) is in nobody's care$/, "told_ward_alone"],
];
/** What stands for a code in them: the group of its words, by the name it has there. */
const CODES = {
  role: "role", step: "prepared", promise: "promise", grade: "grade", before: "grade", colour: "colour", report: "report", answer: "answer",
};

function parts(found, wordsOf) {
  const filled = Object.fromEntries(Object.entries(found).map(([name, text]) => [name, named(text, wordsOf)]));
  for (const [name, group] of Object.entries(CODES)) if (filled[name]) filled[name] = code(group, filled[name]);
  if (filled.kind) filled.kind = code("check", filled.kind.replaceAll(" ", "_"));
  if (found.said) filled.said = told(found.said, wordsOf);
  if (found.gaps) filled.gaps = found.gaps.split("; ").map((it) => told(it, wordsOf)).join("; ");
  if (filled.lacks) filled.lacks = filled.lacks.replace(/[a-z]+(_[a-z]+)*/g, (it) => {
    const word = [`role_${it}`, `vehicle_${it}`].find((key) => has(key));
    return word ? t(word) : it;
  });
  return filled;
}

/** Return a text with words for its ids. @param {string} text @param {(id: string) => string} wordsOf */
export const named = (text, wordsOf) => text.replace(ID, wordsOf);

/**
 * Return a text of the coordinator with its ids in words, in the page's language where that is known.
 * @param {string} text @param {(id: string) => string} wordsOf
 */
export function told(text, wordsOf) {
  for (const [pattern, word] of SENTENCES) {
    const found = pattern.exec(text);
    if (found) return t(word, parts(found.groups ?? {}, wordsOf));
  }
  return named(reason(text), wordsOf);
}
