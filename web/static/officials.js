// Choosing among many: a text box in front of the list, which stays what the form sends.

import { combobox } from "./combobox.js";
import { say } from "./texts.js";

const FEW = 8; // a list as short as this is read faster than it is searched

export function watchOfficials(form) {
  for (const select of form.querySelectorAll("select[data-officials]")) {
    if (select.options.length > FEW) dress(select);
  }
}

export function dress(select, { find = (text) => among(select, text), wait = 0 } = {}) {
  const label = form(select).querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const holder = document.createElement("div");
  input.className = "form-select";
  input.id = `${select.id}-cari`;
  input.dataset.field = select.name;
  const described = select.getAttribute("aria-describedby");
  if (described) input.setAttribute("aria-describedby", described);
  list.id = `${select.id}-daftar`;
  list.className = "options asset-list";
  list.setAttribute("aria-label", label.textContent.trim());
  holder.className = "combo";
  select.before(holder);
  holder.append(input, list);
  select.hidden = true;
  label.htmlFor = input.id;

  const shown = () => { input.value = select.selectedOptions[0]?.textContent ?? ""; };
  combobox(input, list, {
    wait,
    isQuery: (text) => text.trim() && text !== select.selectedOptions[0]?.textContent,
    find: (text) => find(text === select.selectedOptions[0]?.textContent ? "" : text),
    take(value) {
      select.value = value;
      shown();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", shown);
  select.addEventListener("change", shown);
  shown();
}

function among(select, text) {
  const words = text.toLocaleLowerCase("id").split(/\s+/).filter(Boolean);
  return [...select.options]
    .filter((one) => words.every((word) => one.textContent.toLocaleLowerCase("id").includes(word)))
    .slice(0, 20)
    .map((one) => {
      const [name, ...post] = one.textContent.split(/, (?=[^,]*$)/);
      return { value: one.value, lines: [name || say("Tidak ada"), post.join(", ")] };
    });
}

const form = (select) => select.form;
