/**
 * Interviews not finished. A draft lies in the vault's box; a day without a hand on it, only a copy sealed to
 * the server's key is left on the phone, and going on with it needs the supervisor's release. The copy is made
 * with each change, so that the day can end, and the phone be shut out, without anybody's PIN.
 */
import { sha256 } from "./finish.js";
import * as store from "./store.js";
import { envelope, fromBase64 } from "./vault.js";

const UNTOUCHED = 24 * 3_600_000; // ms

/** Public keys by survey: read once, for a survey's key never changes. */
const keys = new Map();

async function keyOf(survey) {
  if (!keys.has(survey)) {
    const found = ((await store.meta("surveys")) ?? []).find((s) => s.survey === survey);
    if (found) keys.set(survey, fromBase64(found.envelope_key));
  }
  return keys.get(survey);
}

/** The draft as the server takes it; null where its survey is no longer known here. */
async function sealed(draft) {
  const key = await keyOf(draft.survey);
  if (!key) return null;
  const { instance_id, version, case: which } = draft;
  const bound = [draft.survey, version, instance_id, "draft"].join("|");
  const content = new TextEncoder().encode(JSON.stringify(draft));
  const body = await envelope(content, key, bound, "draft-v1");
  return { instance_id, survey: draft.survey, version, case: which, body, sha256: await sha256(body) };
}

/** Keep a draft as it stands, its copy for the server with it: both or neither, so that neither is ever behind. */
export async function keepDraft(draft) {
  await store.putDraft(draft, draft.practice ? null : await sealed(draft));
}

/** Close what has lain for a day and has its copy; needs no PIN. Resolves with how many were closed. */
export const closeOld = (now = Date.now()) => store.closeDrafts(now - UNTOUCHED);

/** The same for those whose last change has no copy yet (the phone died in mid-page); needs the open vault. */
export async function sealOld(now = Date.now()) {
  for (const { instance_id, touched } of await store.oldDrafts(now - UNTOUCHED)) {
    const draft = await store.draft(instance_id);
    if (draft.practice) await store.dropDraft(instance_id);
    else {
      const copy = await sealed(draft);
      if (copy) await store.putDraft(draft, copy, touched);
    }
  }
  return closeOld(now);
}

/** A released draft that came back from the server, on the phone again with a fresh day. */
export async function putBack(content) {
  const draft = JSON.parse(new TextDecoder().decode(fromBase64(content)));
  await keepDraft(draft);
  await store.dropSealed(draft.instance_id);
  return draft;
}
