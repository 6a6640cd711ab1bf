// Beside the yardstick: the same incidents grouped and drawn by MapLibre, twice a second.
import { chance, incident, rows } from "/bench/rows.js";

const host = document.createElement("div");
host.style.gridColumn = "1 / 3";
document.body.append(host);
const collection = () => ({
  type: "FeatureCollection",
  features: rows.incidents.map(({ key, lon, lat }) => ({ type: "Feature", properties: { key }, geometry: { type: "Point", coordinates: [lon, lat] } })),
});
const paint = { "circle-radius": ["case", ["has", "point_count"], 18, 6], "circle-color": "#3d5a50" };
const map = new globalThis.maplibregl.Map({
  container: host, center: [112.8, 31.2], zoom: 7,
  style: {
    version: 8,
    sources: { incidents: { type: "geojson", data: collection(), cluster: true, clusterRadius: 44 } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#eef0f2" } },
      { id: "incidents", type: "circle", source: "incidents", paint },
    ],
  },
});
const page = { changes: 0, ready: false };
map.on("load", () => { page.ready = true; });
page.storm = (perSecond) => {
  setInterval(() => {
    for (let n = 0; n < perSecond / 5; n += 1) {
      const place = Math.floor(chance() * rows.incidents.length);
      rows.incidents[place] = incident(place);
      page.changes += 1;
    }
  }, 200);
  setInterval(() => map.getSource("incidents").setData(collection()), 500);
};
globalThis.page = page;
