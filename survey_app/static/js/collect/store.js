/**
 * The phone's memory: the only module that knows IndexedDB.
 *
 * What must not be lost is written with strict durability and counts as kept only when the transaction has
 * completed. One database a person, so that two collaborators on one phone never meet.
 *
 * cases     what there is to do, as the server last said, with what was done since
 * drafts    interviews not finished, with the time of the last change
 * copies    drafts as the server would take them, with the time of the change that they hold
 * closed    drafts that only the server can open now, waiting for its receipt
 * outbox    finished interviews waiting for the server's receipt (the very bytes that are sent)
 * attempts  tries to reach a case that the server has not confirmed
 * sent      receipts of the last days
 * media     photos and recordings of drafts: in a box to be looked at again, and as the server takes them
 * files     photos and recordings that only the server can open: waiting for it, or received in the last days
 * meta      surveys, last contact, the vault's record
 *
 * Cases, drafts, attempts and what is looked at of media lie in boxes that only the opened vault reads
 * (`useVault`); the outbox and files hold envelopes that nobody on the phone can open.
 *
 * @typedef {{instance_id: string, revision: number, survey: string, version: number, case: number,
 *   media_type: string, body: Uint8Array, sha256: string, finished_on: string, problem?: object}} Finished
 * @typedef {{id: string, survey: string, version: number, instance_id: string, body: Uint8Array,
 *   sha256: string}} Sealed a photo or a recording, sealed to the survey's key
 */

const VERSION = 3;
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
  request.onupgradeneeded = ({ oldVersion }) => {
    const made = request.result;
    if (oldVersion < 1) {
      made.createObjectStore("meta");
      made.createObjectStore("cases", { keyPath: "case" });
      made.createObjectStore("drafts", { keyPath: "instance_id" }).createIndex("case", "case");
      made.createObjectStore("outbox", { keyPath: ["instance_id", "revision"] });
      made.createObjectStore("attempts", { keyPath: "id" });
      made.createObjectStore("sent", { keyPath: ["instance_id", "revision"] });
    }
    if (oldVersion < 2) {
      // What waits is counted by indexes: five hundred envelopes are never read for the first screen.
      const outbox = request.transaction.objectStore("outbox");
      outbox.createIndex("finished_on", "finished_on");
      outbox.createIndex("problem", "problem.code");
      outbox.createIndex("place", ["survey", "case"]);
      request.transaction.objectStore("attempts").createIndex("day", "day");
      request.transaction.objectStore("sent").createIndex("sent_on", "sent_on");
      made.createObjectStore("copies", { keyPath: "instance_id" });
      made.createObjectStore("closed", { keyPath: "instance_id" });
      // Drafts of the older app get their day from now on.
      request.transaction.objectStore("drafts").openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        cursor.update({ ...cursor.value, touched: Date.now() });
        cursor.continue();
      };
    }
    if (oldVersion < 3) {
      made.createObjectStore("media", { keyPath: "id" }).createIndex("instance_id", "instance_id");
      const files = made.createObjectStore("files", { keyPath: "id" });
      // `waits` is 1 until the receipt has come (2: the server can't take it), and not there from then on.
      for (const index of ["instance_id", "waits", "sent_on"]) files.createIndex(index, index);
    }
  };
  database = await asked(request);
  // A newer app in another tab changes the layout: this page must not go on writing to the old one.
  database.onversionchange = () => { database.close(); location.reload(); };
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

/** What a box is bound to: the keys of its row. */
const KEYS = { cases: ["case"], drafts: ["instance_id", "case"], attempts: ["id"] };
const keysOf = (name, row) => Object.fromEntries(KEYS[name].map((key) => [key, row[key]]));
const bound = (name, keys) => `${name}|${JSON.stringify(keys)}`;

/** A row as it lies on the phone: its keys, and everything else in a box bound to them. */
async function boxed(name, row) {
  const keys = keysOf(name, row);
  return { ...keys, box: await vault.seal(row, bound(name, keys)) };
}

async function unboxed(name, kept) {
  return kept && vault.open(kept.box, bound(name, keysOf(name, kept)));
}

const raw = (name) => within([name], "readonly", (s) => asked(s[name].getAll()));
const all = async (name) => Promise.all((await raw(name)).map((kept) => unboxed(name, kept)));
const one = (name, key) => within([name], "readonly", (s) => asked(s[name].get(key)));

/** Reading, sealing and writing again must not be interleaved, also not by another tab. */
const alone = (work) => navigator.locks.request(`memory-${owner}`, work);

export const meta = (key) => one("meta", key);
export const setMeta = (key, value) => within(["meta"], "readwrite", (s) => void s.meta.put(value, key), STRICT);

export const clearMeta = (key) => within(["meta"], "readwrite", (s) => void s.meta.delete(key), STRICT);

export const cases = () => all("cases");
export const caseOf = async (id) => unboxed("cases", await one("cases", id));

/** Replace the list of cases by the server's, keeping what the phone knows and the server does not yet. */
export const keepAssignments = (surveys, contact) => alone(async () => {
  const [unsent, kept] = [await attempts(), await cases()];
  const [begun, waits] = [[...(await drafts()), ...(await raw("closed"))], await places()];
  const busy = new Set([...begun, ...waits].map((row) => row.case));
  const before = new Map(kept.map((row) => [row.case, row]));
  const rows = [];
  for (const survey of surveys) {
    for (const told of survey.cases) {
      const row = { ...told, survey: survey.survey, tries: survey.tries, appointment: told.appointment ?? before.get(told.case)?.appointment ?? null };
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
  const resting = new Set(rows.filter((row) => row.draft).map((row) => row.case));
  await within(["cases", "meta", "sent", "closed", "files"], "readwrite", async (s) => {
    for (const row of await asked(s.closed.getAll())) {
      if (row.sent && !resting.has(row.case)) s.closed.delete(row.instance_id);
    }
    s.cases.clear();
    for (const box of boxes) s.cases.put(box);
    s.meta.put([...told, ...old], "surveys");
    s.meta.put(contact, "contact");
    for (const store of [s.sent, s.files]) {
      for (const key of await asked(store.index("sent_on").getAllKeys(IDBKeyRange.upperBound(oldest, true)))) store.delete(key);
    }
  });
});

/** What a case looks like after an attempt. */
function after(row, attempt) {
  return {
    outcome: attempt.outcome,
    closed: attempt.closes,
    // Visits of one hour count as one.
    attempts: (row.attempts ?? 0) + (row.last_visit === attempt.made_at ? 0 : 1),
    last_visit: attempt.made_at,
    appointment: attempt.appointment ?? null,
    // Asked again as it was sent back for; the server says so too once it has the revision.
    ...(attempt.outcome === "complete" && { returned: null }),
  };
}

export const attempts = () => all("attempts");

/** The boxes of an attempt and of its case as it is then. */
async function visit(attempt) {
  const row = await caseOf(attempt.case);
  const box = { ...(await boxed("attempts", attempt)), day: attempt.made_at.slice(0, 10) };
  return { attempt: box, row: row && (await boxed("cases", { ...row, ...after(row, attempt) })) };
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

/**
 * Keep a draft. `copy`: it as the server would take it; without one an earlier copy stays, known to be behind.
 * `touched` (ms): of a draft on which no hand was just now, the time it has already.
 */
export async function putDraft(value, copy = null, touched = Date.now()) {
  const box = await boxed("drafts", value);
  await within(copy ? ["drafts", "copies"] : ["drafts"], "readwrite", (s) => {
    s.drafts.put({ ...box, touched });
    if (copy) s.copies.put({ ...copy, touched });
  });
}

/** What a draft lies in. */
const DRAFT = ["drafts", "copies", "media", "files"];

/**
 * A draft goes, its copy with it. Of its photos and recordings those named in `keep` (null: all, for they go with
 * the closed draft) are from now on the server's alone, waiting to be sent; the others go.
 */
async function forgetDraft(stores, id, keep = new Set()) {
  stores.drafts.delete(id);
  stores.copies.delete(id);
  for (const { box: _box, ...wire } of await asked(stores.media.index("instance_id").getAll(id))) {
    if (!keep || keep.has(wire.id)) stores.files.put({ ...wire, waits: 1, ...(!keep && { paused: true }) });
    stores.media.delete(wire.id);
  }
  if (!keep) return;
  // From a pause of a day: named now, or taken out of the interview since. An earlier revision's stay as they are.
  for (const { paused, ...file } of await asked(stores.files.index("instance_id").getAll(id))) {
    if (paused && keep.has(file.id)) stores.files.put(file);
    else if (paused) stores.files.delete(file.id);
  }
}

export const dropDraft = (id) => within(DRAFT, "readwrite", (s) => forgetDraft(s, id));

/** Drafts that nobody has touched since `when` (ms), as keys. */
export const oldDrafts = async (when) => (await raw("drafts")).filter((row) => row.touched <= when);

/**
 * Of the drafts untouched since `when` those with a copy (`behind`: even one that lacks the last changes): only
 * the copy stays, to be sent.
 */
export const closeDrafts = (when, { behind = false } = {}) => within([...DRAFT, "closed"], "readwrite", async (s) => {
  let done = 0;
  for (const { instance_id, touched } of await asked(s.drafts.getAll())) {
    if (touched > when) continue;
    const copy = await asked(s.copies.get(instance_id));
    if (!copy || (copy.touched !== touched && !behind)) continue;
    const { touched: _touched, ...wire } = copy;
    s.closed.put({ ...wire, sent: false });
    await forgetDraft(s, instance_id, null);
    done += 1;
  }
  return done;
}, STRICT);

export const closedDrafts = () => raw("closed");

/** The server has this copy: its bytes go, the case still shows that an interview rests there. */
export const settleDrafts = (receipts) => within(["closed"], "readwrite", async (s) => {
  for (const { instance_id, sha256, status } of receipts) {
    const row = await asked(s.closed.get(instance_id));
    if (row && status && row.sha256 === sha256) s.closed.put({ ...row, body: null, sent: true });
  }
}, STRICT);

export const dropSealed = (id) => within(["closed"], "readwrite", (s) => void s.closed.delete(id));

/**
 * A finished interview: into the outbox, its draft away and its case marked, all or nothing, for good. `media`:
 * ids of the photos and recordings that it names.
 */
export const finish = (finished, attempt, media = new Set()) => alone(async () => {
  const boxes = await visit(attempt);
  await within([...DRAFT, "outbox", "attempts", "cases"], "readwrite", async (s) => {
    s.outbox.put(finished);
    putVisit(s, boxes);
    await forgetDraft(s, finished.instance_id, media);
  }, STRICT);
});

/** The respondent takes everything back: the draft goes, the visit stays. */
export const withdraw = (id, attempt) => alone(async () => {
  const boxes = await visit(attempt);
  await within([...DRAFT, "attempts", "cases"], "readwrite", async (s) => {
    putVisit(s, boxes);
    await forgetDraft(s, id);
  }, STRICT);
});

/** Instances whose bytes the server has, of the last days. */
export const sentIds = async () => new Set((await within(["sent"], "readonly", (s) => asked(s.sent.getAllKeys()))).map(([id]) => id));

export const outboxKeys = () => within(["outbox"], "readonly", (s) => asked(s.outbox.getAllKeys()));
export const outbox = () => raw("outbox");

/** Survey and case of each waiting interview, read from the index without the interviews. */
const places = () => within(["outbox"], "readonly", (s) => new Promise((resolve, reject) => {
  const found = [];
  const request = s.outbox.index("place").openKeyCursor();
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return resolve(found);
    found.push({ survey: cursor.key[0], case: cursor.key[1] });
    cursor.continue();
  };
}));
export const finished = (key) => one("outbox", key);

/** The first key of an index, read without its row. */
const first = async (index) => (await asked(index.openKeyCursor()))?.key ?? null;

/** What is waiting: how many interviews, visits, closed drafts and files, and the day of the oldest. */
export const waiting = () => within(["outbox", "attempts", "closed", "files"], "readonly", async (s) => {
  const [interviews, attempts, problems, oldest, visit, closed, files, stuck] = await Promise.all([
    asked(s.outbox.count()), asked(s.attempts.count()), asked(s.outbox.index("problem").count()),
    first(s.outbox.index("finished_on")), first(s.attempts.index("day")), asked(s.closed.getAll()),
    asked(s.files.index("waits").count()), asked(s.files.index("waits").count(2))]);
  const since = [oldest, visit].filter(Boolean).sort()[0] ?? null;
  return { interviews, attempts, problems, since, files, stuck, drafts: closed.filter((row) => !row.sent).length };
});

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

/**
 * This phone was shut out. What only the PIN opened goes, and the PIN's wrapping with it; what is sealed to the
 * server (finished interviews, closed drafts, their files) stays for the rescue file.
 */
export const revoke = () => within(["meta", "cases", "attempts", ...DRAFT], "readwrite", (s) => {
  for (const key of ["vault", "surveys", "device"]) s.meta.delete(key);
  s.meta.put(new Date().toISOString().slice(0, 10), "revoked");
  for (const name of ["cases", "drafts", "copies", "attempts", "media"]) s[name].clear();
}, STRICT);

/** Keep a photo or a recording of a draft: to be looked at again, and as the server takes it. @param {Sealed} wire */
export async function putMedia(wire, clear) {
  const box = await vault.sealBytes(clear, `media|${wire.id}|${wire.instance_id}`);
  await within(["media"], "readwrite", (s) => void s.media.put({ ...wire, box }), STRICT);
}

/** A draft's photo or recording in the clear; null where only the server can still open it. */
export async function media(id) {
  const kept = await one("media", id);
  return kept ? vault.openBytes(kept.box, `media|${id}|${kept.instance_id}`) : null;
}

/** Taken out of the interview: it goes, wherever it lies. */
export const dropMedia = (id) => within(["media", "files"], "readwrite", (s) => {
  s.media.delete(id);
  s.files.delete(id);
}, STRICT);

export const filesWaiting = () => within(["files"], "readonly", (s) => asked(s.files.index("waits").getAllKeys()));
export const file = (id) => one("files", id);

/** The server has this very file: it waits no longer, and stays sealed for some days. */
export const settleFile = (id, sha256, on) => within(["files"], "readwrite", async (s) => {
  const row = await asked(s.files.get(id));
  if (!row || row.sha256 !== sha256) return false;
  const { waits: _waits, problem: _problem, ...rest } = row;
  s.files.put({ ...rest, sent_on: on });
  return true;
}, STRICT);

/** The server can't take this file: it stays, with the reason, and holds up no other. */
export const setFileProblem = (id, problem) => within(["files"], "readwrite", async (s) => {
  const row = await asked(s.files.get(id));
  if (row) s.files.put({ ...row, problem, waits: 2 });
});

export const dropFile = (id) => within(["files"], "readwrite", (s) => void s.files.delete(id), STRICT);

/** Copies of files that the server has make room for new ones. */
export const dropSentFiles = () => within(["files"], "readwrite", async (s) => {
  for (const id of await asked(s.files.index("sent_on").getAllKeys())) s.files.delete(id);
});
