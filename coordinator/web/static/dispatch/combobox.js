// Finding one of many by typing some of its words: an editable combobox with a list (WAI-ARIA).
import { html, useEffect, useRef, useState } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";

const SHOWN_MAX = 10;
let made = 0;

/**
 * @param {{value: string, onValue: (value: string) => void, choices: () => Promise<any>, label: string,
 *   wordsOf: (value: string) => string, invalid?: boolean, describedBy?: string, free?: boolean, id?: string}} props
 *   `choices` gives {value, words, more}, or these as `ones` with what is said where there are none; `free`: what is
 *   typed counts, too.
 */
export function Combobox({ value, onValue, choices, label, wordsOf, invalid, describedBy, free, id }) {
  const name = useRef(`combo${(made += 1)}`);
  const [all, setAll] = useState(null);
  const [failed, setFailed] = useState(false);
  const [nobody, setNobody] = useState(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(null);
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (!open || all !== null) return;
    setFailed(false);
    const take = (it) => {
      setAll(Array.isArray(it) ? it : it.ones);
      setNobody(it.nobody ?? null);
    };
    choices().then(take, () => setFailed(true)); // asked again when it is opened again
  }, [open]);
  const words = (typed || "").toLowerCase().split(/\s+/).filter(Boolean);
  const matching = (all || []).filter((it) => {
    const text = `${it.words} ${it.more || ""} ${it.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const shown = matching.slice(0, SHOWN_MAX);

  function choose(one) {
    onValue(one.value);
    setTyped(null);
    setOpen(false);
  }
  function onKeyDown(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      setAt((it) => Math.max(0, Math.min(shown.length - 1, it + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && open && shown[at]) {
      event.preventDefault();
      choose(shown[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  }
  const listId = `${name.current}-list`;
  return html`<div class="combo">
    <input id=${id} type="text" role="combobox" autocomplete="off" aria-label=${label}
      aria-expanded=${open ? "true" : "false"} aria-controls=${listId}
      aria-autocomplete="list" aria-activedescendant=${open && shown[at] ? `${name.current}-${at}` : undefined}
      aria-invalid=${invalid ? "true" : undefined} aria-describedby=${describedBy}
      value=${typed ?? (value ? wordsOf(value) : "")} placeholder=${t("type_to_find")}
      onFocus=${() => setOpen(true)} onClick=${() => setOpen(true)} onBlur=${() => {
        setOpen(false);
        if (!free) setTyped(null);
      }}
      onInput=${(event) => {
        setTyped(event.target.value);
        setOpen(true);
        setAt(0);
        if (free || event.target.value === "") onValue(event.target.value);
      }}
      onKeyDown=${onKeyDown} />
    <div class="combo-list" hidden=${!open}><ul id=${listId} role="listbox" class="combo-options" aria-label=${label}>
      ${shown.map(
        (it, index) => html`<li key=${it.value} id=${`${name.current}-${index}`} role="option"
          aria-selected=${index === at ? "true" : "false"}
        class=${index === at ? "combo-one combo-current" : "combo-one"} onMouseDown=${(event) => {
          event.preventDefault();
          choose(it);
        }}>
        <span>${it.words}</span>${it.more && html`<span class="quiet small">${it.more}</span>`}</li>`,
      )}
    </ul>
      <p class="combo-told quiet small" role="status">
        ${
          all === null
            ? t(failed ? "not_come" : "loading")
            : shown.length === 0
              ? (all.length === 0 && nobody) || t("none_found")
              : matching.length > SHOWN_MAX
                ? t("so_many_more", { count: matching.length - SHOWN_MAX })
                : ""
        }</p></div>
        </div>`;
}
