// Fields that the office's own data fills: told anew when dossier, assets or dates change, and put in where nobody typed.

const TELLING = new Set(["date", "data.tanggal_mulai"]);

export function watchKnown(form, post, changed) {
  if (!form.dataset.known) return;
  let asked; // the question on its way

  form.addEventListener("change", (event) => {
    if (TELLING.has(event.target.name)) ask();
  });
  form.addEventListener("docgen:dossier", ask); // it follows the assets

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await post(form.dataset.known, {}, { signal: asked.signal });
      if (answer.ok && fill(await answer.json())) changed();
    } catch {
      // away, or asked again: the service fills in what is left empty when the document is issued
    }
  }

  function fill(known) {
    let filled = false;
    for (const [name, value] of Object.entries(known)) {
      const field = form.elements[`data.${name}`];
      if (!field || !("known" in field.dataset) || field.value !== field.dataset.known) continue;
      filled ||= field.value !== value;
      field.value = value;
      field.dataset.known = field.value; // as the browser keeps it
      field.dispatchEvent(new Event("docgen:filled"));
    }
    if (filled) for (const field of form.querySelectorAll('input[type="date"]')) field.dispatchEvent(new Event("input"));
    return filled;
  }

  for (const field of form.querySelectorAll("[data-known]")) {
    if (field.dataset.known === field.value.replaceAll("\r\n", "\n")) field.dataset.known = field.value;
  }
}
