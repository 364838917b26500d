/**
 * The only module that sends. One sender at a time (a lock over all tabs), in batches, shuffled; an interview
 * leaves the phone only for a receipt with the hash of the very bytes that were sent.
 */
import { putBack } from "./drafts.js";
import * as store from "./store.js";

const BATCH = 100;
const BYTES = 4 * 1024 * 1024;
const PATIENCE = 60_000; // ms for an answer, and more for what takes long to send
const SLOWEST = 4; // bytes a ms: a poor 2G line
const FIRST_WAIT = 15_000;
const LONGEST_WAIT = 15 * 60_000;

/** The sender must sign in again; nothing was lost. */
export class SignInNeeded extends Error {}

/** This phone was shut out by an administrator. */
export class Revoked extends Error {}

/** By this the server knows the phone again; null before the first answer. */
let device = null;
export function useDevice(id) {
  device = id ?? null;
}

/** The code of a Problem, "" where the answer is something else. */
async function codeOf(response) {
  try {
    return (await response.json()).code ?? "";
  } catch {
    return "";
  }
}

/** GET or POST as JSON. Throws SignInNeeded when the server knows nobody here, Revoked when this phone is shut out. */
export async function ask(address, options = {}) {
  // A line that died in silence would otherwise hold the queue for ever.
  const signal = AbortSignal.timeout(PATIENCE + (options.body?.length ?? 0) / SLOWEST);
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin", signal, ...options,
    headers: { Accept: "application/json", ...(device && { "X-Device": device }), ...options.headers } });
  if (response.status === 401 || response.status === 429 || (response.redirected && response.url.includes("/sign-in"))) throw new SignInNeeded();
  if (!response.ok) {
    const code = await codeOf(response);
    if (code === "accounts.device-revoked") throw new Revoked();
    throw Object.assign(new Error(`${response.status}`), { code, status: response.status });
  }
  return response.json();
}

export const post = (address, token, value) =>
  ask(address, { method: "POST", body: JSON.stringify(value),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token } });

/** Bytes as base64, in pieces that the argument list bears. */
export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function shuffled(list) {
  const chance = crypto.getRandomValues(new Uint32Array(list.length));
  return list.map((value, i) => [chance[i], value]).sort((a, b) => a[0] - b[0]).map(([, value]) => value);
}

/** A finished interview as the server takes it. */
const wire = (row) => ({
  instance_id: row.instance_id, revision: row.revision, survey: row.survey, version: row.version,
  media_type: row.media_type, body: base64(row.body), sha256: row.sha256, case: row.case,
});

const draftWire = ({ instance_id, survey, version, case: which, body, sha256 }) =>
  ({ instance_id, survey, version, case: which, body: base64(body), sha256 });

/** Everything unsent as a file that a supervisor can upload from any computer. Nothing leaves the outbox by it. */
export async function rescueFile() {
  const submissions = (await store.outbox()).map(wire);
  const drafts = (await store.closedDrafts()).filter((row) => row.body).map(draftWire);
  return new Blob([JSON.stringify({ format: "rescue-1", submissions, drafts })], { type: "application/json" });
}

async function sendAttempts(token) {
  const rows = await store.attempts();
  for (let at = 0; at < rows.length; at += BATCH) {
    const part = rows.slice(at, at + BATCH);
    const sent = part.map(({ id, case: which, made_at, outcome, appointment, note }) =>
      ({ id, case: which, made_at, outcome, appointment: appointment ?? null, ...(note && { note }) }));
    const { receipts } = await post("/api/v1/attempts", token, { attempts: sent });
    // A refused attempt has been read by the server and told: sending it again would change nothing.
    await store.dropAttempts(receipts.map((receipt) => receipt.id));
  }
}

/** Drafts that rested for a day, sealed; the phone keeps each until the server has its bytes. */
async function sendDrafts(token) {
  const rows = (await store.closedDrafts()).filter((row) => row.body);
  for (let at = 0; at < rows.length; at += BATCH) {
    const { receipts } = await post("/api/v1/drafts", token, { drafts: rows.slice(at, at + BATCH).map(draftWire) });
    await store.settleDrafts(receipts);
  }
}

/** Drafts that the supervisor released come back. */
async function fetchReleased(surveys) {
  const here = new Set([...(await store.begun()).values(), ...(await store.outboxKeys()).map(([id]) => id)]);
  const sent = await store.sentIds();
  for (const { draft, returned } of surveys.flatMap((survey) => survey.cases)) {
    if (draft?.state !== "released" || here.has(draft.instance_id)) continue;
    // Finished and received meanwhile; the server has only not read it yet.
    if (sent.has(draft.instance_id) && !returned) continue;
    const { content } = await ask(`/api/v1/drafts/${draft.instance_id}`);
    await putBack(content);
  }
}

/** What still waits, told with the request for assignments: counts and a day, nothing else. */
async function waitingQuery() {
  const { interviews, attempts, drafts, since } = await store.waiting();
  return new URLSearchParams({ waiting: interviews, attempts, drafts, ...(since && { since }) });
}

/** A batch of finished interviews, not larger than the server accepts. */
async function batch(keys) {
  const rows = [];
  let size = 0;
  while (keys.length && rows.length < BATCH) {
    const row = await store.finished(keys[0]);
    if (row && rows.length && size + row.body.length > BYTES) break;
    keys.shift();
    if (!row) continue;
    rows.push(row);
    size += row.body.length;
  }
  return rows;
}

/** Answers that say the request itself can't be taken, however often it is sent. */
const REFUSED = new Set([400, 413, 414, 422]);

/** The server's answer for each of `rows`. What it refuses as a whole is sent one by one, so that one harms no other. */
async function exchange(token, rows) {
  try {
    return (await post("/api/v1/submissions", token, { submissions: rows.map(wire) })).receipts;
  } catch (error) {
    if (!REFUSED.has(error.status) || error.code === "request.csrf") throw error;
    if (rows.length === 1) return [{ problem: { code: error.code || `http-${error.status}` } }];
    const told = [];
    for (const row of rows) told.push(...(await exchange(token, [row])));
    return told;
  }
}

async function sendInterviews(token, tell) {
  const keys = shuffled(await store.outboxKeys());
  const total = keys.length;
  let done = 0;
  while (keys.length) {
    const rows = await batch(keys);
    const receipts = await exchange(token, rows);
    const on = new Date().toISOString().slice(0, 10);
    const kept = receipts.filter((receipt) => receipt.status).map((receipt) => ({ ...receipt, on }));
    done += await store.settle(kept);
    // Answers come in the order of what was sent; a problem may not know which interview it is about.
    for (const [place, { problem }] of receipts.entries()) {
      if (problem && rows[place]) await store.setProblem([rows[place].instance_id, rows[place].revision], problem);
    }
    tell(done, total);
  }
  return done;
}

/**
 * Send everything that waits and fetch what is new.
 * @param {(user: object) => void} [greet] told who the server says is here; throws to stop the sending
 * @param {(done: number, total: number) => void} [tell] told how far the sending is
 * @returns {Promise<{sent: number} | null>} null when another tab is sending
 */
export function sync({ greet = () => {}, tell = () => {} } = {}) {
  return navigator.locks.request("send", { ifAvailable: true }, async (lock) => {
    if (!lock) return null;
    const session = await ask("/collect/session");
    greet(session);
    if (session.device && session.device !== device) {
      useDevice(session.device);
      await store.setMeta("device", session.device);
    }
    // Finished interviews first: nothing else may hold them up.
    const sent = await sendInterviews(session.csrf, tell);
    await sendAttempts(session.csrf);
    await sendDrafts(session.csrf);
    const told = await ask(`/api/v1/assignments?${await waitingQuery()}`);
    await store.keepAssignments(told.surveys, new Date().toISOString());
    await fetchReleased(told.surveys);
    return { sent };
  });
}

/** Calls `work` now and again: soon after a failure, later and later, never two phones in step. */
export class Pulse {
  constructor(work) {
    this.work = work;
    this.failures = 0;
    this.timer = null;
  }

  /** Try soon (after `delay` ms), forgetting the waiting that failures brought. */
  nudge(delay = 0) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), delay);
  }

  async run() {
    clearTimeout(this.timer);
    try {
      const more = await this.work();
      this.failures = 0;
      if (!more) return;
    } catch {
      this.failures += 1;
    }
    const wait = Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.run(), wait);
  }
}
