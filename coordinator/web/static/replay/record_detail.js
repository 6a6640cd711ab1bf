// One record whole: when it happened and when it was recorded, who caused it, what followed, which
// rows it changed, and what is proved of it, said no stronger than it was checked.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { say } from "/static/shared/said.js";
import { clock as hms, day, span } from "/static/shared/time.js";
import { code, named, t, useLanguage } from "/static/shared/words.js";
import { lag } from "/static/replay/marks.js";
import { whoOf } from "/static/replay/records.js";

const SETTLED_MS = 160,
  FIELDS_SHOWN = 6;

/** Ask for the record of a moment once the clock rests on it. */
function useRecord(past, seq, resting) {
  const [found, setFound] = useState(/** @type {any} */ ({ record: null, problem: null }));
  useEffect(() => {
    if (!resting) return undefined;
    const asking = new AbortController();
    const waiting = setTimeout(() => {
      past.ask(`record/${seq}`, {}, { signal: asking.signal }).then(
        (record) => setFound({ record, problem: null }),
        (problem) => problem.name !== "AbortError" && setFound({ record: null, problem }),
      );
    }, SETTLED_MS);
    return () => {
      clearTimeout(waiting);
      asking.abort();
    };
  }, [past, seq, resting]);
  return found;
}

const STATUS = { proved: ["✓", "calm"], linked: ["◆", "soon"], broken: ["▲", "alarm"] };
const check = (holds) =>
  holds === null ? ["–", "not_checked", "quiet"] : holds ? ["✓", "holds", "calm"] : ["▲", "does_not_hold", "alarm"];

function Proof({ proof, seq }) {
  const [sign, tone] = STATUS[proof.status];
  const checks = ["prev_is_hash_before", "next_names_hash", "same_as_read"];
  return html`<section class="proof" aria-label=${t("proof")}><p class=${tone} data-proof=${proof.status}>
      <span aria-hidden="true">${sign}</span> ${t(`proof_${proof.status}`)}</p>
    <ul class="small">${checks.map((name) => {
      const [mark, words, colour] = check(proof[name]);
      return html`<li><span class=${colour} aria-hidden="true">${mark}</span> ${named(t(name), t(words))}</li>`;
    })}</ul>
    <p class="small quiet">
      ${t(proof.checked_from === "genesis" ? "checked_from_genesis" : "checked_neighbours", {
        to: proof.checked_to,
        seq,
      })}</p>
    ${proof.chain_fault && html`<p class="alarm small">▲ ${t("chain_fault", { fault: proof.chain_fault })}</p>`}
      </section>`;
}

const shown = (value) =>
  value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Return which fields of a row differ, before and now. */
export function differences(before, now) {
  if (!before || !now) return [];
  return Object.keys(now)
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => [name, shown(before[name]), shown(now[name])]);
}

function Changes({ changes }) {
  if (changes === null) return html`<p class="soon small">◆ ${t("rows_not_known")}</p>`;
  if (!changes.length) return html`<p class="quiet small">${t("no_row_changed")}</p>`;
  return html`<ul class="changes small">${changes.map(({ board, key, row, before }) => {
    const fields = differences(before, row),
      how = row === null ? t("row_left") : before === null ? t("row_came") : "";
    return html`<li><strong>${t(`board_${board}`)}</strong> <code>${key}</code> ${how}
      ${
        fields.length > 0 &&
        html`<ul>${fields
          .slice(0, FIELDS_SHOWN)
          .map(([name, from, to]) => html`<li><code>${name}</code> ${from.slice(0, 80)} → ${to.slice(0, 120)}</li>`)}
        ${fields.length > FIELDS_SHOWN && html`<li>… +${fields.length - FIELDS_SHOWN}</li>`}</ul>`
      }</li>`;
  })}</ul>`;
}

function Times({ record }) {
  const late = lag(record);
  return html`<dl class="facts">
    <dt>${t("recorded")}</dt><dd>${day(record.at)} ${hms(record.at)}</dd>
    <dt>${t("happened")}</dt>
      <dd>${record.happened_at ? html`${day(record.happened_at)} ${hms(record.happened_at)}` : t("when_recorded")}
      ${late > 0 && html` <span class="soon">◷ ${t("told_later", { span: span(late) })}</span>`}</dd></dl>`;
}

const SAYS_WHY = {
  signal_refused: (it) => [it.rule],
  rule_warned: (it) => [it.rule],
  proposal_rejected: (it) => it.reasons,
};

/** Which rules a record speaks of; in the facts below they stand as the log has them. */
function Rules({ events, nameOf }) {
  const told = events.flatMap((it) =>
    (SAYS_WHY[it.type]?.(it) ?? []).map((rule) => named(code("event", it.type), say(rule, nameOf))),
  );
  return told.length > 0 && html`<ul class="soon" data-test="rules">${told.map((it) => html`<li>◆ ${it}</li>`)}</ul>`;
}

/** @param {{clock: any, resting: boolean}} props */
export function RecordDetail({ clock, resting }) {
  useLanguage();
  const nameOf = useNames();
  const { past, frame } = clock;
  const { record, problem } = useRecord(past, frame.seq, resting);
  if (problem)
    return html`<section class="panel detail"><p class="alarm" role="alert">▲ ${problem.message}</p></section>`;
  if (!record || record.seq !== frame.seq)
    return html`<section class="panel detail" aria-busy="true"><p class="quiet">${t("record_comes")}</p></section>`;
  if (record.unreadable) {
    return html`<section class="panel detail" data-record=${record.seq}><h2>${t("record_n", { seq: record.seq })}</h2>
      <p class="alarm">▲ ${t("unreadable", { reason: record.unreadable })}</p>
        <${Proof} proof=${record.proof} seq=${record.seq} /></section>`;
  }
  return html`<section class="panel detail" data-record=${record.seq} aria-label=${t("record_n", { seq: record.seq })}>
    <div class="panel-head"><h2 class="grow">${t("record_n", { seq: record.seq })}</h2>
      <span class="chip">${record.signal_type ? code("said", record.signal_type) : t(`kind_of_record_${record.kind}`)}
        </span></div>
    <${Proof} proof=${record.proof} seq=${record.seq} />
    <${Times} record=${record} />
    <dl class="facts"><dt>${t("caused_by")}</dt>
      <dd>${whoOf(record, nameOf)}${
        record.actor_role ? t("in_brackets", { what: code("actor", record.actor_role) }) : ""
      }</dd></dl>
    <${Rules} events=${record.events} nameOf=${nameOf} />
    <h3>${t("rows_changed")}</h3><${Changes} changes=${record.changes} />
    <details open><summary>${t("facts", { count: record.events.length })}</summary>
      <pre class="payload" tabindex="0">${JSON.stringify(record.events, null, 1)}</pre></details>
    <details><summary>${t("cause")}</summary>
      <pre class="payload" tabindex="0">${JSON.stringify(record.cause, null, 1)}</pre></details>
    <details><summary>${t("envelope")}</summary><dl class="facts small">
      <dt>hash</dt><dd><code>${record.hash}</code></dd><dt>prev</dt><dd><code>${record.prev}</code></dd>
      <dt>log</dt><dd>${record.log_id}</dd><dt>epoch</dt><dd>${record.epoch}</dd>
      <dt>signal</dt><dd><code>${record.signal_id ?? "–"}</code></dd><dt>bytes</dt><dd>${record.bytes}</dd>
      <dt>cursor</dt><dd><code>${JSON.stringify(record.cursor)}</code></dd></dl></details></section>`;
}
