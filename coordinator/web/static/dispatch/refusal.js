// Why something was refused, as it is read at the desk: the rule, and the field and value it is about.
import { reason } from "/static/shared/reasons.js";
import { date } from "/static/shared/time.js";
import { code, has, t } from "/static/shared/words.js";
import { fieldWord } from "/static/dispatch/schema_fields.js";
import { named, told } from "/static/shared/told.js";
import { wordsOf } from "/static/dispatch/who.js";

const A_TIME = /^\d{13}$/;
const FLAGS = { True: "yes", False: "no" };

/** Return a rule or a reason in the desk's language, with names for ids. @param {string} text */
export const ruleWord = (text) => named(reason(text), wordsOf);

/** Return the value a refusal is about. @param {string} field @param {unknown} value */
export function valueWord(field, value) {
  const text = String(value);
  if (A_TIME.test(text)) return date(Number(text));
  if (text in FLAGS) return t(FLAGS[text]);
  const group = [field.split(".").pop(), "actor", "aid", "choice"].find((it) => has(`${it}_${text}`));
  return group ? code(group, text) : told(reason(text), wordsOf);
}

/** Return what a refusal is about, where it says so. @param {{field?: string | null, value?: unknown}} refused */
export const aboutWord = ({ field, value }) => (field ? `${fieldWord(field)}: ${valueWord(field, value)}` : "");

/**
 * Return a refusal, or whatever else went wrong, in one line.
 * @param {{rule?: string, message?: string, field?: string | null, value?: unknown}} error
 */
export function wrongWord(error) {
  if (!error.rule) return ruleWord(error.message ?? "");
  return error.field ? `${ruleWord(error.rule)} (${aboutWord(error)})` : ruleWord(error.rule);
}
