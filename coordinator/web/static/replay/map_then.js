// The map at the moment of the clock; until there is one, where the incidents are as a list.
import { html } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { rowsOf } from "/static/replay/boards.js";

/** @param {{frame: object, at: number, current: string | null, onCurrent: (key: string) => void}} props */
export function MapThen({ frame, onCurrent }) {
  return html`<section class="panel map-then" aria-label=${t("map")}><ul>${rowsOf(frame, "open_incidents").slice(0, 50).map((row) =>
    html`<li><button type="button" class="button" onClick=${() => onCurrent(row.key)}>${row.lat?.toFixed(3)}, ${row.lon?.toFixed(3)}</button></li>`)}</ul></section>`;
}
