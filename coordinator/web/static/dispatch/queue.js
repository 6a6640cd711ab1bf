// The queue: every open incident, the one that needs a hand first on top.
import { html, useMemo, useRef } from "/static/shared/ui.js";
import { date, minute, now, useNow } from "/static/shared/time.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { code, figure, t } from "/static/shared/words.js";
import { came, rows, unitsOf, useBoards } from "/static/dispatch/boards.js";
import { look, openIncident, useDesk } from "/static/dispatch/desk.js";
import { Loading } from "/static/dispatch/loading.js";
import { PromiseClock, phaseOf, urgencyOf } from "/static/dispatch/promises.js";
import { FILTERS, inOrder } from "/static/dispatch/queue_order.js";

const ROW_PX = 58;
const LATER_MS = 5_000; // what becomes overdue moves up within this time, even if nothing else happens
// A call that is due so soon is told in red.
const SOON_MS = 5 * 60_000;
const keyOfRow = (row) => row.key;

/** A grade as it is shown everywhere. */
export const Grade = ({ of }) =>
  html`<span class=${`grade grade-${of || "fault"}`}>${code("grade", of || "fault")}</span>`;

function unitText(units) {
  if (!came("units_in_the_field")) return "…";
  if (!units?.length) return t("no_unit");
  const [unit] = units,
    coming = unit.counts.on_scene ? t("on_scene_of", { there: unit.counts.on_scene, all: unit.people.length }) : "";
  return `${code("status", unit.status)} ${
    coming || (unit.people.length ? t("so_many", { count: unit.people.length }) : "")
  }`;
}

/** Whether the customer waits for our call, or for us at a time that was agreed on. */
function CustomerCall({ row, at }) {
  if (row.ring_by)
    return html`<span class=${`chip ${row.ring_by - at < SOON_MS ? "alarm" : ""}`} data-test="ring-by">
      ☎ ${t("ring_by", { time: minute(row.ring_by) })}</span>`;
  return row.visit_at && !row.arrived_at
    ? html`<span class="chip" data-test="visit-at">${t("visit_at", { time: date(row.visit_at) })}</span>`
    : null;
}

/** What tells an incident from another of its kind: its circuit, else its address, else its place. */
const whereOf = (row) => row.circuit || row.address || `${row.lat.toFixed(3)}, ${row.lon.toFixed(3)}`;

function QueueRow({ row, at, units, marked }) {
  const proposed = units?.some((it) => it.status === "proposed"),
    where = [whereOf(row), row.cause && code("kind", row.kind)].filter(Boolean).join(" · ");
  return html`<div class=${`queue-row ${urgencyOf(row, at)}`}>
    <div class="queue-line"><${Grade} of=${row.grade} />${marked ? html`<span title=${t("mark")}>☑</span>` : ""}
      ${row.injury_risk && html`<span class="chip alarm" data-test="injury-risk">▲ ${t("injury_risk_short")}</span>`}
      <b class="clip">${row.cause || code("kind", row.kind)}</b>
        <span class="clip quiet small where" data-test="where" title=${where}>${where}</span>
      <span class="quiet small">${row.jurisdiction}</span></div>
    <div class="queue-line small"><${PromiseClock} incident=${row} at=${at} />
      <span class="quiet">${figure(row.customers_out ?? 0)} ${t("out_short")}</span>
      <${CustomerCall} row=${row} at=${at} />
      ${
        row.ready_to_energise_at &&
        html`<span class="chip soon clip" data-test="ready">
          ◆ ${t("ready_short", { when: minute(row.ready_to_energise_at) })}
          </span>`
      }
      <span class="grow"></span>
      ${
        row.left_alone
          ? html`<span class="clip alarm" data-test="left-alone">▲ ${phaseOf(row)}</span>`
          : !row.ring_by &&
            html`<span class=${`clip ${proposed ? "soon" : "quiet"}`}>${proposed ? "◆ " : ""}${unitText(units)}</span>`
      }</div>
        </div>`;
}

/** Return the incidents in the order they are shown, for whoever moves through them. */
export function useQueue() {
  const version = useBoards("open_incidents");
  const wanted = useDesk((it) => ({ place: it.place, filter: it.filter, text: it.text }));
  const later = Math.floor(useNow(LATER_MS) / LATER_MS);
  return useMemo(
    () => inOrder(rows("open_incidents").values(), wanted, now()),
    [version, wanted.place, wanted.filter, wanted.text, later],
  );
}

/** @param {{queue: any[]}} props */
export function Queue({ queue }) {
  const at = useNow(1_000);
  useBoards("units_in_the_field");
  const { current, filter, text, marked } = useDesk((it) => it);
  const search = useRef(null);
  const units = unitsOf();
  return html`<section class="panel queue" aria-label=${t("queue")}>
    <div class="panel-head"><h2>${t("queue")}</h2>
      ${came("open_incidents") && html`<span class="badge" data-test="queue-count">${figure(queue.length)}</span>`}
      <span class="grow"></span>
      <label class="row small"><span class="visually-hidden">${t("show")}</span>
        <select value=${filter} onChange=${(event) => look({ filter: event.target.value })}>
          ${Object.keys(FILTERS).map((it) => html`<option key=${it} value=${it}>${t(`filter_${it}`)}</option>`)}
            </select></label></div>
    <input ref=${search} id="search" type="search" value=${text} placeholder=${t("search_hint")}
      aria-label=${t("search")}
      onInput=${(event) => look({ text: event.target.value })}
      onKeyDown=${(event) => event.key === "Escape" && (look({ text: "" }), event.target.blur())} />
    ${
      marked.length > 0 &&
      html`<p class="row small"><span class="chip">☑ ${t("marked", { count: marked.length })}</span>
      <button class="button" onClick=${() => look({ marked: [] })}>${t("unmark_all")}</button></p>`
    }
    <${Loading} board="open_incidents" />
      ${queue.length === 0 && came("open_incidents") && html`<p class="quiet">${t("queue_empty")}</p>`}
    <div class="queue-list"><${VirtualList} items=${queue} keyOf=${keyOfRow} rowHeight=${ROW_PX} label=${t("queue")}
      current=${current} onCurrent=${(key) => look({ current: key })} onOpen=${openIncident}
      render=${(row) =>
        html`<${QueueRow} row=${row} at=${at} units=${units.get(row.key)} marked=${marked.includes(row.key)} />`} />
        </div>
  </section>`;
}

/**
 * Move along the queue by keyboard; returns the key that is current then.
 * @param {any[]} queue @param {number} steps
 */
export function moved(queue, current, steps) {
  if (!queue.length) return null;
  const at = queue.findIndex((it) => it.key === current);
  const next = at < 0 ? 0 : Math.min(queue.length - 1, Math.max(0, at + steps));
  look({ current: queue[next].key });
  return queue[next].key;
}
