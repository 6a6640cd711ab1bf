// What is said for good is slid, not tapped: to the end of the track by one gloved thumb, or pressed and then
// confirmed elsewhere, which is also the way by keyboard and by a reading program.
import { html, useEffect, useRef, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { t } from "/static/shared/words.js";

const FAR = 0.9;
const TAP_PX = 10;
const HOLD = 0.5; // the thumb is taken in the first half of the track
const REST_MS = 2_000;

/**
 * Whether what is said here has just become another thing: then it is not to be said yet.
 * @param {string | null} meaning What would be said now. @returns {boolean}
 */
export function useRest(meaning) {
  const held = useRef(meaning),
    [, turn] = useState(0),
    until = useRef(0);
  if (held.current !== meaning) {
    held.current = meaning;
    until.current = performance.now() + REST_MS;
  }
  const left = until.current - performance.now();
  useEffect(() => {
    if (left <= 0) return undefined;
    const over = setTimeout(() => turn((it) => it + 1), left + 10);
    return () => clearTimeout(over);
  }, [until.current]);
  return left > 0;
}

/**
 * @param {{type: string, what: string, resting?: boolean, said?: string, onSay: () => void}} props `type`: the
 *   signal; `what`: in words; `resting`: shown, and not yet to be said; `said`: what was said here just now.
 */
export function Slide({ type, what, resting = false, said, onSay }) {
  const [asking, setAsking] = useState(false),
    track = useRef(null),
    drag = useRef(null);
  const show = (px) => track.current?.style.setProperty("--slid", `${px}px`);
  const way = () => track.current.clientWidth - track.current.firstElementChild.offsetWidth;
  const slid = (event) => Math.max(0, Math.min(way(), event.clientX - drag.current.x));
  const down = (event) => {
    if (resting || event.button !== 0) return;
    const box = track.current.getBoundingClientRect();
    drag.current = {
      x: event.clientX,
      y: event.clientY,
      moved: false,
      taken: event.clientX - box.left < box.width * HOLD,
    };
    track.current.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    if (!drag.current || drag.current.over) return;
    drag.current.moved ||= Math.hypot(event.clientX - drag.current.x, event.clientY - drag.current.y) > TAP_PX;
    if (drag.current.taken) show(slid(event));
  };
  const up = (event) => {
    if (!drag.current || drag.current.over) return;
    const isFar = drag.current.taken && way() > 0 && slid(event) >= FAR * way();
    drag.current.over = true;
    show(0);
    if (!isFar) return;
    drag.current.moved = true;
    navigator.vibrate?.(60);
    onSay();
  };
  const cancel = () => {
    if (drag.current) Object.assign(drag.current, { over: true, moved: true });
    show(0);
  };
  const click = (event) => {
    const isSlid = event.detail > 0 && drag.current?.moved;
    drag.current = null;
    if (!isSlid && !resting) setAsking(true);
  };
  const sure = () => {
    setAsking(false);
    onSay();
  };
  return html`<button type="button" ref=${track} class=${said ? "slide slide-said" : "slide"} data-say=${type}
    aria-disabled=${resting ? "true" : undefined} aria-haspopup="dialog" aria-describedby=${`slide-${type}`}
      onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${cancel} onClick=${click}
        onContextMenu=${(event) => event.preventDefault()}>
      <span class="slide-thumb" aria-hidden="true">${said ? "✓" : "»"}</span>
        <span class="slide-words">${said || t("slide_to", { what })}</span></button>
    <span id=${`slide-${type}`} class="visually-hidden">${t("slide_hint")}</span>
    ${
      asking &&
      html`<${Dialog} title=${t("slide_title", { what })} onClose=${() => setAsking(false)}><div class="stack">
      <button type="button" class="button button-main button-tall" autofocus data-sure=${type} onClick=${sure}>
        ${t("slide_sure", { what })}</button>
      <button type="button" class="button button-tall" onClick=${() => setAsking(false)}>${t("cancel")}</button></div>
        <//>`
    }`;
}
