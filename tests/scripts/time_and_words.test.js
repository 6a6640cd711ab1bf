// Moments, lengths of time, ids and words, as every page shows them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ulid } from "/static/shared/ids.js";
import { coordinatorTime, now, setClock, span } from "/static/shared/time.js";
import { add, code, has, language, onLanguage, setLanguage, t } from "/static/shared/words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

for (const [ms, words] of [
  [0, "0 min"],
  [999, "0 min"],
  [1_000, "1 s"],
  [59_999, "59 s"],
  [MINUTE, "1 min"],
  [-90_000, "1 min"],
  [HOUR, "1 h 00"],
  [HOUR + 5 * MINUTE, "1 h 05"],
  [47 * HOUR + 59 * MINUTE, "47 h 59"],
  [48 * HOUR, "2 d 00 h"],
  [76 * HOUR, "3 d 04 h"],
]) {
  test(`${ms} ms are told as ${words}`, () => assert.equal(span(ms), words));
}

test("a length of time is told in the chosen language", () => {
  setLanguage("zh");
  const told = [0, 59_999, MINUTE, HOUR + 5 * MINUTE, 76 * HOUR].map(span);
  setLanguage("en");

  assert.deepEqual(told, ["0分钟", "59秒", "1分钟", "1小时05分", "3天04小时"]);
});

test("a drill's clock runs at its own speed from the moment it was told", () => {
  const wall = Date.now();
  setClock({ now: 1_000_000, speed: 60 });

  assert.ok(now() >= 1_000_000 && now() < 1_000_000 + 60 * 5_000);
  const tenSecondsOn = coordinatorTime(wall + 10_000) - 1_000_000;
  assert.ok(Math.abs(tenSecondsOn - 600_000) < 60 * 5_000, String(tenSecondsOn));
});

test("an answer that does not say the time leaves the clock as it was", () => {
  setClock({ now: 5_000_000, speed: 1 });
  setClock({});

  assert.ok(now() >= 5_000_000 && now() < 5_005_000);
});

test("a new id sorts by its time and is never the same twice", () => {
  const at = 1_767_225_600_000;
  const made = Array.from({ length: 200 }, () => ulid(at));

  assert.equal(new Set(made).size, 200);
  for (const it of made) assert.match(it, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.equal(new Set(made.map((it) => it.slice(0, 10))).size, 1);
  assert.ok(ulid(at) < ulid(at + 1));
  assert.ok(ulid(at) > ulid(at - 1));
});

test("a word is told in the chosen language, and in English where there is no other", () => {
  add({ test_both: ["{count} people", "{count} 人"], test_english: ["only so", ""] });
  const heard = [];
  const stop = onLanguage(() => heard.push(language()));

  assert.equal(t("test_both", { count: 3 }), "3 people");
  setLanguage("zh");
  assert.equal(t("test_both", { count: 3 }), "3 人");
  assert.equal(t("test_english"), "only so");
  assert.equal(document.documentElement.lang, "zh-CN");
  stop();
  setLanguage("en");
  assert.deepEqual(heard, ["zh"]);
});

test("what a text is not given stays visible, and what has no word is its own code", () => {
  add({ test_gap: ["{who} at {where}", "{where}的{who}"], phase_test: ["Tested", "已测"] });

  assert.equal(t("test_gap", { who: "Li" }), "Li at {where}");
  assert.equal(t("test_gap", { who: 0, where: "" }), "0 at ");
  assert.equal(t("no_such_word"), "no such word");
  assert.equal(code("phase", "test"), "Tested");
  assert.equal(code("phase", "not_known_here"), "not known here");
  assert.equal(code("phase", null), "–");
  assert.ok(!has("no_such_word"));
});
