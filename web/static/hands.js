// The page of a draft: a place on a page is pointed at, and what can be taken back says for how long.

import { dress } from "./officials.js";

const FEW = 8; // a list as short as this is read faster than it is searched

for (const select of document.querySelectorAll("select[data-officials]")) {
  if (select.options.length > FEW) dress(select);
}

const remark = document.querySelector("[data-remark]");
const sheets = document.getElementById("halaman-draf");
if (remark && sheets) {
  remark.querySelector("[data-place]").hidden = false;
  sheets.addEventListener("click", (event) => {
    const sheet = event.target.closest("[data-page]");
    if (!sheet) return;
    const frame = sheet.getBoundingClientRect();
    const [x, y] = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    remark.elements.x.value = x.toFixed(4);
    remark.elements.y.value = y.toFixed(4);
    remark.elements.page.value = sheet.dataset.page;
    point(sheet.querySelector("svg"), x, y);
    remark.elements.text.focus();
  });
}

function point(drawing, x, y) {
  sheets.querySelector(".pin-new")?.remove();
  const pin = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  pin.setAttribute("class", "pin pin-new");
  pin.setAttribute("cx", 100 * x);
  pin.setAttribute("cy", 141 * y);
  pin.setAttribute("r", 1.6);
  drawing.append(pin);
}

const undo = document.querySelector("[data-undo]");
if (undo) {
  setTimeout(() => undo.remove(), Number(undo.dataset.undo) * 1000);
}
