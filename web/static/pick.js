// Tell the application that opened this page which document was chosen: its origin alone may hear it.

import { say } from "./texts.js";

const origin = document.body.dataset.origin;
const asker = window.opener ?? (window.parent === window ? null : window.parent);

document.getElementById("hasil")?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  if (!button) return;
  const said = document.getElementById("terpilih");
  said.hidden = false;
  if (!asker) {
    said.textContent = say("Halaman ini tidak dibuka oleh aplikasi lain, sehingga tidak ada yang menerima pilihan Anda.");
    return;
  }
  const { id, number, title, href } = button.dataset;
  asker.postMessage({ type: "docgen.picked", id, number, title, href }, origin);
  said.textContent = say("Naskah {1} dipilih.", number);
  if (window.opener) window.close();
});
