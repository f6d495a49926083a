// The box in the head of each page: what is typed lists letters that could be begun, and letters that are found. One that
// is taken is opened; Enter alone searches, as it does without this file.

import { combobox } from "./combobox.js";

const SEARCH_AFTER = 200; // ms

const box = document.querySelector("[data-one-box]");
if (box) {
  let running;
  combobox(box, document.getElementById("q-pilihan"), {
    wait: SEARCH_AFTER,
    submits: true,
    async find(words) {
      running?.abort();
      running = new AbortController();
      if (!words.trim()) return [];
      try {
        const url = `${box.dataset.oneBox}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, signal: running.signal });
        return answer.ok ? await answer.json() : [];
      } catch {
        return null; // asked again already, or away
      }
    },
    take(address) {
      location.assign(address);
    },
  });
}
