// A dialog: the browser's own, so that focus stays inside and Escape closes it.
import { html, useEffect, useRef } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";

/** A key that is held opens a dialog, and says nothing in it: what is said there wants a press of its own. */
const holdsEnter = (event) => event.repeat && event.key === "Enter" && event.target.tagName !== "TEXTAREA";

/**
 * The focus begins at what has `autofocus`, or at the first thing there is.
 * @param {{title: string, onClose: () => void, wide?: boolean, children: any}} props
 */
export function Dialog({ title, onClose, wide, children }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement,
      dialog = box.current;
    dialog.showModal();
    return () => {
      // Behind an open dialog nothing can be focused: it is closed before it is taken away.
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return html`<dialog ref=${box} class=${wide ? "dialog dialog-wide" : "dialog"} aria-label=${title}
      onKeyDown=${(event) => holdsEnter(event) && event.preventDefault()} onCancel=${(event) => {
        event.preventDefault();
        onClose();
      }}>
    <div class="dialog-head row"><h2 class="grow">${title}</h2>
      <button type="button" class="button" onClick=${onClose} aria-label=${t("close")}>✕</button></div>
    <div class="dialog-body">${children}</div></dialog>`;
}
