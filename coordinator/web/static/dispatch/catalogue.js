// The signals this session may send, as the coordinator describes them.
import { get } from "/static/shared/api.js";

/** @typedef {{type: string, group: string, schema: object}} Form */
const forms = new Map();

/** Fetch them, once a page. @returns {Promise<void>} */
export async function loadForms() {
  const answer = await get("/v1/forms");
  for (const form of answer.forms) forms.set(form.type, form);
}

/** @returns {Form[]} */
export const allForms = () => [...forms.values()];
/** @param {string} type @returns {Form | undefined} */
export const formOf = (type) => forms.get(type);
/** Say whether this session may send a type of signal. @param {string} type */
export const may = (type) => forms.has(type);

/** Return the fields that must be said and are not given yet. @param {string} type @param {object} given */
export function missingFields(type, given) {
  return (formOf(type)?.schema.required || []).filter((it) => given[it] === undefined || given[it] === null);
}
