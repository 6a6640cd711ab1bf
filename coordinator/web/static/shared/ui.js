// What a page is drawn with: Preact and htm, vendored in one file.
export {
  html,
  render,
  useState,
  useEffect,
  useMemo,
  useRef,
  useCallback,
  useReducer,
  useLayoutEffect,
} from "/static/vendor/htm-preact.js";
