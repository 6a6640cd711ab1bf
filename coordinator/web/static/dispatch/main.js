// The dispatch console: the queue, what is selected, and what is watched, on one desk.
import { html, render, useEffect, useMemo, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { Head } from "/static/shared/frame.js";
import { Gate, leave, session } from "/static/shared/session.js";
import { keepTime, useNow } from "/static/shared/time.js";
import { add, code, figure, language, t, useLanguage } from "/static/shared/words.js";
import { words as dispatchWords } from "/static/words/dispatch.js";
import { words as factWords } from "/static/words/facts.js";
import { words as formWords } from "/static/words/forms.js";
import { RecentActions, Toasts } from "/static/dispatch/actions.js";
import { came, follow, isLost, rows, useBoardsEvery } from "/static/dispatch/boards.js";
import { BranchDialog } from "/static/dispatch/branch.js";
import { CapDialog, useCapDrop } from "/static/dispatch/cap.js";
import { allForms, loadForms } from "/static/dispatch/catalogue.js";
import { closeDialog, look, openDialog, useDesk } from "/static/dispatch/desk.js";
import { FormDialog, PublishDialog } from "/static/dispatch/form_dialog.js";
import { IncidentView } from "/static/dispatch/incident.js";
import { MapView } from "/static/dispatch/map_view.js";
import { OperationDialog } from "/static/dispatch/operation.js";
import { TaskDialog } from "/static/dispatch/task.js";
import { Queue, useQueue } from "/static/dispatch/queue.js";
import { counted } from "/static/dispatch/queue_order.js";
import { Roster } from "/static/dispatch/roster.js";
import { ReachDialog } from "/static/dispatch/reach.js";
import { CrewDialog, EnrolDialog, ImportDialog } from "/static/dispatch/roster_dialogs.js";
import { KeysDialog, Palette, useShortcuts } from "/static/dispatch/shortcuts.js";
import { Side } from "/static/dispatch/side.js";
import { places } from "/static/dispatch/who.js";

add(dispatchWords);
add(factWords);
add(formWords);

const Recent = () => html`<${Dialog} title=${t("recent")} onClose=${closeDialog}><${RecentActions} /><//>`;
const DIALOGS = {
  form: FormDialog,
  publish: PublishDialog,
  operation: OperationDialog,
  branch: BranchDialog,
  task: TaskDialog,
  crew: CrewDialog,
  cap: CapDialog,
  import: ImportDialog,
  enrol: EnrolDialog,
  reach: ReachDialog,
  keys: KeysDialog,
  palette: Palette,
  recent: Recent,
};

function Counts({ place }) {
  const version = useBoardsEvery(1_000, "open_incidents", "units_in_the_field"),
    at = useNow(5_000);
  const known = [came("open_incidents"), came("units_in_the_field")];
  const sums = useMemo(() => {
    const units = [...rows("units_in_the_field").values()].filter((it) => !place || it.jurisdiction === place);
    return {
      ...counted(rows("open_incidents").values(), place, at),
      units: units.length,
      there: units.reduce((sum, it) => sum + (it.counts.on_scene || 0), 0),
    };
  }, [version, place, at, ...known]); // what was counted of a board before it came is no count of it
  const one = (word, board, value, alarm) =>
    came(board)
      ? html`<span class=${alarm ? "count alarm" : "count"} data-count=${word}>${alarm ? "▲ " : ""}
        <b>${figure(value)}</b> ${t(word)}</span>`
      : html`<span class="count" data-count=${word} data-loading=${board}><b aria-hidden="true">…</b>
        <span class="visually-hidden">${t(isLost(board) ? "not_come" : "loading")}</span> ${t(word)}</span>`;
  return html`<section class="counts" aria-label=${t("at_a_glance")}>
    ${one("count_open", "open_incidents", sums.open)}${one(
      "count_overdue",
      "open_incidents",
      sums.overdue,
      sums.overdue > 0,
    )}${one("count_customers", "open_incidents", sums.customers)}${one(
      "count_units",
      "units_in_the_field",
      sums.units,
    )}${one("count_on_scene", "units_in_the_field", sums.there)}</section>`;
}

/** @type {[import("./desk.js").Desk["view"], string][]} */
const VIEWS = [
  ["map", "view_map"],
  ["incident", "view_incident"],
  ["roster", "view_roster"],
];
function Views() {
  const view = useDesk((it) => it.view);
  return html`<nav class="row views" aria-label=${t("views")}>
    ${VIEWS.map(
      ([name, word]) =>
        html`<button key=${name} class="button" aria-pressed=${view === name ? "true" : "false"}
    onClick=${() => look({ view: name })}>${t(word)}</button>`,
    )}</nav>`;
}

function Places() {
  const place = useDesk((it) => it.place);
  const names = places();
  return html`<label class="row small"><span>${t("place")}</span>
    <select id="place" value=${names.length > 1 ? place : names[0]}
    onChange=${(event) => look({ place: event.target.value })}>
    ${names.length > 1 && html`<option value="">${t("all")}</option>`}${names.map(
      (it) => html`<option key=${it} value=${it}>${it}</option>`,
    )}</select></label>`;
}

/** Behind an open dialog nothing can be reached: what is run in one has its undo there. */
const HAVE_TOASTS = new Set(["task", "operation", "branch"]);

function Desk({ live }) {
  useLanguage();
  const queue = useQueue(),
    { view, dialog, place } = useDesk((it) => it);
  useShortcuts(queue);
  useCapDrop();
  const realm = session().jurisdictions.some((it) => it.realm === "exercise") ? "exercise" : "actual";
  const Shown = dialog && DIALOGS[dialog.kind];
  // These look by themselves at the desk and at the boards: a key in the queue does not draw them anew.
  const same = [language(), allForms().length];
  const middle = useMemo(
    () =>
      html`<div class="middle" tabindex="-1">${view === "map" ? html`<${MapView} />` : html`<${IncidentView} />`}
        </div>`,
    [view, ...same],
  );
  const side = useMemo(() => html`<${Side} />`, same),
    counts = useMemo(() => html`<${Counts} place=${place} />`, [place, ...same]);
  return html`<div class="desk">
    <${Head} title=${t("page_dispatch")} realm=${realm} live=${live}
      actor=${`${session().actor_id} · ${code("actor", session().role)}`} onLeave=${leave}>
      <${Views} /><${Places} />
      ${
        allForms().length > 0 &&
        html`<button class="button button-main" data-test="publish" onClick=${() => openDialog("publish")}>
        ${t("publish")}</button>`
      }
      <button class="button" onClick=${() => openDialog("recent")}>${t("recent")}</button>
      <button class="button" aria-label=${t("keys")} onClick=${() => openDialog("keys")}>?</button>
    <//>
    ${counts}
    <main class=${`desk-main view-${view}`}>
      ${view === "roster" ? html`<${Roster} />` : html`<${Queue} queue=${queue} />${middle}${side}`}
    </main>
    ${Shown && html`<${Shown} key=${`${dialog.kind}${dialog.type || ""}${dialog.key || ""}`} dialog=${dialog} />`}
    ${!(dialog && HAVE_TOASTS.has(dialog.kind)) && html`<${Toasts} />`}</div>`;
}

const SHOWN_MS = 50; // by then the desk is drawn
function Page() {
  const [live, setLive] = useState(null),
    [, setForms] = useState(false),
    [problem, setProblem] = useState(null);
  useEffect(() => {
    const following = follow();
    setLive(following);
    // What is to be seen first does not wait for what may be done, nor for the rest of the boards.
    const later = setTimeout(() => {
      following.whenShown();
      loadForms().then(() => setForms(true), setProblem);
    }, SHOWN_MS);
    return () => {
      clearTimeout(later);
      following.close();
    };
  }, []);
  if (problem) return html`<p class="panel alarm" role="alert">▲ ${problem.message}</p>`;
  return live && html`<${Desk} live=${live} />`;
}

keepTime();
render(html`<${Gate} needs="watch"><${Page} /><//>`, document.body);
