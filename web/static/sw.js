// The service worker: shows what this browser is told, and opens where it leads. Nothing of a letter is kept.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  const icon = "/kantor/lambang.png";
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
