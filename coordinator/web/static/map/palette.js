// The colours of the map, read from the custom properties of the page once per theme.

const NAMES = [
  "ink",
  "quiet",
  "line",
  "surface",
  "ground",
  "accent",
  "accent-ground",
  "alarm",
  "alarm-ground",
  "soon",
  "soon-ground",
  "calm",
  "calm-ground",
  "map-land",
  "map-border",
  "map-water",
  "map-road",
  "map-wood",
  "map-unit",
  "map-halo",
];

/**
 * Read the colours as a canvas takes them. A property may be a mixture of others, so a hidden
 * element inside `host` is asked what comes out of it.
 * @param {HTMLElement} host
 * @returns {Record<string, string>}
 */
export function readPalette(host) {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  /** @type {Record<string, string>} */
  /** @type {Record<string, string>} */
  /** @type {Record<string, string>} */
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = "";
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  colours.font = getComputedStyle(host).fontFamily;
  return colours;
}

/** Call `changed` when the theme changes, by the system or by the page's switch. */
export function onTheme(changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const watching = new MutationObserver(changed);
  watching.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  system.addEventListener("change", changed);
  return () => {
    watching.disconnect();
    system.removeEventListener("change", changed);
  };
}
