// Fields that name a record by its code: what is typed is searched for, and the code of the one taken stands in the field.
// Without this file the code is typed.

import { combobox } from "./combobox.js";

const SEARCH_AFTER = 200; // ms

// What was taken counts no longer once other words are typed.
for (const input of document.querySelectorAll("[data-into]")) {
  input.addEventListener("input", () => { document.getElementById(input.dataset.into).value = ""; });
}

for (const input of document.querySelectorAll("[data-choose]")) {
  const list = document.getElementById(`${input.id}-pilihan`);
  let running;
  combobox(input, list, {
    wait: SEARCH_AFTER,
    async find(words) {
      running?.abort();
      running = new AbortController();
      const url = `${input.dataset.choose}?q=${encodeURIComponent(words)}`;
      try {
        const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, signal: running.signal });
        if (!answer.ok) return null;
        return (await answer.json()).map((one) => one.lines ? one : {
          value: one.nibar,
          lines: [one.name, [one.brand, one.serial, one.location].filter(Boolean).join(" · "), one.nibar],
        });
      } catch {
        return null; // asked again already, or away
      }
    },
    take(value, item) {
      const shown = input.dataset.into && document.getElementById(input.dataset.into);
      if (shown) {
        shown.value = value;
        input.value = item.querySelector("strong").textContent;
      } else input.value = value;
      if (input.hasAttribute("data-auto-submit")) input.form.requestSubmit();
    },
  });
}
