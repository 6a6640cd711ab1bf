// Where things are on the map, and which of them are drawn as one.
import assert from "node:assert/strict";
import { test } from "node:test";

import { grouped, worldPixel } from "/static/map/groups.js";
import { inOrder } from "/static/map/map_list.js";
import { personAt, progress, unitAt, vehicleAt } from "/static/map/whereabouts.js";

const near = (one, other, by = 1e-9) => assert.ok(Math.abs(one - other) <= by, `${one} is not ${other}`);

test("the world is 256 pixels wide at zoom 0, its middle in the middle, north on top", () => {
  for (const [lon, lat, x, y] of [
    [0, 0, 128, 128],
    [-180, 0, 0, 128],
    [180, 0, 256, 128],
    [0, 85.0511287798, 128, 0],
  ]) {
    const [atX, atY] = worldPixel(lon, lat);
    near(atX, x, 1e-6);
    near(atY, y, 1e-6);
  }
  assert.ok(worldPixel(110, 31)[1] < worldPixel(110, 30)[1]);
});

const item = (key, lon, lat, state = "in_time") => {
  const [wx, wy] = worldPixel(lon, lat);
  return { kind: "incident", key, lon, lat, wx, wy, state, row: {} };
};
const HOW = { kind: "incident", zoom: 10, radius: 30, least: 3 };
const members = (drawn) => drawn.flatMap((it) => it.group ?? [it]).map((it) => it.key);

test("what lies close is one group that shows the worst of it; nothing is lost and nothing twice", () => {
  const items = [
    item("a", 112.0, 31.0),
    item("b", 112.001, 31.0, "soon"),
    item("c", 112.0, 31.001, "overdue"),
    item("far", 113.0, 31.0),
    item("pair-1", 114.0, 31.0),
    item("pair-2", 114.001, 31.0),
  ];
  const drawn = grouped(items, HOW);
  const group = drawn.find((it) => it.group);

  assert.deepEqual([...members(drawn)].sort(), items.map((it) => it.key).sort());
  assert.equal(drawn.length, 4, "two are too few for a group");
  assert.equal(group.count, 3);
  assert.equal(group.worst, "overdue");
  assert.deepEqual(group.counts, { done: 0, in_time: 1, soon: 1, overdue: 1 });
  near(group.lon, (112.0 + 112.001 + 112.0) / 3);
});

test("nearer they come apart, and the same items give the same groups", () => {
  const items = Array.from({ length: 60 }, (_, n) =>
    item(`i${n}`, 112 + (n % 8) * 0.004, 31 + Math.floor(n / 8) * 0.004),
  );

  assert.ok(grouped(items, { ...HOW, zoom: 9 }).length < grouped(items, { ...HOW, zoom: 12 }).length);
  assert.equal(grouped(items, { ...HOW, zoom: 18 }).length, items.length);
  assert.deepEqual(grouped(items, HOW), grouped(items, HOW));
  assert.deepEqual([...members(grouped(items, HOW))].sort(), items.map((it) => it.key).sort());
});

test("things on both sides of a square's edge are near all the same", () => {
  const [lon] = [112];
  for (let shift = 0; shift < 12; shift += 1) {
    const at = lon + shift * 0.0031;
    const items = [item("a", at, 31), item("b", at + 0.005, 31), item("c", at + 0.0025, 31.002)];
    assert.equal(grouped(items, HOW).length, 1, `shifted by ${shift}`);
  }
});

const person = (more) => ({
  base: [112, 31],
  en_route_at: null,
  expected_at: null,
  on_scene_at: null,
  role: "member",
  ...more,
});
const MUSTER = [114, 33];

test("somebody on the way is as far as the time says, and never there before they say so", () => {
  const coming = person({ en_route_at: 1_000, expected_at: 2_000 });

  assert.deepEqual(personAt(coming, MUSTER, 1_000), [112, 31]);
  assert.deepEqual(personAt(coming, MUSTER, 1_500), [113, 32]);
  assert.equal(progress(coming, 999_999), 0.97);
  assert.equal(progress(coming, 0), 0);
  assert.equal(progress(person({ en_route_at: 1_000, expected_at: 1_000 }), 1_000), 0.97);
  assert.deepEqual(personAt(person({ on_scene_at: 5 }), MUSTER, 0), MUSTER);
  assert.equal(personAt(person({ base: null }), MUSTER, 0), null);
});

test("a unit is where the furthest of its people is, the leader if several are", () => {
  const [slow, quick] = [person({ en_route_at: 0, expected_at: 100 }), person({ en_route_at: 0, expected_at: 50 })];
  const unit = (...people) => ({ muster_point: MUSTER, people });

  assert.equal(unitAt({ muster_point: null, people: [slow] }, 25), null);
  assert.deepEqual(unitAt(unit(), 25), { lon: 114, lat: 33, moving: false, progress: 1 });
  assert.equal(unitAt(unit(slow, { ...quick, role: "leader" }), 25).progress, 0.5);
  assert.equal(unitAt(unit(person({}), slow), 25).progress, 0.25);
  assert.deepEqual(unitAt(unit(slow, person({ on_scene_at: 1 })), 25), {
    lon: 114,
    lat: 33,
    moving: false,
    progress: 1,
  });
});

test("a vehicle is with the unit that has it, else where it is kept", () => {
  const units = new Map([["u", { muster_point: MUSTER, people: [] }]]);

  assert.equal(vehicleAt({ committed_to: "u", lon: 1, lat: 2 }, units, 0).lon, 114);
  assert.deepEqual(vehicleAt({ committed_to: null, lon: 1, lat: 2 }, units, 0), {
    lon: 1,
    lat: 2,
    moving: false,
    progress: 0,
  });
  assert.equal(vehicleAt({ committed_to: "gone", lon: 1, lat: 2 }, units, 0).lon, 1);
});

test("the list has incidents first, the worst of them on top", () => {
  const one = (kind, key, state, priority) => ({ kind, key, state, row: { priority } });
  const given = [
    one("site", "s", "overdue"),
    one("incident", "calm", "in_time", 9),
    one("incident", "b", "overdue", 1),
    one("incident", "a", "overdue", 5),
    one("unit", "u", "soon"),
  ];

  assert.deepEqual(
    inOrder(given).map((it) => it.key),
    ["a", "b", "calm", "u", "s"],
  );
  assert.equal(given[0].key, "s", "what is given stays as it is");
});
