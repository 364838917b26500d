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
const RESCUE = 9 * 1024 * 1024; // bytes of files in one rescue file: with their base64 less than an upload may be
const CHUNK = 128 * 1024; // bytes of a file at a time: half a minute on a poor 2G line

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

const fileWire = ({ id, survey, version, instance_id, body, sha256 }) =>
  ({ id, survey, version, instance_id, body: base64(body), sha256 });

/**
 * Everything unsent as files that a supervisor can upload from any computer, each small enough for that: first the
 * interviews and paused drafts, then photos and recordings. Nothing leaves the phone's memory by it.
 * @returns {AsyncGenerator<Blob>}
 */
export async function* rescueFiles() {
  const blob = (parts) => new Blob([JSON.stringify({ format: "rescue-1", submissions: [], drafts: [], ...parts })], { type: "application/json" });
  const submissions = (await store.outbox()).map(wire);
  const drafts = (await store.closedDrafts()).filter((row) => row.body).map(draftWire);
  if (submissions.length || drafts.length) yield blob({ submissions, drafts });
  let [files, size] = [[], 0];
  for (const id of await store.filesWaiting()) {
    const file = await store.file(id);
    if (!file) continue;
    if (files.length && size + file.body.length > RESCUE) {
      yield blob({ files });
      [files, size] = [[], 0];
    }
    files.push(fileWire(file));
    size += file.body.length;
  }
  if (files.length) yield blob({ files });
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

async function sendInterviews(token, tell, keys = null) {
  keys = shuffled(keys ?? (await store.outboxKeys()));
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

/** Answers after which a file can never be taken: the survey's lock has destroyed what would open it. */
const ENDED = new Set(["surveys.key-destroyed"]);

/** Where a file stands at the server, told by what it answers to the announcement and to each chunk. */
async function sendFile(token, file, between) {
  const { id, survey, version, instance_id, sha256, body } = file;
  const told = { id, survey, version, instance_id, size: body.length, sha256 };
  let here = await post("/api/v1/media", token, told);
  let anew = 0;
  while (here.receipt !== sha256) {
    await between(here.received);
    const { received } = here;
    const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": token };
    const chunk = body.subarray(received, received + CHUNK);
    here = await ask(`/api/v1/media/${id}?offset=${received}`, { method: "PUT", body: chunk, headers });
    // Begun again from nothing (the hash didn't fit), or no further on: once more may help, for ever doesn't.
    if (!here.receipt && here.received <= received && (anew += 1) > 3) {
      throw Object.assign(new Error("no way on"), { status: 400, code: here.problem?.code ?? "collection.media-stuck" });
    }
  }
}

/**
 * Photos and recordings, after everything else. Between two chunks an interview that was finished meanwhile goes
 * first. Resolves with {sent, failed}: the error that ended it, or null.
 */
async function sendFiles(token, tell) {
  const ids = shuffled(await store.filesWaiting());
  const before = new Set((await store.outboxKeys()).map(String));
  let sent = 0;
  const between = async () => {
    const fresh = (await store.outboxKeys()).filter((key) => !before.has(String(key)));
    if (!fresh.length) return;
    for (const key of fresh) before.add(String(key));
    await sendInterviews(token, () => {}, fresh);
  };
  for (const id of ids) {
    const file = await store.file(id);
    if (!file) continue;
    try {
      await sendFile(token, file, between);
      await store.settleFile(id, file.sha256, new Date().toISOString().slice(0, 10));
      sent += 1;
    } catch (error) {
      if (ENDED.has(error.code)) await store.dropFile(id);
      else if (!error.status || error.status >= 500 || error.code === "request.csrf") return { sent, failed: error };
      else await store.setFileProblem(id, { code: error.code || `http-${error.status}` });
    }
    tell(sent, ids.length, "files");
  }
  return { sent, failed: null };
}

/**
 * Send everything that waits and fetch what is new.
 * @param {(user: object) => void} [greet] told who the server says is here; throws to stop the sending
 * @param {(done: number, total: number, what?: string) => void} [tell] told how far the sending is
 * @returns {Promise<{sent: number, files: {sent: number, failed: Error | null}} | null>} null when another tab is sending
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
    return { sent, files: await sendFiles(session.csrf, tell) };
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
