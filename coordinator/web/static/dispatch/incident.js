// One incident beside the queue: what is known, how bad, promised by when, who comes, who commands.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { get } from "/static/shared/api.js";
import { OfficialReports } from "/static/shared/official.js";
import { can } from "/static/shared/session.js";
import { clock, date, useNow } from "/static/shared/time.js";
import { useNames } from "/static/shared/names.js";
import { code, figure, listed, named, t } from "/static/shared/words.js";
import { Act, start } from "/static/dispatch/actions.js";
import { aidOf, came, row, unitsOf, useBoards } from "/static/dispatch/boards.js";
import { may } from "/static/dispatch/catalogue.js";
import { CommandBoard } from "/static/dispatch/command.js";
import { look, mark, openIncident, useDesk } from "/static/dispatch/desk.js";
import { Loading } from "/static/dispatch/loading.js";
import { PromiseClock, Promises, phaseOf } from "/static/dispatch/promises.js";
import { Grade } from "/static/dispatch/queue.js";
import { Unit } from "/static/dispatch/units.js";
import { wordsOf } from "/static/dispatch/who.js";

const ENDED = new Set(["restored", "closed", "reviewed", "merged", "withdrawn"]);

const WITHDRAWABLE = new Set(["open", "responded", "controlled", "restored"]);

/** Fetch what the queue's row leaves out, anew whenever the row changes. */
function useDetails(incident) {
  const [details, setDetails] = useState(null);
  const key = incident?.key,
    seq = incident?.seq;
  useEffect(() => {
    if (!key) return undefined;
    const stop = new AbortController();
    get(`/v1/incidents/${key}`, { signal: stop.signal }).then(
      (it) => setDetails({ key, units: new Map(it.units.map((one) => [one.unit_id, one])), ...it.details }),
      () => null,
    );
    return () => stop.abort();
  }, [key, seq]);
  return details?.key === key ? details : null;
}

const Fact = ({ word, children }) => html`<div class="fact"><dt>${t(word)}</dt><dd>${children ?? "–"}</dd></div>`;

/** What was told of people and of money: nothing is shown of what nobody said. */
const Hurt = ({ details }) =>
  ["deaths", "serious_injuries", "loss_10k_cny"]
    .filter((it) => details?.extent[it] !== null && details?.extent[it] !== undefined)
    .map((it) => html`<${Fact} word=${`told_${it}`} key=${it}>${figure(details.extent[it])}<//>`);

function Facts({ incident, details }) {
  const crew = incident.crew_status ? code("crew", incident.crew_status) : "–";
  return html`<dl class="facts">
    <${Fact} word="opened">${date(incident.opened_at)}<//><${Fact} word="started">${date(incident.started_at)}<//>
    <${Fact} word="customers">${figure(incident.customers_out ?? 0)}<//>
      <${Fact} word="field_circuit">${incident.circuit}<//>
    <${Fact} word="field_device">${details ? details.device : "…"}<//>
      <${Fact} word="where">
      ${incident.lat.toFixed(4)}, ${incident.lon.toFixed(4)} · ${code("area", incident.area_class)}<//>
    <${Fact} word="field_address">${details ? details.address : "…"}<//>
      <${Fact} word="field_access">${details ? details.access : "…"}<//>
      <${Fact} word="field_text">${details ? details.text : "…"}<//>
      <${Fact} word="urgency">${code("urgency", incident.urgency)}<//><${Fact} word="crew_of_source">${crew}<//>
    ${
      ENDED.has(incident.phase) &&
      incident.to_call_back > 0 &&
      html`<${Fact} word="to_call_back">${figure(incident.to_call_back)}<//>`
    }
    ${incident.call_back && html`<${Fact} word="call_back">${code("answer", incident.call_back)}<//>`}
    <${Fact} word="owner">${wordsOf(incident.owner_id)}<//>
      <${Fact} word="expected_restored">${date(incident.expected_restored_at)}<//>
    <${Hurt} details=${details} />
    <${Fact} word="load_peak">${!details ? "…" : details.load_peak_mw ? `${details.load_peak_mw} MW` : "–"}<//>
      <${Fact} word="sites_hit">
      ${!details ? "…" : details.site_ids.length ? listed(details.site_ids.map(wordsOf)) : "–"}<//>
  </dl>`;
}

/** What customers said when they were called back, in their own words: a complaint that opened it again stays here. */
const SaidBack = ({ details }) =>
  details?.said_back.length > 0 &&
  html`<section class="panel" data-test="said-back"><h3>${t("said_back")}</h3><ul class="stack">
    ${details.said_back.map(
      (it) => html`<li key=${it.customer ?? ""} class=${it.answer === "dissatisfied" ? "soon" : ""}>
        ${it.answer === "dissatisfied" ? "◆ " : ""}${named(it.customer ?? t("no_name_said"), code("answer", it.answer))}
        <span class="quiet small"> · ${date(it.at)}</span>
        ${it.words && html`<blockquote>${t("in_quotes", { words: it.words })}</blockquote>`}</li>`,
    )}</ul></section>`;

/** Planned work that has taken this line out of service: whoever is at it is rung before anybody drives there. */
function InPlannedWork({ incident }) {
  const nameOf = useNames();
  return incident.planned_works.map((id) => {
    const it = row("planned_works", id);
    if (!it) return null;
    const people = [...new Set(it.people)].map(nameOf);
    return html`<div class="card soon" role="alert" key=${id} data-test="in-planned-work">
      <b>◆ ${t("in_planned_work", { circuit: it.circuit, until: date(it.ends_at) })}</b>
      <p>${it.text}</p>
      <p>${people.length ? t("ring_them_first", { who: listed(people) }) : t("ring_planner_first")}</p></div>`;
  });
}

const colour = { red: "soon", orange: "soon" };
function Grades({ incident }) {
  return html`<dl class="facts grades"><${Fact} word="event_grade"><${Grade} of=${incident.grade} /><//>
    <${Fact} word="warning"><span class=${colour[incident.warning] || ""}>${code("colour", incident.warning)}</span><//>
    <${Fact} word="response">${incident.response === "none" ? t("none") : code("grade", incident.response)}<//>
    <${Fact} word="accident">${code("accident", incident.accident)}<//></dl>`;
}

function Reports({ incident, details, preset }) {
  const [chosen, setChosen] = useState([]);
  if (!details) return html`<p class="quiet" role="status">${t("loading")}</p>`;
  const keys = chosen.map((it) => it.slice(it.indexOf("|") + 1)),
    splits = may("split_incident") && details.reports.length > 1;
  return html`<div class="stack"><ul class="reports">${details.reports.map(
    (it) => html`<li key=${it} class="row">
      ${
        splits
          ? html`<label class="row">
        <input type="checkbox" checked=${chosen.includes(it)}
        onChange=${(event) => setChosen(event.target.checked ? [...chosen, it] : chosen.filter((one) => one !== it))}
        />${it}</label>`
          : it
      }</li>`,
  )}</ul>
    ${
      splits &&
      html`<div>
      <${Act} type="split_incident" preset=${{ ...preset, dedup_keys: keys }}
      disabled=${!keys.length || keys.length === details.reports.length} /></div>`
    }
    ${
      details.absorbed.length > 0 &&
      html`<p class="quiet small">${t("absorbed")} ${listed(details.absorbed.map(wordsOf))}</p>`
    }
    ${
      incident.recurrence_of &&
      html`<p class="soon">
      ◆ ${t("recurrence")} <button class="button" onClick=${() => openIncident(incident.recurrence_of)}>
      ${wordsOf(incident.recurrence_of)}</button></p>`
    }</div>`;
}

/** Whether a task or a guard keeps a unit, whatever becomes of its incident. */
const goesOn = (unit) => row("tasks", unit.task_id) || row("guarded_operations", unit.operation_id);

/** Merge what is marked into this incident; their reports are remembered, so that it can be taken back. */
function MergeButton({ incident, preset, marked }) {
  const others = marked.filter(
    (it) => it !== incident.key && row("open_incidents", it)?.jurisdiction === incident.jurisdiction,
  );
  if (
    !may("merge_incidents") ||
    !others.length ||
    [incident.key, ...others].some((it) => row("open_incidents", it)?.at_work)
  )
    return null;
  async function merge() {
    const found = await Promise.all(others.map((it) => get(`/v1/incidents/${it}`).catch(() => null)));
    const crews = others.flatMap((it) => unitsOf().get(it) || []).filter((it) => it.people.length > 0 && !goesOn(it));
    const keys = found.flatMap((it) => it?.details?.reports || []).map((it) => it.slice(it.indexOf("|") + 1));
    start(
      "merge_incidents",
      {
        jurisdiction: preset.jurisdiction,
        into: incident.key,
        incident_ids: others,
        ...(crews.length > 0 && { stands_down: crews.map((it) => it.key) }),
        undo_keys: keys,
      },
      { form: true },
    );
  }
  return html`<button class="button" data-signal="merge_incidents" onClick=${merge}>
    ${t("merge_marked", { count: others.length })}</button>`;
}

function Actions({ incident, preset, marked, details }) {
  const ended = ENDED.has(incident.phase),
    [waiting] = details?.not_called_back ?? [];
  return html`${
    ended &&
    incident.at_work &&
    html`<p class="card alarm" role="alert" data-test="on-the-line">▲ ${t("on_the_line_first")}</p>`
  }
    <div class="toolbar">
    ${
      !ended &&
      html`${incident.ring_by && html`<${Act} type="record_customer_call" preset=${preset} form look="button-main" />`}
      <${Act} type="call_muster" preset=${preset} form />
      <${Act} type="control_incident" preset=${preset} /><${Act} type="restore_incident" preset=${preset} form />`
    }
    ${
      ended &&
      html`${
        incident.ready_to_energise_at && html`<${Act} type="restore_incident" preset=${preset} look="button-main" />`
      }
      <${Act} type="record_call_back" preset=${preset} form
      begin=${waiting ? { customer_ref: waiting } : {}}
      look=${incident.call_back_overdue && incident.to_call_back ? "button-danger" : ""} />
      <${Act} type="close_incident" preset=${preset} form look=${incident.at_work ? "" : "button-main"}
      disabled=${incident.at_work} /><${Act} type="reopen_incident" preset=${preset} />
      <${Act} type="review_incident" preset=${preset} />`
    }
    ${WITHDRAWABLE.has(incident.phase) && html`<${Act} type="withdraw_incident" preset=${preset} />`}
    <${Act} type="extent_reported" preset=${preset} /><${Act} type="hand_over_incident" preset=${preset} />
    <${Act} type="call_aid" preset=${preset} /><${Act} type="link_alert" preset=${preset} />
    ${
      incident.response === "none"
        ? html`<${Act} type="activate_response" preset=${preset} />`
        : html`<${Act} type="terminate_response" preset=${preset} /><${Act} type="record_report" preset=${preset} />`
    }
    ${
      may("merge_incidents") &&
      html`<button class="button" aria-pressed=${marked.includes(incident.key) ? "true" : "false"} data-test="mark"
      onClick=${() => mark(incident.key)}>${t("mark")}</button>`
    }
    <${MergeButton} incident=${incident} preset=${preset} marked=${marked} /></div>`;
}

const Owed = ({ details, at }) => {
  const owed = Object.entries(details?.reports_owed || {});
  return (
    owed.length > 0 &&
    html`<p>${owed.map(
      ([report, due]) =>
        html`<span class=${`chip ${due <= at ? "alarm" : ""}`} key=${report}>
      ${due <= at ? "▲ " : ""}${code("report", report)} · ${clock(due)}</span> `,
    )}</p>`
  );
};

/** The middle of the desk. */
export function IncidentView() {
  useBoards(
    "open_incidents",
    "units_in_the_field",
    "alarms",
    "incident_command",
    "aid",
    "disaster_alerts",
    "critical_sites",
    "planned_works",
  );
  const { selected, marked } = useDesk((it) => it);
  const at = useNow(1_000);
  const incident = row("open_incidents", selected),
    details = useDetails(incident);
  if (!selected) return html`<div class="empty quiet"><p>${t("nothing_selected")}</p></div>`;
  if (!incident && !came("open_incidents")) return html`<div class="empty"><${Loading} board="open_incidents" /></div>`;
  if (!incident) {
    return html`<div class="empty"><p>${t("left_the_board")}</p><p class="row">
      <button class="button" onClick=${() => look({ selected: null, view: "map" })}>${t("close")}</button></p></div>`;
  }
  const preset = { jurisdiction: incident.jurisdiction, incident_id: incident.key };
  const units = unitsOf().get(incident.key) || [],
    aid = aidOf().get(incident.key) || [];
  return html`<article class="incident" aria-label=${t("incident")} data-incident=${incident.key}>
    <header class="row incident-head"><${Grade} of=${incident.grade} />
      <h2 class="grow clip">${code("kind", incident.kind)}${incident.cause ? ` · ${incident.cause}` : ""}</h2>
      <span class=${`chip ${incident.left_alone ? "alarm" : ""}`} data-test="phase">
        ${incident.left_alone ? "▲ " : ""}${phaseOf(incident)}</span><${PromiseClock} incident=${incident} at=${at} />
        </header>
    <p class="quiet small">
      ${incident.jurisdiction} · <span title=${incident.key}>${t("opened_when", { when: date(incident.opened_at) })}
        </span>${
          can("look_back")
            ? html` · <a href=${`/replay#${new URLSearchParams({
                j: incident.jurisdiction,
                seq: incident.seq,
                incident: incident.key,
              })}`}>${t("replay_it")}</a>`
            : ""
        }</p>
    ${
      incident.injury_risk &&
      html`<p class="card alarm" role="alert" data-test="injury-risk">▲ ${t("injury_risk_told")}</p>`
    }
    <${InPlannedWork} incident=${incident} />
    <${Actions} details=${details} incident=${incident} preset=${preset} marked=${marked} />
    <${Owed} details=${details} at=${at} />
    ${
      can("look_back") &&
      incident.response !== "none" &&
      html`<p><${OfficialReports} jurisdiction=${incident.jurisdiction} incident=${incident.key} /></p>`
    }
    <div class="incident-columns">
      <div class="stack">
        <section class="panel"><h3>${t("grades")}</h3><${Grades} incident=${incident} /></section>
        <section class="panel"><h3>${t("facts")}</h3><${Facts} incident=${incident} details=${details} /></section>
        <${SaidBack} details=${details} />
        <section class="panel"><h3>${t("promises")}</h3>
          <${Promises} incident=${incident} at=${at}
          explain=${(promise) => html`<${Act} type="explain_promise" preset=${{ ...preset, promise }} />`} /></section>
        <section class="panel"><h3>${t("reports_of", { count: incident.reports })}</h3>
          <${Reports} key=${incident.key} incident=${incident} details=${details} preset=${preset} /></section>
      </div>
      <div class="stack">
        <section class="stack" aria-label=${t("units")}>
          ${
            units.length
              ? units.map((it) => html`<${Unit} key=${it.key} unit=${it} why=${details?.units.get(it.key)} at=${at} />`)
              : html`<div class="panel quiet">
          ${came("units_in_the_field") ? t("no_unit") : html`<${Loading} board="units_in_the_field" />`}</div>`
          }
          </section>
        ${aid.map(
          (it) =>
            html`<p class="panel" key=${it.id}>${t(`aid_side_${it.side}`)} <b>${it.peer}</b> · ${code("aid", it.stage)}
          </p>`,
        )}
        <${CommandBoard} incident=${incident} command=${row("incident_command", incident.key)} units=${units} at=${at}
          />
      </div></div></article>`;
}
