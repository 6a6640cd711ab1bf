// The roster: teams, everybody on them, what each can do and whether they can be called now.
import { html, useEffect, useMemo, useRef, useState } from "/static/shared/ui.js";
import { can } from "/static/shared/session.js";
import { date, now, useNow } from "/static/shared/time.js";
import { VirtualList } from "/static/shared/virtual_list.js";
import { code, listed, named, t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { came, rows, useBoards } from "/static/dispatch/boards.js";
import { may } from "/static/dispatch/catalogue.js";
import { look, openDialog, useDesk } from "/static/dispatch/desk.js";
import { Loading } from "/static/dispatch/loading.js";
import { keepsFromCalling } from "/static/dispatch/roster_state.js";
import { everybody, places, wordsOf } from "/static/dispatch/who.js";

const ROW_PX = 44;
const FRESH_MS = 5_000; // people are read anew this often while the roster is on screen and something changed
const STATES = ["", "free", "assigned", "posted", "lent", "standby", "leave", "resting", "unfit", "unavailable", "off"];
const SIGNS = {
  free: "●",
  assigned: "◕",
  posted: "◕",
  lent: "◕",
  leave: "○",
  resting: "◆",
  unfit: "✚",
  unavailable: "○",
  off: "○",
};

/** Read the people of a place, and again when their state may have changed. */
function usePeople(place) {
  const version = useBoards("who_is_free");
  const [people, setPeople] = useState(null);
  const [problem, setProblem] = useState(null);
  const turn = Math.floor(useNow(FRESH_MS) / FRESH_MS);
  const read = useRef({ place: null, version: -1 });
  useEffect(() => {
    if (read.current.place === place && read.current.version === version) return undefined;
    read.current = { place, version };
    // An answer about a place that was left in the meantime is nobody's.
    const wanted = () => read.current.place === place;
    everybody("people", place, { fresh: true }).then(
      (it) => {
        if (wanted()) {
          setPeople({ place, rows: it });
          setProblem(null);
        }
      },
      (error) => {
        if (wanted()) {
          read.current = { place: null, version: -1 };
          setProblem(error);
        }
      },
    );
    return undefined;
  }, [place, turn]);
  return { people: people?.place === place ? people.rows : null, problem };
}

function stateOf(it, at) {
  const reason = keepsFromCalling(it, at);
  return reason ?? "free";
}

function PersonRow({ it, at }) {
  const state = stateOf(it, at);
  return html`<div class="roster-row">
    <span class=${state === "resting" ? "soon" : ""} aria-hidden="true">${SIGNS[state]}</span>
    <b class="clip">${it.name || it.key}</b>
    <span class="clip small">${code("standing", it.standing)}</span>
      <span class="clip small quiet">${listed(it.skills.map((skill) => code("skill", skill)))}</span>
    <span class="small">
      ${t(`state_${state}`)}${
        state === "free" && it.on_standby && !it.on_shift ? t("in_brackets", { what: t("standby") }) : ""
      }</span>
      </div>`;
}

const leaveNow = (it, at) => it.leaves.filter(([, end]) => end > at);

function Person({ it, shifts, at, place }) {
  const state = stateOf(it, at),
    one = { jurisdiction: place, member_id: it.key };
  const own = (shifts?.rows || [])
    .filter((shift) => shift.member_ids.includes(it.key))
    .sort((a, b) => a.starts_at - b.starts_at)
    .slice(0, 8);
  return html`<section class="panel stack" aria-label=${it.name || it.key} data-person=${it.key}>
    <h2>${it.name || it.key}</h2>
    <p>${SIGNS[state]} ${t(`state_${state}`)}${
      it.incident_id
        ? html` · <button class="button"
      onClick=${() => look({ view: "incident", selected: it.incident_id, current: it.incident_id })}>
      ${named(code("assignment", it.status), wordsOf(it.incident_id))}</button>`
        : ""
    }${it.posted_to ? ` · ${wordsOf(it.posted_to)}` : ""}${it.lent_to ? ` · ${it.lent_to}` : ""}${
      it.borrowed_from ? ` · ${t("from_where", { where: it.borrowed_from })}` : ""
    }</p>
    <dl class="facts">
      <div class="fact"><dt>${t("team")}</dt><dd>${wordsOf(it.team_id)} · ${code("standing", it.standing)}</dd></div>
      <div class="fact"><dt>${t("party")}</dt><dd>${code("party", it.party)}</dd></div>
      <div class="fact"><dt>${t("skills")}</dt>
        <dd>${listed(it.skills.map((skill) => code("skill", skill))) || "–"}</dd></div>
      <div class="fact"><dt>${t("certificates")}</dt>
        <dd>${it.certificates.map(
          ([skill, until]) =>
            html`<span key=${skill} class=${until <= at ? "alarm" : ""}>
        ${until <= at ? "▲ " : ""}${code("skill", skill)} ${t("until", { when: date(until) })} </span>`,
        )}${it.certificates.length ? "" : "–"}</dd></div>
      <div class="fact"><dt>${t("call_outs")}</dt><dd>${it.call_outs}</dd></div>
        <div class="fact"><dt>${t("phone")}</dt>
        <dd>${it.reachable ? t("enrolled") : html`<span class="soon">◆ ${t("not_enrolled")}</span>`}</dd></div></dl>
    ${
      it.unfit &&
      html`<p class="soon" data-test="unfit"><span aria-hidden="true">◆ </span>
        ${named(code("unfit", it.unfit), t("since", { when: date(it.unfit_since) }))}</p>`
    }
    ${
      it.leaves_at &&
      html`<p class="soon" data-test="last-day"><span aria-hidden="true">◆ </span>
        ${named(t("last_day"), t("until", { when: date(it.leaves_at - 1) }))}</p>`
    }
    ${
      leaveNow(it, at).length > 0 &&
      html`<p>${t("leave_planned")} ${listed(leaveNow(it, at).map(([begin, end]) => `${date(begin)} – ${date(end)}`))}
        </p>`
    }
    <div><h3>${t("shifts")}</h3>
      ${
        own.length === 0 &&
        html`<p class="quiet small" role="status">${t(!shifts ? "loading" : shifts.rows ? "none" : "not_come")}</p>`
      }
      <ul class="stack">${own.map(
        (shift) => html`<li class="row" key=${shift.key}>
        <span class="grow">
        ${shift.running ? "● " : "○ "}${date(shift.starts_at)} – ${date(shift.ends_at)}${
          shift.standby ? t("in_brackets", { what: t("standby") }) : ""
        }</span>
      <${Act} type="take_over_shift" preset=${{ jurisdiction: place, shift_id: shift.key, holder_id: it.key }} /></li>`,
      )}</ul></div>
    <div class="toolbar">
      <${Act} type="plan_leave" preset=${one}
      begin=${{ starts_at: Math.floor(now()), ends_at: Math.floor(now()) + 86_400_000 }} />
      <${Act} type="change_availability" preset=${{ ...one, available: !it.available }}
        label=${t(it.available ? "make_unavailable" : "make_available")} />
      ${
        it.unfit
          ? html`<${Act} type="report_fit" preset=${{ ...one, on_behalf_of: it.key }} />`
          : html`<${Act} type="report_unfit" preset=${one} />`
      }
      ${state === "resting" && html`<${Act} type="override_safety" preset=${{ ...one, rule: "fatigue" }} />`}
      ${
        can("enrol_phones") &&
        html`<button class="button" data-test="enrol"
        onClick=${() => openDialog("enrol", { memberId: it.key, place, name: it.name })}>${t("enrol")}</button>`
      }</div>
        </section>`;
}

function Teams({ place, team, onTeam }) {
  const teams = [...rows("who_is_free").values()]
    .filter((it) => it.jurisdiction === place)
    .sort((a, b) => a.free - a.minimum - (b.free - b.minimum) || (a.name < b.name ? -1 : 1));
  return html`<section class="panel teams" aria-label=${t("teams")}><h2>${t("teams")}</h2>
    <table class="table">
    <thead><tr><th>${t("team")}</th><th class="number">${t("on_shift")}</th><th class="number">${t("standby")}</th>
    <th class="number">${t("bound")}</th><th class="number">${t("free_of_minimum")}</th></tr></thead>
    <tbody>${!came("who_is_free") && html`<tr><td colspan="5"><${Loading} board="who_is_free" /></td></tr>`}${teams.map(
      (it) => html`<tr key=${it.key} class=${team === it.key ? "chosen" : ""}>
        <td><button class="link" aria-pressed=${team === it.key ? "true" : "false"}
        onClick=${() => onTeam(team === it.key ? "" : it.key)}>${it.name}</button></td>
        <td class="number">${it.on_shift}</td><td class="number">${it.on_standby}</td>
        <td class="number">${it.committed}</td>
      <td class=${`number ${it.free < it.minimum ? "soon" : ""}`}>
        ${it.free < it.minimum ? "◆ " : ""}${it.free} / ${it.minimum}</td></tr>`,
    )}</tbody></table></section>`;
}

/** The whole roster view. */
export function Roster() {
  const desk = useDesk((it) => it.place),
    [chosen, setChosen] = useState(desk || places()[0]);
  const place = desk || chosen,
    at = useNow(5_000);
  const [team, setTeam] = useState(""),
    [state, setState] = useState(""),
    [text, setText] = useState(""),
    [current, setCurrent] = useState(null),
    [shifts, setShifts] = useState(null);
  const { people, problem } = usePeople(place);
  useEffect(() => {
    setTeam("");
    setCurrent(null);
    setShifts(null);
  }, [place]);
  useEffect(() => {
    let left = false;
    const take = (it) => !left && setShifts(it);
    everybody("shifts", place, { fresh: true }).then(
      (it) => take({ rows: it }),
      () => take({ rows: null }),
    );
    return () => {
      left = true;
    };
  }, [place, people]);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return (people || []).filter((it) => {
      if (team && it.team_id !== team) return false;
      if (state === "standby" ? !(it.on_standby && !it.on_shift) : state && stateOf(it, at) !== state) return false;
      const about = `${it.name || ""} ${it.key} ${it.standing} ${it.skills
        .map((skill) => `${skill} ${code("skill", skill)}`)
        .join(" ")}`.toLowerCase();
      return words.every((word) => about.includes(word));
    });
  }, [people, team, state, text, at]);
  const person = shown.find((it) => it.key === current);
  return html`<div class="roster">
    <div class="toolbar roster-bar">
    <label class="row">
    ${t("place")} <select value=${place}
    onChange=${(event) => (desk ? look({ place: event.target.value }) : setChosen(event.target.value))}>
    ${places().map((it) => html`<option key=${it} value=${it}>${it}</option>`)}</select></label>
      <label class="row">
        ${t("state")} <select value=${state} onChange=${(event) => setState(event.target.value)}>
        ${STATES.map((it) => html`<option key=${it} value=${it}>${t(it ? `state_${it}` : "all")}</option>`)}</select>
        </label>
      <input type="search" value=${text} aria-label=${t("search")} placeholder=${t("roster_search")}
        onInput=${(event) => setText(event.target.value)} />
      <span class="quiet" data-test="people-count">
        ${people === null ? t("loading") : t("so_many", { count: shown.length })}</span><span class="grow"></span>
      ${
        can("rehearse") &&
        html`<button class="button" data-test="open-reach" onClick=${() => openDialog("reach", { place })}>
        ${t("reach")}</button>`
      }
      ${
        may("import_roster") &&
        html`<button class="button" onClick=${() => openDialog("import", { place })}>${t("import_roster")}</button>`
      }
        </div>
    ${problem && html`<p class="alarm" role="alert">▲ ${problem.message}</p>`}
    <${Teams} place=${place} team=${team} onTeam=${setTeam} />
    <section class="panel roster-list" aria-label=${t("people")}>
      <${VirtualList} items=${shown} keyOf=${(it) => it.key} rowHeight=${ROW_PX} label=${t("people")}
      current=${current} onCurrent=${setCurrent} onOpen=${setCurrent}
      render=${(it) => html`<${PersonRow} it=${it} at=${at} />`} /></section>
    <div class="roster-one">
      ${
        person
          ? html`<${Person} it=${person} shifts=${shifts} at=${at} place=${place} />`
          : html`<p class="panel quiet">${t("choose_a_person")}</p>`
      }</div></div>`;
}
