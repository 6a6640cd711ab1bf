// `oncall/taps.js` is read by the page as a module and by the worker as a classic script.
interface Taps {
  keep(tap: any): Promise<any>;
  all(): Promise<any[]>;
  sendAll(): Promise<any>;
  isOld(tap: any): boolean;
  remember(key: string, value: any): Promise<any>;
  recall(key: string): Promise<any>;
  forget(...given: any[]): Promise<any>;
  forgetSent(): Promise<void>;
}

declare var taps: Taps;
