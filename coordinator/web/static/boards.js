"use strict";
// The boards, live: rows arrive by SSE over fetch (so that the token stays in a header), are kept
// by board and key, and are drawn at most once a frame.
const SHOWN_MAX = 150;
const rows = { open_incidents: new Map(), units_in_the_field: new Map(), critical_sites: new Map(),
  guarded_operations: new Map(), temporary_branches: new Map(), alarms: new Map(), overview: new Map() };
const state = { token: sessionStorage.getItem("token"), language: localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh" : "en"),
  lastId: null, skew: 0, heardAt: 0, stale: null, drawing: false, stop: null };
const $ = (id) => document.getElementById(id);
const word = (key) => WORDS[state.language][key] ?? WORDS.en[key] ?? String(key).replace(/^[a-z]+_/, "").replaceAll("_", " ");

function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) if (value != null) node.setAttribute(name, value);
  node.append(...children.filter((child) => child != null).map((child) => (child instanceof Node ? child : String(child))));
  return node;
}

function spell() {
  document.documentElement.lang = state.language;
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  $("language").textContent = state.language === "zh" ? "English" : "中文";
  $("language").lang = state.language === "zh" ? "en" : "zh";
}

const span = (ms) => {
  const minutes = Math.floor(Math.abs(ms) / 60000), hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${String(minutes % 60).padStart(2, "0")}` : `${minutes} min`;
};
// The coordinator's clock may run at 60×: it is told by the newest time seen, never by this computer.
const now = () => state.clock ? state.clock.at + (performance.now() - state.clock.heard) * state.clock.speed : Date.now();

function nextPromise(incident) {
  let best = null;
  for (const [name, promise] of Object.entries(incident.promises || {})) {
    if (promise.met_at != null) continue;
    if (best === null || promise.due_at < best.due_at) best = { name, ...promise };
  }
  return best;
}

function promiseCell(incident) {
  const promise = nextPromise(incident);
  if (promise === null) return element("span", { class: "kept" }, Object.values(incident.promises || {}).length ? `✓ ${word("kept")}` : "–");
  const left = promise.due_at - now(), late = promise.broken || left < 0;
  return element("span", { class: `clock ${late ? "late" : left < 900000 ? "soon" : ""}` },
    `${late ? "▲ " : ""}${word(promise.name)} ${late ? `${word("late")} ${span(left)}` : `${span(left)} ${word("left")}`}`);
}

const place = () => $("place").value;
const here = (board) => [...rows[board].values()].filter((row) => !place() || row.jurisdiction === place());

function incidentRow(incident, units) {
  const unit = incident.unit_ids.map((id) => units.get(id)).find(Boolean);
  const grade = incident.grade || "fault";
  return element("tr", {},
    element("td", {}, element("span", { class: `grade grade-${grade}` }, grade === "fault" ? word("grade_fault") : grade)),
    element("td", {}, word(`kind_${incident.kind}`), incident.cause ? element("div", { class: "quiet" }, incident.cause) : null),
    element("td", {}, incident.jurisdiction, element("div", { class: "quiet" }, `${incident.lat.toFixed(3)}, ${incident.lon.toFixed(3)} ${incident.circuit || ""}`)),
    element("td", { class: "number" }, incident.customers_out ?? "–"),
    element("td", {}, word(`phase_${incident.phase}`)),
    element("td", {}, promiseCell(incident)),
    element("td", {}, unit ? `${word(`status_${unit.status}`)} · ${unit.people.length} ${word("people")}` : "–"));
}

function card(kind, title, ...lines) {
  return element("li", { class: kind }, element("strong", {}, title), ...lines.filter(Boolean).map((line) => element("div", { class: "quiet" }, line)));
}

function drawCounts(incidents, units) {
  const open = incidents.filter((it) => it.phase !== "restored");
  const broken = open.filter((it) => { const p = nextPromise(it); return p && (p.broken || p.due_at < now()); }).length;
  const onScene = units.reduce((sum, it) => sum + (it.counts.on_scene || 0), 0);
  const counts = [["open_incidents", open.length], ["out", open.reduce((sum, it) => sum + (it.customers_out || 0), 0)],
    ["broken", broken, broken > 0], ["formed", units.length], ["waiting", units.filter((it) => it.missing.length).length],
    ["onScene", onScene], ["opened", here("overview").reduce((sum, it) => sum + it.incidents_opened, 0)]];
  $("counts").replaceChildren(...counts.map(([key, value, alarm]) => element("div", { class: alarm ? "count alarm" : "count" },
    element("b", {}, value.toLocaleString()), element("span", {}, (alarm ? "▲ " : "") + word(key)))));
}

function fill(id, cards) {
  $(id).replaceChildren(...(cards.length ? cards.slice(0, SHOWN_MAX) : [element("li", { class: "quiet" }, word("none"))]));
  $(`${id}-count`).textContent = cards.length ? String(cards.length) : "";
}

function draw() {
  state.drawing = false;
  const incidents = here("open_incidents"), units = here("units_in_the_field");
  const due = (it) => nextPromise(it)?.due_at ?? Infinity;
  const byUrgency = [...incidents].sort((a, b) => due(a) - due(b) || b.priority - a.priority || (a.key < b.key ? -1 : 1));
  drawCounts(incidents, units);
  $("incidents").replaceChildren(...byUrgency.slice(0, SHOWN_MAX).map((it) => incidentRow(it, rows.units_in_the_field)));
  $("incidents-count").textContent = String(incidents.length);
  $("incidents-more").textContent = incidents.length > SHOWN_MAX ? `+ ${incidents.length - SHOWN_MAX} ${word("more")}` : "";
  fill("alarms", here("alarms").sort((a, b) => a.since - b.since).map((it) =>
    card(it.paused_by ? "warn" : "alarm", `▲ ${word(`alarm_${it.kind}`)}`, it.text, `${it.jurisdiction} · ${span(now() - it.since)}`)));
  fill("units", units.sort((a, b) => b.priority - a.priority).map((it) => {
    const lacks = it.missing.map(([role, count]) => `${count} ${role.replaceAll("_", " ")}`).join(", ");
    return card(lacks ? "warn" : "calm", `${word(`status_${it.status}`)} · ${it.people.length} ${word("people")}`,
      Object.entries(it.counts).map(([status, count]) => `${count} ${status.replaceAll("_", " ")}`).join(" · "),
      lacks ? `▲ ${word("missing")} ${lacks}` : null, it.status === "proposed" ? `▲ ${word("confirm")}` : null, it.jurisdiction);
  }));
  fill("sites", here("critical_sites").sort((a, b) => (a.runs_out_at ?? Infinity) - (b.runs_out_at ?? Infinity)).map((it) =>
    card(it.supply === "none" ? "alarm" : it.supply === "grid" ? "calm" : "warn", it.name,
      (it.supply === "grid" ? "" : "▲ ") + word(`supply_${it.supply}`), it.runs_out_at ? `${word("runsOut")} ${span(it.runs_out_at - now())}` : null, it.jurisdiction)));
  const guard = here("guarded_operations").map((it) => card(it.missed ? "warn" : "calm", it.name,
    `${word(`phase_${it.phase}`)} · ${it.sites.reduce((sum, site) => sum + site.guards, 0)} ${word("guards")}`, it.missed ? `▲ ${it.missed} ${word("missed")}` : null));
  const branches = here("temporary_branches").map((it) => card("calm", it.name, `${word("branch")} · ${word(`stage_${it.stage}`)} · ${it.members} ${word("people")}`));
  fill("guard", [...guard, ...branches]);
  const exercise = [...rows.overview.values()].some((it) => it.realm === "exercise");
  $("realm").hidden = !exercise;
  $("realm").textContent = word("exercise");
  $("link").className = state.stale ? "stale" : "";
  $("link").textContent = state.stale ? `▲ ${word("stale")} ${new Date(state.stale).toLocaleTimeString()}` : `● ${word("live")} ${new Date(now()).toLocaleString()}`;
}

function drawSoon() {
  if (state.drawing) return;
  state.drawing = true;
  requestAnimationFrame(draw);
}

function take(kind, id, data) {
  if (kind === "reset") for (const board of Object.values(rows)) board.clear();
  for (const change of JSON.parse(data)) {
    const board = rows[change.board];
    if (!board) continue;
    if (change.row === null) board.delete(change.key);
    else board.set(change.key, { ...change.row, jurisdiction: change.jurisdiction, key: change.key });
  }
  if (id) state.lastId = id;
  drawSoon();
}

async function follow() {
  const headers = { Authorization: `Bearer ${state.token}` };
  if (state.lastId) headers["Last-Event-ID"] = state.lastId;
  state.stop = new AbortController();
  const response = await fetch("/v1/stream", { headers, signal: state.stop.signal });
  if (response.status === 401 || response.status === 403) throw new Error("token");
  if (!response.ok) throw new Error(String(response.status));
  state.stale = null;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const fields = Object.fromEntries(text.slice(0, end).split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      text = text.slice(end + 2);
      if (fields.data !== undefined) take(fields.event, fields.id, fields.data);
    }
  }
}

async function tellTime() {
  const answer = await fetch("/health").then((it) => it.json()).catch(() => null);
  if (answer?.now) state.clock = { at: answer.now, speed: answer.speed || 1, heard: performance.now() };
}

async function stay() {
  for (;;) {
    try { await follow(); } catch (error) {
      if (error.message === "token") return leave();
    }
    state.stale ||= Date.now();
    drawSoon();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function leave() {
  sessionStorage.removeItem("token");
  state.token = null;
  document.querySelector("main").hidden = true;
  $("enter").hidden = false;
  $("enter-error").textContent = word("unknownToken");
}

async function start() {
  $("enter").hidden = true;
  document.querySelector("main").hidden = false;
  const answer = await fetch("/v1/jurisdictions", { headers: { Authorization: `Bearer ${state.token}` } });
  if (!answer.ok) return leave();
  const { jurisdictions } = await answer.json();
  $("place").replaceChildren(element("option", { value: "" }, word("all")), ...jurisdictions.map((it) => element("option", { value: it.jurisdiction }, it.jurisdiction)));
  await tellTime();
  setInterval(tellTime, 20000);
  setInterval(drawSoon, 1000);
  stay();
}

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = $("token").value.trim();
  sessionStorage.setItem("token", state.token);
  $("enter-error").textContent = "";
  start();
});
$("place").addEventListener("change", drawSoon);
$("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  localStorage.setItem("language", state.language);
  spell();
  drawSoon();
});
spell();
if (state.token) start();
