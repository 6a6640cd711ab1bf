// What the signs mean, drawn with the same strokes as on the map; and which kinds are shown.
import { html, useEffect, useRef } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { drawThing } from "/static/map/symbols.js";
import { kindWord } from "/static/map/describe.js";
import { AT_BASE } from "/static/map/map_view.js";
import { onTheme, readPalette } from "/static/map/palette.js";

const item = (kind, row, state = "in_time") => ({ kind, row, state });
const SIGNS = {
  incident: [
    ["map_overdue", item("incident", {}, "overdue")],
    ["map_soon", item("incident", {}, "soon")],
    ["map_in_time", item("incident", {}, "in_time")],
    ["map_done", item("incident", {}, "done")],
    [
      "map_many",
      { kind: "incident", group: 0, count: 4, worst: "overdue", counts: { overdue: 1, soon: 1, in_time: 2, done: 0 } },
    ],
  ],
  unit: [
    ["map_unit_called", item("unit", { status: "called" })],
    ["map_unit_mustering", item("unit", { status: "mustering" })],
    ["map_unit_active", item("unit", { status: "active" })],
  ],
  site: [
    ["map_site_grid", item("site", { supply: "grid" })],
    ["map_site_own", item("site", { supply: "own" }, "soon")],
    ["map_site_emergency", item("site", { supply: "emergency" }, "soon")],
    ["map_site_none", item("site", { supply: "none" }, "overdue")],
  ],
  vehicle: [
    ["map_vehicle_free", item("vehicle", { in_service: true })],
    ["map_vehicle_committed", item("vehicle", { in_service: true, committed_to: "-" })],
    ["map_vehicle_out", item("vehicle", { in_service: false })],
  ],
};
const WIDTH = 30,
  HEIGHT = 26;

function Sign({ thing }) {
  const canvas = useRef(null);
  useEffect(() => {
    const draw = () => {
      const fine = globalThis.devicePixelRatio || 1,
        context = canvas.current.getContext("2d");
      canvas.current.width = WIDTH * fine;
      canvas.current.height = HEIGHT * fine;
      const scale = thing.group === undefined ? 1 : 0.72;
      context.setTransform(fine * scale, 0, 0, fine * scale, 0, 0);
      drawThing(context, WIDTH / 2 / scale, HEIGHT / 2 / scale, thing, readPalette(canvas.current.parentElement));
    };
    draw();
    return onTheme(draw);
  }, [thing]);
  return html`<canvas ref=${canvas} aria-hidden="true"></canvas>`;
}

/** @param {{hidden: Set<string>, onToggle: (kind: string) => void, libraries: string}} props */
export function Legend({ hidden, onToggle, libraries }) {
  return html`<section class="map-legend" aria-label=${t("map_legend")}>
    ${["incident", "unit", "site", "vehicle"].map(
      (kind) => html`<div key=${kind}>
      <label><input type="checkbox" checked=${!hidden.has(kind)} onChange=${() => onToggle(kind)} />${kindWord(kind)}
        </label>
      ${
        kind === "vehicle" &&
        html`<label class="map-legend-part"><input type="checkbox" checked=${!hidden.has(AT_BASE)}
        disabled=${hidden.has("vehicle")} onChange=${() => onToggle(AT_BASE)} />${t("map_at_base_too")}</label>`
      }
      <ul>${SIGNS[kind].map(([word, thing]) => html`<li key=${word}><${Sign} thing=${thing} />${t(word)}</li>`)}</ul>
    </div>`,
    )}
    <p class="quiet">
      ${t("map_libraries", { names: libraries })} · <a href="/static/vendor/VENDOR.json">${t("map_licences")}</a></p>
  </section>`;
}
