// What if another policy had been in force: the same signals decided anew, side by side with what was.
import { html, useState } from "/static/shared/ui.js";
import { post } from "/static/shared/api.js";
import { Dialog } from "/static/shared/dialog.js";
import { useNames } from "/static/shared/names.js";
import { clock as hms } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";

const EXAMPLE = JSON.stringify({ promises: { accept_min: 2 }, grading: { urgent_customers_out: 20 } }, null, 2);
const STRETCH_MAX = 20_000;

function Promises({ promises }) {
  const entries = Object.entries(promises ?? {});
  return entries.length
    ? entries.map(
        ([name, it]) =>
          html`<div><span aria-hidden="true">${it.outcome === "broken" ? "▲" : it.outcome === "kept" ? "✓" : "●"}
            </span> ${code("promise", name)} ${hms(it.due_at)} ${code("outcome", it.outcome)}</div>`,
      )
    : "–";
}

function Side({ outcome, names }) {
  if (!outcome) return html`<td colspan="3" class="quiet">${t("not_there")}</td>`;
  return html`<td>${code("grade", outcome.grade)}</td><td><${Promises} promises=${outcome.promises} /></td>
    <td>${listed(outcome.people.map(names)) || "–"}</td>`;
}

function Incidents({ found, names }) {
  return html`<h3>${t("by_incident", { differing: found.incidents_differing, all: found.incidents_in_all })}</h3>
    <div class="scroll"><table class="table small compare"><thead>
      <tr><th scope="col" rowspan="2">${t("incident")}</th><th scope="colgroup" colspan="3">${t("as_it_was")}</th>
        <th scope="colgroup" colspan="3">${t("what_if")}</th></tr>
      <tr>${[0, 1].map(
        () =>
          html`<th scope="col">${t("grade")}</th><th scope="col">${t("promises")}</th>
        <th scope="col">${t("called")}</th>`,
      )}</tr></thead>
      <tbody>${found.incidents.slice(0, 100).map(
        (row) => html`<tr class=${row.differs.length ? "differs" : ""}>
        <th scope="row"><code>${row.incident_id.slice(-8)}</code>
          ${
            row.differs.length
              ? html`<div class="soon">◆ ${listed(row.differs.map((it) => code("differs", it)))}</div>`
              : ""
          }</th>
        <${Side} outcome=${row.as_was} names=${names} /><${Side} outcome=${row.what_if} names=${names} /></tr>`,
      )}</tbody></table></div>`;
}

function Units({ found, names }) {
  if (!found.units.length) return html`<p class="quiet">${t("no_units_called")}</p>`;
  const side = (it) =>
    html`<td class="number">${it.ready_min ?? "–"}</td><td class="number">${it.missing}</td>
      <td>${listed(it.people.map(names)) || "–"}</td>`;
  return html`<h3>${t("by_unit", { shown: found.units.length, all: found.units_in_all })}</h3>
    <p class="small quiet">${t("by_unit_hint")}</p>
    <div class="scroll"><table class="table small compare"><thead>
      <tr><th scope="col" rowspan="2">${t("unit")}</th><th scope="colgroup" colspan="3">${t("policy_in_force")}</th>
        <th scope="colgroup" colspan="3">${t("what_if")}</th></tr>
      <tr>${[0, 1].map(
        () =>
          html`<th scope="col">${t("ready_min")}</th><th scope="col">${t("missing_people")}</th>
        <th scope="col">${t("people")}</th>`,
      )}</tr></thead>
      <tbody>${found.units.map(
        (row) => html`<tr class=${row.others ? "differs" : ""}>
          <th scope="row">${hms(row.at)} <code>${row.unit_id.slice(-8)}</code>
        ${row.others ? html`<div class="soon">◆ ${t("others", { count: row.others })}</div>` : ""}</th>
          ${side(row.now)}${side(row.with)}</tr>`,
      )}</tbody></table></div>`;
}

/** @param {{clock: any, subject: string | null, onClose: () => void}} props */
export function WhatIf({ clock, subject, onClose }) {
  const names = useNames();
  const [policy, setPolicy] = useState(EXAMPLE),
    [found, setFound] = useState(null);
  const [problem, setProblem] = useState(null),
    [busy, setBusy] = useState(false);
  async function run(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const asked = new URLSearchParams(
        subject
          ? { subject }
          : {
              from: String(Math.max(1, clock.frame.seq - STRETCH_MAX + 1)),
              to: String(clock.frame.seq),
            },
      );
      setFound(await post(`${clock.past.path}/what-if?${asked}`, policy));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }
  return html`<${Dialog} title=${t("what_if_title")} onClose=${onClose} wide>
    <form class="stack" onSubmit=${run}>
      <p class="small quiet">${t(subject ? "what_if_subject" : "what_if_stretch", { max: STRETCH_MAX })}</p>
      <label class="field">${t("policy_label")}<textarea name="policy" rows="6" spellcheck=${false} value=${policy}
        onInput=${(event) => setPolicy(event.target.value)}></textarea></label>
      <div class="row">
        <button class="button button-main" disabled=${busy}>${t(busy ? "what_if_runs" : "what_if_run")}</button>
        ${problem && html`<span class="alarm" role="alert">▲ ${problem.detail || problem.message}</span>`}</div></form>
    ${
      found &&
      html`<div class="stack what-if-found">
      <p role="status">
        ${t("what_if_found", {
          signals: found.signals,
          policy: found.policy,
          was: found.refused_as_was,
          would: found.refused_what_if,
        })}</p>
      <${Incidents} found=${found} names=${names} /><${Units} found=${found} names=${names} /></div>`
    }<//>`;
}
