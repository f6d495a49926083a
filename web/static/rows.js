// Tables of a form: a row more at the end, a row less anywhere, numbered anew.

export function watchRows(form, changed) {
  for (const table of form.querySelectorAll("table[data-rows]")) {
    for (const button of table.querySelectorAll("[data-remove-row]")) button.hidden = false;
    table.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove-row]");
      if (!button) return;
      const row = button.closest("tr");
      const body = row.parentElement;
      if (body.rows.length > 1) row.remove();
      else for (const input of row.querySelectorAll("input")) input.value = "";
      renumber(table);
      changed();
    });
  }
  for (const button of form.querySelectorAll("[data-add-row]")) {
    button.type = "button"; // without this script it asks the server
    button.addEventListener("click", () => {
      const table = form.querySelector(`table[data-rows="${button.dataset.addRow}"]`);
      const rows = table.tBodies[0].rows;
      const row = rows[rows.length - 1].cloneNode(true);
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.placeholder = "";
        input.classList.remove("is-invalid");
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
      for (const wrong of row.querySelectorAll(".wrong")) wrong.remove();
      table.tBodies[0].append(row);
      renumber(table);
      row.querySelector("input").focus();
    });
  }
}

function renumber(table) {
  [...table.tBodies[0].rows].forEach((row, index) => {
    row.id = `${table.dataset.rows}[${index}]`;
    row.querySelector(".grid-no").textContent = index + 1;
    for (const input of row.querySelectorAll("input")) {
      input.name = input.name.replace(/\[\d+\]/, `[${index}]`);
      input.id = input.name;
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, index + 1));
    }
    row.querySelector("[data-remove-row]").setAttribute("aria-label", `Hapus baris ${index + 1}`);
  });
}
