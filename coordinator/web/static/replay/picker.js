// Picking what to look back at: one incident or one operation, open or closed, or the whole record.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { date, span } from "/static/shared/time.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { code, t } from "/static/shared/words.js";

const PATIENCE_MS = 120,
  FOUND_MAX = 200,
  ROW_PX = 50;

/** What a subject is, in a few words. */
export function titleOf(subject) {
  const what = subject.kind === "incident" ? code("kind", subject.title) : subject.title;
  return [subject.grade && code("grade", subject.grade), what, subject.place].filter(Boolean).join(" · ");
}

function Found({ subject }) {
  return html`<div class="found"><span class="found-title">${titleOf(subject) || subject.id}</span>
    <span class="badge">${t(subject.closed ? "ended" : "open_still")}</span>
    <span class="small quiet found-below">
      ${date(subject.first_at)} – ${date(subject.last_at)}${t("in_brackets", {
        what: span(subject.last_at - subject.first_at),
      })}
      · ${t("records_count", { count: subject.records })} · ${subject.id}</span></div>`;
}

/** @param {{past: object, onPick: (subject: object | null) => void, onClose: () => void,
 *   onLast: (last: object) => void}} props */
export function Picker({ past, onPick, onClose, onLast }) {
  const [query, setQuery] = useState(""),
    [kind, setKind] = useState("");
  const [found, setFound] = useState(null),
    [current, setCurrent] = useState(null);
  useEffect(() => {
    const asking = new AbortController();
    const waiting = setTimeout(() => {
      past.ask("extent", { q: query, kind, limit: FOUND_MAX }, { signal: asking.signal }).then(
        (it) => {
          setFound(it);
          onLast(it.last);
          setCurrent(it.subjects[0]?.id ?? null);
        },
        () => null,
      );
    }, PATIENCE_MS);
    return () => {
      clearTimeout(waiting);
      asking.abort();
    };
  }, [past, query, kind]);
  const subjects = found?.subjects ?? [];
  const pick = (id) => onPick(subjects.find((it) => it.id === id) ?? null);
  function onKeyDown(event) {
    const at = subjects.findIndex((it) => it.id === current),
      moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
    if (event.key in moves) {
      event.preventDefault();
      setCurrent(subjects[Math.min(subjects.length - 1, Math.max(0, moves[event.key]))]?.id ?? null);
    } else if (event.key === "Enter" && current) {
      event.preventDefault();
      pick(current);
    }
  }
  return html`<${Dialog} title=${t("pick_title")} onClose=${onClose} wide>
    <div class="stack picker">
      <div class="row"><label class="field grow">${t("search")}
          <input type="search" value=${query} autofocus onInput=${(event) => setQuery(event.target.value)}
            onKeyDown=${onKeyDown}
            placeholder=${t("search_hint")} /></label>
        <label class="field">${t("kind")}<select value=${kind} onChange=${(event) => setKind(event.target.value)}>
          <option value="">${t("all")}</option><option value="incident">${t("incidents")}</option>
            <option value="operation">${t("operations")}</option>
            <option value="task">${t("board_tasks")}</option></select></label>
        <button type="button" class="button" onClick=${() => onPick(null)}>${t("whole_record")}</button></div>
      <p class="small quiet" role="status">
        ${found ? t("found_of", { count: subjects.length, all: found.subjects_in_all }) : t("reading")}
        ${
          found && found.indexed_to < found.last?.seq
            ? ` ${t("index_at", { seq: found.indexed_to, last: found.last.seq })}`
            : ""
        }</p>
      <div class="picker-list">${
        subjects.length
          ? html`<${VirtualList} items=${subjects} keyOf=${(it) => it.id} rowHeight=${ROW_PX} label=${t("pick_title")}
        current=${current} onCurrent=${setCurrent} onOpen=${pick}
          render=${(subject) => html`<${Found} subject=${subject} />`} />`
          : html`<p class="quiet">${found ? t("none") : ""}</p>`
      }</div></div><//>`;
}
