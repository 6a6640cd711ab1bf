// Breaks lines of templates that are too long, where a line break means nothing: between the
// attributes of a tag, between a tag and what stands beside it, and in the expressions filled in.
// Prettier leaves the text of a template as it is, for it cannot know which spaces of it count.
// `node tools/scripts/break_templates.js FILE…`
import fs from "node:fs";
import ts from "typescript";

const WIDTH = 120;
const LEAST = 16; // what is left of a line that is broken is more than a word
const NEST = 1_000; // a break in an outer template comes before any break in one inside it
const IN_CODE = 500; // and one beside a tag before one in an expression
const JOINS = new Set(["&&", "||", "??", "+"]);
const blank = (it) => it === undefined || /\s/.test(it);

/** Where a line may be broken: what stands from `start` to `end` gives way; the lowest `depth` goes first. */
class Places {
  constructor(text) {
    this.text = text;
    this.found = [];
    const file = ts.createSourceFile("script.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    this.walk(file, 0, 0);
  }

  put(start, end, depth) {
    this.found.push({ start, end, depth });
  }

  spacesFrom(start) {
    let end = start;
    while (this.text[end] === " ") end += 1;
    return end;
  }

  after(position, depth) {
    const end = this.spacesFrom(position);
    if (end > position) this.put(position, end, depth);
  }

  walk(node, nest, depth) {
    const isTemplate = ts.isTaggedTemplateExpression(node) && node.tag.getText() === "html";
    if (isTemplate) this.template(node.template, nest + 1);
    else this.code(node, nest * NEST + IN_CODE + depth);
    ts.forEachChild(node, (it) => this.walk(it, nest + (isTemplate ? 1 : 0), isTemplate ? 0 : depth + 1));
  }

  code(node, depth) {
    if (ts.isBinaryExpression(node) && JOINS.has(node.operatorToken.getText()))
      this.after(node.operatorToken.end, depth);
    if (ts.isConditionalExpression(node)) {
      for (const it of [node.questionToken, node.colonToken]) {
        const start = it.getStart();
        if (this.text[start - 1] === " ") this.put(start - 1, start, depth);
      }
    }
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) this.after(node.equalsGreaterThanToken.end, depth);
    for (const list of [node.arguments, node.elements, node.properties, node.parameters]) {
      if (!Array.isArray(list)) continue;
      for (const it of list.slice(0, -1)) this.after(this.text.indexOf(",", it.end) + 1, depth);
    }
  }

  template(template, nest) {
    const whole = ts.isNoSubstitutionTemplateLiteral(template);
    const parts = whole
      ? [{ start: template.getStart() + 1, end: template.end - 1 }]
      : [template.head, ...template.templateSpans.map((it) => it.literal)].map((it) => ({
          start: it.getStart() + 1,
          end: it.end - (ts.isTemplateTail(it) ? 1 : 2),
        }));
    const state = { inTag: false, quote: "", depth: 0, nest };
    for (const [index, part] of parts.entries()) {
      this.part(part, state, index > 0, index < parts.length - 1);
      const next = parts[index + 1];
      if (next === undefined || state.inTag || state.quote) continue;
      const depth = nest * NEST + 2 * state.depth + 1;
      if (part.end > part.start && !blank(this.text[part.end - 1])) this.put(part.end, part.end, depth);
      if (next.end > next.start && !blank(this.text[next.start])) this.put(next.start, next.start, depth);
    }
  }

  /** Read a stretch of a template's text, `follows` and `goesOn` saying whether an expression stands beside it. */
  part({ start, end }, state, follows, goesOn) {
    const { text } = this;
    for (let at = start; at < end; at += 1) {
      const sign = text[at];
      const depth = state.nest * NEST + 2 * state.depth;
      if (state.quote) {
        if (sign === state.quote) state.quote = "";
      } else if (!state.inTag) {
        if (sign !== "<") continue;
        if (at > start ? !blank(text[at - 1]) : follows) this.put(at, at, depth);
        state.inTag = true;
        state.depth = Math.max(0, state.depth + (text[at + 1] === "/" ? -1 : 1));
      } else if (sign === '"' || sign === "'") {
        state.quote = sign;
      } else if (sign === " " && !blank(text[at - 1])) {
        const next = this.spacesFrom(at);
        if (text[next] !== "\n" && next <= end) this.put(at, next, depth + 1);
      } else if (sign === ">") {
        state.inTag = false;
        if (text[at - 1] === "/" && text[at - 2] !== "<") state.depth = Math.max(0, state.depth - 1);
        const there = at + 1 < end ? !blank(text[at + 1]) : goesOn;
        if (there) this.put(at + 1, at + 1, state.nest * NEST + 2 * state.depth);
      }
    }
  }
}

/** Return where the first line begins that is too long and not `given` up, and the line. */
function firstLong(text, given) {
  let start = 0;
  for (const line of text.split("\n")) {
    if ([...line].length > WIDTH && !given.has(line)) return { start, line };
    start += line.length + 1;
  }
  return null;
}

function broken(before) {
  let text = before;
  let rest = "";
  const given = new Set();
  for (let long = firstLong(text, given); long !== null; long = firstLong(text, given)) {
    const { start, line } = long;
    const indent = line.length - line.trimStart().length;
    const places = new Places(text).found.filter(
      (it) =>
        it.start >= start + indent + LEAST &&
        it.start < start + WIDTH &&
        text.slice(it.end, start + line.length).trim() !== "",
    );
    if (places.length === 0) {
      given.add(line);
      continue;
    }
    const best = Math.min(...places.map((it) => it.depth));
    const place = places
      .filter((it) => it.depth === best)
      .reduce((one, other) => (other.start > one.start ? other : one));
    const next = " ".repeat(line === rest ? indent : indent + 2) + text.slice(place.end, start + line.length);
    text = `${text.slice(0, place.start)}\n${next}${text.slice(start + line.length)}`;
    rest = next;
  }
  return text;
}

for (const file of process.argv.slice(2)) {
  const before = fs.readFileSync(file, "utf8");
  const text = broken(before);
  if (text !== before) fs.writeFileSync(file, text);
}
