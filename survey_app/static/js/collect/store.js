/**
 * The phone's memory: the only module that knows IndexedDB.
 *
 * What must not be lost is written with strict durability and counts as kept only when the transaction has
 * completed. One database a person, so that two collaborators on one phone never meet.
 *
 * cases     what there is to do, as the server last said, with what was done since
 * drafts    interviews not finished
 * outbox    finished interviews waiting for the server's receipt (the very bytes that are sent)
 * attempts  tries to reach a case that the server has not confirmed
 * sent      receipts of the last days
 * meta      surveys, last contact, the vault's record
 *
 * Cases, drafts and attempts lie in boxes that only the opened vault reads (`useVault`); the outbox holds
 * envelopes that nobody on the phone can open.
 *
 * @typedef {{instance_id: string, revision: number, survey: string, version: number, case: number,
 *   media_type: string, body: Uint8Array, sha256: string, finished_on: string, problem?: object}} Finished
 */

const VERSION = 1;
const STRICT = { durability: "strict" };
const COPY_DAYS = 7;
let database = null;
let owner = null;
let vault = null;

/** From now on boxes are sealed and opened with this vault. */
export function useVault(opened) {
  vault = opened;
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Open this person's memory, making it when there is none. */
export async function open(user) {
  if (database && owner === user) return;
  if (database) database.close();
  const request = indexedDB.open(`collect-${user}`, VERSION);
  request.onupgradeneeded = () => {
    const made = request.result;
    made.createObjectStore("meta");
    made.createObjectStore("cases", { keyPath: "case" });
    made.createObjectStore("drafts", { keyPath: "instance_id" }).createIndex("case", "case");
    made.createObjectStore("outbox", { keyPath: ["instance_id", "revision"] });
    made.createObjectStore("attempts", { keyPath: "id" });
    made.createObjectStore("sent", { keyPath: ["instance_id", "revision"] });
  };
  database = await asked(request);
  database.onversionchange = () => database.close();
  owner = user;
}

/**
 * The people who have worked on this phone, in a memory of their own that needs no PIN. Not in localStorage:
 * that is written minutes later, and a phone whose battery dies would not know its owner.
 */
async function everybody() {
  const request = indexedDB.open("people", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("people", { keyPath: "id" });
  return asked(request);
}

/** @returns {Promise<{id: number, name: string, at: number}[]>} the latest first */
export async function people() {
  const shared = await everybody();
  const found = await asked(shared.transaction("people").objectStore("people").getAll());
  shared.close();
  return found.sort((a, b) => b.at - a.at);
}

export async function remember({ id, name }) {
  const shared = await everybody();
  await within(["people"], "readwrite", (s) => void s.people.put({ id, name, at: Date.now() }), STRICT, shared);
  shared.close();
}

/** Run `work(stores)` in one transaction; resolves with its result once the transaction has completed. */
function within(names, mode, work, options = undefined, where = database) {
  return new Promise((resolve, reject) => {
    const transaction = where.transaction(names, mode, options);
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    Promise.resolve(work(stores)).then((value) => (result = value), (error) => {
      try { transaction.abort(); } catch { /* it has ended by itself */ }
      reject(error);
    });
  });
}

const KEYS = { cases: ["case"], drafts: ["instance_id", "case"], attempts: ["id"] };

/** A row as it lies on the phone: its keys, and everything else in a box bound to them. */
async function boxed(name, row) {
  const keys = Object.fromEntries(KEYS[name].map((key) => [key, row[key]]));
  return { ...keys, box: await vault.seal(row, `${name}|${JSON.stringify(keys)}`) };
}

async function unboxed(name, kept) {
  if (!kept) return kept;
  const { box, ...keys } = kept;
  return vault.open(box, `${name}|${JSON.stringify(keys)}`);
}

const raw = (name) => within([name], "readonly", (s) => asked(s[name].getAll()));
const all = async (name) => Promise.all((await raw(name)).map((kept) => unboxed(name, kept)));
const one = (name, key) => within([name], "readonly", (s) => asked(s[name].get(key)));

/** Reading, sealing and writing again must not be interleaved, also not by another tab. */
const alone = (work) => navigator.locks.request(`memory-${owner}`, work);

export const meta = (key) => one("meta", key);
export const setMeta = (key, value) => within(["meta"], "readwrite", (s) => void s.meta.put(value, key), STRICT);

export const cases = () => all("cases");
export const caseOf = async (id) => unboxed("cases", await one("cases", id));

/** Replace the list of cases by the server's, keeping what the phone knows and the server does not yet. */
export const keepAssignments = (surveys, contact) => alone(async () => {
  const [unsent, waits, kept] = [await attempts(), await raw("outbox"), await cases()];
  const begun = await drafts();
  const busy = new Set([...begun, ...waits].map((row) => row.case));
  const before = new Map(kept.map((row) => [row.case, row]));
  const rows = [];
  for (const survey of surveys) {
    for (const told of survey.cases) {
      const row = { ...told, survey: survey.survey, appointment: told.appointment ?? before.get(told.case)?.appointment ?? null };
      for (const attempt of unsent.filter((a) => a.case === row.case)) Object.assign(row, after(row, attempt));
      rows.push(row);
      before.delete(row.case);
    }
  }
  // A case given to somebody else, with work on it here: shown as such until its work has been sent.
  for (const row of before.values()) if (busy.has(row.case)) rows.push({ ...row, withdrawn: true });
  const boxes = await Promise.all(rows.map((row) => boxed("cases", row)));
  const told = surveys.map(({ cases: _cases, ...rest }) => rest);
  const known = new Set(told.map((survey) => survey.survey));
  const needed = new Set([...begun, ...waits].map((row) => row.survey));
  const old = ((await meta("surveys")) ?? []).filter((x) => needed.has(x.survey) && !known.has(x.survey));
  const oldest = new Date(Date.now() - COPY_DAYS * 86_400_000).toISOString().slice(0, 10);
  await within(["cases", "meta", "sent"], "readwrite", async (s) => {
    s.cases.clear();
    for (const box of boxes) s.cases.put(box);
    s.meta.put([...told, ...old], "surveys");
    s.meta.put(contact, "contact");
    for (const copy of await asked(s.sent.getAll())) {
      if (copy.sent_on < oldest) s.sent.delete([copy.instance_id, copy.revision]);
    }
  });
});

/** What a case looks like after an attempt. */
function after(row, attempt) {
  return {
    outcome: attempt.outcome,
    closed: attempt.closes,
    attempts: (row.attempts ?? 0) + 1,
    appointment: attempt.appointment ?? null,
  };
}

export const attempts = () => all("attempts");

/** The boxes of an attempt and of its case as it is then. */
async function visit(attempt) {
  const row = await caseOf(attempt.case);
  return { attempt: await boxed("attempts", attempt), row: row && (await boxed("cases", { ...row, ...after(row, attempt) })) };
}

function putVisit(stores, { attempt, row }) {
  stores.attempts.put(attempt);
  if (row) stores.cases.put(row);
}

/** Keep a try to reach a case. */
export const addAttempt = (attempt) => alone(async () => {
  const boxes = await visit(attempt);
  await within(["attempts", "cases"], "readwrite", (s) => putVisit(s, boxes), STRICT);
});

export const dropAttempts = (ids) =>
  within(["attempts"], "readwrite", (s) => ids.forEach((id) => s.attempts.delete(id)));

export const drafts = () => all("drafts");
export const draft = async (id) => unboxed("drafts", await one("drafts", id));

/** Cases with an interview begun; needs no opening of boxes. */
export const begun = async () => new Map((await raw("drafts")).map((kept) => [kept.case, kept.instance_id]));

export async function putDraft(value) {
  const box = await boxed("drafts", value);
  await within(["drafts"], "readwrite", (s) => void s.drafts.put(box));
}

/** A finished interview: into the outbox, its draft away and its case marked, all or nothing, for good. */
export const finish = (finished, attempt) => alone(async () => {
  const boxes = await visit(attempt);
  await within(["drafts", "outbox", "attempts", "cases"], "readwrite", (s) => {
    s.outbox.put(finished);
    s.drafts.delete(finished.instance_id);
    putVisit(s, boxes);
  }, STRICT);
});

/** The respondent takes everything back: the draft goes, the visit stays. */
export const withdraw = (id, attempt) => alone(async () => {
  const boxes = await visit(attempt);
  await within(["drafts", "attempts", "cases"], "readwrite", (s) => {
    s.drafts.delete(id);
    putVisit(s, boxes);
  }, STRICT);
});

export const outboxKeys = () => within(["outbox"], "readonly", (s) => asked(s.outbox.getAllKeys()));
export const outbox = () => raw("outbox");
export const finished = (key) => one("outbox", key);

/** What is waiting: how many interviews and visits, and the day of the oldest. */
export async function waiting() {
  const [rows, tries] = [await outbox(), await attempts()];
  const days = [...rows.map((row) => row.finished_on), ...tries.map((row) => row.made_at.slice(0, 10))].sort();
  return { interviews: rows.length, attempts: tries.length, since: days[0] ?? null,
    problems: rows.filter((row) => row.problem).length };
}

/** The server has these very bytes: the receipt is kept, the interview goes. Others stay as they are. */
export const settle = (receipts) =>
  within(["outbox", "sent"], "readwrite", async (s) => {
    let gone = 0;
    for (const receipt of receipts) {
      const key = [receipt.instance_id, receipt.revision];
      const row = await asked(s.outbox.get(key));
      if (!row || row.sha256 !== receipt.sha256) continue;
      // A copy, still sealed, in case the server is restored from a backup of yesterday.
      s.sent.put({ ...row, number: receipt.number, sent_on: receipt.on });
      s.outbox.delete(key);
      gone += 1;
    }
    return gone;
  }, STRICT);

/** The server can't place this interview: it stays, with the reason, and does not hold up the others. */
export const setProblem = (key, problem) =>
  within(["outbox"], "readwrite", async (s) => {
    const row = await asked(s.outbox.get(key));
    if (row) s.outbox.put({ ...row, problem });
  });
