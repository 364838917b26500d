/* Rewrites the memory of a person to the layout of the first app; run in a page that doesn't hold it open. */
async (user) => {
  // What an older app left: the first layout, a draft and an attempt in boxes, an envelope in the outbox.
  const name = `collect-${user}`;
  const read = (db, store, key) => new Promise((done) => { db.transaction(store).objectStore(store).get(key).onsuccess = (e) => done(e.target.result); });
  const all = (db, store) => new Promise((done) => { db.transaction(store).objectStore(store).getAll().onsuccess = (e) => done(e.target.result); });
  const opened = (request) => new Promise((done, no) => { request.onsuccess = () => done(request.result); request.onerror = () => no(request.error); });
  const now = await opened(indexedDB.open(name));
  const kept = {};
  for (const store of ["cases", "outbox", "attempts", "sent"]) kept[store] = await all(now, store);
  const drafts = (await all(now, "drafts")).map(({ instance_id, case: which, box }) => ({ instance_id, case: which, box }));
  const meta = {};
  for (const key of ["vault", "surveys", "contact"]) meta[key] = await read(now, "meta", key);
  now.close();
  await new Promise((done) => { const gone = indexedDB.deleteDatabase(name); gone.onsuccess = done; gone.onblocked = done; });
  const making = indexedDB.open(name, 1);
  making.onupgradeneeded = () => {
    const made = making.result;
    made.createObjectStore("meta");
    made.createObjectStore("cases", { keyPath: "case" });
    made.createObjectStore("drafts", { keyPath: "instance_id" }).createIndex("case", "case");
    made.createObjectStore("outbox", { keyPath: ["instance_id", "revision"] });
    made.createObjectStore("attempts", { keyPath: "id" });
    made.createObjectStore("sent", { keyPath: ["instance_id", "revision"] });
  };
  const old = await opened(making);
  const writing = old.transaction(["meta", "cases", "drafts", "outbox", "attempts", "sent"], "readwrite");
  for (const [key, value] of Object.entries(meta)) writing.objectStore("meta").put(value, key);
  for (const row of drafts) writing.objectStore("drafts").put(row);
  for (const row of kept.attempts) { const { day, ...rest } = row; writing.objectStore("attempts").put(rest); }
  for (const store of ["cases", "outbox", "sent"]) for (const row of kept[store]) writing.objectStore(store).put(row);
  await new Promise((done) => { writing.oncomplete = done; });
  old.close();
  return [drafts.length, kept.outbox.length, kept.attempts.length];
}
