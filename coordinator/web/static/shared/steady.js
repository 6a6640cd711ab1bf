// One spot, one act: a tap that was meant for what stood there a moment ago does nothing to what stands there
// now, and one that says something is not said twice. Keys and reading programs are not held up: they look first.

const NEAR_PX = 32;
const REST_MS = { touch: 1_500, other: 600 };
const ACTS = "button, a[href], summary, [role=option]";
const SAYS = "[data-say], [data-signal], [data-sure]";
let last = null;

/** What an element does, as far as it shows: the same element may come to mean something else. */
const meaning = ({ dataset }) => [dataset.say, dataset.signal, dataset.sure, dataset.test].join("|");

addEventListener(
  "click",
  (event) => {
    const target = event.isTrusted && event.detail > 0 ? /** @type {any} */ (event.target).closest?.(ACTS) : null;
    if (!target) return;
    const at = performance.now(),
      rest = REST_MS[event.pointerType] ?? REST_MS.other;
    const isThere =
      last !== null && at - last.at < rest && Math.hypot(event.clientX - last.x, event.clientY - last.y) < NEAR_PX;
    if (isThere && (target !== last.target || meaning(target) !== last.meaning || target.matches(SAYS))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = { at, x: event.clientX, y: event.clientY, target, meaning: meaning(target) };
  },
  { capture: true },
);
// Whoever pressed a key in between has looked.
addEventListener(
  "keydown",
  () => {
    last = null;
  },
  { capture: true },
);
