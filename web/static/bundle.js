// The order of a bundle's documents: buttons move a row at once, and rows can be dragged. Without this file the buttons
// ask the server.

import { say } from "./texts.js";

const list = document.querySelector("[data-sortable]");
const said = document.querySelector("[data-said]");

const settle = () => {
  const rows = [...list.children];
  rows.forEach((row, place) => {
    row.querySelector("[name=naik]").disabled = place === 0;
    row.querySelector("[name=turun]").disabled = place === rows.length - 1;
  });
};

const tell = (row) => {
  const place = [...list.children].indexOf(row) + 1;
  said.textContent = say("{1}: urutan {2} dari {3}", row.querySelector("strong").textContent, place, list.children.length);
};

list.addEventListener("click", (event) => {
  const button = event.target.closest("[name=naik], [name=turun]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  if (button.name === "naik") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  settle();
  tell(row);
  if (button.disabled) row.querySelector("[name=naik]:enabled, [name=turun]:enabled")?.focus();
  else button.focus();
});

let dragged = null;
for (const row of list.children) row.draggable = true;
list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});
list.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});
list.addEventListener("drop", (event) => event.preventDefault());
list.addEventListener("dragend", () => {
  dragged.classList.remove("is-dragged");
  settle();
  tell(dragged);
  dragged = null;
});
