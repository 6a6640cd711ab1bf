// The map at the moment of the clock: the very component of the dispatch console, on the rows as then.
import { html } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { FieldMap } from "/static/map/field_map.js";
import { rowsOf } from "/static/replay/boards.js";

const BOARD_OF = {
  incident: "open_incidents",
  unit: "units_in_the_field",
  site: "critical_sites",
  vehicle: "vehicles",
};

/** The boards that the map is drawn of. @type {string[]} */
export const MAPPED = Object.values(BOARD_OF);

/** @param {{clock: object, current: string | null, onCurrent: (key: string | null) => void}} props */
export function MapThen({ clock, current, onCurrent }) {
  const { frame } = clock;
  const kind = Object.keys(BOARD_OF).find((it) => frame.boards[BOARD_OF[it]]?.has(current));
  return html`<section class="panel map-then" aria-label=${t("map")}>
    <${FieldMap} incidents=${rowsOf(frame, "open_incidents")} units=${rowsOf(frame, "units_in_the_field")}
      sites=${rowsOf(frame, "critical_sites")} vehicles=${rowsOf(frame, "vehicles")}
      selected=${kind ? { kind, key: current } : null} onSelect=${(what) => onCurrent(what?.key ?? null)}
      now=${() => clock.at} /></section>`;
}
