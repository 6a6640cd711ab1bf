// A signal's form: its fields from the schema, its document from what was typed. And a member's answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { documentOf, fieldsOf, shapeOf } from "/static/dispatch/schema_shape.js";
import { answer, choices, keyOf, spokenStatus, stillSaid, takingBack, undoable } from "/static/oncall/actions.js";

const DEFS = { Grade: { enum: ["I", "II"] }, Place: { type: "object", properties: { lon: {}, lat: {} } } };
const SCHEMA = {
  properties: {
    text: { type: "string", maxLength: 80 },
    count: { type: "integer" },
    due_at: { type: "integer", maximum: 4_102_444_800_000 },
    grade: { anyOf: [{ $ref: "#/$defs/Grade" }, { type: "null" }] },
    place: { $ref: "#/$defs/Place" },
    unit_id: { type: "string", pattern: "^unt_[0-9]+" },
    type: { const: "set_objective" },
    members: { type: "array", items: { type: "string", pattern: "^mem_" } },
    notes: { type: "array", items: { type: "string" } },
    either: { anyOf: [{ type: "string" }, { type: "integer" }] },
  },
  required: ["due_at", "type"],
};
const fields = fieldsOf(SCHEMA, DEFS);
const kinds = Object.fromEntries(fields.map((it) => [it.name, it.shape.kind]));

test("each part of a schema is the field one fills it in by, and what must be said comes first", () => {
  assert.deepEqual(
    fields.slice(0, 2).map((it) => it.name),
    ["due_at", "type"],
  );
  assert.deepEqual(kinds, {
    due_at: "time",
    type: "fixed",
    text: "line",
    count: "number",
    grade: "choice",
    place: "place",
    unit_id: "id",
    members: "ids",
    notes: "list",
    either: "json",
  });
  const grade = shapeOf(SCHEMA.properties.grade, DEFS);
  assert.deepEqual([grade.nullable, grade.group, grade.options], [true, "Grade", ["I", "II"]]);
  assert.equal(shapeOf({ type: "string", maxLength: 2_000 }, {}).kind, "text");
});

test("what was left empty is left out, and what is no number stays as typed, to be named", () => {
  assert.deepEqual(documentOf(fields, {}), { type: "set_objective" });
  assert.deepEqual(
    documentOf(fields, {
      text: "",
      count: "12",
      grade: "II",
      place: { lon: "110.5", lat: "north" },
      members: [],
      notes: ["a", ""],
      either: "[1, 2]",
    }),
    {
      type: "set_objective",
      count: 12,
      grade: "II",
      place: { lon: 110.5, lat: "north" },
      notes: ["a"],
      either: [1, 2],
    },
  );
  assert.deepEqual(documentOf(fields, { count: "1O" }).count, "1O");
  assert.deepEqual(documentOf(fields, { either: "{broken" }).either, "{broken");
  assert.equal(documentOf(fields, { place: { lon: "", lat: "" } }).place, undefined);
  assert.equal(documentOf(fields, { count: 0 }).count, 0);
});

const CALLED = { assignment_id: "asg_1", status: "offered", step: 2 };
const tap = (type, fate = "kept", assignment = "asg_1") => ({ fate, signal: { type, assignment_id: assignment } });

test("who has said something is there by their own word, until it is refused", () => {
  assert.equal(spokenStatus(CALLED, []), "offered");
  assert.equal(spokenStatus(CALLED, [tap("accept_assignment"), tap("depart", "sent")]), "en_route");
  assert.equal(spokenStatus(CALLED, [tap("depart", "refused")]), "offered");
  assert.equal(spokenStatus(CALLED, [tap("depart", "kept", "asg_2")]), "offered");
  assert.equal(spokenStatus({ ...CALLED, status: "on_scene" }, [tap("depart")]), "on_scene", "never back");
  assert.equal(spokenStatus(CALLED, [tap("decline_assignment")]), "declined");
  assert.ok(stillSaid("asg_1", "depart", [tap("depart", "refused"), tap("depart")]));
  assert.ok(!stillSaid("asg_1", "depart", [tap("depart"), tap("depart", "failed")]));
});

test("one thing is next, and who is at work is let go by nothing but its end", () => {
  assert.deepEqual(choices("offered", false), { next: "accept_assignment", other: "decline_assignment" });
  assert.deepEqual(choices("accepted", false), { next: "depart", other: "abort_assignment" });
  assert.deepEqual(choices("on_scene", false), { next: "finish_assignment", other: "abort_assignment" });
  assert.equal(choices("on_scene", true).next, null);
  assert.equal(choices("en_route", true).next, "arrive");
  assert.equal(choices("done", false), null);
});

test("an answer names the step it answers, if there is one", () => {
  assert.deepEqual(answer(CALLED, "depart"), { type: "depart", assignment_id: "asg_1", step: 2 });
  assert.deepEqual(answer({ assignment_id: "a", step: -1 }, "depart", { text: "x" }), {
    type: "depart",
    assignment_id: "a",
    text: "x",
  });
  assert.equal(keyOf(CALLED, "depart", []), "asg_1/depart");
});

const BACK = (word, fate = "kept") => ({ fate, signal: { type: "take_back_tap", assignment_id: "asg_1", tap: word } });
const timed = (type, at, fate) => ({ ...tap(type, fate), tapped_at: at });

test("what was taken back was not said, and can be said anew", () => {
  const taken = [tap("accept_assignment", "sent"), BACK("accepted")];
  assert.equal(spokenStatus(CALLED, taken), "offered");
  assert.equal(spokenStatus(CALLED, [...taken, tap("accept_assignment")]), "accepted");
  assert.equal(spokenStatus(CALLED, [tap("accept_assignment"), BACK("accepted", "refused")]), "accepted");
  assert.equal(keyOf(CALLED, "accept_assignment", taken), "asg_1/accept_assignment/1");
});

test("only the last tap can be taken back, while its seconds last", () => {
  const taps = [timed("accept_assignment", 1_000), timed("depart", 5_000)];
  assert.deepEqual(undoable(taps, 6_000, 10_000), { tap: taps[1], left: 9_000 });
  assert.deepEqual(takingBack(taps[1]), { type: "take_back_tap", assignment_id: "asg_1", tap: "en_route" });
  assert.equal(undoable(taps, 15_000, 10_000), null);
  assert.equal(undoable([timed("depart", 5_000, "refused")], 6_000, 10_000), null);
  assert.equal(undoable([...taps, BACK("en_route")], 12_000, 10_000), null);
  assert.equal(undoable([], 6_000, 10_000), null);
});
