// Acting: every action is a signal in the name of this session; what came of it is told and kept.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { publish } from "/static/shared/publish.js";
import { clock, now } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";
import { may, missingFields } from "/static/dispatch/catalogue.js";
import { openDialog } from "/static/dispatch/desk.js";
import { ruleWord, wrongWord } from "/static/dispatch/refusal.js";
import { before, undoOf } from "/static/dispatch/undo.js";

const RECENT_MAX = 50;
const UNDO_SHOWN_MS = 12_000;
const AGAIN_MS = 2_000; // the same said again so soon is one click too many

/**
 * @typedef {{id: number, key: string, at: number, type: string, state: "sending" | "done" | "refused" | "failed",
 *   wrong: Error | null, undo: object | null, undone: boolean, nothing?: boolean,
 *   warned?: import("/static/shared/said.js").Said[], seq?: number, doneAt?: number,
 *   shownUntil: number,
 *   coming?: Promise<object | null>}} Deed
 * @type {Deed[]}
 */
let recent = [];
const listeners = new Set();
let count = 0;

function tell(deed, changes) {
  Object.assign(deed, changes);
  for (const listener of listeners) listener();
}

/** The word for a type of signal. @param {string} type */
export const signalWord = (type) => t(`signal_${type}`);

/**
 * Publish a signal and tell what came of it; the very same while it is on its way, or a moment after, is one.
 * @param {{type: string, jurisdiction: string, [field: string]: any}} said
 * @param {{quiet?: boolean, undoing?: Deed}} [how] `quiet`: the caller shows what went wrong.
 * @returns {Promise<object | null> | undefined} the receipt; null if it was not taken and told here
 */
export function act(said, how = {}) {
  const { signal_id: _, ...document } = said,
    key = JSON.stringify(document);
  const same = recent.find(
    (it) =>
      it.key === key &&
      (it.state === "sending" || (it.state === "done" && performance.now() - (it.doneAt ?? 0) < AGAIN_MS)),
  );
  if (same) return same.coming;
  /** @type {Deed} */
  /** @type {Deed} */
  /** @type {Deed} */
  const deed = {
    id: (count += 1),
    key,
    at: now(),
    type: said.type,
    state: "sending",
    wrong: null,
    undo: null,
    undone: false,
    shownUntil: 0,
  };
  deed.coming = send(deed, said, how);
  return deed.coming;
}

/** @param {Deed} deed @param {any} said @param {{quiet?: boolean, undoing?: Deed}} how */
async function send(deed, said, { quiet = false, undoing }) {
  const remembered = before(said),
    { undo_keys: undoKeys, ...document } = said;
  recent = [deed, ...recent].slice(0, RECENT_MAX);
  tell(deed, {});
  try {
    const receipt = await publish(document);
    // What changed nothing is not taken back: that would undo what somebody did before.
    const nothing = receipt.nothing_changed === true;
    const undo =
      undoing || nothing ? null : undoOf({ ...document, undo_keys: undoKeys }, receipt, remembered, t("undo_reason"));
    tell(deed, {
      state: "done",
      nothing,
      warned: receipt.warnings ?? [],
      seq: receipt.seq,
      undo: undo && may(undo.type) ? undo : null,
      doneAt: performance.now(),
      // What one is warned of stays until it is read.
      shownUntil: receipt.warnings?.length ? Infinity : performance.now() + UNDO_SHOWN_MS,
    });
    if (undoing) tell(undoing, { undone: true });
    setTimeout(() => tell(deed, {}), UNDO_SHOWN_MS + 50);
    return receipt;
  } catch (error) {
    const state = error.rule ? "refused" : "failed";
    tell(deed, { state, wrong: error, shownUntil: quiet ? 0 : Infinity });
    if (quiet) throw error;
    return null;
  }
}

/** Take an action back by a new signal. @param {Deed} deed */
export function undo(deed) {
  if (!deed.undo || deed.undone) return;
  tell(deed, { shownUntil: 0 });
  act(deed.undo, { undoing: deed });
}

/** Take back the newest action that can be. @returns {boolean} */
export function undoLast() {
  const deed = recent.find((it) => it.undo && !it.undone && it.state === "done");
  if (deed) undo(deed);
  return Boolean(deed);
}

/** What changes the world and is not simply taken back: looked at once more, and sent by a button elsewhere. */
const TWICE = new Set([
  "arrive",
  "finish_assignment",
  "decline_assignment",
  "abort_assignment",
  "release_member",
  "control_incident",
  "restore_incident",
  "start_work",
  "finish_work",
  "issue_ticket",
  "confirm_interlock",
  "hand_over_ticket",
  "confirm_clear",
  "end_ticket",
  "cancel_ticket",
  "withdraw_interlock",
  "withdraw_override",
  "take_off_ticket",
  "stand_down_unit",
  "resolve_help",
  "end_command",
  "terminate_response",
  "conclude_operation",
  "cancel_operation",
  "report_in",
  "finish_whistle",
  "answer_roll",
]);

/** Say a signal at once where nothing more is to be said and it may be taken back, else open its form. */
export function start(type, preset, options = {}) {
  if (!options.form && !TWICE.has(type) && missingFields(type, preset).length === 0) return act({ type, ...preset });
  openDialog("form", { type, preset, ...options });
  return null;
}

/**
 * A button for one signal; not there for who may not send it.
 * @param {{type: string, preset: object, label?: string, look?: string, form?: boolean, fields?: string[],
 *   begin?: object, disabled?: boolean}} props
 *   `form`: ask even where all is said; `fields`: optional fields that are shown at once;
 *   `begin`: what the form begins with.
 */
export function Act({ type, preset, label, look = "", form = false, fields, begin, disabled }) {
  if (!may(type)) return null;
  return html`<button type="button" class=${`button ${look}`} data-signal=${type} disabled=${disabled}
    onClick=${() => start(type, preset, { form, fields, begin })}>${label || signalWord(type)}</button>`;
}

function useRecent() {
  const [, turn] = useState(0);
  useEffect(() => {
    const listener = () => turn((it) => it + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return recent;
}

const WORDS = { sending: "deed_sending", done: "deed_done", refused: "deed_refused", failed: "deed_failed" };
const SIGNS = { sending: "…", done: "✓", refused: "▲", failed: "▲" };

function Told({ deed, onClose }) {
  const bad = deed.state === "refused" || deed.state === "failed";
  return html`<div class=${`toast ${bad ? "toast-bad" : ""}`} role=${bad ? "alert" : "status"} data-deed=${deed.state}>
    <span class="grow">
      <b>${SIGNS[deed.state]} ${t(deed.nothing ? "deed_nothing" : WORDS[deed.state], { what: signalWord(deed.type) })}
      </b>
      ${deed.wrong && html`<span class="toast-text">${wrongWord(deed.wrong)}</span>`}
      ${deed.warned?.map(
        (it) => html`<span class="toast-text" data-test="warned" key=${it.code}>◆ ${ruleWord(it)}</span>`,
      )}
    </span>
    ${
      deed.undo &&
      !deed.undone &&
      html`<button class="button" data-test="undo" onClick=${() => undo(deed)}>${t("undo")}</button>`
    }
    ${
      (bad || deed.warned?.length > 0) &&
      html`<button class="button" aria-label=${t("close")} onClick=${onClose}>✕</button>`
    }</div>`;
}

/** What was just done, with its undo for some seconds; what was refused, until it is closed. */
export function Toasts() {
  const deeds = useRecent()
    .filter((it) => it.shownUntil > performance.now())
    .slice(0, 4);
  return html`<div class="toasts">
    ${deeds.map(
      (deed) => html`<${Told} key=${deed.id} deed=${deed} onClose=${() => tell(deed, { shownUntil: 0 })} />`,
    )}</div>`;
}

/** Everything this desk did since the page was opened. */
export function RecentActions() {
  const deeds = useRecent();
  if (!deeds.length) return html`<p class="quiet">${t("nothing_done")}</p>`;
  return html`<table class="table"><tbody>${deeds.map(
    (deed) => html`<tr key=${deed.id}>
    <td class="quiet">${clock(deed.at)}</td>
      <td><span class=${deed.state === "done" ? "" : "alarm"}>${SIGNS[deed.state]} ${signalWord(deed.type)}</span>
      ${deed.nothing && html`<p class="quiet small">${t("nothing_new")}</p>`}
      ${deed.warned?.map((it) => html`<p class="small" key=${it.code}>◆ ${ruleWord(it)}</p>`)}
      ${deed.wrong && html`<p class="small">${wrongWord(deed.wrong)}</p>`}</td>
    <td class="number">${
      deed.undone
        ? html`<span class="quiet">${t("undone")}</span>`
        : deed.undo && html`<button class="button" onClick=${() => undo(deed)}>${t("undo")}</button>`
    }</td></tr>`,
  )}</tbody></table>`;
}
