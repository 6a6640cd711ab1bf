// One work ticket at the desk: how far it is, who answers for each step, and the one thing to say next.
import { html } from "/static/shared/ui.js";
import { session } from "/static/shared/session.js";
import { clock } from "/static/shared/time.js";
import { say } from "/static/shared/said.js";
import { code, listed, t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";

const SIGNS = { working: "●", stopped: "▲", clearing: "◆", finished: "✓" };
/** Steps that a desk may take itself, in its own name; the others are reported for who is there. */
const AFAR = new Set(["permit"]);

/** What a form of the next step begins with. */
function begun(ticket, { type, step }) {
  const me = session().actor_id;
  return {
    issue_ticket: { issued_by: ticket.issuer ?? me },
    confirm_interlock: {
      interlock: step,
      confirmed_by: AFAR.has(step) ? (ticket.permitter ?? me) : ticket.work_leader,
    },
    // Who is off the line is counted by name: nobody is counted by a form that was filled in before.
    confirm_clear: {
      clearance: step,
      ...(ticket.leader_there ? { confirmed_by: ticket.work_leader } : {}),
    },
    finish_work: { reported_by: ticket.work_leader },
    end_ticket: { ended_by: ticket.permitter ?? me },
  }[type];
}

/** Whether a step is somebody else's word, that the desk passes on and says how it heard. */
const passesOn = (said) => (said.issued_by ?? said.confirmed_by) !== session().actor_id;

function People({ ticket, nameOf }) {
  const named = [
    [t("ticket_leader"), ticket.work_leader],
    [t("guardian"), ticket.guardian],
    [t("ticket_permitter"), ticket.permitter],
    [t("ticket_issuer"), ticket.issuer],
  ];
  return html`<p class="small quiet">
    ${named
      .filter(([, id]) => id)
      .map(([word, id]) => `${word} ${nameOf(id)}`)
      .join(" · ")} · ${t("so_many", { count: ticket.crew.length })}</p>`;
}

function Interlock({ it, ticket, one, at, nameOf }) {
  const preset = { ...one, interlock: it.interlock };
  const aside = it.overridden_until > at;
  return html`<li class=${`chip ${it.confirmed_by ? "" : "soon"}`} data-step=${it.interlock}>
    ${it.confirmed_by ? "✓" : "◆"} ${code("interlock", it.interlock)}
    ${it.confirmed_by && html`<span class="quiet">${nameOf(it.confirmed_by)}</span>`}
    ${
      it.confirmed_by &&
      ticket.stage !== "finished" &&
      html`<${Act} type="withdraw_interlock" preset=${preset} label="✕" />`
    }
    ${
      !it.confirmed_by &&
      aside &&
      html`<span class="quiet">${t("set_aside_until", { when: clock(it.overridden_until) })}</span>
        <${Act} type="withdraw_override" preset=${preset} label="✕" />`
    }
    ${
      !it.confirmed_by &&
      !aside &&
      it.may_be_set_aside &&
      html`<${Act} type="override_safety" preset=${{ ...preset, rule: "interlock", approver: session().actor_id }}
        label=${t("set_aside")} />`
    }</li>`;
}

/** Whether this desk may say that it has switched the line off itself: it gives the permit of this ticket. */
const switchesHere = (ticket) =>
  ticket.next.type === "confirm_interlock" &&
  ticket.next.step === "switching" &&
  ticket.permitter === session().actor_id;

/** What a ticket waits for, in words. */
const stepWord = ({ next: { type, step } }) =>
  step ? code(type === "confirm_clear" ? "clearance" : "interlock", step) : t(`signal_${type}`);

/** Who may count the people off the line, where that is the next thing; null where it is not. */
const counters = (ticket, nameOf) => (ticket.next.step === "people_off" ? listed(ticket.may_count.map(nameOf)) : null);

/** @param {{ticket: any, preset: any, at: number, nameOf: (id: string) => string}} props */
export function Ticket({ ticket, preset, at, nameOf }) {
  const one = { ...preset, ticket_id: ticket.ticket_id },
    next = ticket.next,
    relayed = ["issue_ticket", "confirm_interlock"].includes(next.type) && passesOn(begun(ticket, next));
  const alarm = ticket.supply_back_at || ticket.forbidden_by || ticket.stage === "stopped";
  const held = next.type === "start_work" && ticket.forbidden_by;
  return html`<li class=${`card ${alarm ? "alarm" : ""}`} data-ticket=${ticket.ticket_id}><div class="row">
    <b class="grow">${SIGNS[ticket.stage] || "○"} ${code("work", ticket.kind)} · ${code("stage", ticket.stage)}</b>
    <span class="small quiet">${code("ticket_form", ticket.form)}</span></div>
    <p class="ticket-text">${ticket.text}</p>
    <${People} ticket=${ticket} nameOf=${nameOf} />
    <p class="small" data-test="ticket-next">${t("ticket_waits", {
      what: stepWord(ticket),
      who: counters(ticket, nameOf) || (ticket.next_by ? nameOf(ticket.next_by) : t("ticket_desk")),
    })}</p>
    ${
      ticket.living &&
      !ticket.leader_there &&
      ticket.stage !== "finished" &&
      html`<p class="soon" data-test="leader-left">◆ ${t("leader_left", { name: nameOf(ticket.work_leader) })}</p>`
    }
    ${
      ticket.supply_back_at &&
      html`<p class="alarm">▲ ${t("supply_back_here", { when: clock(ticket.supply_back_at) })}</p>`
    }
    ${ticket.forbidden_by && html`<p class="alarm">▲ ${t("weather_stop", { what: say(ticket.forbidden_by) })}</p>`}
    <ul class="row steps">${ticket.interlocks.map(
      (it) => html`<${Interlock} key=${it.interlock} it=${it} ticket=${ticket} one=${one} at=${at} nameOf=${nameOf} />`,
    )}</ul>
    ${
      ticket.living &&
      html`<ul class="row steps">${ticket.clearances.map(
        (
          it,
        ) => html`<li class=${`chip ${it.confirmed_by ? "" : "quiet"}`} key=${it.clearance} data-step=${it.clearance}>
          ${it.confirmed_by ? "✓" : "○"} ${code("clearance", it.clearance)}
          ${it.confirmed_by && html`<span class="quiet">${nameOf(it.confirmed_by)}</span>`}</li>`,
      )}</ul>`
    }
    <div class="toolbar">
      <${Act} type=${next.type} fields=${[...(relayed ? ["heard"] : []), "reference"]}
        form=${relayed} preset=${{ ...one, ...begun(ticket, next) }}
        look=${held ? "" : "button-main"}
        label=${
          next.step &&
          t("confirm_step", { step: code(next.type === "confirm_clear" ? "clearance" : "interlock", next.step) })
        } />
      ${
        switchesHere(ticket) &&
        html`<${Act} type="confirm_interlock" fields=${["reference"]} label=${t("switched_here")}
          preset=${{ ...one, interlock: "switching", confirmed_by: ticket.permitter }} />`
      }
      ${
        ticket.clear_next &&
        ticket.stage !== "working" &&
        html`<${Act} type="confirm_clear"
          preset=${{ ...one, ...begun(ticket, { type: "confirm_clear", step: ticket.clear_next }) }}
          label=${t("confirm_step", { step: code("clearance", ticket.clear_next) })} />`
      }
      ${ticket.stage === "working" && html`<${Act} type="pause_work" preset=${one} />`}
      <${Act} type="hand_over_ticket" preset=${one} />
      ${!ticket.living && html`<${Act} type="take_off_ticket" preset=${one} />`}
      ${!ticket.living && html`<${Act} type="cancel_ticket" preset=${one} />`}</div></li>`;
}
