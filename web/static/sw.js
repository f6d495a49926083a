// The service worker: shows what this browser is told, opens where it leads, and helps where the line is slow or gone.
// It keeps the service's own files and the page that says that there is no connection. Nothing of a letter is kept.

const CACHE = "docgen-{VERSION}";
const KEPT = "{KEPT}";
const OWN = ["{ROOT}/static/", "{ROOT}/bootstrap/static/"];
const PATIENCE = 800; // ms that a file may take while an older copy of it lies here

self.addEventListener("install", (event) => {
  self.skipWaiting();
  const asked = KEPT.map((address) => new Request(address, { credentials: "omit", cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asked)));
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(KEPT[0])) ?? Response.error()));
  } else if (OWN.some((folder) => address.pathname.startsWith(folder))) {
    event.respondWith(newest(event));
  }
});

// A file of the service as it is now; where that takes long or fails, the copy that lies here.
async function newest(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(event.request);
  const asked = fetch(event.request).then(async (answer) => {
    if (answer.ok) await cache.put(event.request, answer.clone());
    return answer;
  });
  if (!kept) return asked;
  event.waitUntil(asked.catch(() => null));
  return Promise.race([asked.catch(() => kept), new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); })]);
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  const icon = "{ROOT}/kantor/lambang.png";
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window" });
    const same = windows.find((client) => new URL(client.url).pathname === target.pathname);
    if (same) await same.focus().then((client) => client.navigate(target.href));
    else await self.clients.openWindow(target.href);
  })());
});
