// The service worker of the on-call page: it shows the page without a network, sends the taps that
// were kept, and answers the coordinator's pushes.
"use strict";
importScripts("/static/oncall/taps.js");

const worker = /** @type {ServiceWorkerGlobalScope & {taps: Taps}} */ (/** @type {unknown} */ (self));
const SHELL = "on-call-shell";
const PATIENCE_MS = 4_000; // in a dead spot a request may hang rather than fail
/** @type {RequestInit} */
const SAY = { method: "POST", credentials: "same-origin", headers: { "X-Coordinator-Console": "1" } };

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.add("/me"))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(worker.clients.claim());
});

/** The page and its files: the newest that can be had, or the last ones seen. Nothing else. */
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isPage = event.request.mode === "navigate" && pathname === "/me";
  const isFile = pathname.startsWith("/static/") || pathname === "/me/manifest.webmanifest";
  if (event.request.method !== "GET" || origin !== location.origin || !(isPage || isFile)) return;
  event.respondWith(newest(event.request, isPage ? "/me" : pathname));
});

async function newest(request, key) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(key);
  const coming = fetch(request).then((answer) => {
    if (answer.ok) cache.put(key, answer.clone());
    return answer;
  });
  if (kept === undefined) return coming;
  coming.catch(() => null);
  const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([
    coming.then(
      (answer) => (answer.ok ? answer : kept),
      () => kept,
    ),
    enough,
  ]);
}

/** The page says which files it is made of, so that all of them are there when the network is not. */
worker.addEventListener("message", (event) => {
  if (event.data?.files) {
    event.waitUntil(
      caches
        .open(SHELL)
        .then((cache) => cache.addAll(event.data.files))
        .catch(() => null),
    );
  }
  if (event.data?.send) event.waitUntil(sendAndTell());
});

worker.addEventListener("sync", (/** @type {any} */ event) => {
  if (event.tag === "taps") event.waitUntil(sendAndTell(true));
});

async function sendAndTell(askAgain) {
  const through = await worker.taps.sendAll();
  for (const client of await worker.clients.matchAll()) client.postMessage({ taps: true });
  // The browser asks again later when this fails.
  if (askAgain && !through) throw new Error("some taps are still kept");
}

worker.addEventListener("push", (event) => {
  event.waitUntil(Promise.all([pushed(event.data ? event.data.json() : {}), worker.taps.sendAll()]));
});

async function pushed(message) {
  for (const client of await worker.clients.matchAll()) client.postMessage({ pushed: message.kind });
  if (message.kind === "rehearsal") return rehearsed(message);
  const tag = message.about || "notice";
  const shown = await worker.registration.getNotifications({ tag });
  // Pushes may come late and in any order: what is newer stays.
  if (shown.some((it) => (it.data?.at || 0) > message.at)) return undefined;
  /** @type {NotificationOptions & {renotify: boolean}} */
  const options = {
    body: message.body,
    tag,
    renotify: true,
    data: { at: message.at },
    icon: "/static/oncall/icon-192.png",
    badge: "/static/oncall/icon-192.png",
    requireInteraction: message.kind === "assignment_offered",
  };
  return worker.registration.showNotification(message.title || "On call", options);
}

/** A silent test: answer it. Browsers want every push shown, so it is shown without a sound, and gone. */
async function rehearsed(message) {
  const said = fetch(`/v1/me/rehearsals/${encodeURIComponent(message.about)}`, SAY).catch(() => null);
  await worker.registration.showNotification(message.title || "Reachability test", {
    tag: "rehearsal",
    silent: true,
    icon: "/static/oncall/icon-192.png",
  });
  await said;
  for (const it of await worker.registration.getNotifications({ tag: "rehearsal" })) it.close();
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    worker.clients.matchAll({ type: "window", includeUncontrolled: true }).then((found) => {
      const open = found.find((it) => new URL(it.url).pathname === "/me");
      return open ? open.focus() : worker.clients.openWindow("/me");
    }),
  );
});

worker.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(
    (async () => {
      const options = event.oldSubscription?.options || {
        userVisibleOnly: true,
        applicationServerKey: await worker.taps.recall("push_key"),
      };
      const fresh = event.newSubscription || (await worker.registration.pushManager.subscribe(options));
      const { endpoint, keys } = fresh.toJSON();
      await fetch("/v1/me/push", {
        ...SAY,
        headers: { ...SAY.headers, "Content-Type": "application/json" },
        body: JSON.stringify({ endpoint, keys }),
      });
    })(),
  );
});
