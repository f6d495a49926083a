// The form of a document: preview while typing, drafts saved while typing, rows of tables, and the search for assets.

import { watchAssets } from "./assets.js";
import { watchDossiers } from "./dossier.js";
import { watchKnown } from "./known.js";
import { watchLetters } from "./letters.js";
import { watchOfficials } from "./officials.js";
import { watchPeople } from "./people.js";
import { watchPhotos, withoutFiles } from "./photos.js";
import { watchPhrases } from "./phrases.js";
import { watchPlaces } from "./places.js";
import { livePicture } from "./preview.js";
import { rescue } from "./rescue.js";
import { readyRichTexts, watchRichTexts } from "./rich_text.js";
import { watchRows } from "./rows.js";
import { watchSections } from "./sections.js";
import { locale, say } from "./texts.js";
import { watchWay } from "./way.js";
import { watchWrong } from "./wrong.js";

const SAVE_AFTER = 2000; // ms of quiet before the draft is kept
const UNTYPED = ["csrf_token", "kunci", "draf", "versi", "aksi", "cari_aset", "semula", "berkas_untuk", "berkas_usul", "seperti"];
const MOST_UNANSWERED = 20; // saves
const LARGEST_KEPT_ALIVE = 60_000; // bytes: browsers send no more than 64 KiB for a page that is gone

const form = document.getElementById("formulir");
readyRichTexts(form);
const saveState = document.getElementById("keadaan-draf");

let saveTimer;
let sent = false;
let submitted; // what was sent to be issued
let saving = Promise.resolve();
let saved = typed();
const early = [...form.elements].some(isTouched); // typed on a slow machine before this file had come
let unanswered = []; // saves whose answer did not come: the draft may hold one of them
let nextSave = newId();
let own = []; // saves of this page, also those that were answered: the page may be made anew from what was before them
let stopped = false; // another tab keeps this draft too: nothing is saved until somebody says which one stays
const conflict = document.getElementById("bentrok");
const rescued = rescue(form, () => changed());
const preview = livePicture(form.dataset.preview, post, (page, signal) => {
  if (form.dataset.places) places.load(post, form.dataset.places, page, signal);
});
const places = watchPlaces(form, preview.sheet, preview.picture, preview.turnTo);

function typed() {
  const data = withoutFiles(new FormData(form));
  for (const name of UNTYPED) data.delete(name);
  for (const name of [...data.keys()]) if (/^(kalimat\.|urutan\.|jalur)/.test(name)) data.delete(name);
  return new URLSearchParams(data).toString();
}

function newId() {
  return crypto.getRandomValues(new Uint32Array(1))[0].toString(16); // short: a draft keeps those before it, too
}

function isTouched(input) {
  if (input.type === "checkbox" || input.type === "radio") return input.checked !== input.defaultChecked;
  if (input instanceof HTMLSelectElement) {
    return [...input.options].some((one) => one.defaultSelected) && !input.selectedOptions[0]?.defaultSelected;
  }
  return input.type !== "hidden" && input.type !== "file" && input.value !== (input.defaultValue ?? input.value);
}

function post(url, extra = {}, options = {}) {
  const data = withoutFiles(new FormData(form));
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  const keepalive = options.keepalive && sizeOf(data) < LARGEST_KEPT_ALIVE;
  return fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, ...options, keepalive });
}

function sizeOf(data) { // as sent: in lines that end with two signs, each field with a head of its own
  const parts = [...data].map(([name, value]) => `${name}${value.replaceAll(/\r?\n/g, "\r\n")}`);
  return new Blob(parts).size + 200 * parts.length;
}

async function save(extra = {}) {
  clearTimeout(saveTimer);
  const now = typed();
  if (sent || stopped || now === saved || !form.dataset.save) return; // another's draft is kept when it is sent
  try {
    const id = nextSave;
    waitFor([...unanswered, id]);
    own = [...own, id].slice(-MOST_UNANSWERED);
    nextSave = newId();
    const answer = await post(form.dataset.save, { simpan: id, ...extra }, { keepalive: true });
    const body = await answer.json();
    if (body.conflict) return ask(body.error, body.id);
    if (body.issued && now !== submitted && !extra.baru) return await save({ baru: 1 }); // typed on after that
    if (!answer.ok) throw new Error(body.error);
    waitFor([]);
    saved = now;
    rescued.forget();
    form.elements.versi.value = body.version;
    belongTo(body.id);
    saveState.classList.remove("is-bad");
    const time = new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    saveState.textContent = say("Draf tersimpan pukul {1}", time);
  } catch (error) {
    saveState.classList.add("is-bad");
    saveState.textContent = error instanceof TypeError || !error.message ? say("Draf belum tersimpan; dicoba lagi.") : error.message;
    rescued.keep(now);
    saveTimer = setTimeout(saveSoon, SAVE_AFTER * 5);
  }
}

function belongTo(draft) {
  if (form.elements.draf.value === draft) return;
  form.elements.draf.value = draft;
  const here = new URL(location.href); // reloading the page, or going back to it, asks for the draft
  here.search = new URLSearchParams({ draf: draft });
  history.replaceState(null, "", here);
}

function waitFor(saves) { // what this page itself may have saved is no conflict
  unanswered = saves.slice(-MOST_UNANSWERED);
  form.elements.semula.value = unanswered.join(" ");
}

function ask(message, draft) {
  stopped = true;
  const theirs = conflict.querySelector("[data-theirs]");
  const there = new URL(theirs.href);
  there.searchParams.set("draf", draft);
  theirs.href = there;
  belongTo(draft);
  rescued.keep(typed());
  conflict.hidden = false;
  conflict.querySelector("[data-words]").textContent = message;
  saveState.classList.add("is-bad");
  saveState.textContent = say("Draf belum tersimpan.");
  conflict.scrollIntoView({ block: "nearest" });
}

conflict.querySelector("[data-mine]").addEventListener("click", (event) => {
  if (!form.dataset.save) return;
  event.preventDefault(); // without this script it sends the form
  stopped = false;
  conflict.hidden = true;
  saving = saving.then(() => save({ paksa: 1 }));
});
conflict.querySelector("[data-theirs]").addEventListener("click", () => {
  sent = true; // what is typed here goes
  rescued.forget();
});

function focusOn(id) { // a select that a text box stands in front of, or a group of fields, is no place for the focus
  const place = document.getElementById(`${id}-cari`) ?? document.getElementById(id);
  if (!place || place === form) return;
  const wanted = "input:not([type=hidden]):not([hidden]), select:not([hidden]), textarea";
  (place.matches(wanted) ? place : place.querySelector(wanted))?.focus();
  place.scrollIntoView({ block: "center" });
}

function saveSoon() {
  saving = saving.then(() => save()); // one after the other: the second must know the version that the first made
}

function changed() {
  if (typed() === saved && !preview.picture.hidden) return;
  clearTimeout(saveTimer);
  preview.soon();
  saveTimer = setTimeout(saveSoon, SAVE_AFTER);
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget === "_blank") return;
  sent = true;
  submitted = typed();
  form.elements.semula.value = [...unanswered, ...own].join(" "); // the page that answers may save before these arrive
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") saveSoon();
});
window.addEventListener("beforeunload", saveSoon); // before a reload asks for the draft
window.addEventListener("pagehide", () => {
  saveSoon();
  if (!sent && !stopped) rescued.carry(typed(), typed() !== saved, [...unanswered, ...own, nextSave]);
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent = false;
  waitFor(unanswered);
});

// Browsers show dates in the order of their own language; the words beside them leave no doubt.
const longDate = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
for (const classes of form.querySelectorAll("select[data-readers]")) {
  classes.addEventListener("change", () => {
    document.getElementById("bantu-security").textContent = classes.selectedOptions[0].dataset.help;
  });
}
for (const words of document.querySelectorAll("[data-long-date]")) {
  const input = document.getElementById(words.dataset.longDate);
  const inWords = () => { words.textContent = input.valueAsDate ? longDate.format(input.valueAsDate) : ""; };
  input.addEventListener("input", inWords);
  inWords();
}

watchRows(form, changed);
watchOfficials(form);
watchLetters(form);
watchPeople(form);
watchPhrases(form);
watchRichTexts(form);
watchSections(form);
watchPhotos(form, changed);
watchAssets(form, changed);
watchDossiers(form, post, changed);
watchKnown(form, post, changed);
watchWay(form);
watchWrong(form);

form.addEventListener("keydown", (event) => { // from any field to the check, and from the check to the letter
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.closest("dialog")) return;
  event.preventDefault();
  event.stopPropagation();
  form.requestSubmit(form.querySelector(".act-bar .btn-primary"));
}, true);

const dialog = document.getElementById("konfirmasi");
if (dialog) {
  dialog.close();
  dialog.showModal();
  for (const link of dialog.querySelectorAll("[data-close], [data-note]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
      focusOn(decodeURIComponent(link.hash.slice(1)));
    });
  }
}

// A new form begins where something is to be written; on a phone the keyboard would hide it.
if (!form.dataset.unsaved && !dialog && matchMedia("(pointer: fine)").matches && document.activeElement === document.body) {
  const boxes = form.querySelectorAll("#cari_aset, .part.fields input:not([type=hidden], [type=file], [type=checkbox]), .part.fields textarea");
  const first = [...boxes].find((box) => !box.value && (box.id !== "cari_aset" || !form.querySelector("#aset-terpilih input")));
  first?.focus({ preventScroll: true });
}

preview.make();
if (form.dataset.unsaved) { // the form came back with what was sent, which no draft may hold yet
  saved = "";
  if (!form.elements.draf.value) saveSoon();
}
if (early) {
  saved = "";
  changed();
}
waitFor([...form.elements.semula.value.split(" ").filter(Boolean), ...rescued.takeUp(typed())]);
rescued.offer(typed());
