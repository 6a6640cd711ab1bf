// Play, step and jump; how fast; what the clock says. The label follows every move of the hand.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { clock as hms, day } from "/static/shared/time.js";
import { t, useLanguage } from "/static/shared/words.js";
import { SPEEDS } from "/static/replay/clock.js";
import { MARKS } from "/static/replay/marks.js";

/** Draw a component anew on every move of the clock, or only when the boards change. */
export function useClock(clock, { frames = false } = {}) {
  const [, turn] = useState(0);
  useEffect(() => {
    turn((it) => it + 1);
    return clock.watch(({ frame }) => (frame || !frames) && turn((it) => it + 1));
  }, [clock]);
  return clock;
}

/** What the clock says, and whether the boards are already there. */
export function Telling({ clock }) {
  useClock(clock);
  const { at, frame, busy, problem } = clock;
  return html`<div class="telling">
    <span class="telling-label quiet small">${t("as_known_at")}</span>
    <time class="telling-at" data-seq=${frame?.seq} data-busy=${busy ? "true" : "false"}>${day(at)} ${hms(at)}</time>
    <span class="quiet small">${t("record_of", { seq: frame?.seq ?? "–", last: clock.last.seq })}</span>
    <span class="small" role="status">
      ${busy ? html`<span class="soon">◷ ${t("boards_as_of", { when: frame ? hms(frame.at) : "–" })}</span>` : ""}
      </span>
    ${problem && html`<span class="alarm small" role="alert">▲ ${problem.message}</span>`}</div>`;
}

const ICONS = { mark_back: "◀◀", back: "|◀", on: "▶|", mark_on: "▶▶" };

/**
 * @param {{clock: any, subject: string | null, first?: number, marks: string, onMarks: (marks: string) => void}} props
 */
export function Controls({ clock, subject, first, marks, onMarks }) {
  useLanguage();
  useClock(clock);
  const wanted =
    marks === "any" ? [] : marks === "signs" ? Object.keys(MARKS).filter((it) => it !== "incident_opened") : [marks];
  const jump = (back) => clock.jump({ back, marks: wanted, subject });
  const button = (
    name,
    icon,
    act,
  ) => html`<button type="button" class="button control" aria-label=${t(name)} title=${t(name)}
    onClick=${act}><span aria-hidden="true">${icon}</span></button>`;
  return html`<div class="controls toolbar" role="toolbar" aria-label=${t("controls")}>
    ${button("jump_back", ICONS.mark_back, () => jump(true))}
    ${button("step_back", ICONS.back, () => clock.step(-1))}
    <button type="button" class="button button-main control-play" aria-pressed=${clock.playing ? "true" : "false"}
      onClick=${() => (clock.playing ? clock.pause() : clock.play(first))}>
      <span aria-hidden="true">${clock.playing ? "❚❚" : "▶"}</span> ${t(clock.playing ? "pause" : "play")}</button>
    ${button("step_on", ICONS.on, () => clock.step(1))}
    ${button("jump_on", ICONS.mark_on, () => jump(false))}
    <label class="control-label"><span class="quiet small">${t("jump_to")}</span>
      <select value=${marks} onChange=${(event) => onMarks(event.target.value)}>
        <option value="any">${t("any_decision")}</option><option value="signs">${t("any_mark")}</option>
        ${Object.keys(MARKS).map((it) => html`<option value=${it}>${t(`mark_${it}`)}</option>`)}
      </select></label>
    <div class="speeds" role="group" aria-label=${t("speed")}>${SPEEDS.map(
      (it) =>
        html`<button type="button" class="button" aria-pressed=${clock.speed === it ? "true" : "false"}
        onClick=${() => clock.setSpeed(it)}>${it}×</button>`,
    )}</div>
  </div>`;
}
