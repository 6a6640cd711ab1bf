// The map in the middle of the desk: fetched when it is first looked at, the same rows as the lists.
import { html, useEffect, useMemo, useState } from "/static/shared/ui.js";
import { useNow } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";
import { rows, useBoards } from "/static/dispatch/boards.js";
import { openIncident, useDesk } from "/static/dispatch/desk.js";

const BOARDS = ["open_incidents", "units_in_the_field", "critical_sites", "vehicles"];
let loading = null;

/** The map; what it shows is in the lists, too. */
export function MapView() {
  const version = useBoards(...BOARDS), { place, selected } = useDesk((it) => it), at = useNow(1_000);
  const [map, setMap] = useState(null), [failed, setFailed] = useState(false);
  useEffect(() => {
    loading ??= import("/static/map/field_map.js");
    loading.then((it) => setMap(() => it.FieldMap), () => setFailed(true));
  }, []);
  const shown = useMemo(() => {
    const here = (board) => [...rows(board).values()].filter((it) => !place || it.jurisdiction === place);
    return { incidents: here("open_incidents"), units: here("units_in_the_field"), sites: here("critical_sites"), vehicles: here("vehicles") };
  }, [version, place]);
  if (failed) return html`<div class="empty quiet"><p>${t("no_map")}</p></div>`;
  if (map === null) return html`<div class="empty quiet"><p>${t("loading")}</p></div>`;
  const FieldMap = map;
  return html`<${FieldMap} ...${shown} selected=${selected} now=${at} onSelect=${(key) => rows("open_incidents").has(key) && openIncident(key)} />`;
}
