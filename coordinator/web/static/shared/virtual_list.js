// A long list: only what is in view is in the document; arrows, Home, End and Enter work on it.
import { html, useEffect, useLayoutEffect, useRef, useState } from "/static/shared/ui.js";

const SPARE_ROWS = 6;
let made = 0;

/**
 * @param {{items: any[], keyOf: (item: any) => string, rowHeight: number,
 *   render: (item: any, state: {index: number, current: boolean}) => any, label: string,
 *   current?: string | null, onCurrent?: (key: string) => void, onOpen?: (key: string) => void}} props
 *   `rowHeight` in pixels, the same for every row; `current` is the key of the row the keyboard is on.
 */
export function VirtualList({ items, keyOf, rowHeight, render, label, current, onCurrent, onOpen }) {
  const box = useRef(null),
    name = useRef(null);
  name.current ??= `list${(made += 1)}`;
  const [view, setView] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const measure = () => setView({ top: box.current.scrollTop, height: box.current.clientHeight });
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(box.current);
    return () => watching.disconnect();
  }, []);
  const at = current === null || current === undefined ? -1 : items.findIndex((item) => keyOf(item) === current);
  useEffect(() => {
    if (at < 0) return;
    const top = at * rowHeight,
      { scrollTop, clientHeight } = box.current;
    if (top < scrollTop) box.current.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) box.current.scrollTop = top + rowHeight - clientHeight;
    // Only when somebody moves: a list that is sorted anew does not run away under the reader.
  }, [current]);

  function move(event) {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const steps = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      Home: 0,
      End: items.length - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      onOpen?.(keyOf(items[at]));
    } else if (event.key in steps && items.length) {
      event.preventDefault();
      const next = Math.min(items.length - 1, Math.max(0, steps[event.key]));
      onCurrent?.(keyOf(items[next]));
    }
  }

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE_ROWS);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE_ROWS);
  const shown = items.slice(first, last);
  const idOf = (index) => `${name.current}-${index}`;
  const inView = at >= first && at < last;
  return html`<div class="virtual" ref=${box} role="listbox" aria-label=${label} tabindex="0" onKeyDown=${move}
      aria-activedescendant=${inView ? idOf(at) : undefined}
      onScroll=${() => setView({ top: box.current.scrollTop, height: box.current.clientHeight })}>
    <div class="virtual-space" role="presentation" style=${{ height: `${items.length * rowHeight}px` }}>
      ${shown.map((item, place) => {
        const index = first + place,
          key = keyOf(item);
        return html`<div key=${key} id=${idOf(index)} role="option" aria-selected=${index === at ? "true" : "false"}
            aria-setsize=${items.length} aria-posinset=${index + 1}
            class=${index === at ? "virtual-row virtual-current" : "virtual-row"}
            style=${{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
            onClick=${() => {
              onCurrent?.(key);
              onOpen?.(key);
            }}>${render(item, { index, current: index === at })}</div>`;
      })}
    </div></div>`;
}
