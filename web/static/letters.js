// The letter that the form is filled like: a text box in front of the list, which looks among all letters of the kind.

import { dress } from "./officials.js";

const SEARCH_AFTER = 200; // ms

export function watchLetters(form) {
  const select = form.querySelector("select[data-letters]");
  if (!select) return;
  let running;
  dress(select, {
    wait: SEARCH_AFTER,
    async find(words) {
      running?.abort();
      running = new AbortController();
      const url = new URL(select.dataset.letters, location.href);
      url.searchParams.set("q", words);
      try {
        const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, signal: running.signal });
        if (!answer.ok) return null;
        const letters = await answer.json();
        for (const { id, text } of letters) {
          if (![...select.options].some((one) => one.value === id)) select.append(new Option(text, id));
        }
        return letters.map(({ id, number, text }) => ({ value: id, lines: [text, number] }));
      } catch {
        return null; // asked again already, or away
      }
    },
  });
}
