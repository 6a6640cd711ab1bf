// Reading a JSON Schema: what kind of field each part is, and a filled form as a document.

const TIME_MAX = 4_102_444_800_000; // the bound of every moment: UTC milliseconds up to the year 2100
const LINE_MAX = 200;
const PROPERTIES_MAX = 14;

/**
 * @typedef {{kind: "choice" | "choices" | "place" | "group" | "time" | "id" | "ids" | "actor" | "flag" | "number"
 *     | "text" | "line" | "list" | "json" | "fixed", name?: string, nullable: boolean, schema: any, prefix?: string,
 *   options?: any[],
 *   group?: string, item?: any, fields?: Field[], initial?: any}} Shape
 * @typedef {{name: string, required: boolean, shape: Shape}} Field
 */

function followed(schema, defs) {
  let here = schema,
    group = null,
    nullable = false;
  for (;;) {
    if (here.$ref) {
      group = here.$ref.split("/").pop();
      here = { ...defs[group], ...without(here, "$ref") };
    } else if (here.anyOf) {
      const rest = here.anyOf.filter((it) => it.type !== "null");
      nullable = nullable || rest.length < here.anyOf.length;
      if (rest.length !== 1) return { here, group, nullable, several: true };
      here = { ...rest[0], ...without(here, "anyOf") };
    } else if (here.allOf?.length === 1) {
      here = { ...here.allOf[0], ...without(here, "allOf") };
    } else {
      return { here, group, nullable, several: false };
    }
  }
}
const without = (from, name) => Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
const ACTOR = "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$";
const prefixOf = (schema) => /^\^([a-z]{3})_/.exec(schema.pattern || "")?.[1];

/** Return what kind of field a schema is. @returns {Shape} */
export function shapeOf(schema, defs) {
  const { here, group, nullable, several } = followed(schema, defs);
  const common = { nullable, schema: here, group, initial: here.default };
  if (several) return { ...common, kind: "json" };
  if (here.const !== undefined) return { ...common, kind: "fixed", initial: here.const };
  if (here.enum) return { ...common, kind: "choice", options: here.enum };
  if (here.type === "boolean") return { ...common, kind: "flag" };
  if (here.type === "integer" || here.type === "number")
    return { ...common, kind: here.maximum === TIME_MAX ? "time" : "number" };
  if (here.type === "string") return { ...common, ...textShape(here) };
  if (here.type === "array") return { ...common, ...listShape(here, defs) };
  if (here.type === "object" && here.properties) return { ...common, ...groupShape(here, defs) };
  return { ...common, kind: "json" };
}

/** @returns {Pick<Shape, "kind" | "prefix">} */
function textShape(here) {
  const prefix = prefixOf(here);
  if (prefix) return { kind: "id", prefix };
  if (here.pattern === ACTOR) return { kind: "actor" };
  return { kind: (here.maxLength ?? LINE_MAX + 1) > LINE_MAX ? "text" : "line" };
}

/** @returns {Partial<Shape> & Pick<Shape, "kind">} */
function listShape(here, defs) {
  if (!here.items) return { kind: "json" };
  const item = shapeOf(here.items, defs);
  if (item.kind === "choice") return { kind: "choices", options: item.options, group: item.group };
  if (item.kind === "id") return { kind: "ids", prefix: item.prefix };
  if (item.kind === "json") return { kind: "json" };
  return { kind: "list", item };
}

/** @returns {Partial<Shape> & Pick<Shape, "kind">} */
function groupShape(here, defs) {
  const names = Object.keys(here.properties);
  if (names.length === 2 && names.includes("lon") && names.includes("lat")) return { kind: "place" };
  if (names.length > PROPERTIES_MAX) return { kind: "json" };
  return { kind: "group", fields: fieldsOf(here, defs) };
}

/** Return the fields of an object's schema, those that must be said first. @returns {Field[]} */
export function fieldsOf(schema, defs) {
  const required = new Set(schema.required || []);
  const fields = Object.entries(schema.properties).map(([name, it]) => ({
    name,
    required: required.has(name),
    shape: shapeOf(it, defs),
  }));
  return [...fields.filter((it) => it.required), ...fields.filter((it) => !it.required)];
}

const empty = (it) => it === undefined || it === null || it === "";

/**
 * Return what was filled in as the document a signal wants; what was left empty is left out.
 * What cannot be read as a number or a time stays as it was typed, so that the check names it.
 */
export function documentOf(fields, filled) {
  const document = {};
  for (const { name, shape } of fields) {
    const value = valueOf(shape, filled?.[name]);
    if (value !== undefined) document[name] = value;
  }
  return document;
}

function valueOf(shape, raw) {
  if (shape.kind === "fixed") return shape.initial;
  if (empty(raw)) return undefined;
  switch (shape.kind) {
    case "number":
      return numberOf(raw);
    case "place":
      return empty(raw.lon) && empty(raw.lat) ? undefined : { lon: numberOf(raw.lon), lat: numberOf(raw.lat) };
    case "group": {
      const inner = documentOf(shape.fields, raw);
      return Object.keys(inner).length ? inner : undefined;
    }
    case "list": {
      const found = raw.map((it) => valueOf(shape.item, it)).filter((it) => it !== undefined);
      return found.length ? found : undefined;
    }
    case "ids":
    case "choices":
      return raw.length ? raw : undefined;
    case "json":
      return jsonOf(raw);
    case "flag":
      return raw === "" ? undefined : raw;
    default:
      return raw;
  }
}

function numberOf(raw) {
  const found = typeof raw === "number" ? raw : Number(raw);
  return raw === "" || Number.isNaN(found) ? raw : found;
}

function jsonOf(raw) {
  if (typeof raw !== "string") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

/** Return a moment as a `datetime-local` input shows it, in this computer's zone. @param {number} ms */
export function localOf(ms) {
  const it = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return it.toISOString().slice(0, 16);
}
