// The keyboard: single keys that can be switched off (WCAG 2.1.4), and the list that explains them.
import { html, useEffect, useRef, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { named, t } from "/static/shared/words.js";
import { act, undoLast, signalWord } from "/static/dispatch/actions.js";
import { rows, unitsOf } from "/static/dispatch/boards.js";
import { allForms, may } from "/static/dispatch/catalogue.js";
import { closeDialog, desk, look, mark, openDialog, openIncident } from "/static/dispatch/desk.js";
import { moved } from "/static/dispatch/queue.js";
import { places, wordsOf } from "/static/dispatch/who.js";

const OFF = "shortcuts_off";
/** Say whether single keys act. */
export const keysOn = () => localStorage.getItem(OFF) === null;

/** Return the proposed unit of the incident that is open, or of the one the keyboard is on. */
function proposedUnit() {
  const { selected, view, current } = desk();
  const key = view === "incident" && selected ? selected : current;
  return (unitsOf().get(key) || []).find((it) => it.status === "proposed");
}

function confirm() {
  // What was changed by hand is confirmed by the button that shows it.
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-proposal] [data-test=confirm]"));
  if (button) return button.click();
  const unit = proposedUnit();
  if (unit && may("confirm_proposal"))
    act({ type: "confirm_proposal", jurisdiction: unit.jurisdiction, unit_id: unit.key });
  return undefined;
}

function refuse() {
  const unit = proposedUnit();
  if (unit && may("refuse_proposal"))
    openDialog("form", { type: "refuse_proposal", preset: { jurisdiction: unit.jurisdiction, unit_id: unit.key } });
}

/** Do something with the incident that the queue stands at. @param {(key: string) => void} deed */
function onCurrent(deed) {
  const { current } = desk();
  if (current) deed(current);
}

/** @type {[import("./desk.js").Desk["view"], string][]} */
const VIEWS = [
  ["map", "view_map"],
  ["incident", "view_incident"],
  ["roster", "view_roster"],
];

/** What each key does. @type {[string, string, (queue: any[]) => void][]} */
const KEYS = [
  ["/", "key_search", () => document.getElementById("search")?.focus()],
  ["j", "key_down", (queue) => moved(queue, desk().current, 1)],
  ["k", "key_up", (queue) => moved(queue, desk().current, -1)],
  ["ArrowDown", "key_down", (queue) => moved(queue, desk().current, 1)],
  ["ArrowUp", "key_up", (queue) => moved(queue, desk().current, -1)],
  ["Enter", "key_open", () => onCurrent(openIncident)],
  ["c", "key_confirm", confirm],
  ["r", "key_refuse", refuse],
  ["x", "key_mark", () => may("merge_incidents") && onCurrent(mark)],
  ["p", "key_publish", () => allForms().length && openDialog("publish")],
  ["m", "key_map", () => look({ view: "map" })],
  ["i", "key_incident", () => look({ view: "incident" })],
  ["o", "key_roster", () => look({ view: "roster" })],
  ["u", "key_undo", () => undoLast()],
  ["?", "key_help", () => openDialog("keys")],
];

/** Listen to the keyboard. @param {any[]} queue the incidents in their order */
export function useShortcuts(queue) {
  const held = useRef(queue);
  held.current = queue;
  useEffect(() => {
    function onKeyDown(event) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openDialog("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || desk().dialog || !keysOn()) return;
      const { target } = event;
      if (target.closest?.("input, textarea, select, [contenteditable]")) return;
      // A focused button or link keeps its own Enter; a list its own arrows.
      if (event.key === "Enter" && target.closest?.("button, a, summary, [role=listbox]")) return;
      if (event.key.startsWith("Arrow") && target !== document.body) return;
      const found = KEYS.find(([key]) => key === event.key);
      if (!found) return;
      event.preventDefault();
      found[2](held.current);
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

/** The list of keys, and the switch that turns them off. */
export function KeysDialog() {
  const [on, setOn] = useState(keysOn());
  function turn(event) {
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    setOn(event.target.checked);
  }
  return html`<${Dialog} title=${t("keys")} onClose=${closeDialog}><div class="stack">
    <label class="row"><input type="checkbox" checked=${on} onChange=${turn} />${t("keys_on")}</label>
    <table class="table">
      <tbody>${KEYS.map(
        ([key, word]) => html`<tr key=${key}><td><kbd>${key.replace("Arrow", "")}</kbd></td><td>${t(word)}</td></tr>`,
      )}
      <tr><td><kbd>Ctrl K</kbd></td><td>${t("key_palette")}</td></tr>
        <tr><td><kbd>Esc</kbd></td><td>${t("key_escape")}</td></tr></tbody></table></div><//>`;
}

function commands() {
  const found = [
    ...VIEWS.map(([view, word]) => ({ words: t(word), run: () => look({ view, dialog: null }) })),
    { words: t("keys"), run: () => openDialog("keys") },
    { words: t("recent"), run: () => openDialog("recent") },
    ...(may("alert_received") ? [{ words: t("cap_title"), run: () => openDialog("cap") }] : []),
    ...allForms().map((it) => ({
      words: named(t("publish"), signalWord(it.type)),
      more: it.type,
      run: () => openDialog("form", { type: it.type, preset: {} }),
    })),
    ...["", ...places()].map((place) => ({
      words: named(t("place"), place || t("all")),
      run: () => look({ place, dialog: null }),
    })),
  ];
  return found;
}

/** Any command, or any incident, by some of its words. */
export function Palette() {
  const [text, setText] = useState(""),
    [at, setAt] = useState(0);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (it) => words.every((word) => `${it.words} ${it.more || ""}`.toLowerCase().includes(word));
  const shown = commands().filter(matches).slice(0, 12);
  if (words.length) {
    for (const it of rows("open_incidents").values()) {
      if (shown.length >= 20) break;
      const one = {
        words: wordsOf(it.key),
        more: `${it.key} ${it.circuit || ""} ${it.jurisdiction}`,
        run: () => openIncident(it.key),
      };
      if (matches(one)) shown.push(one);
    }
  }
  function onKeyDown(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt(Math.max(0, Math.min(shown.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && shown[at]) {
      event.preventDefault();
      shown[at].run();
    }
  }
  return html`<${Dialog} title=${t("key_palette")} onClose=${closeDialog}><div class="stack">
    <input type="text" autofocus role="combobox" aria-expanded="true" aria-controls="palette"
      aria-activedescendant=${shown[at] ? `palette-${at}` : undefined} aria-label=${t("key_palette")} value=${text}
      onInput=${(event) => {
        setText(event.target.value);
        setAt(0);
      }} onKeyDown=${onKeyDown} />
    <ul id="palette" role="listbox" aria-label=${t("key_palette")}>${shown.map(
      (it, index) => html`<li key=${it.words + index} id=${`palette-${index}`} role="option"
        aria-selected=${index === at ? "true" : "false"}
      class=${index === at ? "combo-one combo-current" : "combo-one"} onClick=${it.run}>${it.words}</li>`,
    )}</ul></div><//>`;
}
