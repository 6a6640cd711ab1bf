// The map by itself, with made-up rows: for its tests and its benchmark.
import { html, render, useEffect, useState } from "/static/shared/ui.js";
import { FieldMap } from "/static/map/field_map.js";
import { START, chance, count, incident, rows } from "/bench/rows.js";

/** What tests and benchmarks hold on to. */
const page = { rows, view: null, select: null, selected: null, chosen: [], at: START, started: performance.now(), speed: count("speed", 60), changes: 0, set: null, ready: false };
page.now = () => page.at + (performance.now() - page.started) * page.speed;
/** Change so many rows a second, told at most every 200 ms, as a live console is. */
page.storm = (perSecond) => setInterval(() => {
  for (let n = 0; n < perSecond / 5; n += 1) {
    const place = Math.floor(chance() * rows.incidents.length);
    rows.incidents[place] = incident(place);
    page.changes += 1;
  }
  rows.incidents = [...rows.incidents];
  page.set({ ...rows });
}, 200);
globalThis.page = page;

function Page() {
  const [shown, setShown] = useState({ ...rows });
  const [selected, setSelected] = useState(null);
  const choose = (what) => {
    page.selected = what;
    page.chosen.push(what);
    setSelected(what);
  };
  useEffect(() => {
    page.set = setShown;
    page.select = choose;
  }, []);
  return html`<ul id="list" class="panel">${shown.incidents.slice(0, 40).map((it) => html`<li key=${it.key}>
      <button type="button" class="button" aria-pressed=${String(selected?.key === it.key)} onClick=${() => choose({ kind: "incident", key: it.key })}>${it.key}</button></li>`)}</ul>
    <${FieldMap} ...${shown} selected=${selected} onSelect=${choose} now=${page.now} onReady=${(view) => { page.view = view; page.ready = true; }} />`;
}

render(html`<${Page} />`, document.body);
