// What `shared/ui.js` takes from the vendored file of htm and Preact.

/** Anything that can stand in a template. */
export type Drawn = any;
type Next<T> = T | ((before: T) => T);
/** What begins with nothing may become anything: most of it is what the server answers. */
type Nothing = null | undefined | never[];

export function html(strings: TemplateStringsArray, ...values: unknown[]): Drawn;
export function render(drawn: Drawn, parent: Element | DocumentFragment | null): void;
export function useState(nothing?: Nothing): [any, (next: any) => void];
export function useState<T>(first: T | (() => T)): [T, (next: Next<T>) => void];
export function useReducer<S, A>(reduce: (state: S, action: A) => S, first: S): [S, (action?: A) => void];
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useCallback<T>(callback: T, inputs: readonly unknown[]): T;
export function useRef(nothing?: null | undefined | {}): { current: any };
export function useRef<T>(first: T): { current: T };
