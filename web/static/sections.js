// The sections of a long form: which of them hold everything that must be written.

import { say } from "./texts.js";

export function watchSections(form) {
  const items = [...form.querySelectorAll("[data-section]")];
  if (!items.length) return;

  const isWritten = (field) => {
    const typed = [...field.querySelectorAll("input:not([type=hidden]):not([type=file]):not([type=checkbox]), select, textarea")];
    return Boolean(field.querySelector(".photo")) || typed.some((input) => !input.id.startsWith("kalimat-") && input.value.trim());
  };
  const look = () => {
    for (const item of items) {
      const needed = [...document.getElementById(item.dataset.section).querySelectorAll("[data-needed]")];
      const isDone = needed.length > 0 && needed.every(isWritten);
      item.classList.toggle("is-done", isDone);
      item.firstElementChild.title = isDone ? say("Lengkap") : "";
    }
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  look();
}
