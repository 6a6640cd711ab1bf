// What the coordinator says by code and parameters, put into words in either language.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { say, sayAll } from "/static/shared/said.js";
import { setLanguage } from "/static/shared/words.js";
import { words as sentences } from "/static/words/said.js";
import { words as vocabulary } from "/static/words/vocabulary.js";

sentences.test_waits = ["{who} wait {time}; {count} of {kind}: {why}", "{who}等待{time}；{kind} {count}：{why}"];
sentences.test_why = ["«{text}»", "“{text}”"];
vocabulary.skill_cable = ["cable work", "电缆"];
const WAITS = {
  code: "test_waits",
  ids: { who: ["mem_1", "mem_2"] },
  minutes: { time: 65 },
  numbers: { count: 2.005 },
  words: { kind: ["skill", "cable"] },
  said: { why: [{ code: "test_why", texts: { text: "{who} $& <b>" } }] },
};
const nameOf = (id) => ({ mem_1: "Li", mem_2: "Wang" })[id];
afterEach(() => setLanguage("en"));

test("every parameter is shown as its kind is, and text stays as it was typed", () => {
  const told = say(WAITS, nameOf);

  assert.match(told, /^Li, Wang wait 1 h 5 min; 2(\.01)? of cable work: «\{who\} \$& <b>»$/);
});

test("in Chinese the same is said in its own order", () => {
  setLanguage("zh");

  const told = say(WAITS, nameOf);

  assert.match(told, /^Li、Wang等待/);
  assert.match(told, /电缆 2(\.01)?：“\{who\} \$& <b>”$/);
});

test("a code without a sentence stands as it is, with all that belongs in it", () => {
  const told = say({ code: "of_the_future", numbers: { left: 3 }, texts: { note: "x" } });

  assert.equal(told, "of_the_future, left: 3, note: x");
});

test("several sayings are one list, and a word that nobody wrote is its code", () => {
  const one = { code: "test_why", words: { text: ["skill", "not_known"] } };

  assert.equal(sayAll([one, { code: "plain" }]).split("«not known»").length, 2);
  assert.ok(sayAll([one, { code: "plain" }]).endsWith("plain"));
});
