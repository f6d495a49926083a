// Recovery codes: copy and print, where the browser can.

import { say } from "./texts.js";

const copy = document.querySelector("[data-copy-codes]");
const print = document.querySelector("[data-print]");

if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const codes = [...document.querySelectorAll("[data-codes] code")].map((code) => code.textContent);
    await navigator.clipboard.writeText(`${codes.join("\n")}\n`);
    copy.textContent = say("Tersalin");
  });
}
print.hidden = false;
print.addEventListener("click", () => window.print());
