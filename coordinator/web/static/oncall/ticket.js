// A work ticket on the phone: its steps, who answers for each, and the one that this member may say now.
import { html, useRef, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { clock } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { Slide } from "/static/oncall/slide.js";

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
    const permits = me === ticket.permitter;
    // Who permits may have had the line switched off from afar; the rest is done by who is there.
    const may = step === "permit" ? permits : there || (step === "switching" && permits);
    return may ? { ...signal, interlock: step, confirmed_by: me } : null;
  }
  if (type === "confirm_clear") {
    const may = step === "people_off" ? ticket.may_count.includes(me) : there;
    return may && there ? { ...signal, clearance: step, confirmed_by: me } : null;
  }
  // Where its leader has left, whoever is there ends the work; to begin it is nobody's but the leader's.
  const may = leads || (type === "finish_work" && !ticket.leader_there);
  return may && there ? signal : null;
}

/**
 * Return the roles that a member may hand on: whoever leads the work also says who guards it.
 * @param {any} ticket @param {string} me
 */
export function handsOn(ticket, me) {
  if (ticket.stage === "finished") return [];
  if (me === ticket.work_leader) return ["leader", "guardian"];
  return me === ticket.guardian ? ["guardian"] : [];
}

/** Everybody at a ticket, once each. @param {any} ticket @returns {string[]} */
export const peopleAt = (ticket) => [
  ...new Set([ticket.work_leader, ...ticket.crew, ticket.guardian].filter((it) => it !== null)),
];

/** Another leader or guardian, of those on scene; why may be said later. */
function HandOver({ ticket, roles, people, names, onSay, onClose }) {
  const why = useRef(null);
  const holds = { leader: ticket.work_leader, guardian: ticket.guardian };
  const say = (role, to) => {
    const reason = why.current.value.trim();
    onSay({ type: "hand_over_ticket", ticket_id: ticket.ticket_id, role, to, ...(reason && { reason }) });
    onClose();
  };
  const choices = roles.flatMap((role) => people.filter((it) => it !== holds[role]).map((it) => [role, it]));
  return html`<${Dialog} title=${t("ticket_hand_over_title")} onClose=${onClose}>
    <label class="field">${t("ticket_hand_over_reason")}<input ref=${why} maxlength="200" class="tall" /></label>
    <div class="reasons">${choices.map(
      ([role, it]) => html`<button type="button" class="button button-tall" key=${`${role}/${it}`}
        data-hand-over=${role} data-to=${it} onClick=${() => say(role, it)}>
        ${t(`ticket_hand_over_${role}`, { name: names[it] || it })}</button>`,
    )}</div>
    ${choices.length === 0 && html`<p class="quiet">${t("ticket_hand_over_nobody")}</p>`}<//>`;
}

/** A step of making the line safe; its number is asked for, and may be left out. */
function Interlock({ signal, what, onSay }) {
  const [number, setNumber] = useState("");
  const reference = number.trim();
  return html`<label class="field">${t(`me_reference_${signal.interlock}`)}<input class="tall" maxlength="200"
      data-test="reference" value=${number} onInput=${(event) => setNumber(event.target.value)} /></label>
    <${Slide} type=${signal.type} what=${what} onSay=${() => onSay({ ...signal, ...(reference && { reference }) })} />`;
}

/** Who has to act now, where it is not this member. */
function Waits({ ticket, word, name }) {
  const { type, step } = ticket.next;
  const left = ticket.living && !ticket.leader_there && ticket.next_by === ticket.work_leader;
  const counts = step === "people_off" ? listed(ticket.may_count.map(name)) : null;
  return html`<p class="soon" data-test="ticket-waits"><span aria-hidden="true">◆ </span>${t("ticket_waits", {
    what: type === "start_work" && ticket.stage === "stopped" ? t("ticket_say_resume") : word,
    who: counts || (ticket.next_by ? name(ticket.next_by) : t("ticket_desk")),
  })}</p>
    ${
      left &&
      html`<p class="soon" data-test="leader-left">${t("me_leader_left", { name: name(ticket.work_leader) })}
      ${counts !== null && ` ${counts ? t("me_may_count", { who: counts }) : t("me_may_count_desk")}`}</p>`
    }`;
}

/** Each one is ticked off by name; only then it can be said that all are off. */
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

/** The step that is this member's to say now. */
function Next({ ticket, signal, word, names, onSay }) {
  const { type, step } = ticket.next;
  if (step === "people_off")
    return html`<${Count} ticket=${ticket} names=${names} onAll=${(people) => onSay({ ...signal, people })} />`;
  if (type === "confirm_interlock")
    return html`<${Interlock} key=${step} signal=${signal} what=${word} onSay=${onSay} />`;
  const what = type === "start_work" && ticket.stage === "stopped" ? t("ticket_say_resume") : word;
  return html`<${Slide} type=${type} what=${what} onSay=${() => onSay(signal)} />`;
}

/**
 * @param {{ticket: any, me: string, there: boolean, people: string[], names: Record<string, string>,
 *   onSay: (key: string, signal: any) => void}} props `people`: who is on scene of the unit, `me` among them.
 */
export function Ticket({ ticket, me, there, people, names, onSay }) {
  const [handing, setHanding] = useState(false),
    [counting, setCounting] = useState(false);
  const mayCount = there && ticket.clear_next === "people_off" && ticket.stage !== "working";
  const roles = there ? handsOn(ticket, me) : [];
  const name = (id) => names[id] || id;
  const stopped = ticket.stage === "stopped",
    back = ticket.supply_back_at;
  const signal = stepOf(ticket, me, there),
    { type, step } = ticket.next;
  const word = step ? code(type === "confirm_clear" ? "clearance" : "interlock", step) : t(`ticket_say_${type}`);
  // The turn makes two taps one, and the same word after something happened another.
  const say = (said) => onSay(`${ticket.ticket_id}/${ticket.turn}/${said.type}/${said.interlock ?? ""}`, said);
  return html`<li class="stack" data-ticket=${ticket.ticket_id}>
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
    ${ticket.interlocks
      .filter((it) => it.overridden_until && [it.set_aside_by, ticket.permitter].includes(me))
      .map(
        (it) => html`<${Slide} key=${it.interlock} type="withdraw_override"
          what=${t("me_withdraw_override", { step: code("interlock", it.interlock) })}
          onSay=${() => {
            const { interlock } = it;
            say({ type: "withdraw_override", ticket_id: ticket.ticket_id, interlock });
          }} />`,
      )}
    ${
      ticket.stage === "working" &&
      there &&
      html`<${Slide} type="pause_work" what=${t("ticket_say_pause_work")}
        onSay=${() => say({ type: "pause_work", ticket_id: ticket.ticket_id })} />`
    }
    ${
      signal
        ? html`<${Next} ticket=${ticket} signal=${signal} word=${word} names=${names} onSay=${say} />`
        : html`<${Waits} ticket=${ticket} word=${word} name=${name} />`
    }
    ${
      mayCount &&
      ticket.may_count.includes(me) &&
      (counting
        ? html`<${Count} ticket=${ticket} names=${names} onAll=${(people) =>
            say({
              type: "confirm_clear",
              ticket_id: ticket.ticket_id,
              clearance: "people_off",
              confirmed_by: me,
              people,
            })} />`
        : html`<button type="button" class="button button-tall" data-test="end-instead"
            onClick=${() => setCounting(true)}>${t("me_end_instead")}</button>`)
    }
    ${
      roles.length > 0 &&
      html`<div class="toolbar"><button type="button" class="button button-tall" data-say="hand_over_ticket"
        aria-haspopup="dialog" onClick=${() => setHanding(true)}>${t("ticket_hand_over")}</button></div>`
    }
    ${
      handing &&
      html`<${HandOver} ticket=${ticket} roles=${roles} people=${people} names=${names} onSay=${say}
        onClose=${() => setHanding(false)} />`
    }</li>`;
}
