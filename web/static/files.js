// A file to choose, in the page's language: the browser's own words follow the browser. Without this the field is the browser's.

import { say } from "./texts.js";

for (const pick of document.querySelectorAll(".file-pick")) {
  const input = pick.querySelector("input");
  const name = pick.querySelector(".file-name");
  const none = name.textContent;
  const show = () => {
    const { files } = input;
    name.textContent = files.length > 1 ? say("{1} berkas dipilih", files.length) : files[0]?.name ?? none;
  };
  input.addEventListener("change", () => setTimeout(show)); // once whoever takes the files has taken them
  input.form?.addEventListener("reset", () => setTimeout(show));
  window.addEventListener("pageshow", show);
  pick.classList.add("is-own");
  show();
}
