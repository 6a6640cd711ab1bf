// A work ticket on the phone: its steps, who answers for each, and the one that this member may say now.
import { html, useState } from "/static/shared/ui.js";
import { clock } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";
import { Slide } from "/static/oncall/slide.js";

const LEADS = new Set(["start_work", "finish_work"]);

/**
 * Return the signal by which a member takes a ticket its next step further, null where it is not theirs to say.
 * @param {any} ticket @param {string} me @param {boolean} there on scene, by their own word
 */
export function stepOf(ticket, me, there) {
  const { type, step } = ticket.next,
    signal = { type, ticket_id: ticket.ticket_id };
  const leads = me === ticket.work_leader;
  if (type === "issue_ticket") return me === ticket.issuer ? { ...signal, issued_by: me } : null;
  if (type === "end_ticket") return me === ticket.permitter ? { ...signal, ended_by: me } : null;
  if (type === "confirm_interlock") {
    const may = step === "permit" ? me === ticket.permitter : there;
    return may ? { ...signal, interlock: step, confirmed_by: me, reference: "-" } : null;
  }
  if (type === "confirm_clear") {
    const may = step === "people_off" ? leads && there : there;
    return may ? { ...signal, clearance: step, confirmed_by: me } : null;
  }
  return LEADS.has(type) && leads && there ? signal : null;
}

/** Everybody at a ticket, once each. @param {any} ticket @returns {string[]} */
export const peopleAt = (ticket) => [
  ...new Set([ticket.work_leader, ...ticket.crew, ticket.guardian].filter((it) => it !== null)),
];

/** The leader ticks each one off by name; only then it can be said that all are off. */
function Count({ ticket, names, onAll }) {
  const [seen, setSeen] = useState(() => new Set());
  const people = [...new Set([...peopleAt(ticket), ...ticket.formerly])];
  const turn = (id) => {
    const next = new Set(seen);
    if (!next.delete(id)) next.add(id);
    setSeen(next);
  };
  return html`<fieldset class="stack" data-test="count"><legend>${t("me_count_people")}</legend>
    ${people.map(
      (id) => html`<label class="row tall" key=${id}><input type="checkbox" checked=${seen.has(id)}
        data-count=${id} onChange=${() => turn(id)} /> ${names[id] || id}</label>`,
    )}
    ${
      people.every((id) => seen.has(id)) &&
      html`<${Slide} type="confirm_clear" what=${t("me_all_off")} onSay=${() => onAll(people)} />`
    }</fieldset>`;
}

function Step({ done, word, by }) {
  return html`<li class=${done ? "quiet" : "soon"}><span aria-hidden="true">${done ? "✓" : "◆"} </span>${word}
    ${by && html` <span class="quiet">${by}</span>`}</li>`;
}

/**
 * @param {{ticket: any, me: string, there: boolean, names: Record<string, string>,
 *   onSay: (key: string, signal: any) => void}} props
 */
export function Ticket({ ticket, me, there, names, onSay }) {
  const name = (id) => names[id] || id;
  const stopped = ticket.stage === "stopped",
    back = ticket.supply_back_at;
  const signal = stepOf(ticket, me, there),
    { type, step } = ticket.next;
  const word = step ? code(type === "confirm_clear" ? "clearance" : "interlock", step) : t(`ticket_say_${type}`);
  // The turn makes two taps one, and the same word after something happened another.
  const say = (said) => onSay(`${ticket.ticket_id}/${ticket.turn}/${said.type}`, said);
  return html`<li data-ticket=${ticket.ticket_id}>
    <strong class=${stopped || back ? "alarm" : ""}>
    ${(stopped || back) && html`<span aria-hidden="true">▲ </span>`}${code("work", ticket.kind)} · ${code(
      "stage",
      ticket.stage,
    )}</strong>
    <div class="quiet small">${code("ticket_form", ticket.form)}</div>
    <div>${ticket.text}</div>
    ${back && html`<div class="alarm">${t("me_supply_back_since", { when: clock(back) })}</div>`}
    <div class="quiet">
      ${t("me_leads", { name: name(ticket.work_leader) })}${
        ticket.guardian && ` · ${t("me_guards", { name: name(ticket.guardian) })}`
      }${ticket.permitter && ` · ${t("me_permits", { name: name(ticket.permitter) })}`}${
        ticket.issuer && ` · ${t("me_issues", { name: name(ticket.issuer) })}`
      }</div>
    <ul>${ticket.interlocks.map(
      (it) =>
        html`<${Step} key=${it.interlock} done=${it.confirmed_by || it.overridden_until} word=${code(
          "interlock",
          it.interlock,
        )} by=${it.confirmed_by ? name(it.confirmed_by) : it.overridden_until && t("me_set_aside")} />`,
    )}${
      ticket.living &&
      ticket.clearances.map(
        (it) => html`<${Step} key=${it.clearance} done=${it.confirmed_by} word=${code("clearance", it.clearance)}
        by=${it.confirmed_by && name(it.confirmed_by)} />`,
      )
    }</ul>
    ${
      !signal &&
      html`<p class="soon" data-test="ticket-waits"><span aria-hidden="true">◆ </span>${t("ticket_waits", {
        what: word,
        who: ticket.next_by ? name(ticket.next_by) : t("ticket_desk"),
      })}</p>`
    }
    ${
      signal &&
      (step === "people_off"
        ? html`<${Count} ticket=${ticket} names=${names} onAll=${(people) => say({ ...signal, people })} />`
        : html`<${Slide} type=${type} what=${word} onSay=${() => say(signal)} />`)
    }
    ${ticket.interlocks
      .filter((it) => it.overridden_until && [it.set_aside_by, ticket.permitter].includes(me))
      .map(
        (it) => html`<${Slide} key=${it.interlock} type="withdraw_override"
          what=${t("me_withdraw_override", { step: code("interlock", it.interlock) })}
          onSay=${() => {
            const { interlock } = it;
            say({ type: "withdraw_override", ticket_id: ticket.ticket_id, interlock, reason: "-" });
          }} />`,
      )}
    ${
      ticket.stage === "working" &&
      there &&
      html`<${Slide} type="pause_work" what=${t("ticket_say_pause_work")}
        onSay=${() => say({ type: "pause_work", ticket_id: ticket.ticket_id, reason: "-" })} />`
    }</li>`;
}
