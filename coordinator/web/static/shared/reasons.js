// The coordinator's reasons in the language of the page: the log holds English, this only shows.
import { code, has, language } from "/static/shared/words.js";
import { reasons } from "/static/words/reasons.js";

const HOLE = /\{([a-z]+)\d*\}/g;
const KINDS = {
  id: "[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}(?:_\\d+)?", n: "-?\\d+(?:\\.\\d+)?", said: ".*?", text: ".+",
};
const CODE = "[a-zI]+(?:_[a-z]+)*";
/** Where the word of a code may be found, by the name it has in a text. */
const GROUPS = {
  role: ["role", "vehicle"], skill: ["skill"], stage: ["status", "phase", "stage", "aid", "assignment"], party: ["party"],
  tie: ["tie"],
};
const LISTS = [["; ", "；"], [", ", "，"]];

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const weight = (text) => text.replace(HOLE, "").length;

function patternOf([english, chinese]) {
  const names = [];
  const parts = english.split(HOLE);
  const pattern = parts.map((part, at) => {
    if (at % 2 === 0) return literal(part);
    names.push(part);
    return `(${KINDS[part] || CODE})`;
  });
  const holes = [...english.matchAll(HOLE)].map(([whole]) => whole);
  return { pattern: new RegExp(`^${pattern.join("")}$`, "s"), names, holes, chinese };
}

const known = new Map(Object.entries(reasons));
// The more a pattern says itself, the earlier it is tried.
const patterns = Object.entries(reasons).filter(([english]) => english.includes("{"))
  .sort((a, b) => weight(b[0]) - weight(a[0])).map(patternOf);

function wordOf(name, value) {
  if (name === "said") return value === "" ? "" : chineseOf(value);
  const group = GROUPS[name]?.find((it) => has(`${it}_${value}`));
  return group ? code(group, value) : known.get(value) || value;
}

function filled({ pattern, names, holes, chinese }, text) {
  const found = pattern.exec(text);
  if (!found) return null;
  let shown = chinese;
  for (let at = 0; at < names.length; at += 1) {
    const word = wordOf(names[at], found[at + 1]);
    if (word === null) return null;
    shown = shown.replace(holes[at], () => word);
  }
  return shown;
}

/** Return the Chinese of a text, or null where some of it is not known. */
function chineseOf(text) {
  if (known.has(text)) return known.get(text);
  for (const pattern of patterns) {
    const shown = filled(pattern, text);
    if (shown !== null) return shown;
  }
  for (const [between, shownBetween] of LISTS) {
    const parts = text.split(between);
    if (parts.length === 1) continue;
    const shown = parts.map(chineseOf);
    if (!shown.includes(null)) return shown.join(shownBetween);
  }
  return null;
}

/**
 * Return a rule or a reason of the coordinator in the language of the page; what is not known is
 * shown as it is.
 * @param {string} text as the log has it
 */
export const reason = (text) => (language() === "zh" && typeof text === "string" && chineseOf(text)) || text;
