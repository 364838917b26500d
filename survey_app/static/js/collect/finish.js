/** The end of an interview: what it tells, sealed once into the bytes that are sent. */
import { envelope, fromBase64 } from "./vault.js";

const FORMAT = 1;
const ENVELOPE = "application/vnd.duluan.envelope";

/** How an interview that reached its end ended: an answer may say so (dl::ends), else complete. */
export function outcomeOf(contract, values) {
  const questions = [];
  const walk = (nodes) => nodes.forEach((node) => (node.kind === "question" ? questions.push(node) : node.kind === "group" && walk(node.children)));
  walk(contract.children);
  for (const { name, extra } of questions) {
    for (const rule of (extra?.["dl::ends"] ?? "").split(/[\s,]+/).filter(Boolean)) {
      const [value, outcome] = rule.split("=");
      if (values[name] === value) return outcome;
    }
  }
  return "complete";
}

export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Photos and recordings that are answers now: {path: {id, sha256, type}}, the hash being of the sealed file. */
export function filesOf(draft, interview) {
  const answered = (path, { id }) => {
    try {
      return interview.value(path).startsWith(id);
    } catch {
      return false; // its instance of a repeat is no longer there
    }
  };
  return Object.fromEntries(Object.entries(draft.media ?? {}).filter(([path, file]) => answered(path, file)));
}

/**
 * Times by page, steps back, warnings that were confirmed, blocks answered alone or read aloud, whether others
 * could hear. No clock times.
 */
function paradata(draft, interview, outcome) {
  const doubted = interview.findings().filter((f) => f.severity === "warning").map((f) => f.name);
  const told = { seconds: draft.seconds, backs: draft.backs };
  const confirmed = doubted.filter((name) => name in (draft.stood ?? {}));
  if (confirmed.length) told.confirmed = confirmed;
  if (draft.alone?.length) told.alone = draft.alone;
  if (draft.aided?.length) told.aided = draft.aided;
  if (draft.present && outcome === "complete") told.present = draft.present;
  return told;
}

/**
 * The finished interview as it lies in the outbox. `key`: the survey's public key, base64. `files`: see `filesOf`.
 * @returns {Promise<import("./store.js").Finished>}
 */
export async function sealed(draft, interview, outcome, key, files = {}) {
  const own = Object.entries(interview.answers()).filter(([name]) => !(name in draft.preloaded));
  const content = new TextEncoder().encode(JSON.stringify({
    format: FORMAT, language: draft.language, answers: Object.fromEntries(own), outcome,
    preloaded: draft.preloaded, paradata: paradata(draft, interview, outcome),
    app: document.documentElement.dataset.version ?? "",
    ...(draft.asks && { asks: draft.asks }),
    ...(draft.consent && { media_consent: draft.consent }),
    ...(Object.keys(files).length && { media: files }),
  }));
  const { instance_id, revision, survey, version } = draft;
  const body = await envelope(content, fromBase64(key), [survey, version, instance_id, revision].join("|"));
  return {
    instance_id, revision, survey, version, case: draft.case, media_type: ENVELOPE, body,
    sha256: await sha256(body), finished_on: new Date().toISOString().slice(0, 10),
  };
}
