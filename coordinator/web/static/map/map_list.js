// What is in view, as a list: everything on the map is reached here without a pointer or an eye.
import { html } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { describe } from "/static/map/describe.js";
import { STATES } from "/static/map/promise_state.js";

const ROW_PX = 30;
const KIND_ORDER = { incident: 0, unit: 1, site: 2, vehicle: 3 };
const STATE_CLASS = { overdue: "alarm", soon: "soon", in_time: "calm", done: "done" };

export const idOf = (item) => `${item.kind} ${item.key}`;

/** Put what needs a hand first, within its kind. */
export function inOrder(items) {
  return [...items].sort(
    (a, b) =>
      KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
      STATES.indexOf(b.state) - STATES.indexOf(a.state) ||
      (b.row.priority ?? 0) - (a.row.priority ?? 0) ||
      (a.key < b.key ? -1 : 1),
  );
}

/**
 * @param {{items: object[], loading?: boolean, heading: string, now: number,
 *   selected: {kind: string, key: string} | null,
 *   onSelect: (what: {kind: string, key: string}) => void, onOpen: (item: object) => void,
 *   onWhole?: () => void, onClose: () => void}} props
 */
export function MapList({ items, loading, heading, now, selected, onSelect, onOpen, onWhole, onClose }) {
  const byId = new Map(items.map((item) => [idOf(item), item]));
  const choose = (id) => {
    const { kind, key } = byId.get(id);
    onSelect({ kind, key });
  };
  const row = (item) => {
    const said = describe(item, now);
    return html`<div class="map-list-row">
      <span class=${`sign ${STATE_CLASS[said.state]}`} aria-hidden="true">${said.sign}</span>
      <span class="what">${said.title}<span class="quiet"> ${said.lines.join(" · ")}</span></span></div>`;
  };
  return html`<aside class="map-list" aria-label=${heading}>
    <div class="map-list-head"><strong class="grow">${heading} <span class="badge">${items.length}</span></strong>
      ${onWhole && html`<button type="button" class="button" onClick=${onWhole}>${t("map_whole_view")}</button>`}
      <button type="button" class="button" aria-label=${t("close")} onClick=${onClose}>✕</button></div>
    <div class="map-list-body">${
      items.length
        ? html`<${VirtualList} items=${items} keyOf=${idOf} rowHeight=${ROW_PX} render=${row} label=${heading}
          current=${selected ? idOf(selected) : null} onCurrent=${choose} onOpen=${(id) => onOpen(byId.get(id))} />`
        : html`<p class="quiet map-list-row">${t(loading ? "map_loading" : "map_nothing")}</p>`
    }</div>
  </aside>`;
}
