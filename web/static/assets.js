// Choosing assets: search while typing, by keyboard; what is taken moves up to the chosen ones, what is unticked away.

import { combobox } from "./combobox.js";

const SEARCH_AFTER = 200; // ms

export function watchAssets(form, changed) {
  const search = document.getElementById("cari_aset");
  if (!search) return;
  const chosen = document.getElementById("aset-terpilih");
  const found = document.getElementById("aset-ditemukan");
  const known = new Map();
  let running;

  const ticked = () => new Set([...chosen.querySelectorAll("input")].map((box) => box.value));

  async function find(words) {
    running?.abort();
    running = new AbortController();
    const url = `${form.dataset.assets}?q=${encodeURIComponent(words)}`;
    try {
      const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, signal: running.signal });
      if (!answer.ok) return null;
      const assets = (await answer.json()).filter((one) => !ticked().has(one.nibar));
      for (const one of assets) known.set(one.nibar, one);
      return assets.map((one) => ({
        value: one.nibar,
        lines: [one.name, [one.brand, one.serial, one.location].filter(Boolean).join(" · "), one.nibar],
      }));
    } catch {
      return null; // asked again already, or away
    }
  }

  found.replaceChildren(); // without this script the assets found stand here, to be ticked
  found.classList.add("options");
  const box = combobox(search, found, {
    find,
    wait: SEARCH_AFTER,
    take(nibar) {
      chosen.append(line(known.get(nibar)));
      search.value = "";
      tell();
    },
  });
  form.querySelector("button[value=cari-aset]").addEventListener("click", (event) => {
    event.preventDefault();
    search.focus();
    box.look();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "assets" || event.target.checked) return;
    event.target.closest("li").remove();
    search.focus();
    changed();
  });

  // Words that were rescued name an asset that is not among the chosen ones: it is there at once, its name follows.
  form.addEventListener("docgen:asset", async ({ detail: nibar }) => {
    if (ticked().has(nibar)) return;
    const row = line({ nibar, name: nibar });
    chosen.append(row);
    try {
      const answer = await fetch(`${form.dataset.assets}?q=${encodeURIComponent(nibar)}`, { headers: { "X-Requested-With": "fetch" } });
      const one = (await answer.json()).find((asset) => asset.nibar === nibar);
      if (one && row.querySelector("input").checked) row.replaceWith(line(one));
    } catch {
      // its code stands there
    }
  });
  if (search.value && document.activeElement === search) box.look(); // typed before this file had come

  function tell() {
    chosen.lastElementChild.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function line(asset) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  label.className = "asset";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "assets", value: asset.nibar, className: "form-check-input", checked: true });
  const words = document.createElement("span");
  const name = document.createElement("strong");
  name.textContent = asset.name;
  const more = document.createElement("small");
  more.textContent = [asset.brand, asset.serial, asset.location].filter(Boolean).join(" · ");
  const nibar = document.createElement("small");
  nibar.className = "nibar";
  nibar.textContent = asset.nibar;
  words.append(name, " ", more, nibar);
  label.append(box, words);
  item.append(label);
  return item;
}
