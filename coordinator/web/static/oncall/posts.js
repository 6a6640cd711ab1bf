// Where a member stands guard: which hours, what is due there next, what the site lives on, who comes after them.
import { html, useState } from "/static/shared/ui.js";
import { ulid } from "/static/shared/ids.js";
import { clock, date, now, span, useNow } from "/static/shared/time.js";
import { code, listed, named, t } from "/static/shared/words.js";
import { Place } from "/static/oncall/assignment.js";
import { checkKey } from "/static/oncall/actions.js";
import { InWords } from "/static/oncall/bar.js";
import { Slide, useRest } from "/static/oncall/slide.js";

const CHECKS = ["check_in", "patrol", "zero_report"];
const SOON_MS = 600_000;
const SAID = new Set(["saving", "kept", "sent"]);

/** Return the posts that are not over: those of now first. @param {any[]} posts @param {number} at */
export const toStand = (posts, at) => posts.filter((it) => it.ends_at > at);

/** What is due there, the next first, with the slide that says it. */
function Due({ kind, post, mine, at }) {
  const dueAt = post.due[kind],
    key = checkKey(post, kind, mine.kept);
  const said = mine.kept.some((it) => it.key === key && SAID.has(it.fate));
  const resting = useRest(key);
  const look = said ? "" : dueAt <= at ? "alarm" : dueAt - at <= SOON_MS ? "soon" : "";
  const left = dueAt <= at ? t("me_over", { span: span(at - dueAt) }) : t("me_left", { span: span(dueAt - at) });
  const say = () =>
    mine.say(key, {
      type: "check_in",
      operation_id: post.operation_id,
      site_id: post.site_id,
      member_id: mine.view.member_id,
      kind,
    });
  return html`<div data-due=${kind}><p class=${look}>
      ${look === "alarm" ? "▲ " : look === "soon" ? "◆ " : ""}${named(code("check", kind), clock(dueAt))} · ${left}</p>
    <${Slide} type=${`check_${kind}`} what=${code("check", kind)} resting=${resting}
      said=${said ? t("said_check_in") : ""}
      onSay=${say} /></div>`;
}

/** What a site lives on now, and for how long. */
function Supply({ post, at }) {
  const lost = post.interrupted_at !== null || post.supply === "none";
  const own = post.supply !== "grid" && post.runs_out_at !== null;
  return html`<p class=${lost ? "alarm" : own ? "soon" : ""} data-test="post-supply">
    ${lost ? "▲ " : own ? "◆ " : ""}${named(t("post_supply"), code("supply", lost ? "none" : post.supply))}
    ${
      own &&
      html` · ${t("post_lasts", { when: date(post.runs_out_at), span: span(Math.max(0, post.runs_out_at - at)) })}`
    }
    <span class="quiet small"> · ${t("post_lines", { count: post.lines })}${
      post.own_supply_kw > 0 ? ` · ${t("post_own_kw", { count: post.own_supply_kw })}` : ""
    }</span></p>`;
}

/** Who takes over; where nobody does, that is said as loudly as anything. */
function After({ post, nameOf }) {
  if (!post.goes_on) return html`<p data-test="post-next">${t("post_last")}</p>`;
  if (!post.next)
    return html`<p class="soon" data-test="post-next"><span aria-hidden="true">◆ </span>${t("post_nobody_next")}</p>`;
  const gap = post.next.starts_at > post.ends_at;
  return html`<p class=${gap ? "soon" : ""} data-test="post-next">${gap ? "◆ " : ""}${t("post_next", {
    who: listed(post.next.member_ids.map(nameOf)),
    when: date(post.next.starts_at),
  })}</p>`;
}

/** What is told in words: a disturbance; that supply is lost, or back. */
function InOwnWords({ post, mine }) {
  const [asking, setAsking] = useState(null);
  const close = () => setAsking(null),
    lost = post.interrupted_at === null;
  const one = { operation_id: post.operation_id, site_id: post.site_id };
  const send = (fields) => {
    close();
    mine.say(`${post.operation_id}/${post.site_id}/${ulid(now())}`, { ...one, ...fields });
  };
  const supply = t(lost ? "post_lost" : "post_back"),
    trouble = code("check", "disturbance");
  return html`<div class="toolbar">
    <button type="button" class="button button-tall" data-say="disturbance" onClick=${() => setAsking("disturbance")}>
      ${trouble} …</button>
    <button type="button" class=${`button button-tall ${lost ? "button-danger" : "button-main"}`} data-say="supply"
      onClick=${() => setAsking("supply")}>${supply} …</button></div>
    ${
      asking === "disturbance" &&
      html`<${InWords} title=${trouble} send=${t("abort_send")} onClose=${close} onSend=${(text) =>
        send({ type: "check_in", member_id: mine.view.member_id, kind: "disturbance", text })} />`
    }
    ${
      asking === "supply" &&
      html`<${InWords} title=${supply} send=${t("abort_send")} danger=${lost} onClose=${close} onSend=${(reason) =>
        send({ type: "supply_interrupted", interrupted: lost, reason })} />`
    }`;
}

function Post({ post, mine, at }) {
  const nameOf = (id) => mine.view.names[id] || id;
  const stands = post.starts_at <= at,
    guarding = stands && post.phase === "guarding";
  const due = CHECKS.filter((it) => post.due[it] !== undefined).sort((a, b) => post.due[a] - post.due[b]);
  return html`<li class="card" data-post=${post.site_id} data-stands=${stands ? "now" : "later"}>
    <div class="row"><h3 class="grow">${post.site}</h3>
      <span class="badge">${t(stands ? "post_now" : "post_later")}</span></div>
    <p class="quiet small">${post.name} · ${code("level", post.level)}</p>
    <p class="large">${date(post.starts_at)} – ${date(post.ends_at)}</p>
    ${guarding && due.map((kind) => html`<${Due} key=${kind} kind=${kind} post=${post} mine=${mine} at=${at} />`)}
    ${stands && !guarding && html`<p class="quiet">${t("post_not_begun")}</p>`}
    <${Supply} post=${post} at=${at} />
    ${post.dangers_open.map((it) => html`<p class="soon" key=${it}>◆ ${named(t("post_danger"), it)}</p>`)}
    <p>${named(t("me_with"), listed(post.with.map(nameOf)) || t("me_alone"))}</p>
    ${
      post.start_orderer &&
      html`<p>${t("post_start", { orders: nameOf(post.start_orderer), starts: nameOf(post.start_operator) })}</p>`
    }
    <${After} post=${post} nameOf=${nameOf} />
    <${Place} label=${t("me_where")} at=${[post.lon, post.lat]} />
    ${guarding && html`<${InOwnWords} post=${post} mine=${mine} />`}</li>`;
}

/**
 * The guards a member stands, now and later; nothing where there are none.
 * @param {{mine: import("./mine.js").Mine}} props
 */
export function Posts({ mine }) {
  const at = useNow(1_000),
    found = toStand(mine.view.posts ?? [], at);
  if (!found.length) return null;
  return html`<section class="panel posts"><h2 class="panel-head">${t("posts_title")}</h2>
    <ul class="stack">${found.map(
      (it) =>
        html`<${Post} key=${`${it.operation_id}/${it.site_id}/${it.starts_at}`} post=${it} mine=${mine} at=${at} />`,
    )}</ul></section>`;
}
