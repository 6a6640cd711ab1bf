// The time bar: how many decisions there were when, what stood out, and where the clock is. A slider
// for the keyboard; for the eye a canvas that is drawn anew only when the counts or the span change.
import { html, useEffect, useLayoutEffect, useRef, useState } from "/static/shared/ui.js";
import { clock as hms, date, day } from "/static/shared/time.js";
import { t, useLanguage } from "/static/shared/words.js";
import { MARKS } from "/static/replay/marks.js";

const HEIGHT = 84,
  MARKS_TOP = 16,
  BUCKET_PX = 3,
  PATIENCE_MS = 150,
  AGAIN_MS = 250,
  SHORT_MS = 1_200_000;

/** Ask for the density of a span; a span that is left again is not waited for. */
function useDensity(past, span, buckets, subject) {
  const [density, setDensity] = useState(null);
  useEffect(() => {
    if (!buckets || !span) return undefined;
    const asking = new AbortController();
    let waiting = null;
    const ask = async () => {
      try {
        const asked = { from: Math.round(span.from), to: Math.round(span.to), buckets };
        const [all, own] = await Promise.all([
          past.ask("density", asked, { signal: asking.signal }),
          subject && past.ask("density", { ...asked, subject }, { signal: asking.signal }),
        ]);
        setDensity({ ...all, own: own || null, shown: own || all });
        // The index is read while somebody asks: the bar fills until it is whole.
        if (all.indexed_to < all.last_seq) waiting = setTimeout(ask, AGAIN_MS);
      } catch (problem) {
        if (problem.name !== "AbortError") waiting = setTimeout(ask, 10 * AGAIN_MS);
      }
    };
    waiting = setTimeout(ask, density === null ? 0 : PATIENCE_MS);
    return () => {
      clearTimeout(waiting);
      asking.abort();
    };
  }, [past, span?.from, span?.to, buckets, subject]);
  return density;
}

function draw(canvas, density, group, width) {
  const ratio = devicePixelRatio || 1,
    style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim();
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = colour("--line");
  pen.fillRect(0, HEIGHT - 1, width, 1);
  const { decisions, groups } = density;
  const own = density.own && (group === "all" ? density.own.decisions : density.own.groups[group]);
  const picked = own ?? (group === "all" ? null : groups[group]);
  const most = Math.sqrt(Math.max(1, ...decisions)),
    room = HEIGHT - MARKS_TOP - 4,
    step = width / decisions.length;
  const bars = (counts, name) => {
    pen.fillStyle = colour(name);
    counts.forEach((count, index) => {
      // Square roots, so that one decision is still seen beside a thousand.
      const high = count ? Math.max(2, (Math.sqrt(count) / most) * room) : 0;
      pen.fillRect(index * step, HEIGHT - 1 - high, Math.max(1, step - 0.6), high);
    });
  };
  bars(decisions, picked ? "--line" : "--bar");
  if (picked) bars(picked, "--bar");
  pen.font = "11px sans-serif";
  pen.textAlign = "center";
  const taken = new Set();
  for (const { mark, at } of density.shown.marks) {
    const x = ((at - density.from) / (density.to - density.from)) * width,
      place = Math.round(x / 11);
    if (taken.has(place)) continue;
    taken.add(place);
    pen.fillStyle = colour(`--${MARKS[mark].tone}`);
    pen.fillText(MARKS[mark].sign, Math.min(width - 5, Math.max(5, x)), 11);
  }
}

function Axis({ span }) {
  const shares = [0, 0.25, 0.5, 0.75, 1];
  return html`<div class="bar-axis small quiet" aria-hidden="true">${shares.map(
    (share) =>
      html`<span>${(span.to - span.from < SHORT_MS ? hms : date)(span.from + share * (span.to - span.from))}</span>`,
  )}</div>`;
}

/**
 * @param {{clock: import("./clock.js").ReplayClock, span: {from: number, to: number}, group: string,
 *   subject: string | null, onDensity: (density: object) => void}} props
 */
export function TimeBar({ clock, span, group, subject, onDensity }) {
  useLanguage();
  const box = useRef(null),
    canvas = useRef(null),
    hand = useRef(null),
    dragging = useRef(false);
  const [width, setWidth] = useState(0);
  const density = useDensity(clock.past, span, Math.min(600, Math.floor(width / BUCKET_PX)), subject);
  useLayoutEffect(() => {
    const watching = new ResizeObserver(() => setWidth(box.current.clientWidth));
    watching.observe(box.current);
    return () => watching.disconnect();
  }, []);
  useEffect(() => {
    if (density) onDensity(density);
  }, [density]);
  useEffect(() => {
    if (!density || !width) return undefined;
    const again = () => draw(canvas.current, density, group, width);
    again();
    addEventListener("themechange", again);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", again);
    return () => {
      removeEventListener("themechange", again);
      dark.removeEventListener("change", again);
    };
  }, [density, group, width]);
  // The hand moves by itself: nothing else of the page is drawn while it is dragged.
  useLayoutEffect(() => {
    const move = () => {
      const share = (clock.at - span.from) / (span.to - span.from),
        slider = box.current;
      hand.current.style.transform = `translateX(${Math.min(1, Math.max(0, share)) * width}px)`;
      hand.current.hidden = share < 0 || share > 1;
      slider.setAttribute("aria-valuenow", Math.round(clock.at));
      slider.setAttribute(
        "aria-valuetext",
        t("known_at", { when: `${day(clock.at)} ${hms(clock.at)}`, seq: clock.frame?.seq ?? "–" }),
      );
    };
    move();
    return clock.watch(move);
  }, [clock, span, width]);

  const atOf = (event) => {
    const { left, width: wide } = box.current.getBoundingClientRect();
    return span.from + Math.min(1, Math.max(0, (event.clientX - left) / wide)) * (span.to - span.from);
  };
  function onKeyDown(event) {
    const tenth = (span.to - span.from) / 10;
    const moves = {
      ArrowRight: () => clock.step(1),
      ArrowUp: () => clock.step(1),
      ArrowLeft: () => clock.step(-1),
      ArrowDown: () => clock.step(-1),
      PageUp: () => clock.look(Math.max(clock.first.at, clock.at - tenth)),
      PageDown: () => clock.look(Math.min(clock.last.at, clock.at + tenth)),
      // Many records may bear one time: the ends are records, not moments.
      Home: () => (span.from <= clock.first.at ? clock.go(clock.first.seq) : clock.look(span.from)),
      End: () => (span.to >= clock.last.at ? clock.go(clock.last.seq) : clock.look(span.to)),
    };
    if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    moves[event.key]();
  }
  return html`<div class="bar">
    <div class="bar-box" ref=${box} role="slider" tabindex="0" aria-label=${t("time_bar")} aria-describedby="bar-help"
        aria-valuemin=${Math.round(span.from)} aria-valuemax=${Math.round(span.to)} onKeyDown=${onKeyDown}
        onPointerDown=${(event) => {
          if (event.button) return;
          dragging.current = true;
          box.current.setPointerCapture(event.pointerId);
          clock.drag(atOf(event));
        }}
        onPointerMove=${(event) => dragging.current && clock.drag(atOf(event))}
        onPointerUp=${() => {
          dragging.current = false;
        }}
        onPointerCancel=${() => {
          dragging.current = false;
        }}>
      <canvas ref=${canvas} class="bar-canvas"></canvas>
      <div ref=${hand} class="bar-hand"></div>
    </div>
    <${Axis} span=${span} />
    <p id="bar-help" class="visually-hidden">${t("bar_help")}</p></div>`;
}
