// The command board of one incident: who commands, towards what, who answered, what may be worked on.
import { html } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { clock, date } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { came } from "/static/dispatch/boards.js";
import { Loading } from "/static/dispatch/loading.js";
import { Countdown } from "/static/dispatch/promises.js";
import { Ticket } from "/static/dispatch/ticket.js";

function Commander({ command, preset, nameOf }) {
  if (!came("incident_command")) return html`<${Loading} board="incident_command" />`;
  if (!command?.commander_id)
    return html`<div class="row"><span class="quiet grow">${t("no_command")}</span>
      <${Act} type="establish_command" preset=${preset} form look="button-main" /></div>`;
  return html`<div class="row">
    <span class="grow">
    ${t("commander")} <b>${nameOf(command.commander_id)}</b> <span class="quiet small">
    ${t("since", { when: date(command.since) })}</span></span>
    <${Act} type="transfer_command" preset=${preset} /><${Act} type="end_command" preset=${preset} /></div>`;
}

function Objectives({ command, preset, at }) {
  const objectives = command?.objectives || [];
  return html`<div class="stack">
    <div class="row"><h4 class="grow">${t("objectives")}</h4><${Act} type="set_objective" preset=${preset} /></div>
    ${objectives.length === 0 && came("incident_command") && html`<p class="quiet small">${t("no_objectives")}</p>`}
    <ul class="stack">${objectives.map((it) => {
      const one = { jurisdiction: preset.jurisdiction, objective_id: it.objective_id };
      return html`<li class="row" key=${it.objective_id}><span class="grow">${it.text}</span>
        <${Countdown} dueAt=${it.due_at} at=${at} />
        <${Act} type="meet_objective" preset=${one} /><${Act} type="drop_objective" preset=${one} /></li>`;
    })}</ul></div>`;
}

function RollCall({ call, there, preset, at, nameOf }) {
  const missed = new Set(call.missed),
    waiting = new Set(call.waiting);
  const answered = there.filter((it) => !waiting.has(it) && !missed.has(it));
  const answer = (ids) => ({ jurisdiction: preset.jurisdiction, roll_call_id: call.roll_call_id, member_ids: ids });
  return html`<div class=${`card ${missed.size ? "alarm" : ""}`}>
    <div class="row">
    <b class="grow">
    ${missed.size ? "▲ " : "● "}${t("roll_call_of", { there: answered.length, all: answered.length + waiting.size })}
    </b>
      <${Countdown} dueAt=${call.due_at} at=${at} />
      ${
        waiting.size > 1 &&
        html`<${Act} type="answer_roll" preset=${answer([...waiting])} label=${t("all_answered")} />`
      }</div>
    <ul class="roll">${[...new Set([...call.waiting, ...call.missed, ...answered])].map((id) => {
      const state = waiting.has(id) ? (missed.has(id) ? "missed" : "waiting") : "answered";
      return html`<li key=${id} class=${`chip roll-${state}`}>
        <span aria-hidden="true">${{ missed: "▲", waiting: "○", answered: "✓" }[state]}
        </span> ${nameOf(id)} <span class="quiet">${t(`roll_${state}`)}</span>
        ${state !== "answered" && html`<${Act} type="answer_roll" preset=${answer([id])} label=${t("answered")} />`}
          </li>`;
    })}</ul></div>`;
}

/** @param {{incident: any, command: any, units: any[], at: number}} props */
export function CommandBoard({ incident, command, units, at }) {
  const nameOf = useNames();
  const place = { jurisdiction: incident.jurisdiction },
    preset = { ...place, incident_id: incident.key };
  const there = units.flatMap((unit) => unit.people.filter((it) => it.status === "on_scene").map((it) => it.member_id));
  return html`<section class="panel stack" aria-label=${t("command_board")} data-test="command">
    <h3>${t("command_board")}</h3>
    <${Commander} command=${command} preset=${preset} nameOf=${nameOf} />
    <${Objectives} command=${command} preset=${preset} at=${at} />
    <div class="stack">
      <div class="row"><h4 class="grow">${t("roll_call")}</h4>
      ${
        command?.next_roll_call_at &&
        html`<span class="quiet small">${t("next_roll_call", { when: clock(command.next_roll_call_at) })}</span>`
      }
      <${Act} type="call_roll" preset=${preset} disabled=${!there.length} /></div>
      ${(command?.roll_calls || []).map(
        (it) =>
          html`<${RollCall} key=${it.roll_call_id} call=${it} there=${there} preset=${place} at=${at} nameOf=${nameOf}
        />`,
      )}
      ${!there.length && came("units_in_the_field") && html`<p class="quiet small">${t("nobody_on_scene")}</p>`}</div>
    ${
      incident.ready_to_energise_at &&
      html`<p class="card calm" data-test="ready-to-energise">✓ ${t("ready_to_energise", {
        when: clock(incident.ready_to_energise_at),
      })}</p>`
    }
    ${
      command?.tickets.length > 0 &&
      html`<div class="stack"><h4>${t("tickets")}</h4>
      <ul class="stack">
      ${command.tickets.map(
        (it) => html`<${Ticket} key=${it.ticket_id} ticket=${it} preset=${place} at=${at} nameOf=${nameOf} />`,
      )}</ul></div>`
    }
      </section>`;
}
