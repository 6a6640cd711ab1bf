// One field of a form, whatever its kind: with its word, its unit, and what is wrong with it.
import { html, useRef } from "/static/shared/ui.js";
import { code, has, t } from "/static/shared/words.js";
import { Combobox } from "/static/dispatch/combobox.js";
import { row } from "/static/dispatch/boards.js";
import { desk } from "/static/dispatch/desk.js";
import { localOf } from "/static/dispatch/schema_shape.js";
import { choicesOf, wordsOf } from "/static/dispatch/who.js";
import { anybody, peopleFor } from "/static/dispatch/who_may.js";

const GROUPS = {
  IncidentKind: "kind",
  UnitRole: "role",
  ResourceKind: "vehicle",
  EventGrade: "grade",
  Skill: "skill",
  SiteKind: "site",
  WorkKind: "work",
  Interlock: "interlock",
  Clearance: "clearance",
  TicketForm: "ticket_form",
  TicketRole: "ticket_role",
  DeclineReason: "decline",
  BranchActivity: "activity",
  BranchPost: "post",
  GuaranteeLevel: "level",
  ActivationBasis: "basis",
  AreaClass: "area",
  FaultClass: "fault",
  CrewStatus: "crew",
  CallOutcome: "call",
  Hazard: "hazard",
  WarningColour: "colour",
  ResponseLevel: "grade",
  GridKind: "grid",
  Urgency: "urgency",
  CustomerClass: "customer",
  CommunityService: "service",
  CommunityRole: "place",
  TaskAim: "aim",
  ViolationKind: "violation",
  ViolationClass: "class",
};

/** The word for a field. @param {string} name */
export const fieldWord = (name) => t(has(`field_${name}`) ? `field_${name}` : name);
/** The word for a field with the unit it is reckoned in, which ends its name. */
function fieldWithUnit(name) {
  const measured = `measured_${name.split("_").pop()}`;
  return has(measured) ? t("field_measured", { field: fieldWord(name), unit: t(measured) }) : fieldWord(name);
}
const optionWord = (shape, name, value) =>
  code(GROUPS[shape.group] || (has(`${name}_${value}`) ? name : "choice"), value);

const CHOSEN = new Set(["id", "ids", "actor"]);
/** Whether a name was typed where one is to be chosen: the coordinator knows ids, and not how they are called. */
const isUnchosen = (shape, wrong) => CHOSEN.has(shape.kind) && wrong.code === "string_pattern_mismatch";

/** What is wrong at a path, if anything. */
const wrongAt = (errors, path) => errors.find((it) => it.field === path);

/**
 * @param {{field: import("./schema_shape.js").Field, path: string, value: any, onValue: (value: any) => void,
 *   errors: {field: string, reason: string, code?: string}[], jurisdiction: string, about?: any}} props
 *   `about`: what the form says so far, its type with it: whom a field may name depends on that.
 */
export function SchemaField({ field, path, value, onValue, errors, jurisdiction, about = {} }) {
  const { name, required, shape } = field;
  const wrong = wrongAt(errors, path),
    id = `f-${path.replaceAll(".", "-")}`,
    describedBy = wrong ? `${id}-wrong` : undefined;
  const label = html`<span>
    ${fieldWithUnit(name)}${required ? html` <span class="alarm" aria-hidden="true">*</span>` : ""}</span>`;
  const reason = wrong && (isUnchosen(shape, wrong) ? t("choose_one") : wrong.reason);
  const told = wrong && html`<span id=${`${id}-wrong`} class="alarm small">▲ ${reason}</span>`;
  const given = {
    id,
    "aria-invalid": wrong ? "true" : undefined,
    "aria-describedby": describedBy,
    "aria-required": required ? "true" : undefined,
  };
  const props = { shape, name, path, value, onValue, errors, jurisdiction, about, given, required };
  if (shape.kind === "fixed") return null;
  if (
    shape.kind === "group" ||
    shape.kind === "list" ||
    shape.kind === "place" ||
    shape.kind === "choices" ||
    shape.kind === "ids"
  ) {
    return html`<fieldset class="field-group" data-field=${path}><legend>${label}</legend>
      <${KINDS[shape.kind]} ...${props} />${told}</fieldset>`;
  }
  if (shape.kind === "flag" && !shape.nullable) {
    return html`<div class="field" data-field=${path}><label class="row">
      <input type="checkbox" ...${given} checked=${value ?? shape.initial ?? false}
        onChange=${(event) => onValue(event.target.checked)} />${label}</label>${told}</div>`;
  }
  return html`<div class="field" data-field=${path}><label for=${id}>${label}</label>
    <${KINDS[shape.kind]} ...${props} />${told}</div>`;
}

function Choice({ shape, name, value, onValue, given, required }) {
  const chosen = value ?? shape.initial ?? "";
  return html`<select ...${given} value=${chosen} onChange=${(event) => onValue(event.target.value)}>
    ${(!required || chosen === "") && html`<option value="">–</option>`}
    ${shape.options.map((it) => html`<option key=${it} value=${it}>${optionWord(shape, name, it)}</option>`)}</select>`;
}

function Flag({ value, onValue, given }) {
  return html`<select ...${given} value=${value === undefined ? "" : String(value)}
    onChange=${(event) => onValue(event.target.value === "" ? undefined : event.target.value === "true")}>
    <option value="">–</option><option value="true">${t("yes")}</option><option value="false">${t("no")}</option>
      </select>`;
}

const Line = ({
  shape,
  value,
  onValue,
  given,
}) => html`<input type="text" ...${given} maxlength=${shape.schema.maxLength} value=${value ?? shape.initial ?? ""}
  onInput=${(event) => onValue(event.target.value)} />`;

const Text = ({
  shape,
  value,
  onValue,
  given,
}) => html`<textarea rows="3" ...${given} maxlength=${shape.schema.maxLength} value=${value ?? shape.initial ?? ""}
  onInput=${(event) => onValue(event.target.value)}></textarea>`;

const Numeric = ({
  shape,
  value,
  onValue,
  given,
}) => html`<input type="number" ...${given} min=${shape.schema.minimum} max=${shape.schema.maximum}
  step=${shape.schema.type === "integer" ? 1 : "any"} value=${value ?? shape.initial ?? ""}
    onInput=${(event) => onValue(event.target.value)} />`;

function Time({ value, onValue, given }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return html`<div class="row"><input type="datetime-local" ...${given} value=${value ? localOf(value) : ""}
    onInput=${(event) => onValue(event.target.value ? new Date(event.target.value).getTime() : undefined)} />
      <span class="quiet small">${zone}</span></div>`;
}

/** Who or what may stand in a field; `asked` again when the form says other things. */
function choosing({ shape, path, jurisdiction, about }) {
  const people = peopleFor(about.type, path) ?? (shape.kind === "actor" ? anybody : null);
  if (!people) return { asked: "", choices: () => choicesOf(shape.prefix, jurisdiction) };
  const rest = Object.entries(about).filter(([name]) => name !== path.split(".")[0]);
  return { asked: JSON.stringify(rest), choices: () => people(about, jurisdiction) };
}

function Id(props) {
  const { name, value, onValue, given } = props,
    { asked, choices } = choosing(props);
  return html`<${Combobox} key=${asked} value=${value ?? ""} onValue=${onValue} label=${fieldWord(name)}
    wordsOf=${wordsOf} id=${given.id} free
    invalid=${given["aria-invalid"] === "true"} describedBy=${given["aria-describedby"]} choices=${choices} />`;
}

function Ids(props) {
  const { name, value, onValue, given } = props,
    { asked, choices } = choosing(props);
  const chosen = value || [];
  const left = async () => {
    const found = await choices(),
      ones = Array.isArray(found) ? found : found.ones;
    const rest = ones.filter((it) => !chosen.includes(it.value));
    return Array.isArray(found) || rest.length < ones.length ? rest : { ...found, ones: rest };
  };
  return html`<div class="stack"><div class="row">${chosen.map(
    (id) => html`<span class="chip" key=${id}>${wordsOf(id)}
      <button type="button" class="chip-drop" aria-label=${t("take_out", { what: wordsOf(id) })}
        onClick=${() => onValue(chosen.filter((it) => it !== id))}>✕</button></span>`,
  )}</div>
    <${Combobox} key=${`${chosen.length}/${asked}`} value="" label=${t("add_to", { what: fieldWord(name) })}
      wordsOf=${wordsOf}
      id=${given.id}
      onValue=${(id) => id && !chosen.includes(id) && onValue([...chosen, id])}
      choices=${left} /></div>`;
}

function Choices({ shape, name, value, onValue }) {
  const chosen = value || [];
  return html`<div class="row">${shape.options.map(
    (it) => html`<label class="row small" key=${it}><input type="checkbox" checked=${chosen.includes(it)}
    onChange=${(event) => onValue(event.target.checked ? [...chosen, it] : chosen.filter((one) => one !== it))} />
      ${optionWord(shape, name, it)}</label>`,
  )}</div>`;
}

function Place({ path, value, onValue, errors }) {
  const held = value || {},
    picked = row("open_incidents", desk().selected);
  const one = (axis) => {
    const wrong = wrongAt(errors, `${path}.${axis}`),
      id = `f-${path.replaceAll(".", "-")}-${axis}`;
    return html`<div class="field" data-field=${`${path}.${axis}`}><label for=${id}>${t(axis)}</label>
      <input id=${id} type="number" step="any" value=${held[axis] ?? ""}
      aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? `${id}-wrong` : undefined}
        onInput=${(event) => onValue({ ...held, [axis]: event.target.value })} />
      ${wrong && html`<span id=${`${id}-wrong`} class="alarm small">▲ ${wrong.reason}</span>`}</div>`;
  };
  return html`<div class="row place">${one("lon")}${one("lat")}
    ${
      picked &&
      html`<button type="button" class="button"
      onClick=${() => onValue({ lon: picked.lon, lat: picked.lat })}>${t("place_of_incident")}</button>`
    }</div>`;
}

function Group({ shape, path, value, onValue, errors, jurisdiction, about }) {
  return html`<div class="fields">${shape.fields.map(
    (field) => html`<${SchemaField} key=${field.name} field=${field} path=${`${path}.${field.name}`}
    value=${value?.[field.name]} onValue=${(it) => onValue({ ...value, [field.name]: it })} errors=${errors}
      jurisdiction=${jurisdiction} about=${about} />`,
  )}</div>`;
}

function List({ shape, name, path, value, onValue, errors, jurisdiction, about }) {
  const held = value || [],
    keys = useRef([]);
  while (keys.current.length < held.length) keys.current.push(Math.random());
  const put = (index, it) => onValue(held.map((one, at) => (at === index ? it : one)));
  return html`<div class="stack">${held.map(
    (it, index) => html`<div class="row list-one" key=${keys.current[index]}><div class="grow">
      <${SchemaField} field=${{ name, required: false, shape: shape.item }} path=${`${path}.${index}`} value=${it}
        onValue=${(one) => put(index, one)} errors=${errors} jurisdiction=${jurisdiction} about=${about} /></div>
      <button type="button" class="button" aria-label=${t("take_out", { what: `${fieldWord(name)} ${index + 1}` })}
        onClick=${() => {
          keys.current.splice(index, 1);
          onValue(held.filter((_, at) => at !== index));
        }}>✕</button></div>`,
  )}
    <div><button type="button" class="button"
      onClick=${() => onValue([...held, shape.item.kind === "group" ? {} : ""])}>＋ ${fieldWord(name)}</button></div>
      </div>`;
}

const Json = ({
  value,
  onValue,
  given,
}) => html`<textarea rows="8" class="json" spellcheck="false" ...${given} placeholder="JSON"
  value=${typeof value === "string" || value === undefined ? (value ?? "") : JSON.stringify(value, null, 1)}
    onInput=${(event) => onValue(event.target.value)}></textarea>`;

const KINDS = {
  choice: Choice,
  choices: Choices,
  place: Place,
  group: Group,
  time: Time,
  id: Id,
  actor: Id,
  ids: Ids,
  flag: Flag,
  number: Numeric,
  text: Text,
  line: Line,
  list: List,
  json: Json,
};
