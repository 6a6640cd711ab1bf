// The signs of the map, drawn on a canvas. Each kind has a shape of its own and each state a shape
// or a filling: no meaning is carried by colour alone.

const TURN = 2 * Math.PI;
const STATE_COLOUR = { overdue: "alarm", soon: "soon", in_time: "calm", done: "quiet" };
const STATE_GROUND = { overdue: "alarm-ground", soon: "soon-ground", in_time: "surface", done: "surface" };
const TINTED_FROM = 0.25;
const ORDER = ["overdue", "soon", "in_time", "done"];

/** Half the size of what is drawn for a thing, for aiming at it. */
export function reach(thing) {
  if (thing.group !== undefined) return groupRadius(thing);
  return thing.kind === "vehicle" ? 8 : 10;
}

function groupRadius({ kind, count }) {
  if (kind === "vehicle") return 15;
  if (kind === "site" || kind === "unit") return 12;
  return Math.min(26, 12 + 2.2 * Math.log2(count));
}

function polygon(context, points) {
  context.beginPath();
  points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

function hexagon(context, x, y, radius) {
  polygon(
    context,
    Array.from({ length: 6 }, (_, n) => [x + radius * Math.cos((TURN * n) / 6), y + radius * Math.sin((TURN * n) / 6)]),
  );
}

/** Draw the sign of a promise's state: triangle, diamond, dot, tick. */
export function stateSign(context, x, y, state, size, colours) {
  const colour = colours[STATE_COLOUR[state]];
  context.lineWidth = 1.5;
  context.strokeStyle = colours["map-halo"];
  context.fillStyle = colour;
  if (state === "overdue")
    polygon(context, [
      [x, y - size],
      [x + size, y + size * 0.8],
      [x - size, y + size * 0.8],
    ]);
  else if (state === "soon")
    polygon(context, [
      [x, y - size],
      [x + size * 0.9, y],
      [x, y + size],
      [x - size * 0.9, y],
    ]);
  else if (state === "in_time") {
    context.beginPath();
    context.arc(x, y, size * 0.62, 0, TURN);
  } else {
    context.beginPath();
    context.arc(x, y, size * 0.72, 0, TURN);
    context.fillStyle = colours.surface;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x - size * 0.36, y + size * 0.02);
    context.lineTo(x - size * 0.08, y + size * 0.32);
    context.lineTo(x + size * 0.38, y - size * 0.3);
    context.stroke();
    return;
  }
  context.fill();
  context.stroke();
}

const UNIT_STAGE = { called: "called", proposed: "called", mustering: "mustering", active: "active", relief: "active" };

/** Called: hollow. On the way: half filled. On scene: filled. */
function unit(context, x, y, { row }, colours) {
  const stage = UNIT_STAGE[row.status] ?? "called",
    radius = 7.5;
  hexagon(context, x, y, radius);
  context.fillStyle = stage === "active" ? colours["map-unit"] : colours.surface;
  context.fill();
  if (stage === "mustering") {
    context.save();
    context.clip();
    context.fillStyle = colours["map-unit"];
    context.fillRect(x - radius, y, 2 * radius, radius);
    context.restore();
    hexagon(context, x, y, radius);
  }
  context.lineWidth = 1.8;
  context.strokeStyle = colours["map-unit"];
  context.setLineDash(row.status === "proposed" ? [2.5, 2] : []);
  context.stroke();
  context.setLineDash([]);
}

/** A square; inside it what supplies the site: ▁ grid, a battery, a spark of ours, a cross. */
function site(context, x, y, { row, state }, colours) {
  const half = 7,
    colour = state === "in_time" ? colours.calm : colours[STATE_COLOUR[state]];
  context.beginPath();
  context.roundRect(x - half, y - half, 2 * half, 2 * half, 2);
  context.fillStyle = colours[STATE_GROUND[state]];
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
  context.fillStyle = colour;
  context.lineWidth = 1.8;
  context.beginPath();
  if (row.supply === "none") {
    context.moveTo(x - 3.5, y - 3.5);
    context.lineTo(x + 3.5, y + 3.5);
    context.moveTo(x + 3.5, y - 3.5);
    context.lineTo(x - 3.5, y + 3.5);
    context.stroke();
  } else if (row.supply === "own") {
    context.lineWidth = 1.3;
    context.strokeRect(x - 3, y - 3, 6, 7);
    context.fillRect(x - 1.5, y - 5, 3, 2);
    context.fillRect(x - 3, y + 0.5, 6, 3.5);
  } else if (row.supply === "emergency") {
    polygon(context, [
      [x + 1.5, y - 5],
      [x - 3, y + 1],
      [x, y + 1],
      [x - 1.5, y + 5],
      [x + 3, y - 1],
      [x, y - 1],
    ]);
    context.fill();
  } else {
    context.moveTo(x - 3.5, y);
    context.lineTo(x + 3.5, y);
    context.stroke();
  }
}

function car(context, x, y, colour, body) {
  context.beginPath();
  context.roundRect(x - 6, y - 3.5, 12, 6, 1.5);
  context.fillStyle = body;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = colour;
  context.stroke();
  context.fillStyle = colour;
  for (const wheel of [-3, 3]) {
    context.beginPath();
    context.arc(x + wheel, y + 3.2, 1.7, 0, TURN);
    context.fill();
  }
}

/** A small car from the side; filled while a unit has it, struck through while out of service. */
function vehicle(context, x, y, { row }, colours) {
  const used = row.committed_to !== null && row.committed_to !== undefined;
  const colour = used ? colours["map-unit"] : colours.quiet;
  car(context, x, y, colour, used ? colour : colours.surface);
  if (row.in_service === false) {
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x - 7, y + 6);
    context.lineTo(x + 7, y - 6);
    context.stroke();
  }
}

function groupOutline(context, x, y, thing, radius) {
  context.beginPath();
  if (thing.kind === "unit") hexagon(context, x, y, radius);
  else if (thing.kind === "site") context.roundRect(x - radius, y - radius * 0.85, 2 * radius, 1.7 * radius, 3);
  else if (thing.kind === "vehicle") context.roundRect(x - radius, y - 6.5, 2 * radius, 13, 6.5);
  else context.arc(x, y, radius, 0, TURN);
}

function group(context, x, y, thing, colours) {
  const radius = groupRadius(thing),
    { kind, worst } = thing;
  const alarming = worst === "overdue" || worst === "soon";
  // A tint is for a place where much is wrong: one late incident among a hundred has the sign.
  const tinted = kind !== "unit" && alarming && thing.counts[worst] >= thing.count * TINTED_FROM;
  groupOutline(context, x, y, thing, radius);
  context.fillStyle = tinted ? colours[STATE_GROUND[worst]] : colours.surface;
  context.fill();
  context.lineWidth = kind === "vehicle" ? 1 : 1.6;
  context.strokeStyle =
    kind === "unit" ? colours["map-unit"] : kind === "vehicle" ? colours.line : colours[STATE_COLOUR[worst]];
  if (kind === "incident") ring(context, x, y, thing, radius - 1.5, colours);
  else context.stroke();
  context.fillStyle = kind === "vehicle" ? colours.quiet : colours.ink;
  context.font = `600 ${kind === "incident" && thing.count > 9 ? 12 : 11}px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (kind === "vehicle") car(context, x - 6, y, colours.quiet, colours.surface);
  const aside = kind === "vehicle" ? 7 : 0;
  context.fillText(
    thing.count > 9_999 ? `${Math.round(thing.count / 1_000)}k` : String(thing.count),
    x + aside,
    y + 0.5,
  );
  if (kind === "incident" ? worst !== "in_time" : alarming) {
    stateSign(context, x + radius * 0.72, y - radius * 0.72, worst, worst === "done" ? 7 : 6.5, colours);
  }
}

/** The rim of a group: as much of it in each state as there are incidents in it. */
function ring(context, x, y, { counts, count }, radius, colours) {
  context.lineWidth = 3.2;
  let from = -TURN / 4;
  for (const state of ORDER) {
    if (!counts[state]) continue;
    const to = from + (TURN * counts[state]) / count;
    context.beginPath();
    context.arc(x, y, radius, from, to);
    context.strokeStyle = colours[STATE_COLOUR[state]];
    context.globalAlpha = state === "overdue" || state === "soon" ? 1 : 0.55;
    context.stroke();
    from = to;
  }
  context.globalAlpha = 1;
}

/** Draw one thing: an item or a group of them. */
export function drawThing(context, x, y, thing, colours) {
  if (thing.group !== undefined) group(context, x, y, thing, colours);
  else if (thing.kind === "incident")
    stateSign(context, x, y, thing.state, thing.state === "in_time" ? 8 : 8.5, colours);
  else if (thing.kind === "unit") unit(context, x, y, thing, colours);
  else if (thing.kind === "site") site(context, x, y, thing, colours);
  else vehicle(context, x, y, thing, colours);
}

/** Draw the ring around what is selected. */
export function drawSelected(context, x, y, radius, colours) {
  for (const [width, colour] of [
    [5, colours["map-halo"]],
    [2.4, colours.accent],
  ]) {
    context.beginPath();
    context.arc(x, y, radius, 0, TURN);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** Draw a word with a rim, so that it reads over anything. */
export function drawLabel(context, x, y, text, { colour, size, align = "center", weight = 500 }, colours) {
  context.font = `${weight} ${size}px ${colours.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colours["map-halo"];
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
