// The replay console: one clock drives the bar, the boards, the map and the records.
import { html, render, useCallback, useEffect, useMemo, useRef, useState } from "/static/shared/ui.js";
import { get } from "/static/shared/api.js";
import { Head } from "/static/shared/frame.js";
import { Gate, leave, session } from "/static/shared/session.js";
import { keepTime } from "/static/shared/time.js";
import { add, t, useLanguage } from "/static/shared/words.js";
import { addressOf, onAddress, readAddress } from "/static/replay/address.js";
import { tabs } from "/static/replay/boards.js";
import { ReplayClock } from "/static/replay/clock.js";
import { MAPPED } from "/static/replay/map_then.js";
import { Past } from "/static/replay/past.js";
import { Room } from "/static/replay/room.js";
import { words as facts } from "/static/words/facts.js";
import { words } from "/static/words/replay.js";

add(facts);
add(words);

/** Open the past of a jurisdiction at the moment an address names. */
async function openAt(jurisdiction, address) {
  const extent = await get(`/v1/replay/${encodeURIComponent(jurisdiction)}/extent?limit=1`);
  if (!extent.count) return { jurisdiction, extent, clock: null };
  const shown = extent.boards.filter((it) => tabs().includes(it) || MAPPED.includes(it));
  const clock = new ReplayClock(new Past(jurisdiction, shown), extent);
  if (address.at !== null) await clock.look(address.at);
  else await clock.go(address.seq ?? extent.last.seq);
  if (!clock.frame) throw clock.problem;
  return { jurisdiction, extent, clock };
}

function Page() {
  useLanguage();
  const known = session().jurisdictions,
    first = useMemo(() => readAddress(), []);
  const [where, setWhere] = useState(
    known.some((it) => it.jurisdiction === first.j) ? first.j : known[0]?.jurisdiction,
  );
  const [opened, setOpened] = useState(null),
    [problem, setProblem] = useState(null);
  const [subjectId, setSubjectId] = useState(first.subject);
  const wanted = useRef(first);
  useEffect(() => {
    let left = false;
    setProblem(null);
    openAt(where, wanted.current).then(
      (it) => !left && setOpened(it),
      (error) => !left && setProblem(error),
    );
    wanted.current = { seq: null, at: null, subject: null };
    return () => {
      left = true;
    };
  }, [where]);
  useEffect(() => () => opened?.clock?.close(), [opened]);
  useEffect(
    () =>
      onAddress((address) => {
        setSubjectId(address.subject);
        if (address.j && address.j !== where && known.some((it) => it.jurisdiction === address.j)) {
          wanted.current = address;
          setWhere(address.j);
        } else if (opened?.clock && address.at !== null) opened.clock.look(address.at);
        else if (opened?.clock && address.seq !== null) opened.clock.go(address.seq);
      }),
    [where, opened],
  );
  const turn = useCallback((event) => {
    setSubjectId(null);
    setOpened(null);
    setWhere(event.target.value);
    history.replaceState(null, "", addressOf({ j: event.target.value, seq: 0 }));
  }, []);
  const realm = known.find((it) => it.jurisdiction === where)?.realm;
  return html`<div class="replay">
    <${Head} title=${t("page_replay")} realm=${realm} actor=${session().actor_id} onLeave=${leave}>
      <label class="row"><span class="visually-hidden">${t("jurisdiction")}</span>
        <select class="where" value=${where} onChange=${turn}>
          ${known.map((it) => html`<option value=${it.jurisdiction}>${it.jurisdiction}</option>`)}</select></label><//>
    ${
      problem
        ? html`<p class="panel alarm" role="alert">▲ ${problem.detail || problem.message}</p>`
        : !opened || opened.jurisdiction !== where
          ? html`<p class="quiet replay-wait" role="status">${t("reading")}</p>`
          : opened.clock === null
            ? html`<p class="quiet replay-wait">${t("nothing_recorded")}</p>`
            : html`<${Room} key=${where} clock=${opened.clock} extent=${opened.extent} subjectId=${subjectId}
              onSubject=${setSubjectId} />`
    }
  </div>`;
}

keepTime();
render(html`<${Gate} needs="look_back"><${Page} /><//>`, document.body);
