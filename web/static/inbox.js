// How much waits for the reader, kept true while the page is open; on the home page what waits, too.

const EVERY = 4000; // ms: who is waited for sees it within five seconds
const marks = document.querySelectorAll("[data-inbox-count]");
const desk = document.querySelector("[data-inbox]");
const title = document.title;
const { root = "" } = document.documentElement.dataset; // the path below which this office lies
let version = desk?.dataset.inbox ?? null;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${root}/meja`, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const { total, version: now } = await answer.json();
  show(total);
  if (desk && now !== version) await renew();
  version = now;
}

function show(total) {
  for (const mark of marks) {
    mark.hidden = total === 0;
    mark.firstChild.data = String(total);
  }
  document.title = total ? `(${total}) ${title}` : title;
  if (total) navigator.setAppBadge?.(total).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

async function renew() {
  const answer = await fetch(`${root}/`, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-inbox]");
  if (!fresh || desk.contains(document.activeElement)) return; // nobody loses the button under his finger
  desk.innerHTML = fresh.innerHTML;
}

function keepLooking() {
  look().catch(() => {}).finally(() => setTimeout(keepLooking, EVERY));
}

if (marks.length) {
  show(Number(marks[0].firstChild.data));
  setTimeout(keepLooking, EVERY);
}
document.addEventListener("visibilitychange", () => { look().catch(() => {}); });

// "/" leads to the search, as long as nothing is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("[data-shortcut='/']") ?? document.querySelector("input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// As an app, and where the line is slow: what the service worker keeps is its own to say.
window.addEventListener("load", () => { navigator.serviceWorker?.register(`${root}/sw.js`).catch(() => {}); });
