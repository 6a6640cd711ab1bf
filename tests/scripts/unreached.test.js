// A coordinator that is not reached is told in the language of the page, never in the browser's words.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Problem, get, reasonOf } from "/static/shared/api.js";
import { add, setLanguage } from "/static/shared/words.js";

add({
  coordinator_unreached: ["No connection to the coordinator.", "无法连接协调系统。"],
  answered_by_another: ["something said {status}", "协调系统没有应答，{status}"],
  browser_failed: ["The browser could not do it.", "浏览器未能完成。"],
});

const asked = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = asked;
  setLanguage("en");
});

/** Ask for something that is answered so, and return what comes of it. */
async function problemOf(fetching, language) {
  globalThis.fetch = fetching;
  setLanguage(language);
  return get("/v1/session").then(assert.fail, (it) => it);
}
const answered = (status, type, read) => async () =>
  /** @type {any} */ ({ ok: status < 400, status, headers: new Headers({ "content-type": type }), ...read });
const refusing = async () => {
  throw new TypeError("Failed to fetch");
};
const broken = answered(200, "application/json", { json: refusing });
const byProxy = answered(502, "text/html", { text: async () => "<html><h1>Bad Gateway</h1></html>" });

for (const [name, fetching] of Object.entries({ refusing, broken })) {
  test(`a line that is ${name} is one sentence in either language`, async () => {
    const english = await problemOf(fetching, "en"),
      chinese = await problemOf(fetching, "zh");

    assert.ok(chinese instanceof Problem);
    assert.equal(chinese.status, 0);
    assert.equal(chinese.code, "unreachable");
    assert.equal(chinese.message, "无法连接协调系统。");
    assert.equal(chinese.detail, chinese.message);
    assert.equal(english.message, "No connection to the coordinator.");
  });
}

test("the page of a proxy is not shown as a reason; its status is", async () => {
  const problem = await problemOf(byProxy, "zh");

  assert.equal(problem.status, 502);
  assert.match(problem.message, /^协调系统没有应答.*502/);
});

test("who stopped asking is told so, and no problem is made of it", async () => {
  const stopped = await problemOf(async () => {
    throw new DOMException("stopped", "AbortError");
  }, "zh");

  assert.equal(stopped.name, "AbortError");
});

test("what the browser itself could not do is told in the language of the page, too", () => {
  setLanguage("zh");

  assert.equal(reasonOf(new TypeError("Failed to fetch dynamically imported module")), "浏览器未能完成。");
  assert.equal(reasonOf(new Problem(409, { detail: "已办结" })), "已办结");
});
