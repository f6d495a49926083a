// A text box with a list below it (ARIA combobox): arrows choose, Enter takes what is pointed at, else the first that is
// found; Escape closes. `isQuery` tells words that are looked for from what the box shows by itself. A `free` box is a
// field of the letter that takes any words: its list only suggests, and is gone where nothing is found. A box that
// `submits` sends its form at Enter, unless something is pointed at; it has no list where nothing is found.

import { say } from "./texts.js";

export function combobox(input, list, { find, take, wait = 0, free = false, submits = false, place, isQuery = (text) => text.trim() }) {
  let timer;
  let asked = 0;
  let at = -1;
  let shown; // the words whose hits the list holds
  let taking = false; // Enter was pressed, and what it takes is still asked for

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";
  list.setAttribute("role", "listbox");
  list.hidden = true;

  const options = () => [...list.querySelectorAll("[role=option]")];

  async function look() {
    clearTimeout(timer);
    const mine = ++asked;
    const words = input.value;
    const found = await find(words);
    if (mine !== asked || !found) return;
    shown = words;
    if ((free || submits) && !found.length) return close();
    list.replaceChildren(...found.map((one, index) => option(one, index)));
    if (!found.length) list.append(nothing());
    open();
  }

  function option({ value, lines, begins }, index) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.id = `${list.id}-${index}`;
    item.dataset.value = value;
    item.classList.toggle("begins", Boolean(begins));
    lines.filter(Boolean).forEach((text, line) => {
      const part = document.createElement(line ? "small" : "strong");
      part.textContent = text;
      item.append(part, " ");
    });
    return item;
  }

  function nothing() {
    const item = document.createElement("li");
    item.className = "help";
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = say("Tidak ada yang cocok. Coba kata lain, atau daftarkan dahulu.");
    return item;
  }

  function open() {
    list.hidden = false;
    place?.();
    input.setAttribute("aria-expanded", "true");
    point(-1);
  }

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    shown = undefined;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function point(index) {
    const all = options();
    at = index;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (all[at]) {
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function mine(event) {
    event.preventDefault();
    if (free) event.stopPropagation(); // the table does not move on
  }

  function choose(item) {
    if (!item || item.getAttribute("aria-disabled")) return;
    close();
    take(item.dataset.value, item);
  }

  async function takeFirst() {
    taking = true;
    if (shown !== input.value) await look();
    taking = false;
    if (shown === input.value) choose(options()[0]);
    if (document.activeElement !== input) close();
  }

  input.addEventListener("input", (event) => {
    if (!free) event.stopPropagation(); // searching changes nothing in the letter
    if (free && (!event.isTrusted || event.inputType === "insertFromPaste")) return;
    clearTimeout(timer);
    if (wait) timer = setTimeout(look, wait);
    else look(); // at once: who types a name and presses Enter has seen what is found
  });
  if (!free) input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("click", () => list.hidden && !free && look());
  input.addEventListener("blur", () => taking || close()); // who presses Enter and moves on has chosen
  input.addEventListener("keydown", async (event) => {
    if (free && list.hidden) return; // the keys of a table
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      mine(event);
      if (list.hidden) await look();
      else point((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
      if (at < 0) point(0);
    } else if (event.key === "Enter" && !(submits && at < 0)) {
      mine(event); // never sends the form
      if (at >= 0 && !list.hidden) choose(all[at]);
      else if (isQuery(input.value)) await takeFirst();
      else if (list.hidden) await look();
    } else if (event.key === "Escape" && !list.hidden) {
      mine(event);
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  return { look, close };
}
