// A unit: its people, each with their own state and step; its proposal while it waits for a yes.
import { html, useState } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { clock, date } from "/static/shared/time.js";
import { sayAll } from "/static/shared/said.js";
import { code, counted, listed, t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { alarmsAbout, row } from "/static/dispatch/boards.js";
import { nextStep } from "/static/dispatch/next_step.js";
import { Countdown, standing } from "/static/dispatch/promises.js";
import { Proposal } from "/static/dispatch/proposal.js";
import { Why } from "/static/dispatch/why.js";

const SIGNS = { offered: "○", acknowledged: "◔", accepted: "◑", en_route: "◕", on_scene: "●" };
const WAITING = new Set(["offered", "acknowledged"]);
const ON_THE_WAY = new Set(["accepted", "en_route"]);

const LETS_GO = new Set(["decline_assignment", "finish_assignment", "release_member", "abort_assignment"]);

/** What a desk may say for somebody who told it by telephone. */
function SayFor({ person, preset, onClose }) {
  const said = { ...preset, assignment_id: person.assignment_id, on_behalf_of: person.member_id };
  const types = WAITING.has(person.status)
    ? ["accept_assignment", "decline_assignment"]
    : person.status === "accepted"
      ? ["depart", "arrive", "release_member"]
      : person.status === "en_route"
        ? ["arrive", "release_member", "abort_assignment"]
        : ["finish_assignment", "release_member", "abort_assignment"];
  const kept = types.filter((it) => person.at_work && LETS_GO.has(it));
  return html`<div class="toolbar say-for" onClick=${onClose}>
    ${types.map(
      (type) => html`<${Act} key=${type} type=${type} preset=${said} disabled=${kept.includes(type)}
      form=${type === "finish_assignment" && person.leads} />`,
    )}
    ${kept.length > 0 && html`<span class="quiet small">${t("at_work_first")}</span>`}
    <${Act} type="report_unfit" preset=${{ jurisdiction: preset.jurisdiction, member_id: person.member_id }} />
    <${Act} type="call_help" preset=${{ jurisdiction: preset.jurisdiction, member_id: person.member_id }}
      look="button-danger" form /></div>`;
}

function Person({ person, unit, at, nameOf, preset }) {
  const [open, setOpen] = useState(false);
  const step = (alarmsAbout().get(person.assignment_id) || [])[0];
  const waits = WAITING.has(person.status),
    comes = ON_THE_WAY.has(person.status);
  const dueAt = waits ? person.answer_by : comes ? person.arrive_by : null;
  return html`<li class=${`person ${dueAt ? standing(dueAt, at) : "calm"}`}>
    <div class="person-line"><span class="status-sign" aria-hidden="true">${SIGNS[person.status] || "○"}</span>
      <b class="clip">${nameOf(person.member_id)}</b><span class="quiet small clip">${code("role", person.role)}</span>
      <span class="status">${code("assignment", person.status)}</span>
      <span class="person-clock">
        ${dueAt && html`<${Countdown} dueAt=${dueAt} at=${at} label=${t(waits ? "answer" : "arrival")} />`}</span>
      <button type="button" class="button more" aria-expanded=${open ? "true" : "false"}
        aria-label=${t("say_for", { who: nameOf(person.member_id) })} onClick=${() => setOpen(!open)}>⋯</button></div>
    ${
      step &&
      html`<p class="small alarm">
      ▲ ${t("step_of", { step: step.step + 1 })} ${code("recipient", step.told)}${nextStep(step)}</p>`
    }
    ${unit.leaving.includes(person.member_id) && html`<p class="small quiet">↺ ${t("being_relieved")}</p>`}
    ${open && html`<${SayFor} person=${person} preset=${preset} onClose=${() => setOpen(false)} />`}</li>`;
}

const Chosen = ({ unit, nameOf }) =>
  html`<ul class="small">
    ${unit.proposal.map(
      (it) =>
        html`<li key=${it.member_id}>
    <b>${nameOf(it.member_id)}
    </b> ${code("role", it.role)} · ${t("so_many_minutes", { count: it.arrival_min })} · ${sayAll(it.reasons)}${
      it.next_best
        ? html` <span class="quiet">
    ${t("next_best", {
      who: nameOf(it.next_best.member_id),
      min: it.next_best.later_min,
      dearer: it.next_best.dearer,
    })}</span>`
        : ""
    }
    </li>`,
    )}</ul>`;

/** @param {{unit: any, why?: any, at: number}} props `why`: the row with its reasons, once it was asked for */
export function Unit({ unit, why, at }) {
  const nameOf = useNames();
  const preset = { jurisdiction: unit.jurisdiction },
    one = { ...preset, unit_id: unit.key };
  if (unit.status === "proposed") return html`<${Proposal} key=${unit.key} unit=${unit} at=${at} nameOf=${nameOf} />`;
  const lacks = listed(
    [counted(unit.missing, "role"), counted(unit.missing_resources, "vehicle")].filter((it) => it !== ""),
  );
  return html`<section class="panel unit" data-unit=${unit.key} aria-label=${t("unit")}>
    <div class="panel-head"><h3 class="grow">${t("unit")} · ${code("status", unit.status)}</h3>
      <span class="quiet small">${t("deadline")} ${date(unit.deadline_at)}</span></div>
    ${lacks && html`<p class="alarm">▲ ${t("lacks")} ${lacks}</p>`}
    <ul class="people">
      ${unit.people.map(
        (it) =>
          html`<${Person} key=${it.member_id} person=${it} unit=${unit} at=${at} nameOf=${nameOf} preset=${preset} />`,
      )}
      </ul>
    ${unit.people.length === 0 && html`<p class="quiet">${t("unit_called", { when: clock(unit.called_at) })}</p>`}
    ${
      unit.resource_ids.length > 0 &&
      html`<p class="small">${listed(unit.resource_ids.map((it) => code("vehicle", row("vehicles", it)?.kind)))}
      </p>`
    }
    <div class="toolbar"><${Act} type="call_relief" preset=${one} />
      <${Act} type="draft_ticket" preset=${{ ...one, incident_id: unit.incident_id }} />
      ${unit.branch_due && html`<span class="soon">◆ ${t("branch_due")}</span>`}
        <${Act} type="request_branch" preset=${one} />
      <${Act} type="stand_down_unit" preset=${one} look="button-danger" disabled=${unit.at_work} />
        ${unit.at_work && html`<span class="quiet small">${t("at_work_first")}</span>`}</div>
    ${
      why?.explanation &&
      html`<details><summary>${t("why_these")}</summary><${Chosen} unit=${why} nameOf=${nameOf} />
      <${Why} unit=${why} /></details>`
    }</section>`;
}
