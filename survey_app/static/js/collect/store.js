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
 * meta      surveys, last contact, the person's choices
 *
 * @typedef {{instance_id: string, revision: number, survey: string, version: number, case: number,
 *   media_type: string, body: Uint8Array, sha256: string, finished_on: string, problem?: object}} Finished
 */

const VERSION = 1;
const STRICT = { durability: "strict" };
let database = null;
let owner = null;

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

/** Run `work(stores)` in one transaction; resolves with its result once the transaction has completed. */
function within(names, mode, work, options = undefined) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, options);
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

const all = (name) => within([name], "readonly", (s) => asked(s[name].getAll()));
const one = (name, key) => within([name], "readonly", (s) => asked(s[name].get(key)));

export const meta = (key) => one("meta", key);
export const setMeta = (key, value) => within(["meta"], "readwrite", (s) => void s.meta.put(value, key));

export const cases = () => all("cases");
export const caseOf = (id) => one("cases", id);

/** Replace the list of cases by the server's, keeping what the phone knows and the server does not yet. */
export async function keepAssignments(surveys, contact) {
  await within(["cases", "meta", "attempts", "outbox", "drafts"], "readwrite", async (s) => {
    const unsent = await asked(s.attempts.getAll());
    const drafts = await asked(s.drafts.getAll());
    const waiting = await asked(s.outbox.getAll());
    const busy = new Set([...drafts, ...waiting].map((row) => row.case));
    const before = new Map((await asked(s.cases.getAll())).map((row) => [row.case, row]));
    s.cases.clear();
    for (const survey of surveys) {
      for (const row of survey.cases) {
        const kept = { ...row, survey: survey.survey, appointment: before.get(row.case)?.appointment ?? row.appointment ?? null };
        for (const attempt of unsent.filter((a) => a.case === row.case)) Object.assign(kept, after(kept, attempt));
        s.cases.put(kept);
        before.delete(row.case);
      }
    }
    // A case given to somebody else, with work on it here: shown as such until its work has been sent.
    for (const row of before.values()) if (busy.has(row.case)) s.cases.put({ ...row, withdrawn: true });
    const told = surveys.map(({ cases: _cases, ...rest }) => rest);
    const old = (await asked(s.meta.get("surveys"))) ?? [];
    const known = new Set(told.map((survey) => survey.survey));
    const needed = new Set([...drafts, ...waiting].map((row) => row.survey));
    s.meta.put([...told, ...old.filter((x) => needed.has(x.survey) && !known.has(x.survey))], "surveys");
    s.meta.put(contact, "contact");
  });
}

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

/** Keep a try to reach a case. */
export const addAttempt = (attempt) =>
  within(["attempts", "cases"], "readwrite", (s) => addTo(s, attempt), STRICT);

async function addTo(stores, attempt) {
  const row = await asked(stores.cases.get(attempt.case));
  stores.attempts.put(attempt);
  if (row) stores.cases.put({ ...row, ...after(row, attempt) });
}

export const dropAttempts = (ids) =>
  within(["attempts"], "readwrite", (s) => ids.forEach((id) => s.attempts.delete(id)));

export const drafts = () => all("drafts");
export const draft = (id) => one("drafts", id);
export const putDraft = (value) => within(["drafts"], "readwrite", (s) => void s.drafts.put(value));

export const dropDraft = (id) => within(["drafts"], "readwrite", (s) => void s.drafts.delete(id));

/** A finished interview: into the outbox, its draft away and its case marked, all or nothing, for good. */
export const finish = (finished, attempt) =>
  within(["drafts", "outbox", "attempts", "cases"], "readwrite", async (s) => {
    s.outbox.put(finished);
    s.drafts.delete(finished.instance_id);
    await addTo(s, attempt);
  }, STRICT);

/** The respondent takes everything back: the draft goes, the visit stays. */
export const withdraw = (id, attempt) =>
  within(["drafts", "attempts", "cases"], "readwrite", async (s) => {
    s.drafts.delete(id);
    await addTo(s, attempt);
  }, STRICT);

export const outboxKeys = () => within(["outbox"], "readonly", (s) => asked(s.outbox.getAllKeys()));
export const outbox = () => all("outbox");
export const finished = (key) => one("outbox", key);

/** What is waiting, without the bodies: number, and the day of the oldest. */
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
      s.sent.put({ instance_id: row.instance_id, revision: row.revision, sha256: row.sha256,
        number: receipt.number, sent_on: receipt.on });
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
