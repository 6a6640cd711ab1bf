// Taps: what a member said, kept on the phone until the coordinator has it. For the page and for its
// service worker, so a classic script: `self.taps`.
"use strict";

(() => {
  const SHOWN_MS = 60_000; // how long a tap that went through is still listed
  const PATIENCE_MS = 15_000; // in a dead spot a request may hang rather than fail
  const ASK_AGAIN_MS = 500;
  const ASKED_MAX = 20;
  let opening = null;

  function database() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("on-call", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("taps", { keyPath: "signal_id" });
        request.result.createObjectStore("kept");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opening;
  }

  async function within(store, mode, work) {
    const transaction = (await database()).transaction(store, mode);
    const request = work(transaction.objectStore(store));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Keep a tap: `{signal_id, key, signal, tapped_at, turn, fate: "kept"}`; resolves when it is on the disk. */
  const keep = (tap) => within("taps", "readwrite", (store) => store.put(tap));

  /** Return all taps, in the order they were made: not by their time, for the clock is set now and then. */
  const all = async () =>
    (await within("taps", "readonly", (store) => store.getAll())).sort((one, other) => one.turn - other.turn);

  /** Remember something small under a name, or read it. */
  const remember = (name, value) => within("kept", "readwrite", (store) => store.put(value, name));
  const recall = (name) => within("kept", "readonly", (store) => store.get(name));

  /** Forget everything: this phone is no longer this member's. */
  async function forget() {
    await within("taps", "readwrite", (store) => store.clear());
    await within("kept", "readwrite", (store) => store.clear());
  }

  /** Forget what went through; what still waits goes on waiting. */
  async function forgetSent() {
    const through = (await all()).filter((tap) => tap.fate !== "kept");
    for (const tap of through) await within("taps", "readwrite", (store) => store.delete(tap.signal_id));
  }

  /** The fate of what is on the log; `nothing` where all of it was so already, `warned`: of what. */
  const sent = (receipt) => ({
    fate: "sent",
    nothing: receipt?.nothing_changed === true && !receipt.duplicate,
    warned: receipt?.warnings ?? [],
  });

  async function send(tap) {
    const answer = await fetch("/v1/signals", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Coordinator-Console": "1" },
      body: JSON.stringify(tap.signal),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 202) return decided(tap.signal);
    if (answer.ok) return sent(await answer.json().catch(() => null));
    const problem = await answer.json().catch(() => ({}));
    const first = problem.errors?.[0];
    const reason = first?.said || first?.reason || problem.detail || String(answer.status);
    // On the log as refused: the rule's words are for the member.
    if (answer.status === 409) return { fate: "refused", reason };
    // The session is over: the answer stays, and is sent when somebody has entered again.
    if (answer.status === 401) return { fate: "kept", reason: "session" };
    // Not taken now: busy, or a proxy that has lost its server.
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return { fate: "kept" };
    return { fate: "failed", reason };
  }

  /** Taken by one that does not decide itself: ask what became of it, for some seconds. */
  async function decided({ signal_id: id, jurisdiction }) {
    for (let asked = 0; asked < ASKED_MAX; asked += 1) {
      const answer = await fetch(`/v1/signals/${id}?jurisdiction=${encodeURIComponent(jurisdiction)}`, {
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE_MS),
      }).catch(() => null);
      const receipt = answer?.ok ? await answer.json().catch(() => null) : null;
      if (receipt?.refused) return { fate: "refused", reason: receipt.refused.rule };
      if (receipt) return sent(receipt);
      if (answer?.status !== 404) break;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
    return { fate: "sent" };
  }

  /** Say whether a tap ended so long ago that it is listed no more. */
  const isOld = (tap) => tap.ended_at < Date.now() - SHOWN_MS;

  /** What was said first goes first, but nothing goes before a call for help. */
  const urgency = ({ signal }) => (signal.type === "call_help" ? 0 : 1);

  async function sendInOrder() {
    const found = (await all()).sort((one, other) => urgency(one) - urgency(other));
    for (const tap of found) {
      if (tap.fate !== "kept") {
        if (isOld(tap)) {
          await within("taps", "readwrite", (store) => store.delete(tap.signal_id));
        }
        continue;
      }
      let outcome;
      try {
        outcome = await send(tap);
      } catch {
        outcome = { fate: "kept" };
      }
      const ended = outcome.fate !== "kept";
      if (ended || outcome.reason) await keep({ ...tap, ...outcome, ended_at: ended ? Date.now() : undefined });
      // What was said first arrives first: nothing overtakes a tap that did not go through.
      if (!ended) return false;
    }
    return true;
  }

  /** Send what is kept, one sender at a time in page and worker; resolves to whether all is through. */
  const sendAll = () => (navigator.locks ? navigator.locks.request("on-call-taps", sendInOrder) : sendInOrder());

  self.taps = { keep, all, sendAll, isOld, remember, recall, forget, forgetSent };
})();
