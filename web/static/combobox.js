// A text box with a list below it (ARIA combobox): arrows choose, Enter takes, Escape closes.

import { say } from "./texts.js";

export function combobox(input, list, { find, take, wait = 0 }) {
  let timer;
  let asked = 0;
  let at = -1;

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
    const found = await find(input.value);
    if (mine !== asked || !found) return;
    list.replaceChildren(...found.map((one, index) => option(one, index)));
    if (!found.length) list.append(nothing());
    open();
  }

  function option({ value, lines }, index) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.id = `${list.id}-${index}`;
    item.dataset.value = value;
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
    input.setAttribute("aria-expanded", "true");
    point(-1);
  }

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
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

  function choose(item) {
    if (!item || item.getAttribute("aria-disabled")) return;
    close();
    take(item.dataset.value, item);
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation(); // searching changes nothing in the letter
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("click", () => list.hidden && look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", async (event) => {
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await look();
      else point((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
      if (at < 0) point(0);
    } else if (event.key === "Enter") {
      event.preventDefault(); // never sends the form
      if (list.hidden) await look();
      else if (at >= 0) choose(all[at]);
      else if (all.length === 1) choose(all[0]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  return { look, close };
}
