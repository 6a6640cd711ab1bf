// Whether the window is as narrow as a phone: a list whose rows all have one height gives them a taller one there.
import { useEffect, useState } from "/static/shared/ui.js";

const NARROW = matchMedia("(max-width: 600px)");

/** Say whether it is now, and draw anew when it changes. @returns {boolean} */
export function useNarrow() {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const take = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", take);
    return () => NARROW.removeEventListener("change", take);
  }, []);
  return narrow;
}
