// What lies under the signs: areas of the jurisdictions and the basemap, from this coordinator only.
import "/static/vendor/leaflet.js";
import { get, reasonOf } from "/static/shared/api.js";

const L = globalThis.L;
const WIDTHS = { river: 2.2, road: 1.6, rail: 1.2, boundary: 1 };
const COLOURS = {
  river: "map-water",
  lake: "map-water",
  water: "map-water",
  road: "map-road",
  rail: "map-road",
  wood: "map-wood",
  boundary: "map-border",
};

/**
 * Load areas and basemap; what cannot be had is left out and told in `failed`.
 * @returns {Promise<{areas: object | null, basemap: object | null, failed: string | null}>}
 */
export async function loadGround() {
  /** @type {{areas: object | null, basemap: object | null, failed: string | null}} */
  /** @type {{areas: object | null, basemap: object | null, failed: string | null}} */
  /** @type {{areas: object | null, basemap: object | null, failed: string | null}} */
  const ground = { areas: null, basemap: null, failed: null };
  try {
    const about = await get("/v1/map");
    ground.areas = await get(about.areas);
    if (about.basemap?.kind === "geojson") ground.basemap = { kind: "geojson", data: await get(about.basemap.address) };
    else ground.basemap = about.basemap;
  } catch (problem) {
    ground.failed = reasonOf(problem);
  }
  return ground;
}

/** Return the area layer, and the names to write on it. */
export function areaLayer(areas, colours) {
  const layer = L.geoJSON(areas, {
    interactive: false,
    pane: "areas",
    renderer: L.canvas({ padding: 0.3, pane: "areas" }),
    style: areaStyle(colours),
  });
  const names = [];
  layer.eachLayer((each) => {
    const at = each.getBounds().getCenter();
    names.push({ text: each.feature.properties.name, lon: at.lng, lat: at.lat, kind: "area" });
  });
  return { layer, names };
}

export const areaStyle = (colours) => () => ({
  color: colours["map-border"],
  weight: 1,
  dashArray: "5 3",
  fill: false,
});
const landStyle = (colours) => () => ({ stroke: false, fill: true, fillColor: colours["map-land"], fillOpacity: 1 });

/** Return the land of the areas, below the basemap. */
export function landLayer(areas, colours) {
  return L.geoJSON(areas, {
    interactive: false,
    pane: "land",
    renderer: L.canvas({ padding: 0.3, pane: "land" }),
    style: landStyle(colours),
  });
}

const basemapStyle = (colours) => (feature) => {
  const kind = feature.properties?.kind,
    colour = colours[COLOURS[kind] ?? "map-road"];
  const line = feature.geometry.type.endsWith("LineString");
  return line
    ? { color: colour, weight: WIDTHS[kind] ?? 1.2, fill: false }
    : { stroke: false, fill: true, fillColor: colour, fillOpacity: 1 };
};

/** Return the layer of a GeoJSON basemap, and the towns to write on it. */
export function geojsonLayer(data, colours) {
  const names = [];
  const layer = L.geoJSON(data, {
    interactive: false,
    pane: "basemap",
    renderer: L.canvas({ padding: 0.3, pane: "basemap" }),
    style: basemapStyle(colours),
    // Points become words on the sign canvas, never markers.
    filter(feature) {
      if (feature.geometry?.type !== "Point") return feature.geometry !== null;
      const [lon, lat] = feature.geometry.coordinates;
      if (feature.properties?.name) names.push({ text: String(feature.properties.name), lon, lat, kind: "town" });
      return false;
    },
  });
  return { layer, names };
}

/** Paint the ground in the colours of another theme. */
export function recolour({ areas, land, basemap }, colours) {
  areas?.setStyle(areaStyle(colours));
  land?.setStyle(landStyle(colours));
  basemap?.setStyle?.(basemapStyle(colours));
}

let loading = null;
function loadScript(address) {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = () => failed(new Error(address));
    document.head.append(script);
  });
  return loading;
}

const VECTOR = 1;

/** Return the layer of a PMTiles basemap, vector tiles (Protomaps schema) or pictures; loads its reader. */
export async function pmtilesLayer(address, { dark, language }) {
  await loadScript("/static/vendor/protomaps-leaflet.js");
  const { PmtilesSource, leafletLayer } = globalThis.protomapsL;
  const archive = new PmtilesSource(address, true).p;
  const { tileType, maxZoom } = await archive.getHeader();
  if (tileType !== VECTOR) return new PictureTiles(archive, { maxNativeZoom: maxZoom, pane: "basemap", noWrap: true });
  return leafletLayer({
    // Beyond its last zoom an archive's tiles are drawn larger.
    url: archive,
    maxDataZoom: maxZoom,
    flavor: dark ? "black" : "grayscale",
    lang: language === "zh" ? "zh-Hans" : "en",
    pane: "basemap",
    noWrap: true,
    attribution: "",
  });
}

// Pictures are painted on canvases: as <img> they would need addresses that our policy forbids.
const PictureTiles = L.GridLayer.extend({
  initialize(archive, options) {
    this._archive = archive;
    L.setOptions(this, options);
  },

  createTile(coords, done) {
    const tile = document.createElement("canvas"),
      size = this.getTileSize();
    [tile.width, tile.height] = [size.x, size.y];
    this._archive
      .getZxy(coords.z, coords.x, coords.y)
      .then((found) => (found ? createImageBitmap(new Blob([found.data])) : null))
      .then((picture) => {
        if (picture) tile.getContext("2d")?.drawImage(picture, 0, 0, size.x, size.y);
        done(null, tile);
      })
      .catch((error) => done(error, tile));
    return tile;
  },
});
