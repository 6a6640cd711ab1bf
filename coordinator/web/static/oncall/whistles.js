// Communities that call: what for, where, by when, who comes; one tap says that one comes, too.
import { html, useState } from "/static/shared/ui.js";
import { date, useNow } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";
import { Deadline, Place } from "/static/oncall/assignment.js";
import { InWords } from "/static/oncall/bar.js";
import { Slide, useRest } from "/static/oncall/slide.js";

const LEADS_TO = { claim_whistle: "coming", report_in: "there", give_back_whistle: null, finish_whistle: "done" };
const STANDS = new Set(["saving", "kept", "sent"]);
const SHOWN_BY_MS = 12_000; // what went through is in the state by then: the page hears every 10 s

const about = (whistle, taps) => taps.filter(({ signal }) => signal.whistle_id === whistle.whistle_id);

/**
 * Return how a member stands to a whistle by their own word: what the coordinator has, or further,
 * where taps are on their way or have just arrived.
 * @param {number} heard When the coordinator was last heard, by this phone's own clock.
 */
export function spokenStanding(whistle, taps, heard) {
  let standing = whistle.mine;
  for (const { signal, fate, ended_at: ended } of about(whistle, taps)) {
    if (!(signal.type in LEADS_TO) || !STANDS.has(fate) || (fate === "sent" && heard > ended + SHOWN_BY_MS)) continue;
    standing = LEADS_TO[signal.type];
  }
  return standing;
}

/** The key that makes two taps one; who said something else between, or the opposite, says it anew. */
export function whistleKey(whistle, type, taps, needed = undefined) {
  const other = about(whistle, taps)
    .filter(({ signal }) => signal.type !== type || signal.needs_help !== needed)
    .pop();
  return `${whistle.whistle_id}/${type}/${other?.turn ?? 0}`;
}

function Who({ whistle, me, names }) {
  const { come, come_there: there, wanted, people } = whistle;
  return html`<div class="fact"><p>${t("whistle_come", { come, wanted, there })}</p>
    ${
      people.length > 0 &&
      html`<ul>${people.map(
        (it) => html`<li key=${it.member_id}>
          ${it.member_id === me ? t("whistle_you") : names[it.member_id] || it.member_id}
      ${it.there && html`<span class="quiet"> · ${t("whistle_is_there")}</span>`}</li>`,
      )}</ul>`
    }</div>`;
}

function When({ whistle, standing }) {
  const { report_by: report, claim_by: claim } = whistle;
  if (standing === "coming" && report !== null)
    return html`<div class="deadlines"><${Deadline} due=${report} label=${t("me_arrive_by")} /></div>`;
  if (standing !== null) return null;
  // Whoever has promised nothing is not hurried.
  return html`<p>${
    report !== null && html`${t("whistle_report_by", { when: date(report) })} · `
  }${t("whistle_claim_by", { when: date(claim) })}</p>`;
}

function Say({ whistle, standing, onSay }) {
  const [asking, setAsking] = useState(null);
  const resting = useRest(`${whistle.whistle_id}/${standing}`);
  const slide = (type, word) =>
    html`<${Slide} key=${type} type=${type} what=${t(word)} resting=${resting} onSay=${() => onSay(type)} />`;
  const button = (
    type,
    word,
    main,
  ) => html`<button type="button" class=${`button button-tall ${main ? "button-main" : ""}`} data-say=${type}
    onClick=${() => setAsking(type)}>${t(word)}</button>`;
  const send = (type, more) => {
    setAsking(null);
    onSay(type, more);
  };
  const back = standing === "there" ? "whistle_leave" : "whistle_back";
  const close = () => setAsking(null);
  if (standing === "done") return null;
  if (standing === null && !whistle.may_claim)
    return html`<p class="quiet">${t(whistle.come >= whistle.wanted ? "whistle_full" : "whistle_bound")}</p>`;
  return html`<div class="toolbar">
    ${standing === null && slide("claim_whistle", "say_claim_whistle")}
    ${standing === "coming" && slide("report_in", "say_report_in")}
    ${standing === "there" && button("finish_whistle", "say_finish_whistle", true)}
    ${standing === "there" && !whistle.needs_help && button("report_need", "say_whistle_need", false)}
    ${
      standing === "there" &&
      whistle.needs_help &&
      html`<button type="button" class="button button-tall" data-say="help_has_come"
        onClick=${() => send("report_need", { needs_help: false })}>${t("say_help_has_come")}</button>`
    }
    ${standing !== null && button("give_back_whistle", `say_${back}`, false)}
    ${
      asking === "finish_whistle" &&
      html`<${InWords} title=${t("finish_title")} send=${t("abort_send")}
      onSend=${(outcome) => send("finish_whistle", { outcome })} onClose=${close} />`
    }
    ${
      asking === "report_need" &&
      html`<${InWords} title=${t("whistle_need_title")} send=${t("abort_send")}
      onSend=${(text) => send("report_need", { needs_help: true, text })} onClose=${close} />`
    }
    ${
      asking === "give_back_whistle" &&
      html`<${InWords} title=${t(`${back}_title`)} send=${t("abort_send")} danger
      onSend=${(reason) => send("give_back_whistle", { reason })} onClose=${close} />`
    }</div>`;
}

function Whistle({ whistle, mine }) {
  const { member_id: me, names } = mine.view;
  const standing = spokenStanding(whistle, mine.kept, mine.heard);
  const say = (type, more) => {
    const who = type === "finish_whistle" ? {} : { member_id: me };
    mine.say(whistleKey(whistle, type, mine.kept, more?.needs_help), {
      type,
      whistle_id: whistle.whistle_id,
      ...more,
      ...who,
    });
  };
  return html`<li class="card" data-whistle=${whistle.whistle_id} data-standing=${standing ?? "none"}>
    ${whistle.realm === "exercise" && html`<p class="realm">${t("exercise_mark")}</p>`}
    <div class="row"><h3 class="grow">${whistle.community}</h3>
      ${whistle.needs_help && html`<span class="badge soon">◆ ${t("care_needs_help")}</span>`}
      ${standing && html`<span class="badge">${t(`standing_${standing}`)}</span>`}</div>
    <p class="large">${whistle.text}</p>
    <p class="quiet small">
      ${[code("service", whistle.service), ...whistle.ties.map((it) => t(`tie_${it}`))].join(" · ")}</p>
    <${When} whistle=${whistle} standing=${standing} />
    <${Place} label=${t("me_where")} at=${[whistle.lon, whistle.lat]} />
    <${Who} whistle=${whistle} me=${me} names=${names} />
    <${Say} whistle=${whistle} standing=${standing} onSay=${say} /></li>`;
}

/**
 * The communities that call; nothing where none does. Listed, never rung: to come is voluntary.
 * @param {{mine: import("./mine.js").Mine}} props
 */
export function Whistles({ mine }) {
  useNow(5_000); // what was said stands in for the state only for a while
  const found = mine.view.whistles ?? [];
  if (!found.length) return null;
  return html`<section class="panel whistles"><h2 class="panel-head">${t("whistles_title")}</h2>
    <p class="quiet small">${t("whistles_hint")}</p>
    <ul class="stack">${found.map((it) => html`<${Whistle} key=${it.whistle_id} whistle=${it} mine=${mine} />`)}</ul>
      </section>`;
}
