// What waits for a hand, in which order, and how its promises stand.
import assert from "node:assert/strict";
import { test } from "node:test";

import { nextPromise as nextAtTheDesk, standing, urgencyOf } from "/static/dispatch/promises.js";
import { counted, inOrder } from "/static/dispatch/queue_order.js";
import { SOON_MS, nextPromise as nextOnTheMap, promiseState } from "/static/map/promise_state.js";

const AT = 1_000_000_000;
const running = (dueAt) => ({ due_at: dueAt, met_at: null, lapsed_at: null, broken: dueAt <= AT });
const row = (key, more = {}) => ({
  key,
  jurisdiction: "yunhe",
  kind: "outage",
  grade: "fault",
  phase: "open",
  priority: 0,
  promises: {},
  customers_out: 10,
  ...more,
});
const ordered = (rows, wanted = {}) =>
  inOrder(rows, { place: "", filter: "all", text: "", ...wanted }, AT).map((it) => it.key);

test("a call for help comes first, then what is overdue, then the grade, then the time left", () => {
  const rows = [
    row("closed", { phase: "closed" }),
    row("later", { promises: { arrive: running(AT + 9_000) } }),
    row("sooner", { promises: { arrive: running(AT + 5_000) } }),
    row("graded", { grade: "II" }),
    row("overdue", { promises: { arrive: running(AT - 1) } }),
    row("help", { priority: 10_000 }),
  ];

  assert.deepEqual(ordered(rows), ["help", "overdue", "graded", "sooner", "later", "closed"]);
  assert.deepEqual(ordered([...rows].reverse()), ordered(rows));
});

test("power is back and people are on the line: it stays on top and counts as open", () => {
  const onTheLine = row("line", { phase: "restored", at_work: true });
  const rows = [row("open"), onTheLine, row("done", { phase: "restored" })];

  assert.deepEqual(ordered(rows), ["line", "open", "done"]);
  assert.deepEqual(ordered(rows, { filter: "open" }), ["line", "open"]);
  assert.deepEqual(counted(rows, "", AT), { open: 2, overdue: 0, customers: 10 });
  assert.equal(urgencyOf(onTheLine, AT), "alarm");
  assert.equal(urgencyOf(row("done", { phase: "restored" }), AT), "done");
});

test("a filter, a place and a search leave in what they say", () => {
  const rows = [
    row("a", { promises: { arrive: running(AT - 1) }, circuit: "C-7 North" }),
    row("b", { jurisdiction: "qingshan" }),
    row("c", { grade: "I", phase: "responding", cause: "Tree on line" }),
  ];

  assert.deepEqual(ordered(rows, { filter: "overdue" }), ["a"]);
  assert.deepEqual(ordered(rows, { filter: "unanswered" }), ["a", "b"]);
  assert.deepEqual(ordered(rows, { filter: "graded" }), ["c"]);
  assert.deepEqual(ordered(rows, { filter: "no such filter" }), ["a", "c", "b"]);
  assert.deepEqual(ordered(rows, { place: "qingshan" }), ["b"]);
  assert.deepEqual(ordered(rows, { text: "north c-7" }), ["a"]);
  assert.deepEqual(ordered(rows, { text: "TREE" }), ["c"]);
  assert.deepEqual(ordered(rows, { text: "tree north" }), []);
  assert.equal(counted(rows, "yunhe", AT).overdue, 1);
});

test("the desk and the map agree on which promise runs out first", () => {
  const promises = {
    late: { due_at: AT + 1, met_at: AT, lapsed_at: null, broken: false },
    lapsed: { due_at: AT + 2, met_at: null, lapsed_at: AT, broken: false },
    restore: running(AT + 60_000),
    arrive: running(AT + 30_000),
  };

  assert.equal(nextAtTheDesk({ promises }).name, "arrive");
  assert.equal(nextOnTheMap({ promises }).name, "arrive");
  assert.equal(nextAtTheDesk({ promises: { late: promises.late } }), null);
  assert.equal(nextOnTheMap({ promises: { late: promises.late } }), null);
});

for (const [left, atTheDesk, onTheMap] of [
  [-1, "alarm", "overdue"],
  [0, "alarm", "overdue"],
  [1, "soon", "soon"],
  [SOON_MS - 1, "soon", "soon"],
  [SOON_MS + 1, "calm", "in_time"],
]) {
  test(`${left} ms before it runs out a promise stands ${onTheMap}`, () => {
    assert.equal(standing(AT + left, AT), atTheDesk);
    assert.equal(promiseState({ promises: { arrive: running(AT + left) } }, AT), onTheMap);
  });
}

test("without a promise that runs, an incident is in time, or done once power is back", () => {
  assert.equal(promiseState({ promises: {}, restored_at: null }, AT), "in_time");
  assert.equal(promiseState({ promises: {}, restored_at: AT }, AT), "done");
  const broken = { ...running(AT + 60_000), broken: true };
  assert.equal(promiseState({ promises: { arrive: broken } }, AT), "overdue");
});

test("what nobody sees to any more waits with what is overdue, and stands among what nobody comes to", () => {
  const left = row("left", { phase: "responded", left_alone: true });
  const rows = [row("graded", { grade: "II", phase: "responded" }), left];

  assert.deepEqual(ordered(rows), ["left", "graded"]);
  assert.deepEqual(ordered(rows, { filter: "unanswered" }), ["left"]);
  assert.equal(urgencyOf(left, AT), "alarm");
});
