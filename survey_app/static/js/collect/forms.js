/**
 * Questionnaires on the phone: the compiled contract and the page of widgets of each version.
 * Both are immutable, so they are kept in a cache of their own that outlives the app's versions; a draft's
 * version stays until the draft has gone.
 */
import * as store from "./store.js";

const CACHE = "forms";

const contractAddress = (survey, version) => `/api/v1/questionnaires/${survey}/${version}`;
const formAddress = (survey, version) => `/collect/form/${survey}/${version}`;

/** Fetch what the assigned surveys and the drafts need; drop what nothing needs any more. */
export async function keepForms(surveys) {
  const cache = await caches.open(CACHE);
  const needed = new Set();
  const add = (survey, version) => {
    needed.add(contractAddress(survey, version));
    needed.add(formAddress(survey, version));
  };
  for (const { survey, version } of surveys) add(survey, version);
  for (const { survey, version } of await store.drafts()) add(survey, version);
  // A case sent back is asked again by the version that its interview was made with.
  for (const { survey, returned } of await store.cases()) if (returned) add(survey, returned.version);
  for (const address of needed) {
    if (!(await cache.match(address))) {
      const response = await fetch(address, { credentials: "same-origin" });
      if (response.ok) await cache.put(address, response);
    }
  }
  for (const request of await cache.keys()) {
    if (!needed.has(new URL(request.url).pathname)) await cache.delete(request);
  }
}

async function kept(address) {
  const found = await (await caches.open(CACHE)).match(address);
  const response = found ?? (await fetch(address, { credentials: "same-origin" }));
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return response;
}

/** The contract (parsed JSON) and the widgets (a document fragment with one [data-page] element a page). */
export async function form(survey, version) {
  const [contract, html] = await Promise.all([
    kept(contractAddress(survey, version)).then((r) => r.json()),
    kept(formAddress(survey, version)).then((r) => r.text()),
  ]);
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return { contract, pages: holder.content };
}
