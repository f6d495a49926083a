// Tables of a form, edited like a spreadsheet: paste, Tab and Enter, rows more, less and in another order.

import { say } from "./texts.js";

export function watchRows(form, changed) {
  for (const table of form.querySelectorAll("table[data-rows]")) watchTable(table, changed);
  for (const button of form.querySelectorAll("[data-add-row]")) {
    button.type = "button"; // without this script it asks the server
    button.addEventListener("click", () => {
      add(form.querySelector(`table[data-rows="${button.dataset.addRow}"]`)).querySelector(CELL).focus();
    });
  }
}

function watchTable(table, changed) {
  if (!CSS.supports("field-sizing", "content")) grow(table);
  const body = table.tBodies[0];
  for (const button of table.querySelectorAll("[data-remove-row], [data-grip]")) button.hidden = false;

  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-row]");
    if (!button) return;
    const row = button.closest("tr");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (next) row.remove();
    else for (const input of cells(row)) input.value = "";
    renumber(table);
    changed();
    (next ?? row).querySelector(CELL).focus();
  });

  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!event.target.matches(CELL) || !/[\t\n]/.test(text)) return; // one cell is pasted as ever
    event.preventDefault();
    const start = event.target.closest("tr");
    const column = cells(start).indexOf(event.target);
    let row = start;
    for (const [index, line] of split(text).entries()) {
      if (index) row = row.nextElementSibling ?? add(table);
      line.forEach((value, offset) => {
        const input = cells(row)[column + offset];
        if (input) input.value = input.type === "date" ? isoDate(value) : value.trim();
      });
    }
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    changed();
  });

  table.addEventListener("keydown", (event) => {
    if (!event.target.matches(CELL)) return;
    const row = event.target.closest("tr");
    const column = cells(row).indexOf(event.target);
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling?.nextElementSibling ?? null);
      cells(row)[column].focus();
    } else if (event.key === "Enter") {
      event.preventDefault(); // the next row, as in a spreadsheet; never sends the form
      const next = event.shiftKey ? row.previousElementSibling : row.nextElementSibling ?? (filled(row) ? add(table) : null);
      if (next) focus(cells(next)[column]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.type !== "date") {
      const next = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
      if (!next) return;
      event.preventDefault();
      focus(cells(next)[column]);
    } else if (event.key === "Tab" && !event.shiftKey && !row.nextElementSibling && column === cells(row).length - 1 && filled(row)) {
      event.preventDefault();
      focus(cells(add(table))[0]);
    }
  });

  function move(row, before) {
    if (before === row) return;
    body.insertBefore(row, before);
    renumber(table);
    changed();
  }

  let dragged;
  table.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    event.preventDefault();
    dragged = grip.closest("tr");
    dragged.classList.add("is-dragged");
    grip.setPointerCapture(event.pointerId);
  });
  table.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("tr");
    if (!over || over === dragged || over.parentElement !== body) return;
    const frame = over.getBoundingClientRect();
    const after = event.clientY > frame.top + frame.height / 2;
    body.insertBefore(dragged, after ? over.nextElementSibling : over);
  });
  const drop = () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    dragged = undefined;
    renumber(table);
    changed();
  };
  table.addEventListener("pointerup", drop);
  table.addEventListener("pointercancel", drop);
}

const CELL = "td input, td textarea";
const OF_ITS_ROW = ["aria-invalid", "aria-describedby", "role", "aria-autocomplete", "aria-expanded", "aria-controls", "aria-activedescendant"];
const cells = (row) => [...row.querySelectorAll(CELL)];
const filled = (row) => cells(row).some((input) => input.value.trim());

function grow(table) { // cells as high as their words, where the style sheet cannot say it
  const fit = ({ target }) => {
    if (!target.matches("textarea")) return;
    target.style.height = "auto";
    target.style.height = `${target.scrollHeight + 2}px`;
  };
  table.addEventListener("input", fit);
  table.addEventListener("focusin", fit);
  for (const target of table.querySelectorAll("textarea")) fit({ target });
}

function focus(input) {
  input.focus();
  if (input.type !== "date") input.select();
}

export function add(table) {
  const rows = table.tBodies[0].rows;
  const row = rows[rows.length - 1].cloneNode(true);
  for (const input of cells(row)) {
    input.value = "";
    input.placeholder = "";
    input.classList.remove("is-invalid");
    for (const name of OF_ITS_ROW) input.removeAttribute(name);
  }
  for (const wrong of row.querySelectorAll(".wrong")) wrong.remove();
  table.tBodies[0].append(row);
  renumber(table);
  return row;
}

// What a spreadsheet puts on the clipboard: tabs and line ends; a cell with such letters inside stands in quotes.
function split(text) {
  const lines = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    const line = lines[lines.length - 1];
    const here = line.length - 1;
    if (quoted && letter === '"' && text[at + 1] === '"') {
      line[here] += '"';
      at += 1;
    } else if (quoted && letter === '"') quoted = false;
    else if (!quoted && letter === '"' && line[here] === "" && /"(\t|\n|$)/.test(text.slice(at + 1))) quoted = true;
    else if (!quoted && letter === "\t") line.push("");
    else if (!quoted && letter === "\n") lines.push([""]);
    else line[here] += letter === "\n" ? " " : letter; // a cell is one line
  }
  return lines;
}

// 24/11/2026, 24-11-2026 or 24.11.2026, as spreadsheets of this country write it.
function isoDate(text) {
  const found = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*$/.exec(text);
  return found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : text.trim();
}

function renumber(table) {
  [...table.tBodies[0].rows].forEach((row, index) => {
    row.id = `${table.dataset.rows}[${index}]`;
    row.querySelector(".grid-no").textContent = index + 1;
    for (const input of cells(row)) {
      input.name = input.name.replace(/\[\d+\]/, `[${index}]`);
      input.id = input.name;
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, index + 1));
    }
    row.querySelector("[data-remove-row]").setAttribute("aria-label", say("Hapus baris {1}", index + 1));
  });
}
