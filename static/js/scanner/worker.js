/* The service worker: keeps the scanner's page and all it needs, so that it opens without a
   network. The view that serves this file puts `self.SHELL` before it: a version, the pages and
   the files with their digests. The list of tickets is none of its business. */
const { version, scope, pages, files } = self.SHELL;
const PREFIX = "scanner-";
const CACHE = PREFIX + version;

/** All or nothing, and each as the server that wrote the list had it: during a deployment two
 * servers may answer with two versions. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries({ ...pages, ...files }).map(async ([url, integrity]) => {
      const response = await fetch(url, { cache: "no-cache", credentials: "omit", integrity });
      if (!response.ok) throw new Error(`${response.status} for ${url}`);
      await cache.put(url, response);
    }),
  );
}

async function forgetOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The cached answer; without it, for browsers clear caches when space is short, the network's. */
async function answer(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}

function pageFor(path) {
  if (path in pages) return path;
  if (path !== scope) return null;
  const isChinese = self.navigator.language?.toLowerCase().startsWith("zh");
  return Object.keys(pages).find((page) => page.includes("/zh") === Boolean(isChinese));
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const page = request.mode === "navigate" ? pageFor(pathname) : null;
  if (page) event.respondWith(answer(page, request));
  else if (pathname in files) event.respondWith(answer(pathname, request));
});

// a new version waits until the page says that nobody is being scanned
self.addEventListener("message", (event) => {
  if (event.data === "swap") self.skipWaiting();
});
