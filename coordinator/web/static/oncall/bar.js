// The bar under the thumb: the one thing to say next, what else may be said, and the call for help.
import { html, useEffect, useRef, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { minute, useNow } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";
import { DECLINE_REASONS, choices, standing, stillSaid, undoable } from "/static/oncall/actions.js";
import { Slide, useRest } from "/static/oncall/slide.js";

const HOLD_MS = 1_000;
const SAID_MS = 2_500;
const HOLDING_KEYS = new Set([" ", "Enter"]);

/** Choose why: the reason is the tap, so that declining takes two. */
function Decline({ onSay, onClose }) {
  const note = useRef(null);
  const say = (reason) =>
    onSay("decline_assignment", { reason, ...(note.current.value.trim() && { text: note.current.value.trim() }) });
  return html`<${Dialog} title=${t("decline_title")} onClose=${onClose}>
    <label class="field">${t("decline_note")}<input ref=${note} maxlength="200" class="tall" /></label>
    <div class="reasons">${DECLINE_REASONS.map(
      (it) => html`<button type="button" key=${it} class="button button-tall"
      onClick=${() => say(it)}>${t(`reason_${it}`)}</button>`,
    )}</div><//>`;
}

/** Who leads those left; nobody else of them has to be asked where all are in. */
function WhoLeads({ people, mayLead, names, onSay, onClose }) {
  return html`<${Dialog} title=${t("who_leads_title")} onClose=${onClose}>
    <p>${t("who_leads_hint", { count: people.length })}</p>
    <div class="reasons">${people
      .filter((it) => mayLead.includes(it.member_id))
      .map(
        (it) => html`<button type="button" key=${it.member_id} class="button button-tall button-main"
          data-leads=${it.member_id}
      onClick=${() => onSay("finish_assignment", { leads_now: it.member_id })}>
        ${names[it.member_id] || it.member_id} · ${code("role", it.role)}</button>`,
      )}
    <button type="button" class="button button-tall" data-test="all-in"
      onClick=${() => onSay("finish_assignment", { all_in: true })}>${t("who_leads_all_in")}</button></div><//>`;
}

/**
 * Say something that wants words of one's own.
 * @param {{title: string, send: string, danger?: boolean, onSend: (text: string) => void, onClose: () => void,
 *   children?: any}} props
 */
export function InWords({ title, send, danger, onSend, onClose, children = null }) {
  const [text, setText] = useState("");
  const go = (event) => {
    event.preventDefault();
    onSend(text.trim());
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>${children}
    <form class="stack" onSubmit=${go}>
    <input class="tall" maxlength="200" required aria-label=${title} value=${text}
      onInput=${(event) => setText(event.target.value)} />
    <button class=${`button button-tall ${danger ? "button-danger" : "button-main"}`} disabled=${!text.trim()}>${send}
      </button></form><//>`;
}

/** Hurt or ill: one tap, for whoever is has no hand to type. */
export const Unfitness = ({ onSay }) =>
  html`<div class="reasons">${["hurt", "ill"].map(
    (it) => html`<button type="button" key=${it} class="button button-tall button-danger" data-unfit=${it}
      onClick=${() => onSay(it)}>${t(`i_am_${it}`)}</button>`,
  )}</div>`;

/**
 * Hard to hit by accident, quick when it counts: hold for a second, by finger or key. A short tap
 * asks first, which is also how it is done where nothing can be held.
 */
export function HelpButton({ openSince, onHelp }) {
  const [holding, setHolding] = useState(false);
  const [asking, setAsking] = useState(false);
  const timer = useRef(null),
    done = useRef(false);
  const begin = () => {
    if (timer.current !== null) return;
    done.current = false;
    setHolding(true);
    timer.current = setTimeout(() => {
      done.current = true;
      end();
      navigator.vibrate?.(200);
      onHelp();
    }, HOLD_MS);
  };
  const end = () => {
    clearTimeout(timer.current);
    timer.current = null;
    setHolding(false);
  };
  useEffect(() => end, []);
  const down = (event) => {
    if (!HOLDING_KEYS.has(event.key)) return;
    event.preventDefault(); // the key's own click would ask at every repeat
    begin();
  };
  const up = (event) => {
    if (!HOLDING_KEYS.has(event.key)) return;
    event.preventDefault();
    const short = timer.current !== null;
    end();
    if (short) setAsking(true);
  };
  const click = () => {
    if (!done.current) setAsking(true);
    done.current = false;
  };
  return html`<button type="button" class=${`button button-danger help ${holding ? "help-holding" : ""}`}
    aria-describedby="help-hint"
      onPointerDown=${begin} onPointerUp=${end} onPointerLeave=${end} onPointerCancel=${end}
        onContextMenu=${(event) => event.preventDefault()}
      onKeyDown=${down} onKeyUp=${up} onBlur=${end} onClick=${click}>
      <span class="help-fill" aria-hidden="true"></span>
      <span class="help-words">
        ${openSince ? `▲ ${t("help_open", { when: minute(openSince) })}` : t(holding ? "help_holding" : "help_hold")}
        </span></button>
    <span id="help-hint" class="visually-hidden">${t("help_hint")}</span>
    ${
      asking &&
      html`<${Dialog} title=${t("help_title")} onClose=${() => setAsking(false)}>
        <div class="stack"><p>${t("help_hint")}</p>
      <button type="button" class="button help-sure button-tall" autofocus onClick=${() => {
        setAsking(false);
        onHelp();
      }}>▲ ${t("help_sure")}</button>
      <button type="button" class="button button-tall" onClick=${() => setAsking(false)}>${t("cancel")}</button></div>
        <//>`
    }`;
}

/** For some seconds a tap can be taken back: what it was, and how long. */
function TakeBack({ taps, withinMs, onTakeBack }) {
  const found = undoable(taps, useNow(250), withinMs);
  if (!found) return null;
  const { tap, left } = found;
  return html`<button type="button" class="button button-tall take-back" data-test="take-back"
    onClick=${() => onTakeBack(tap)}>↶ ${t("take_back", {
      what: t(`said_${tap.signal.type}`),
      count: Math.ceil(left / 1_000),
    })}</button>`;
}

/** A call for help that was a mistake: asked once more, for a slip must not end a true one. */
function NoHelp({ onNoHelp }) {
  const [asking, setAsking] = useState(false);
  const sure = () => {
    setAsking(false);
    onNoHelp();
  };
  return html`<button type="button" class="button button-tall" data-test="no-help" aria-haspopup="dialog"
      onClick=${() => setAsking(true)}>↶ ${t("help_back")}</button>
    ${
      asking &&
      html`<${Dialog} title=${t("help_back_title")} onClose=${() => setAsking(false)}><div class="stack">
      <p>${t("help_back_hint")}</p>
      <button type="button" class="button button-tall" autofocus onClick=${() => setAsking(false)}>${t("help_back_no")}
        </button>
      <button type="button" class="button button-danger button-tall" data-test="no-help-sure" onClick=${sure}>
        ${t("help_back_sure")}</button></div><//>`
    }`;
}

/**
 * `about`: the assignment that is answered; `atWork`: on a line, or answering for who is; `leads`: leads `people`, who
 * are still out, and of whom `mayLead` may lead next; `withinMs`: a tap can be taken back; `helpCall`: the member's
 * own, while it is open.
 * @param {{about: string | null, status: string | null, atWork: boolean, leads: boolean, people: any[],
 *   mayLead: string[], names: Record<string, string>, taps: any[], withinMs: number, helpCall: any,
 *   onSay: (type: string, more?: object) => void, onHelp: () => void, onTakeBack: (tap: any) => void,
 *   onNoHelp: (id: string) => void}} props
 */
export function Bar(props) {
  const { about, status, atWork, leads, people, mayLead, names, taps, withinMs, helpCall, onSay } = props;
  const [open, setOpen] = useState(null),
    [said, setSaid] = useState(null);
  const can = status === null ? null : choices(status, atWork);
  // Seen is said by seeing: it changes nothing of what is to be said next.
  const resting = useRest(can && `${about}/${can.next}`);
  const told =
    resting && said && stillSaid(said.about, said.type, standing(taps)) && performance.now() - said.at < SAID_MS
      ? t(`said_${said.type}`)
      : "";
  const say = (type, more) => {
    setOpen(null);
    setSaid({ about, type, at: performance.now() });
    onSay(type, more);
  };
  return html`<nav class="bar" aria-label=${t("me_title")}>
    <p class=${can || !told ? "visually-hidden" : "bar-said"} role="status">${told && `✓ ${told}`}</p>
    <${TakeBack} taps=${taps} withinMs=${withinMs} onTakeBack=${props.onTakeBack} />
    ${can && can.next === null && html`<p class="bar-said" data-test="no-finish">${t("me_no_finish")}</p>`}
    ${
      can?.next &&
      html`<${Slide} type=${can.next} what=${t(`say_${can.next}`)} resting=${resting} said=${told}
      onSay=${() => (can.next === "finish_assignment" && leads ? setOpen(can.next) : say(can.next))} />`
    }
    <div class="bar-more">
      ${
        can &&
        html`<button type="button" class="button button-tall" data-say=${can.other}
      onClick=${() => setOpen(can.other)}>${t(`say_${can.other}`)}</button>`
      }
      ${helpCall && html`<${NoHelp} onNoHelp=${() => props.onNoHelp(helpCall.help_call_id)} />`}
      <${HelpButton} openSince=${helpCall?.called_at ?? null} onHelp=${props.onHelp} /></div>
    ${
      open === "finish_assignment" &&
      html`<${WhoLeads} people=${people} mayLead=${mayLead} names=${names} onSay=${say}
      onClose=${() => setOpen(null)} />`
    }
    ${open === "decline_assignment" && html`<${Decline} onSay=${say} onClose=${() => setOpen(null)} />`}
    ${
      open === "abort_assignment" &&
      html`<${InWords} title=${t("abort_title")} send=${t("abort_send")} danger
      onSend=${(reason) => say("abort_assignment", { reason })} onClose=${() => setOpen(null)}>
        <${Unfitness} onSay=${(unfit) => say("abort_assignment", { unfit })} /><p>${t("abort_other")}</p><//>`
    }</nav>`;
}
