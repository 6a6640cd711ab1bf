// The room of one jurisdiction's past: the bar above, boards, map and records below.
import { html, useCallback, useEffect, useMemo, useRef, useState } from "/static/shared/ui.js";
import { OfficialReports } from "/static/shared/official.js";
import { language, t, useLanguage } from "/static/shared/words.js";
import { keepAddress } from "/static/replay/address.js";
import { TimeBar } from "/static/replay/bar.js";
import { BoardsThen, tabs as drawn } from "/static/replay/boards.js";
import { SPEEDS } from "/static/replay/clock.js";
import { Controls, Telling, useClock } from "/static/replay/controls.js";
import { WhoKnew } from "/static/replay/known.js";
import { MapThen } from "/static/replay/map_then.js";
import { Picker, titleOf } from "/static/replay/picker.js";
import { RecordDetail } from "/static/replay/record_detail.js";
import { Marks, Records } from "/static/replay/records.js";
import { WhatIf } from "/static/replay/what_if.js";

const GROUPS = ["all", "incidents", "promises", "units", "people", "operations", "command", "roster", "refused"];
const AGAIN_MS = 500,
  LOOK_MS = 15_000,
  ZOOM = 4,
  LEAST_MS = 60_000,
  MARGIN = 0.04;

/** Return the subject that is followed and its records, as soon as the index has them. */
function useSubject(past, id, onLast) {
  const [found, setFound] = useState(/** @type {any} */ ({ id: null, subject: null, story: null, problem: null }));
  useEffect(() => {
    if (!id) {
      setFound({ id: null, subject: null, story: null, problem: null });
      return undefined;
    }
    const asking = new AbortController(),
      options = { signal: asking.signal };
    let waiting = null;
    const ask = async () => {
      try {
        const {
          last,
          subjects: [subject],
        } = await past.ask("extent", { q: id, limit: 1 }, options);
        onLast(last);
        const { entries } = await past.ask(`incidents/${encodeURIComponent(id)}/story`, {}, options);
        setFound({ id, subject: subject ?? null, story: entries, problem: null });
      } catch (problem) {
        if (problem.code === "not_read_yet") waiting = setTimeout(ask, AGAIN_MS);
        else if (problem.name !== "AbortError") setFound({ id, subject: null, story: null, problem });
      }
    };
    ask();
    return () => {
      clearTimeout(waiting);
      asking.abort();
    };
  }, [past, id]);
  return found.id === id ? found : { id, subject: null, story: null, problem: null };
}

function spanOf(first, last) {
  const margin = Math.max(LEAST_MS / 2, (last - first) * MARGIN);
  return { from: first - margin, to: last + margin };
}

/** Zoom around the moment of the clock. */
function zoomed(span, at, by, whole) {
  const wide = Math.min(whole.to - whole.from, Math.max(LEAST_MS, (span.to - span.from) * by));
  const share = Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
  const from = Math.min(whole.to - wide, Math.max(whole.from, at - share * wide));
  return { from, to: from + wide };
}

/** The frame of the moment: drawn anew when the boards change, not with every move of the hand. */
function Below({ clock, story, reading, density, onFollow }) {
  useClock(clock, { frames: true });
  const [tab, setTab] = useState("open_incidents"),
    [side, setSide] = useState("records");
  const [current, setCurrent] = useState(null);
  const { frame, past } = clock;
  const changed = useMemo(() => {
    const record = past.record(frame.seq);
    return new Set((record?.changes ?? []).map(({ board, key }) => `${board}/${key}`));
  }, [frame, past.record(frame.seq)]);
  const pick = (key) => {
    setCurrent(key);
    const board = drawn().find((it) => frame.boards[it]?.has(key));
    if (board) setTab(board);
  };
  const incident = current?.startsWith("inc_")
    ? current
    : (frame.boards.units_in_the_field?.get(current)?.incident_id ?? null);
  const tabs = { records: t("records"), marks: t("marks"), known: t("who_knew") };
  return html`<div class="replay-main">
    <div class="replay-left stack">
      <${BoardsThen} frame=${frame} at=${frame.at} changed=${changed} tab=${tab} onTab=${setTab} current=${current}
      onCurrent=${setCurrent} />
      ${
        incident &&
        html`<button type="button" class="button" onClick=${() => onFollow(incident)}>
        ${t("follow_incident")}</button>`
      }</div>
    <${MapThen} clock=${clock} current=${current} onCurrent=${pick} />
    <div class="replay-right stack"><section class="panel side" aria-label=${tabs[side]}>
        <div class="tabs toolbar" role="tablist" aria-label=${t("records")}>${Object.entries(tabs).map(
          ([name, title]) =>
            html`<button type="button" role="tab" class="button" aria-selected=${side === name ? "true" : "false"}
              onClick=${() => setSide(name)}>${title}</button>`,
        )}</div>
        <div class="side-body" role="tabpanel" aria-label=${tabs[side]}>${
          side === "records"
            ? html`<${Records} clock=${clock} story=${story} />`
            : side === "marks"
              ? html`<${Marks} clock=${clock} density=${density} />`
              : html`<${WhoKnew} clock=${clock} story=${story} reading=${reading} />`
        }</div></section>
      <${RecordDetail} clock=${clock} resting=${!clock.playing && !clock.busy} /></div></div>`;
}

function Subject({ followed, subjectId, onPick, onWhole }) {
  const { subject, problem } = followed;
  return html`<div class="row subject"><button type="button" class="button subject-pick" onClick=${onPick}>
      <span aria-hidden="true">⌕
        </span> ${subjectId ? (subject ? titleOf(subject) || subject.id : subjectId) : t("whole_record")}</button>
    ${subjectId && html`<button type="button" class="button" onClick=${onWhole}>${t("whole_record")}</button>`}
    ${problem && html`<span class="alarm small" role="alert">▲ ${problem.message}</span>`}</div>`;
}

function keysOf(clock, marks, subjectId, first, onPick) {
  const jump = (back) => clock.jump({ back, marks, subject: subjectId });
  const keys = {
    " ": () => (clock.playing ? clock.pause() : clock.play(first)),
    ",": () => clock.step(-1),
    ".": () => clock.step(1),
    "[": () => jump(true),
    "]": () => jump(false),
    "/": onPick,
  };
  SPEEDS.forEach((speed, place) => {
    keys[String(place + 1)] = () => clock.setSpeed(speed);
  });
  return keys;
}

/** @param {{clock: object, extent: object, subjectId: string | null, onSubject: (id: string | null) => void}} props */
export function Room({ clock, extent, subjectId, onSubject }) {
  useLanguage();
  const [span, setSpan] = useState(() => spanOf(extent.first.at, extent.last.at)),
    [group, setGroup] = useState("all"),
    [marks, setMarks] = useState("any");
  const [density, setDensity] = useState(null),
    [dialog, setDialog] = useState(null);
  const [last, setLast] = useState(extent.last);
  const onLast = useCallback(
    (it) => {
      clock.grow(it);
      setLast(clock.last);
    },
    [clock],
  );
  const followed = useSubject(clock.past, subjectId, onLast);
  useEffect(() => {
    const looking = setInterval(
      () =>
        clock.past.ask("extent", { limit: 1 }).then(
          (it) => onLast(it.last),
          () => null,
        ),
      LOOK_MS,
    );
    return () => clearInterval(looking);
  }, [clock]);
  const whole = useMemo(() => spanOf(extent.first.at, last.at), [extent, last]);
  const shown = useRef(whole);
  useEffect(() => {
    setSpan(followed.subject ? spanOf(followed.subject.first_at, followed.subject.last_at) : whole);
  }, [followed.subject]);
  useEffect(() => {
    // Who looks at all of it sees what is added; who looks closer is left there.
    setSpan((it) => (it.from === shown.current.from && it.to === shown.current.to ? whole : it));
    shown.current = whole;
  }, [whole]);
  useEffect(
    () =>
      clock.watch(() => {
        if (!clock.frame || clock.busy || clock.playing) return;
        const at = clock.at - clock.frame.at < 1 ? undefined : clock.at;
        keepAddress({ j: clock.past.jurisdiction, seq: clock.frame.seq, at, subject: subjectId });
      }),
    [clock, subjectId],
  );
  useEffect(() => keepAddress({ j: clock.past.jurisdiction, seq: clock.frame.seq, subject: subjectId }), [subjectId]);
  const wanted = marks === "any" || marks === "signs" ? [] : [marks];
  useEffect(() => {
    const keys = keysOf(clock, wanted, subjectId, followed.subject?.first_seq, () => setDialog("pick"));
    const heard = (event) => {
      const typing = event.target.closest?.("input, textarea, select, dialog, button, summary");
      if (!(event.key in keys) || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, [clock, marks, subjectId, followed.subject]);
  const zoom = (by) => setSpan(zoomed(span, clock.at, by, whole));
  const follow = (id) => onSubject(id);
  const read = density && density.indexed_to < density.last_seq;
  return html`<main class="replay-room">
    <section class="panel conductor" aria-label=${t("time_bar")}>
      <div class="row conductor-top">
        <${Subject} followed=${followed} subjectId=${subjectId} onPick=${() => setDialog("pick")}
        onWhole=${() => follow(null)} />
        <span class="grow"></span><${Telling} clock=${clock} /></div>
      <${TimeBar} clock=${clock} span=${span} group=${group} subject=${subjectId} onDensity=${setDensity} />
      <div class="row">
        <${Controls} clock=${clock} subject=${subjectId} first=${followed.subject?.first_seq} marks=${marks}
        onMarks=${setMarks} />
        <span class="grow"></span>
        <label class="control-label"><span class="quiet small">${t("show_kind")}</span>
          <select value=${group} onChange=${(event) => setGroup(event.target.value)}>
          ${GROUPS.map((it) => html`<option value=${it}>${t(`group_${it}`)}</option>`)}</select></label>
        <div class="speeds" role="group" aria-label=${t("zoom")}>
          <button type="button" class="button" aria-label=${t("zoom_in")} onClick=${() => zoom(1 / ZOOM)}>+</button>
          <button type="button" class="button" aria-label=${t("zoom_out")} onClick=${() => zoom(ZOOM)}>−</button></div>
        <button type="button" class="button" onClick=${() => setDialog("what_if")}>${t("what_if")}</button>
        ${
          subjectId?.startsWith("inc_") &&
          html`<a class="button button-link" download
            href=${`${clock.past.path}/incidents/${encodeURIComponent(subjectId)}/report?language=${language()}`}>
            ${t("report")}</a>
            <${OfficialReports} jurisdiction=${clock.past.jurisdiction} incident=${subjectId}
            seq=${clock.frame?.seq} />`
        }
      </div>
      ${
        read &&
        html`<p class="small soon" role="status">
        ◷ ${t("index_at", { seq: density.indexed_to, last: density.last_seq })}</p>`
      }
      ${extent.fault && html`<p class="alarm" role="alert">▲ ${t("chain_fault", { fault: extent.fault })}</p>`}
    </section>
    <${Below} clock=${clock} story=${followed.story} reading=${subjectId !== null && followed.problem === null}
      density=${density} onFollow=${follow} />
    ${
      dialog === "pick" &&
      html`<${Picker} past=${clock.past} onClose=${() => setDialog(null)}
      onPick=${(subject) => {
        setDialog(null);
        follow(subject?.id ?? null);
        if (subject) clock.go(subject.first_seq);
      }} onLast=${onLast} />`
    }
    ${dialog === "what_if" && html`<${WhatIf} clock=${clock} subject=${subjectId} onClose=${() => setDialog(null)} />`}
  </main>`;
}
