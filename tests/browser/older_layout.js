/* Rewrites the memory of a person to the layout of the second app (before photos and recordings). */
async (user) => {
  const name = `collect-${user}`;
  const opened = (request) => new Promise((done, no) => { request.onsuccess = () => done(request.result); request.onerror = () => no(request.error); });
  const KEYS = { cases: "case", drafts: "instance_id", copies: "instance_id", closed: "instance_id", attempts: "id",
    outbox: ["instance_id", "revision"], sent: ["instance_id", "revision"] };
  const now = await opened(indexedDB.open(name));
  const kept = {};
  for (const store of Object.keys(KEYS)) kept[store] = await opened(now.transaction(store).objectStore(store).getAll());
  const keys = await opened(now.transaction("meta").objectStore("meta").getAllKeys());
  const values = await opened(now.transaction("meta").objectStore("meta").getAll());
  now.close();
  await new Promise((done) => { const gone = indexedDB.deleteDatabase(name); gone.onsuccess = done; gone.onblocked = done; });
  const making = indexedDB.open(name, 2);
  making.onupgradeneeded = () => {
    const made = making.result;
    made.createObjectStore("meta");
    const stores = {};
    for (const [store, keyPath] of Object.entries(KEYS)) stores[store] = made.createObjectStore(store, { keyPath });
    stores.drafts.createIndex("case", "case");
    stores.outbox.createIndex("finished_on", "finished_on");
    stores.outbox.createIndex("problem", "problem.code");
    stores.outbox.createIndex("place", ["survey", "case"]);
    stores.attempts.createIndex("day", "day");
    stores.sent.createIndex("sent_on", "sent_on");
  };
  const old = await opened(making);
  const writing = old.transaction([...Object.keys(KEYS), "meta"], "readwrite");
  keys.forEach((key, place) => writing.objectStore("meta").put(values[place], key));
  for (const store of Object.keys(KEYS)) for (const row of kept[store]) writing.objectStore(store).put(row);
  await new Promise((done) => { writing.oncomplete = done; });
  old.close();
  return [old.version, kept.drafts.length, kept.outbox.length, kept.attempts.length];
}
