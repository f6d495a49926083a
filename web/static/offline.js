// There was no connection: the page that was asked for is loaded as soon as there is one again.

const EVERY = 3000; // ms

async function look() {
  const answer = await fetch(`${document.documentElement.dataset.root ?? ""}/healthz`, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
  else setTimeout(look, EVERY);
}

document.querySelector("[data-again]").addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
window.addEventListener("online", () => location.reload());
setTimeout(look, EVERY);
