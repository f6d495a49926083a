// The fields of a form are edited: saved while typing, moved, and the letter beside them follows.

import { livePicture } from "./preview.js";
import { locale, say } from "./texts.js";

const SAVE_AFTER = 600; // ms of quiet before the form is saved
const AGAIN = 10_000; // ms until a save that did not arrive is tried again

const form = document.getElementById("isian");
const list = document.getElementById("daftar-isian");
const state = document.getElementById("keadaan-isian");
const conflict = document.getElementById("bentrok");
const key = `docgen:${form.dataset.user}:${location.pathname}`;

const post = (url, fields = {}, options = {}) => {
  const data = new FormData(form);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, ...options });
};
const typed = () => {
  const data = new FormData(form);
  for (const name of ["csrf_token", "semula", "aksi"]) data.delete(name);
  return new URLSearchParams(data).toString();
};

const preview = livePicture(form.dataset.preview, post);
let saved = typed();
let saving = Promise.resolve();
let timer;
let stopped = list.closest("fieldset").disabled;

function changed() {
  clearTimeout(timer);
  timer = setTimeout(saveSoon, SAVE_AFTER);
}

function saveSoon() {
  saving = saving.then(save); // one after the other: the second must know the version that the first made
  return saving;
}

async function save() {
  clearTimeout(timer);
  const now = typed();
  if (stopped || now === saved) return;
  keep(now);
  try {
    const answer = await post(location.pathname, { aksi: "simpan" });
    const body = await answer.json();
    if (answer.status === 409) {
      stopped = true;
      conflict.hidden = false;
      conflict.querySelector("[data-words]").textContent = body.error;
      conflict.scrollIntoView({ block: "nearest" });
    }
    mark(body.errors ?? []);
    if (!answer.ok) throw new Error(body.errors?.[0]?.message ?? body.error);
    saved = now;
    forget();
    form.elements.semula.value = body.sha256;
    const time = new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    tell(say("Tersimpan pukul {1}", time));
    preview.soon();
  } catch (error) {
    const isAway = error instanceof TypeError || !error.message;
    tell(isAway ? say("Belum tersimpan; dicoba lagi.") : say("Belum tersimpan: {1}", error.message), true);
    if (isAway) timer = setTimeout(saveSoon, AGAIN);
  }
}

function tell(text, bad = false) {
  state.textContent = text;
  state.classList.toggle("is-bad", bad);
}

function mark(errors) { // each beside its input, as the service shows them on the page
  for (const old of form.querySelectorAll("[data-live-wrong]")) old.remove();
  for (const input of form.querySelectorAll(".is-invalid")) {
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
    document.getElementById(`salah-${input.id}`)?.remove();
  }
  if (!errors.length) document.getElementById("ringkasan-kesalahan")?.remove();
  for (const error of errors) {
    const input = document.getElementById(error.field);
    if (!input?.matches("input, select, textarea")) continue;
    const text = document.createElement("p");
    text.className = "wrong";
    text.id = `salah-${input.id}`;
    text.dataset.liveWrong = "";
    text.textContent = error.message;
    input.after(text);
    input.classList.add("is-invalid");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", text.id);
  }
}

// What the service did not take yet stays in this browser, and stands in the form again when the page is opened anew.
function keep(words) {
  try {
    localStorage.setItem(key, JSON.stringify({ base: form.elements.semula.value, words }));
  } catch {
    // a browser that keeps nothing
  }
}

function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // as above
  }
}

function restore() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    // as above
  }
  if (!kept || kept.base !== form.elements.semula.value || stopped) return forget();
  const words = new URLSearchParams(kept.words);
  for (const name of words.getAll("urutan")) {
    const field = document.getElementById(`isian.${name}`);
    if (field) list.append(field);
  }
  for (const input of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!input.name) continue;
    if (input.type === "checkbox") input.checked = words.getAll(input.name).includes(input.value);
    else if (words.has(input.name)) input.value = words.get(input.name);
  }
  for (const select of form.querySelectorAll("[data-type]")) showParts(select);
  saveSoon();
}

function showParts(select) {
  for (const part of select.closest(".sheet-field").querySelectorAll("[data-of-type]")) {
    part.hidden = part.dataset.ofType !== select.value;
  }
}

form.addEventListener("input", (event) => {
  const field = event.target.closest(".sheet-field");
  if (field && event.target.name.endsWith(".label") && event.target.name === `${field.id}.label`) {
    field.querySelector("h2").textContent = event.target.value || field.dataset.field;
  }
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-type]")) showParts(event.target);
  changed();
});
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault(); // without this script it sends the form
  const field = button.closest(".sheet-field");
  if (button.dataset.move < 0) field.previousElementSibling?.before(field);
  else field.nextElementSibling?.after(field);
  button.focus();
  changed();
});
form.addEventListener("submit", async (event) => {
  if (event.submitter?.value !== "lanjut" || stopped || typed() === saved) return;
  event.preventDefault(); // what is typed is saved first, and the page goes on from there
  await saveSoon();
  if (typed() === saved) form.requestSubmit(event.submitter);
});
window.addEventListener("pagehide", () => {
  if (!stopped && typed() !== saved) keep(typed());
});

restore();
preview.make();
