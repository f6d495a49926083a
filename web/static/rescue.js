// What the service could not take yet (stopped, session over, no network) is kept in this browser until it can; and
// what was typed just before a page was reloaded is carried over, as its answer may be older than the last words.

import { locale } from "./texts.js";

const OLDEST = 7 * 24 * 3600 * 1000; // ms

export function rescue(form, restored) {
  const key = () => `docgen:${form.dataset.user}:${location.pathname}:${form.elements.draf.value}`;
  const box = document.getElementById("pulihkan");

  function keep(typed) {
    try {
      localStorage.setItem(key(), JSON.stringify({ at: Date.now(), typed }));
    } catch {
      // private window, or full: the draft on the service is still there
    }
  }

  function forget() {
    try {
      localStorage.removeItem(key());
    } catch {
      // nothing was kept
    }
  }

  function left() {
    try {
      const kept = JSON.parse(localStorage.getItem(key()));
      return kept && Date.now() - kept.at < OLDEST ? kept : null;
    } catch {
      return null;
    }
  }

  function offer(now) {
    const kept = left();
    if (!kept || kept.typed === now) return;
    box.hidden = false;
    box.querySelector("[data-when]").textContent = new Date(kept.at).toLocaleString(locale, { dateStyle: "long", timeStyle: "short" });
    box.querySelector("[data-restore]").addEventListener("click", () => {
      put(new URLSearchParams(kept.typed));
      box.hidden = true;
      restored();
    });
    box.querySelector("[data-discard]").addEventListener("click", () => {
      forget();
      box.hidden = true;
    });
  }

  const here = () => `docgen:${form.dataset.user}:${location.pathname}${location.search}`;

  const version = () => Number(form.elements.versi.value);

  function carry(typed, unsaved, saves) {
    try {
      sessionStorage.setItem(here(), JSON.stringify({ typed, unsaved, saves, version: version(), key: form.elements.kunci.value }));
    } catch {
      // as above
    }
  }

  // What this tab carried over, null for nothing; a form that is opened anew begins empty.
  function carried() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(here()));
      sessionStorage.removeItem(here());
      const came = performance.getEntriesByType("navigation")[0]?.type;
      return ["reload", "back_forward"].includes(came) ? kept : null;
    } catch {
      return null;
    }
  }

  // A page made before the last words were saved gets them back; over a draft that is newer they are offered only.
  // Returns the saves of the page before whose answers it may not have heard.
  function takeUp(now) {
    const kept = carried();
    if (!kept) return [];
    if (!form.elements.draf.value && kept.key) form.elements.kunci.value = kept.key; // its first save may have arrived
    if (kept.typed !== now) {
      if (version() < kept.version || (kept.unsaved && version() === kept.version)) put(new URLSearchParams(kept.typed));
      else if (kept.unsaved) keep(kept.typed);
    }
    return kept.saves || [];
  }

  // The form as it was typed: what is there beyond it goes, too.
  function put(typed) {
    for (const nibar of typed.getAll("assets")) form.dispatchEvent(new CustomEvent("docgen:asset", { detail: nibar }));
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      const ticked = typed.getAll(box.name).includes(box.value);
      if (box.checked !== ticked) set(box, "checked", ticked);
    }
    for (const table of form.querySelectorAll("table[data-rows]")) fit(table, typed);
    for (const name of new Set(typed.keys())) {
      for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (!["checkbox", "hidden"].includes(input.type) && input.value !== typed.get(name)) set(input, "value", typed.get(name));
      }
    }
    document.activeElement?.blur(); // rows that come and go take the focus with them
  }

  function set(input, property, value) {
    input[property] = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function fit(table, typed) {
    const path = table.dataset.rows;
    const rows = table.tBodies[0].rows;
    const places = [...typed.keys()].filter((name) => name.startsWith(`${path}[`)).map((name) => parseInt(name.slice(path.length + 1), 10));
    const wanted = Math.max(0, ...places) + 1;
    while (rows.length > wanted) rows[rows.length - 1].querySelector("[data-remove-row]").click();
    while (rows.length < wanted) form.querySelector(`[data-add-row="${path}"]`).click();
  }

  return { keep, forget, offer, carry, takeUp };
}
