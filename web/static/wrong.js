// What was refused loses its mark as soon as it is being mended: red that stays would say the new words are wrong too.

import { say } from "./texts.js";

export function watchWrong(form) {
  const summary = document.getElementById("ringkasan-kesalahan");
  if (!summary) return;
  const settle = (event) => {
    if (event.target.name === "cari_aset") return;
    for (const link of summary.querySelectorAll("li a")) {
      const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const mended = place?.name === "cari_aset" ? place.closest("fieldset") : place; // by the asset that is chosen
      if (!mended?.contains(event.target)) continue;
      place.classList.remove("is-invalid");
      place.removeAttribute("aria-invalid");
      document.getElementById(`salah-${place.id}`)?.remove();
      link.parentElement.remove();
    }
    const left = summary.querySelectorAll("li").length;
    summary.querySelector("strong").textContent = say("{1} isian perlu diperbaiki.", left);
    summary.hidden = !left;
  };
  form.addEventListener("input", settle);
  form.addEventListener("change", settle);
}
