// Have this browser show notices: its push service gives it an address, and the form sends that on.

import { say } from "./texts.js";

const { root = "" } = document.documentElement.dataset; // the path below which this office lies
const form = document.querySelector("[data-push-key]");
const button = form.querySelector("button");
const state = document.querySelector("[data-push-state]");
const rows = [...document.querySelectorAll("[data-endpoint]")];

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  const registration = await navigator.serviceWorker.getRegistration(`${root}/`);
  const subscription = await registration?.pushManager.getSubscription();
  const row = rows.find((candidate) => candidate.dataset.endpoint === subscription?.endpoint);
  if (row) {
    row.querySelector("[data-here]").hidden = false;
    row.querySelector("form").addEventListener("submit", () => { subscription.unsubscribe(); });
    state.textContent = say("Peramban ini sudah menampilkan pemberitahuan.");
  } else {
    form.hidden = false;
    state.hidden = true;
  }
}

form.addEventListener("submit", async (event) => {
  if (form.elements.endpoint.value) return;
  event.preventDefault();
  button.disabled = true;
  state.hidden = false;
  state.textContent = say("Menunggu izin peramban …");
  const subscription = await subscribe().catch(() => null);
  button.disabled = false;
  if (!subscription) {
    state.textContent = Notification.permission === "denied"
      ? say("Peramban ini menolak pemberitahuan. Izinkan di pengaturan situs pada peramban, lalu coba lagi.")
      : say("Peramban ini tidak terhubung dengan layanan pemberitahuannya. Coba lagi nanti.");
    return;
  }
  const { endpoint, keys } = subscription.toJSON();
  Object.assign(form.elements.endpoint, { value: endpoint });
  Object.assign(form.elements.p256dh, { value: keys.p256dh });
  Object.assign(form.elements.auth, { value: keys.auth });
  form.requestSubmit();
});

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") return null;
  await navigator.serviceWorker.register(`${root}/sw.js`);
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription(); // with the keys of another installation
  await old?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.pushKey });
}
