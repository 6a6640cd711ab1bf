// The map of a console: incidents, units, sites and vehicles over the areas of the jurisdictions.
// It shows the rows it is given, less what the legend hides; what is selected on it is selected
// everywhere.
import { html, useCallback, useEffect, useRef, useState } from "/static/shared/ui.js";
import { reasonOf } from "/static/shared/api.js";
import { add, t, useLanguage } from "/static/shared/words.js";
import { words } from "/static/words/map.js";
import { AT_BASE, MapView } from "/static/map/map_view.js";
import { loadGround } from "/static/map/ground.js";
import { Legend } from "/static/map/legend.js";
import { MapList, inOrder } from "/static/map/map_list.js";
import { describe } from "/static/map/describe.js";

add(words);

const LIBRARIES = "Leaflet";
const PROTOMAPS = "Leaflet, Protomaps © OpenStreetMap";
// A screen reader is not told of every change, only now and then.
const SUMMARY_EVERY_MS = 5_000;

function Hint({ hint, now }) {
  const said = describe(hint.thing, now());
  const right = hint.x > hint.width / 2,
    low = hint.y > hint.height / 2;
  const style = {
    [right ? "right" : "left"]: `${(right ? hint.width - hint.x : hint.x) + 14}px`,
    [low ? "bottom" : "top"]: `${(low ? hint.height - hint.y : hint.y) + 12}px`,
  };
  return html`<div class="field-map-hint" style=${style} aria-hidden="true">
    <strong>${said.sign} ${said.title}</strong>
      ${said.lines.map((line, index) => html`<div key=${index} class="quiet">${line}</div>`)}</div>`;
}

/**
 * @param {object} props
 * @param {boolean} [props.loading] whether some rows have not come: then «nothing» is not claimed
 * @param {object[]} [props.incidents] rows of open_incidents, each with `key`; the same array as
 *   before means that nothing changed, so give a new one when something did
 * @param {object[]} [props.units] rows of units_in_the_field
 * @param {object[]} [props.sites] rows of critical_sites
 * @param {object[]} [props.vehicles] rows of vehicles
 * @param {{kind: "incident"|"unit"|"site"|"vehicle", key: string} | null} [props.selected]
 * @param {(what: {kind: string, key: string} | null) => void} [props.onSelect]
 * @param {number | (() => number)} props.now the moment shown, or how to ask for it
 * @param {object | null} [props.areas] GeoJSON; left out, it is asked of the coordinator
 * @param {object | null} [props.basemap] {kind, data} or {kind, address}; left out, likewise
 * @param {(view: MapView) => void} [props.onReady] given the view once it is there
 */
export function FieldMap({
  loading = false,
  incidents,
  units,
  sites,
  vehicles,
  selected = null,
  onSelect,
  now,
  areas,
  basemap,
  onReady,
}) {
  useLanguage();
  const host = useRef(null),
    view = useRef(null),
    told = useRef({});
  const [hidden, setHidden] = useState(() => new Set([AT_BASE]));
  const [open, setOpen] = useState(/** @type {any} */ ({ legend: false, list: false, group: null }));
  const [hint, setHint] = useState(null);
  const [ground, setGround] = useState(/** @type {any} */ ({ areas, basemap, failed: null }));
  const [counts, setCounts] = useState(null);
  const [listed, setListed] = useState([]);
  const moment = useCallback(
    () => (typeof told.current.now === "function" ? told.current.now() : (told.current.now ?? Date.now())),
    [],
  );
  told.current = { now, onSelect, open };

  useEffect(() => {
    let summed = 0;
    const shown = () => {
      // What was put off may come when the map has gone already.
      if (view.current === null) return;
      if (told.current.open.list) setListed(inOrder(view.current.inView()));
      if (performance.now() - summed < SUMMARY_EVERY_MS) return;
      summed = performance.now();
      setCounts(view.current.counts());
    };
    view.current = new MapView(host.current, {
      onSelect: (what) => told.current.onSelect?.(what),
      onHover: (thing, at) =>
        setHint(thing && { thing, ...at, width: host.current.clientWidth, height: host.current.clientHeight }),
      onGroup: (kind, members) =>
        setOpen((it) => ({ ...it, list: true, group: { kind, keys: new Set(members.map((one) => one.key)) } })),
      // Painting is no time to draw the page anew.
      onPaint: () => queueMicrotask(shown),
    });
    view.current.map.on("moveend", () => {
      summed = 0;
      shown();
    });
    onReady?.(view.current);
    return () => {
      view.current.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    let gone = false;
    if (areas !== undefined && basemap !== undefined) setGround({ areas, basemap, failed: null });
    else {
      loadGround().then((it) => {
        if (gone) return;
        setGround({
          areas: areas === undefined ? it.areas : areas,
          basemap: basemap === undefined ? it.basemap : basemap,
          failed: it.failed,
        });
      });
    }
    return () => {
      gone = true;
    };
  }, [areas, basemap]);

  useEffect(() => {
    view.current.lay(ground).catch((error) => setGround({ ...ground, basemap: null, failed: reasonOf(error) }));
  }, [ground]);

  useEffect(() => {
    view.current.give({
      rows: { incident: incidents, unit: units, site: sites, vehicle: vehicles },
      now: moment,
      hidden,
    });
  }, [incidents, units, sites, vehicles, hidden, typeof now === "function" ? null : now]);

  useEffect(() => view.current.select(selected), [selected?.kind, selected?.key]);
  useEffect(() => {
    if (open.list) setListed(inOrder(view.current.inView()));
  }, [open.list, open.group]);

  const toggle = (part) => setOpen((it) => ({ ...it, [part]: !it[part], group: null }));
  const hide = (kind) =>
    setHidden((it) => {
      const next = new Set(it);
      if (!next.delete(kind)) next.add(kind);
      return next;
    });
  const items = open.group ? listed.filter((it) => it.kind === open.group.kind && open.group.keys.has(it.key)) : listed;
  const libraries = ground.basemap?.kind === "pmtiles" ? PROTOMAPS : LIBRARIES;
  const summary = loading
    ? t("map_loading")
    : counts &&
      t("map_summary", {
        incidents: counts.incident,
        overdue: counts.overdue,
        units: counts.unit,
        sites: counts.site,
        vehicles: counts.vehicle,
      });
  const tool = (
    word,
    sign,
    act,
    pressed,
  ) => html`<button type="button" class="button" aria-label=${t(word)} title=${t(word)}
      aria-pressed=${pressed === undefined ? undefined : String(pressed)} onClick=${act}>${sign}</button>`;
  return html`<div class="field-map"><div class="field-map-body">
    <div class="field-map-canvas">
      <div ref=${host} class="field-map-host" role="application" aria-label=${t("map_label")}></div>
      <div class="field-map-tools">
        ${tool("map_zoom_in", "+", () => view.current.zoomBy(1))}
        ${tool("map_zoom_out", "−", () => view.current.zoomBy(-1))}
        ${tool("map_fit", "⌂", () => view.current.fit())}
        ${tool("map_list", "☰", () => toggle("list"), open.list)}
        ${tool("map_legend", "?", () => toggle("legend"), open.legend)}
      </div>
      ${open.legend && html`<${Legend} hidden=${hidden} onToggle=${hide} libraries=${libraries} />`}
      ${hint && html`<${Hint} hint=${hint} now=${moment} />`}
      <p class="visually-hidden" role="status">${summary}</p>
      ${
        loading &&
        html`<p class="field-map-loading quiet small" aria-hidden="true" data-loading="map">
        ◷ ${t("map_loading")}</p>`
      }
      <p class="field-map-foot">${ground.failed ? t("map_ground_failed", { reason: ground.failed }) : libraries}</p>
    </div>
    ${
      open.list &&
      html`<${MapList} items=${items} loading=${loading} now=${moment()} selected=${selected}
        heading=${t(open.group ? "map_group" : "map_in_view")} onSelect=${(what) => onSelect?.(what)}
          onOpen=${(item) => view.current.show(item)}
        onWhole=${open.group ? () => setOpen((it) => ({ ...it, group: null })) : undefined}
          onClose=${() => toggle("list")} />`
    }
  </div></div>`;
}
