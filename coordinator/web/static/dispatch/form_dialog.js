// Any signal as a form made from its schema: judged by the coordinator before it is sent.
import { html, useMemo, useRef, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { post } from "/static/shared/api.js";
import { ulid } from "/static/shared/ids.js";
import { Naming } from "/static/shared/publish.js";
import { session } from "/static/shared/session.js";
import { now } from "/static/shared/time.js";
import { code, has, listed, named, t } from "/static/shared/words.js";
import { act, signalWord } from "/static/dispatch/actions.js";
import { allForms, formOf } from "/static/dispatch/catalogue.js";
import { closeDialog, desk, openDialog } from "/static/dispatch/desk.js";
import { aboutWord, ruleWord } from "/static/dispatch/refusal.js";
import { SchemaField, fieldWord } from "/static/dispatch/schema_fields.js";
import { documentOf, fieldsOf } from "/static/dispatch/schema_shape.js";
import { places, wordsOf } from "/static/dispatch/who.js";

/** Optional fields that are worth a look at once, by type; the others wait under «More». */
const SHOWN = {
  outage_reported: ["injury_risk", "address", "kind", "extent", "cause", "circuit", "text"],
  site_supply_reported: ["endurance_min"],
  restore_incident: ["temporary", "first_visit"],
  close_incident: ["feedback"],
  record_call_back: ["customer_ref", "of_all", "feedback"],
  call_help: ["hurt", "text"],
  resolve_help: ["hurt"],
  abort_assignment: ["unfit", "reason"],
  call_muster: ["need"],
  approve_branch: ["deputy_secretary", "committee"],
  name_branch_officers: ["deputy_secretary", "committee"],
  hold_branch_activity: ["attended", "text", "override_reason"],
  open_operation: ["plan_approved_by"],
  start_guard: ["override_reason"],
  check_in: ["text"],
  report_preparation: ["danger", "text"],
  conclude_operation: ["lessons"],
  draft_ticket: ["form", "guardian", "issuer", "permitter", "work_id"],
  confirm_clear: ["people"],
  supply_interrupted: ["reason"],
  record_report: ["text"],
  control_incident: ["text"],
  decline_assignment: ["text"],
  report_conduct: ["hours_min"],
  change_availability: ["reason"],
};
/** What is about danger to people is asked before all else. */
const DANGER = new Set(["injury_risk"]);
const inFront = (fields) => [
  ...fields.filter((it) => DANGER.has(it.name)),
  ...fields.filter((it) => !DANGER.has(it.name)),
];
/** What a form begins with. @type {Record<string, () => object>} */
const BEGINS = {
  outage_reported: () => ({ source: "desk", dedup_key: `desk-${ulid(now())}` }),
  establish_command: () => ({ commander_id: session().actor_id }),
  alert_received: () => ({ sender: session().actor_id, identifier: `desk-${ulid(now())}`, sent_at: Math.floor(now()) }),
  record_aid_arrival: () => ({ briefing_acknowledged_by: session().actor_id }),
};

function Refusal({ refused, sent }) {
  return html`<p class="card alarm" role="alert" data-test="rule">
    ▲ <b>${t(sent ? "refused_on_record" : "would_be_refused")}
    </b> ${ruleWord(refused.rule)}${
      aboutWord(refused) ? html` <span class="quiet">(${aboutWord(refused)})</span>` : ""
    }</p>`;
}

/**
 * @param {{type: string, preset: any, fields?: string[], begin?: object}} props `preset`: what is given and not
 *   asked for; `begin`: what stands in the fields at first.
 */
export function SignalForm({ type, preset = {}, fields: asked, begin }) {
  const form = /** @type {any} */ (formOf(type));
  const fields = useMemo(
    () => fieldsOf(form.schema, form.schema.$defs || {}).filter((it) => !(it.name in preset)),
    [type],
  );
  const [filled, setFilled] = useState(() => ({ ...BEGINS[type]?.(), ...begin }));
  const [place, setPlace] = useState(preset.jurisdiction || desk().place || places()[0]);
  const [errors, setErrors] = useState([]);
  const [told, setTold] = useState(null);
  const [busy, setBusy] = useState(false);
  const box = useRef(null),
    ids = useMemo(() => new Naming(), []);
  const shown = new Set(asked || SHOWN[type] || []);
  const first = inFront(fields.filter((it) => it.required || shown.has(it.name))),
    rest = fields.filter((it) => !it.required && !shown.has(it.name));
  const { undo_keys: undoKeys, ...given } = preset;
  const said = () => ({ type, jurisdiction: place, ...given, ...documentOf(fields, filled) });

  async function check() {
    setTold(null);
    try {
      const answer = await post("/v1/signals:check", said());
      setErrors([]);
      setTold(answer);
      return answer;
    } catch (problem) {
      const found = problem.errors?.length ? problem.errors : [{ field: "-", reason: problem.message }];
      setErrors(found);
      setTimeout(() => box.current?.querySelector("[aria-invalid=true]")?.focus(), 0);
      return null;
    }
  }
  async function send(event) {
    event.preventDefault();
    setBusy(true);
    const answer = await check();
    if (answer && (!answer.refused || told?.refused)) {
      try {
        await act({ ...ids.named(said()), undo_keys: undoKeys }, { quiet: true });
        closeDialog();
        return;
      } catch (error) {
        ids.failed(error);
        if (error.rule) setTold({ refused: error, sent: true });
        else setErrors(error.errors?.length ? error.errors : [{ field: "-", reason: error.message }]);
      }
    }
    setBusy(false);
  }
  const put = (name) => (value) => {
    setFilled((it) => ({ ...it, [name]: value }));
    setTold(null);
  };
  const draw = (field) =>
    html`<${SchemaField} key=${field.name} field=${field} path=${field.name} value=${filled[field.name]}
      onValue=${put(field.name)} errors=${errors} jurisdiction=${place} about=${{ type, ...given, ...filled }} />`;
  const general = errors.filter(
    (it) => !fields.some((field) => it.field === field.name || it.field.startsWith(`${field.name}.`)),
  );
  return html`<form ref=${box} class="stack signal-form" onSubmit=${send} noValidate data-form=${type}>
    <p class="quiet small">${t("in_the_name_of", { actor: session().actor_id })}</p>
    ${
      !preset.jurisdiction &&
      html`<label class="field">${t("place")}
      <select value=${place} onChange=${(event) => setPlace(event.target.value)}>
      ${places().map((it) => html`<option key=${it} value=${it}>${it}</option>`)}</select></label>`
    }
    <${Given} preset=${given} />
    <div class="fields">${first.map(draw)}</div>
    ${
      rest.length > 0 &&
      html`<details><summary>${t("more_fields", { count: rest.length })}</summary>
      <div class="fields">${rest.map(draw)}</div></details>`
    }
    ${general.map(
      (it) =>
        html`<p class="card alarm" role="alert" key=${it.field}>
      ▲ ${it.field !== "-" ? named(fieldWord(it.field), it.reason) : it.reason}</p>`,
    )}
    ${told?.refused && html`<${Refusal} refused=${told.refused} sent=${told.sent} />`}
    ${
      told &&
      !told.refused &&
      html`<p class="card" role="status">
      ✓ ${t(told.foreseen ? "leads_to" : "is_valid")} ${
        told.foreseen
          ? told.nothing_changed
            ? t("nothing_new")
            : listed(told.events.map((it) => code("event", it)))
          : ""
      }</p>`
    }
    ${told?.warnings?.map((it) => html`<p class="card soon" key=${it.code} data-test="warned">◆ ${ruleWord(it)}</p>`)}
    <div class="row form-foot"><button type="button" class="button" onClick=${check}>${t("check")}</button>
      <span class="grow"></span>
      <button type="button" class="button" onClick=${closeDialog}>${t("cancel")}</button>
      <button class=${`button ${told?.refused ? "button-danger" : "button-main"}`}
        autofocus=${preset.jurisdiction && first.length === 0} disabled=${busy}>
        ${t(told?.refused ? "send_all_the_same" : "send")}</button></div></form>`;
}

function Given({ preset }) {
  const shown = Object.entries(preset).filter(([name]) => name !== "jurisdiction" && name !== "type");
  if (!shown.length) return null;
  return html`<dl class="given">${shown.map(
    ([name, it]) =>
      html`<div key=${name}><dt>${fieldWord(name)}</dt><dd>${
        Array.isArray(it)
          ? listed(it.map((one) => (typeof one === "string" ? wordsOf(one) : JSON.stringify(one))))
          : typeof it === "string"
            ? has(`${name}_${it}`)
              ? t(`${name}_${it}`)
              : wordsOf(it)
            : String(it)
      }</dd></div>`,
  )}</dl>`;
}

/** The dialog of one signal's form. @param {{dialog: any}} props */
export function FormDialog({ dialog }) {
  return html`<${Dialog} title=${dialog.title || signalWord(dialog.type)} onClose=${closeDialog}
    wide=${formOf(dialog.type)?.schema.required.length > 6}>
    <${SignalForm} key=${dialog.type} ...${dialog} /><//>`;
}

/** All signals this role may send, by what they are about. */
export function PublishDialog() {
  const [text, setText] = useState("");
  const groups = useMemo(() => {
    const found = new Map();
    for (const form of allForms()) found.set(form.group, [...(found.get(form.group) || []), form]);
    return [...found];
  }, []);
  const words = text.toLowerCase();
  return html`<${Dialog} title=${t("publish")} onClose=${closeDialog} wide>
    <input type="search" class="publish-search" autofocus value=${text} aria-label=${t("search")}
      placeholder=${t("publish_hint")} onInput=${(event) => setText(event.target.value)} />
    <div class="publish-groups">${groups.map(([group, forms]) => {
      const shown = forms.filter((it) => `${signalWord(it.type)} ${it.type}`.toLowerCase().includes(words));
      return (
        shown.length > 0 &&
        html`<section key=${group} class="stack"><h3>${t(`group_${group}`)}</h3>
        ${shown.map(
          (it) =>
            html`<button type="button" class="button publish-one" key=${it.type} data-form-of=${it.type}
          onClick=${() => openDialog("form", { type: it.type, preset: {} })}>${signalWord(it.type)}</button>`,
        )}
          </section>`
      );
    })}</div><//>`;
}
