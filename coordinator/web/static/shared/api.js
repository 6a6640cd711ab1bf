// Speaking to the coordinator: one place for cookies, the console's header and errors.
import { language, t } from "/static/shared/words.js";

/** An answer other than the one hoped for (RFC 9457), or none at all (`status` 0). */
export class Problem extends Error {
  constructor(status, document, retryAfter) {
    super(document.detail || document.title || String(status));
    this.status = status;
    this.document = document;
    this.code = (document.type || "").split(":").pop() || "unreachable";
    this.detail = document.detail || "";
    this.errors = document.errors || [];
    this.retryAfter = retryAfter;
  }
}

async function ask(method, path, body, options = {}) {
  const headers = {
    "Accept": "application/json",
    "Accept-Language": language(),
    "X-Coordinator-Console": "1",
    ...options.headers,
  };
  /** @type {RequestInit} */
  const request = { method, headers, credentials: "same-origin", signal: options.signal };
  if (body !== undefined) {
    const asIs = typeof body === "string" || body instanceof Blob || body instanceof ArrayBuffer;
    request.body = asIs ? body : JSON.stringify(body);
    headers["Content-Type"] ??= "application/json";
  }
  let answer;
  try {
    answer = await fetch(path, request);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreached();
  }
  const isJson = (answer.headers.get("content-type") || "").includes("json");
  let document;
  try {
    document = isJson ? await answer.json() : await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreached(); // The line broke in the middle of the answer.
  }
  if (!answer.ok) {
    const retryAfter = Number(answer.headers.get("retry-after")) || null;
    // What is not JSON was not said by the coordinator, but by a proxy before it, as a page.
    const told = isJson ? document : { detail: t("answered_by_another", { status: answer.status }) };
    throw new Problem(answer.status, told, retryAfter);
  }
  return document;
}

/** No answer, or half of one: what the browser says of it is in its own words, not the page's. */
const unreached = () => new Problem(0, { detail: t("coordinator_unreached") });

/**
 * Return why something failed, in the language of the page: in the coordinator's words where it
 * answered, in ours where the browser failed.
 * @param {any} error
 */
export const reasonOf = (error) => (error instanceof Problem ? error.message : t("browser_failed"));

/** GET a document. @throws {Problem} */
export const get = (path, options) => ask("GET", path, undefined, options);
/** POST a document (or text, or bytes as they are). @throws {Problem} */
export const post = (path, body, options) => ask("POST", path, body, options);
/** DELETE a thing. @throws {Problem} */
export const del = (path, options) => ask("DELETE", path, undefined, options);
