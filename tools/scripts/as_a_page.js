// Lets Node read the consoles' scripts as a page does: `/static/…` is the folder of the pages, every
// script is a module, and there is as much of a browser as reading them needs.
// `node --import ./tools/scripts/as_a_page.js --test tests/scripts/*.test.js`
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const pages = new URL("../../coordinator/web/static/", import.meta.url).href;
const hooks = `
  const PAGES = ${JSON.stringify(pages)};
  const WORDS = PAGES + "words/"; // made by the server; a test brings its own
  export const resolve = (specifier, context, next) => {
    if (!specifier.startsWith("/static/")) return next(specifier, context);
    const url = PAGES + specifier.slice("/static/".length);
    return url.startsWith(WORDS) ? { url, shortCircuit: true } : next(url, context);
  };
  export const load = (url, context, next) => {
    if (url.startsWith(WORDS)) return { format: "module", source: "export const words = {};", shortCircuit: true };
    return next(url, url.startsWith(PAGES) ? { ...context, format: "module" } : context);
  };
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, pathToFileURL("./"));

const kept = new Map();
const nothing = () => undefined;
const page = {
  addEventListener: nothing,
  removeEventListener: nothing,
  document: { documentElement: { dataset: {} }, addEventListener: nothing, removeEventListener: nothing },
  location: { hash: "", origin: "http://here" },
  localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
  navigator: { language: "en-GB" },
};
// Newer ones of Node have some of these, and let nobody assign to them.
for (const [name, value] of Object.entries(page))
  Object.defineProperty(globalThis, name, { value, configurable: true });
kept.set("language", "en");
