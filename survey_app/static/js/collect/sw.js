/*
 * The service worker of the collaborator's app. The server puts two lines before this text: VERSION, a hash
 * over the shell, and SHELL, the addresses that make it up. Everything of the shell comes from the cache and
 * never from the network; everything else, and everything but GET, passes by.
 */
/* global VERSION, SHELL */
const NAME = `shell-${VERSION}`;
const ADDRESSES = new Set(SHELL);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await cache.addAll(SHELL.map((address) => new Request(address, { cache: "reload" })));
    // A running page holds all of its code already, so it is never half old and half new.
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function shell(address, request) {
  const found = await (await caches.open(NAME)).match(address);
  return found ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const address = url.pathname + url.search;
  if (request.mode === "navigate" && url.pathname === "/collect/") event.respondWith(shell("/collect/", request));
  else if (ADDRESSES.has(address)) event.respondWith(shell(address, request));
});
