// A stack of scans: dropped on the form, listed, and checked before a slow line has carried it. All of it works without.

import { locale, say } from "./texts.js";

const box = document.querySelector("[data-drop]");
const input = box.querySelector("input[type=file]");
const list = box.querySelector(".drop-list");
const problemText = box.querySelector(".drop-say");
const MB = 1024 * 1024;

box.querySelector(".drop-hint").hidden = false;

for (const kind of ["dragenter", "dragover"]) {
  box.addEventListener(kind, (event) => {
    event.preventDefault();
    box.classList.add("is-over");
  });
}
for (const kind of ["dragleave", "drop"]) {
  box.addEventListener(kind, (event) => {
    if (kind === "drop" || !box.contains(event.relatedTarget)) box.classList.remove("is-over");
  });
}
box.addEventListener("drop", (event) => {
  event.preventDefault();
  const both = new DataTransfer(); // what is dropped joins what is there
  for (const file of [...input.files, ...event.dataTransfer.files]) both.items.add(file);
  input.files = both.files;
  input.dispatchEvent(new Event("change"));
});
input.addEventListener("change", look);
look();

function look() {
  const files = [...input.files];
  list.replaceChildren(...files.map((file) => {
    const row = document.createElement("li");
    row.textContent = `${file.name} `;
    const size = document.createElement("small");
    size.textContent = `${(file.size / MB).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;
    row.append(size);
    return row;
  }));
  const wrong = problem(files);
  problemText.textContent = wrong;
  input.setCustomValidity(wrong);
}

function problem(files) {
  const limits = box.dataset;
  const large = files.filter((file) => file.size > limits.largestFile);
  if (files.length > limits.mostFiles) {
    return say("{1} berkas sekaligus; paling banyak {2}. Kirim dalam beberapa tumpukan.", files.length, limits.mostFiles);
  }
  if (large.length) {
    return say("{1} lebih besar dari {2} MB. Pindai dengan 200 dpi, atau bagi berkasnya.", large[0].name, limits.largestFile / MB);
  }
  if (files.reduce((sum, file) => sum + file.size, 0) > limits.largestStack) {
    return say("Semuanya lebih besar dari {1} MB. Kirim dalam beberapa tumpukan.", limits.largestStack / MB);
  }
  return "";
}

const button = input.form.querySelector("[data-sending]");
const words = button.querySelector("span");
const usual = words.textContent;
input.form.addEventListener("submit", () => { words.textContent = button.dataset.sending; });
window.addEventListener("pageshow", () => { words.textContent = usual; });
