// The yardstick: each incident as a circle marker of Leaflet's own, on its own canvas.
import "/static/vendor/leaflet.js";
import { chance, incident, rows } from "/bench/rows.js";

const L = globalThis.L, COLOURS = ["#b3231a", "#7a4f00", "#3d5a50"];
const host = document.createElement("div");
host.style.gridColumn = "1 / 3";
document.body.append(host);
const map = L.map(host, { preferCanvas: true, attributionControl: false, zoomSnap: 0.5 }).setView([31.2, 112.8], 8);
const looks = (row) => ({ radius: 6, weight: 1.5, fillOpacity: 1, color: COLOURS[row.customers_out % 3] });
const markers = rows.incidents.map((row) => L.circleMarker([row.lat, row.lon], looks(row)).addTo(map));
for (const unit of rows.units) L.circleMarker([unit.muster_point[1], unit.muster_point[0]], { radius: 7, color: "#1b5e97" }).addTo(map);
const changed = new Set(), page = { changes: 0, ready: true };
page.storm = (perSecond) => {
  setInterval(() => {
    for (let n = 0; n < perSecond / 5; n += 1) {
      const place = Math.floor(chance() * rows.incidents.length);
      rows.incidents[place] = incident(place);
      changed.add(place);
      page.changes += 1;
    }
  }, 200);
  setInterval(() => {
    for (const place of changed) {
      const row = rows.incidents[place];
      markers[place].setLatLng([row.lat, row.lon]).setStyle(looks(row));
    }
    changed.clear();
  }, 500);
};
globalThis.page = page;
