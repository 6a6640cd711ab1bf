// Any moment: its address, and the boards as each record changed them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, readAddress } from "/static/replay/address.js";
import { lag, markOf } from "/static/replay/marks.js";
import { after, frameOf } from "/static/replay/past.js";

test("an address says the moment it was made of", () => {
  for (const moment of [
    { j: "yunhe", seq: 12, at: null, subject: null },
    { j: "云和", seq: 0, at: 1_767_225_600_000, subject: "inc_01" },
    { j: "a&b=c#d", seq: 999_999_999_999_999, at: null, subject: "opr_01" },
  ]) {
    const address = addressOf({ ...moment, at: moment.at ?? undefined });
    assert.deepEqual(readAddress(address), moment);
  }
  assert.match(addressOf({ j: "x", seq: 1, subject: "opr_1" }), /operation=opr_1/);
  assert.match(addressOf({ j: "x", seq: 1, at: 1.6 }), /at=2$/);
});

test("what is no number in an address is as good as not there", () => {
  assert.deepEqual(readAddress("#j=x&seq=-1&at=1e9"), { j: "x", seq: null, at: null, subject: null });
  assert.deepEqual(readAddress(""), { j: null, seq: null, at: null, subject: null });
});

const KEYFRAME = {
  seq: 10,
  at: 100,
  rows: [
    { board: "open_incidents", key: "a", row: { phase: "open" } },
    { board: "open_incidents", key: "b", row: { phase: "open" } },
    { board: "vehicles", key: "v", row: { busy: false } },
    { board: "not_wanted", key: "x", row: {} },
  ],
};

test("records change the boards they speak of, and the frame before stays as it was", () => {
  const first = frameOf(KEYFRAME, ["open_incidents", "vehicles"]);
  const next = after(first, [
    { seq: 11, at: 110, changes: [{ board: "open_incidents", key: "a", row: { phase: "restored" } }] },
    {
      seq: 12,
      at: 120,
      changes: [
        { board: "open_incidents", key: "b", row: null },
        { board: "open_incidents", key: "c", row: { phase: "open" } },
        { board: "not_wanted", key: "x", row: {} },
      ],
    },
  ]);

  assert.deepEqual([next.seq, next.at], [12, 120]);
  assert.deepEqual(
    [...next.boards.open_incidents],
    [
      ["a", { phase: "restored", key: "a" }],
      ["c", { phase: "open", key: "c" }],
    ],
  );
  assert.deepEqual([...first.boards.open_incidents.keys()], ["a", "b"]);
  assert.equal(first.boards.open_incidents.get("a").phase, "open");
  assert.equal(next.boards.vehicles, first.boards.vehicles, "what did not change is shared");
  assert.equal(next.boards.not_wanted, undefined);
  assert.equal(after(first, []), first);
});

test("of several facts of a record the gravest is its mark", () => {
  const record = (...types) => ({ events: types.map((type) => ({ type })) });

  assert.equal(markOf(record("incident_opened", "help_called")), "help_called");
  assert.equal(markOf(record("promise_corrected")), "told_late");
  assert.equal(markOf(record("interruption_started", "unit_formed")), "guarded_site_hit");
  assert.equal(markOf(record("nothing_of_note")), null);
  assert.equal(lag({ at: 50, happened_at: 20 }), 30);
  assert.equal(lag({ at: 50, happened_at: 70 }), 0);
  assert.equal(lag({ at: 50 }), 0);
});
