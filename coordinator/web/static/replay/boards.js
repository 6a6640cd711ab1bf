// The boards as they were at the moment of the clock; what the last record changed is marked.
import { html } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { useNarrow } from "/static/shared/narrow.js";
import { plainly } from "/static/shared/plain.js";
import { session } from "/static/shared/session.js";
import { clock as hms, span } from "/static/shared/time.js";
import { say } from "/static/shared/said.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { code, counted, figure, listed, t, useLanguage } from "/static/shared/words.js";

const ROW_PX = 58,
  NARROW_PX = 100;
const SOON_MS = 15 * 60_000;

/** Return the sign, tone and words of one promise as it stood at a moment. */
export function promiseAt({ due_at, met_at, lapsed_at, broken }, at) {
  const ended = met_at ?? lapsed_at ?? null;
  if (ended !== null && !broken)
    return { sign: "✓", tone: "done", words: t(lapsed_at ? "promise_lapsed" : "promise_kept") };
  if (broken || at > due_at)
    return {
      sign: "▲",
      tone: ended === null ? "alarm" : "quiet",
      words: t("promise_late", { span: span((ended ?? at) - due_at) }),
    };
  return {
    sign: due_at - at < SOON_MS ? "◆" : "●",
    tone: due_at - at < SOON_MS ? "soon" : "calm",
    words: t("promise_left", { span: span(due_at - at) }),
  };
}

const signOf = (grade) =>
  ({ I: ["▲", "alarm"], II: ["▲", "alarm"], III: ["◆", "soon"], IV: ["◆", "soon"] })[grade] ?? ["●", "calm"];
const line = (...parts) => parts.filter((it) => it !== null && it !== undefined && it !== "").join(" · ");

function Promises({ promises, at }) {
  return Object.entries(promises ?? {}).map(([name, promise]) => {
    const { sign, tone, words } = promiseAt(promise, at);
    return html`<span class=${`promise ${tone}`}>
      <span aria-hidden="true">${sign}</span> ${code("promise", name)} ${words}</span> `;
  });
}

function Two({ sign, tone, title, end, below }) {
  return html`<div class="then-row">
    <span class=${`then-sign ${tone ?? "calm"}`} aria-hidden="true">${sign ?? "●"}</span>
    <span class="then-title">${title}</span><span class="then-end quiet">${end}</span>
    <span class="then-below small quiet">${below}</span></div>`;
}

const KINDS = {
  open_incidents: {
    sort: (a, b) => b.priority - a.priority || a.opened_at - b.opened_at,
    draw: (row, at) => {
      const [sign, tone] = signOf(row.grade);
      return html`<${Two} sign=${sign} tone=${tone}
        title=${line(code("grade", row.grade), code("kind", row.kind), row.circuit)}
        end=${code("phase", row.left_alone ? "left_alone" : row.phase)}
          below=${html`${row.customers_out ? t("customers", { count: figure(row.customers_out) }) : ""} <${Promises}
          promises=${row.promises} at=${at} />`} />`;
    },
  },
  units_in_the_field: {
    sort: (a, b) => b.priority - a.priority || a.called_at - b.called_at,
    draw: (
      row,
      at,
      nameOf,
    ) => html`<${Two} sign=${row.missing?.length ? "◆" : "●"} tone=${row.missing?.length ? "soon" : "calm"}
      title=${listed((row.people ?? []).map((it) => nameOf(it.member_id))) || t("nobody_yet")}
        end=${code("status", row.status)}
      below=${line(
        counted(Object.entries(row.counts ?? {}), "assignment"),
        row.missing?.length ? t("missing", { count: row.missing.reduce((sum, it) => sum + it[1], 0) }) : "",
      )} />`,
  },
  alarms: {
    sort: (a, b) => b.since - a.since,
    draw: (row, at, nameOf) =>
      html`<${Two} sign="▲" tone="alarm" title=${code("alarm", row.kind)}
        end=${t("for_span", { span: span(at - row.since) })} below=${say(row.text, nameOf)} />`,
  },
  critical_sites: {
    sort: (a, b) => Number(a.supply === "grid") - Number(b.supply === "grid"),
    draw: (row) => html`<${Two} sign=${row.supply === "grid" ? "●" : row.supply === "none" ? "▲" : "◆"}
      tone=${row.supply === "grid" ? "calm" : row.supply === "none" ? "alarm" : "soon"}
      title=${row.name ?? row.site_id ?? row.key} end=${code("supply", row.supply)}
        below=${line(row.kind && code("site", row.kind))} />`,
  },
  guarded_operations: {
    sort: (a, b) => a.guard_from - b.guard_from,
    draw: (row) =>
      html`<${Two} title=${row.name ?? row.key} end=${code("phase", row.phase)}
        below=${line(row.level, hms(row.guard_from))} />`,
  },
  temporary_branches: {
    draw: (row) => html`<${Two} title=${row.name ?? row.key} end=${code("phase", row.phase ?? row.stage)} below="" />`,
  },
  community_whistles: {
    sort: (a, b) => a.claim_by - b.claim_by,
    draw: (row) =>
      html`<${Two} sign=${row.unanswered ? "◆" : "●"} tone=${row.unanswered ? "soon" : "calm"} title=${row.community}
        end=${`${row.claimed.length} / ${row.wanted}`} below=${line(row.text)} />`,
  },
  who_is_free: {
    sort: (a, b) => (b.free ?? 0) - (a.free ?? 0),
    draw: (row) =>
      html`<${Two} title=${row.name ?? row.key} end=${row.free ?? ""} below=${line(
        ...Object.entries(row)
          .filter(([, it]) => typeof it === "number" && it)
          .slice(0, 5)
          .map(([name, it]) => `${code("free", name)} ${it}`),
      )} />`,
  },
};
/** What is drawn of a board: by its own script, or plainly where it has none; neither is no tab. */
function kindOf(board) {
  const panel = session().panels.find((it) => it.board === board);
  return (
    KINDS[board] ??
    (panel && {
      draw: (row, at, nameOf) => {
        const [title, ...more] = plainly(panel, row, nameOf);
        return html`<${Two} title=${title} end="" below=${line(...more)} />`;
      },
    })
  );
}

/** The boards that are drawn here. @returns {string[]} */
export const tabs = () => [...new Set([...Object.keys(KINDS), ...session().panels.map((it) => it.board)])];

const byKey = new WeakMap();
/** Return the rows of a board in their order; the same array for the same board. */
export function rowsOf(frame, board) {
  const map = frame.boards[board];
  if (!map) return [];
  if (!byKey.has(map)) {
    const rows = [...map.values()];
    if (kindOf(board)?.sort) rows.sort(kindOf(board).sort);
    byKey.set(map, rows);
  }
  return byKey.get(map);
}

/**
 * @param {{frame: import("./past.js").Frame, at: number, changed: Set<string>, tab: string,
 *   onTab: (tab: string) => void, current: string | null, onCurrent: (key: string) => void}} props
 */
export function BoardsThen({ frame, at, changed, tab, onTab, current, onCurrent }) {
  useLanguage();
  const nameOf = useNames(),
    narrow = useNarrow();
  const rows = rowsOf(frame, tab),
    { draw } = kindOf(tab);
  return html`<section class="panel then" aria-label=${t("boards_then")}>
    <div class="tabs toolbar" role="tablist" aria-label=${t("boards_then")}>${tabs()
      .filter((it) => frame.boards[it])
      .map(
        (it) =>
          html`<button type="button" role="tab" class="button" aria-selected=${it === tab ? "true" : "false"}
            onClick=${() => onTab(it)}>
        ${t(`board_${it}`)} <span class="badge">${frame.boards[it].size}</span></button>`,
      )}</div>
    <div class="then-list" role="tabpanel" aria-label=${t(`board_${tab}`)}>
      ${
        rows.length
          ? html`<${VirtualList} items=${rows} keyOf=${(row) => row.key} rowHeight=${narrow ? NARROW_PX : ROW_PX}
            label=${t(`board_${tab}`)}
        current=${current} onCurrent=${onCurrent}
        render=${(
          row,
        ) => html`<div class=${changed.has(`${tab}/${row.key}`) ? "then-changed" : ""}>${draw(row, at, nameOf)}
          ${changed.has(`${tab}/${row.key}`) && html`<span class="visually-hidden">${t("just_changed")}</span>`}
            </div>`} />`
          : html`<p class="quiet then-none">${t("none")}</p>`
      }
    </div></section>`;
}
