// Cells that the registers can fill: an official chosen by his name fills the row, an asset cell takes a chosen asset.

import { combobox } from "./combobox.js";
import { add } from "./rows.js";

const officials = JSON.parse(document.getElementById("daftar-pejabat")?.textContent ?? "[]");
const MOST = 8;
const lists = new WeakMap(); // the list of each cell: rows come and go

export function watchPeople(form) {
  form.addEventListener("focusin", ({ target }) => {
    if (target.dataset.fact && !lists.has(target)) dress(form, target);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "assets") onlyAsset(form);
  });
}

function dress(form, input) {
  const [what] = input.dataset.fact.split("_");
  const list = document.createElement("ul");
  list.id = `saran-${Math.random().toString(36).slice(2)}`;
  list.className = "options asset-list floating";
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  document.body.append(list); // the table scrolls, and would cut it off
  lists.set(input, list);
  const found = what === "asset" ? () => chosenAssets(form) : () => officials;
  const place = () => {
    if (list.hidden) return;
    const frame = input.getBoundingClientRect();
    list.style.left = `${frame.left}px`;
    list.style.width = `${Math.min(Math.max(frame.width, 260), window.innerWidth - frame.left - 8)}px`;
    const below = window.innerHeight - frame.bottom;
    const up = below < 180 && frame.top > below;
    list.style.top = up ? "auto" : `${frame.bottom + 2}px`;
    list.style.bottom = up ? `${window.innerHeight - frame.top + 2}px` : "auto";
  };
  combobox(input, list, {
    free: true,
    place,
    find: (text) => matching(found(), input.dataset.fact, text).map((one) => ({
      value: JSON.stringify(one),
      lines: [one[input.dataset.fact], ...Object.keys(one).filter((fact) => fact !== input.dataset.fact).map((fact) => one[fact])],
    })),
    take: (value) => fill(input, JSON.parse(value)),
  });
  window.addEventListener("scroll", place, { passive: true, capture: true });
}

function matching(all, fact, text) {
  const words = text.toLocaleLowerCase("id").split(/\s+/).filter(Boolean);
  const holds = (one) => words.every((word) => Object.values(one).join(" ").toLocaleLowerCase("id").includes(word));
  return words.length ? all.filter((one) => one[fact] && holds(one)).slice(0, MOST) : [];
}

function fill(input, chosen) { // the other columns follow the name; a post alone fills itself
  const whole = input.dataset.fact === "official_name";
  const cells = whole ? input.closest("tr").querySelectorAll("[data-fact]") : [input];
  for (const cell of cells) {
    if (!(cell.dataset.fact in chosen)) continue;
    cell.value = chosen[cell.dataset.fact];
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const row = input.closest("tr");
  if (whole && !row.nextElementSibling) add(row.closest("table")); // for the next person; an empty row counts for nothing
}

function chosenAssets(form) {
  return [...form.querySelectorAll("#aset-terpilih input:checked")].map((box) => ({
    asset_name: box.closest("label").querySelector("strong").textContent,
    asset_code: box.value,
  }));
}

// A letter about one asset speaks of that one in the first row, unless something stands there.
function onlyAsset(form) {
  const assets = chosenAssets(form);
  if (assets.length !== 1) return;
  for (const table of form.querySelectorAll("table[data-rows][data-required]")) {
    const cells = [...table.tBodies[0].querySelectorAll("input, textarea")];
    const cell = table.tBodies[0].querySelector("[data-fact=asset_name]");
    if (!cell || cells.some((one) => one.value.trim())) continue;
    cell.value = assets[0].asset_name;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
