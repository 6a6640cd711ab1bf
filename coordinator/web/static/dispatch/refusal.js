// Why something was refused, as it is read at the desk: the rule, and the field and value it is about.
import { say } from "/static/shared/said.js";
import { date } from "/static/shared/time.js";
import { code, has, named, t } from "/static/shared/words.js";
import { fieldWord } from "/static/dispatch/schema_fields.js";
import { wordsOf } from "/static/dispatch/who.js";

const A_TIME = /^\d{13}$/;
const AN_ID = /^[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}(_\d+)?$/;
const FLAGS = { True: "yes", False: "no" };

/** Return a rule in the desk's language, with names for ids. @param {import("../shared/said.js").Said} rule */
export const ruleWord = (rule) => say(rule, wordsOf);

/** Return the value a refusal is about. @param {string} field @param {unknown} value */
export function valueWord(field, value) {
  const text = String(value);
  if (A_TIME.test(text)) return date(Number(text));
  if (text in FLAGS) return t(FLAGS[text]);
  const group = [field.split(".").pop(), "actor", "aid", "choice"].find((it) => has(`${it}_${text}`));
  if (group) return code(group, text);
  return AN_ID.test(text) ? wordsOf(text) : text;
}

/** Return what a refusal is about, where it says so. @param {{field?: string | null, value?: unknown}} refused */
export const aboutWord = ({ field, value }) =>
  field && value !== null ? named(fieldWord(field), valueWord(field, value)) : "";

/**
 * Return a refusal, or whatever else went wrong, in one line.
 * @param {{rule?: import("../shared/said.js").Said, message?: string, field?: string | null, value?: unknown}} error
 */
export function wrongWord(error) {
  if (!error.rule) return error.message;
  return error.field && error.value !== null
    ? ruleWord(error.rule) + t("in_brackets", { what: aboutWord(error) })
    : ruleWord(error.rule);
}
