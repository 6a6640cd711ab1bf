// The list of records around the moment: what was known by then, and, set back, what came later.
import { html, useMemo } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { useNarrow } from "/static/shared/narrow.js";
import { clock as hms, span } from "/static/shared/time.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { code, listed, t, useLanguage } from "/static/shared/words.js";
import { MARKS, lag, markOf } from "/static/replay/marks.js";

const AROUND = 150,
  ROW_PX = 46,
  NARROW_PX = 84,
  LATE_MS = 60_000,
  FACTS_SHOWN = 4;

/** Return the facts of a record in words: each kind once, with how many there are. */
export function factsOf(record) {
  const counts = new Map();
  for (const { type } of record.events) counts.set(type, (counts.get(type) ?? 0) + 1);
  const words = [...counts]
    .slice(0, FACTS_SHOWN)
    .map(([type, count]) => (count > 1 ? `${code("event", type)} ×${count}` : code("event", type)));
  return listed(words) + (counts.size > FACTS_SHOWN ? ` … +${counts.size - FACTS_SHOWN}` : "");
}

/** Who caused a record, and for whom. */
export function whoOf(record, nameOf) {
  if (!record.actor_id || record.actor_id === "-") return t(`kind_of_record_${record.kind ?? "decision"}`);
  const who = record.actor_id === "clock" ? t("the_clock") : nameOf(record.actor_id);
  return record.on_behalf_of ? t("for_whom", { who, whom: nameOf(record.on_behalf_of) }) : who;
}

function RecordLine({ record, later, nameOf }) {
  const mark = markOf(record),
    late = lag(record),
    { sign, tone } = MARKS[mark] ?? { sign: "·", tone: "quiet" };
  return html`<div class=${`record ${later ? "record-later" : ""}`}>
    <span class=${`record-sign ${tone}`} aria-hidden="true">${sign}</span>
    <span class="record-when"><time>${hms(record.at)}</time></span>
    <span class="record-what">${factsOf(record) || t("nothing_followed")}</span>
    <span class="record-who small quiet">${later ? `${t("later")} · ` : ""}${record.seq} · ${whoOf(record, nameOf)}${
      record.signal_type ? ` · ${code("said", record.signal_type)}` : ""
    }</span>
    ${late > LATE_MS && html`<span class="record-late small soon">◷ ${t("told_later", { span: span(late) })}</span>`}
      </div>`;
}

/**
 * @param {{clock: object, story: object[] | null}} props `story` are the records of the subject that
 *   is followed; null shows every record around the moment.
 */
export function Records({ clock, story }) {
  useLanguage();
  const nameOf = useNames(),
    narrow = useNarrow();
  const { seq } = clock.frame;
  const items = story ?? clock.past.held(seq - AROUND, Math.min(clock.last.seq, seq + AROUND));
  const current = story ? story.findLast((it) => it.seq <= seq)?.seq : seq;
  return html`<div class="records">
    ${
      items.length
        ? html`<${VirtualList} key=${story ? "story" : "all"} items=${items} keyOf=${(it) => String(it.seq)}
          rowHeight=${narrow ? NARROW_PX : ROW_PX} label=${t("records")}
      current=${current === undefined ? null : String(current)} onCurrent=${(key) => clock.go(Number(key))}
      render=${(record) => html`<${RecordLine} record=${record} later=${record.seq > seq} nameOf=${nameOf} />`} />`
        : html`<p class="quiet">${t("reading")}</p>`
    }</div>`;
}

/** What stood out in the span of the bar: the same as the signs above it, as a list. */
export function Marks({ clock, density }) {
  useLanguage();
  const items = useMemo(() => [...(density?.shown.marks ?? [])].sort((a, b) => a.seq - b.seq), [density]);
  const keyOf = (it) => `${it.seq}/${it.mark}`;
  const passed = items.findLast((it) => it.seq <= clock.frame.seq);
  return html`<div class="records">${
    items.length
      ? html`<${VirtualList} items=${items} keyOf=${keyOf} rowHeight=${32} label=${t("marks")}
    current=${passed ? keyOf(passed) : null} onCurrent=${(key) => clock.go(Number(key.split("/")[0]))}
    render=${({
      mark,
      at,
      count,
      seq,
    }) => html`<div class=${`mark-line ${seq > clock.frame.seq ? "record-later" : ""}`}>
      <span class=${`record-sign ${MARKS[mark].tone}`} aria-hidden="true">${MARKS[mark].sign}</span>
      <time>${hms(at)}</time> <span>${t(`mark_${mark}`)}
        </span> ${count > 1 && html`<span class="badge">×${count}</span>`}</div>`} />`
      : html`<p class="quiet" role="status">${t(density ? "none" : "reading")}</p>`
  }</div>`;
}
