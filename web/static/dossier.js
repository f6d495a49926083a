// Which dossier the letter goes into and what it replaces: asked anew when assets or either choice change.

export function watchDossiers(form, post, changed) {
  if (!form.dataset.dossiers) return;
  let asked; // the question on its way
  const field = (name) => document.getElementById(name);

  form.addEventListener("change", (event) => {
    const name = event.target.name;
    if (!["assets", "dossier", "replaces"].includes(name)) return;
    if (name === "dossier") leave();
    if (name === "replaces") follow();
    ask();
  });

  // A letter is replaced in its own dossier only: the other choice goes with the one that was made.
  const own = () => field("replaces")?.selectedOptions[0]?.dataset.dossier;

  function leave() {
    if (own() && own() !== field("dossier").value) field("replaces").value = "";
  }

  function follow() {
    if (own()) field("dossier").value = own();
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await post(form.dataset.dossiers, {}, { signal: asked.signal });
      if (answer.ok) show(await answer.text());
    } catch (error) {
      if (error.name === "AbortError") return;
      // away: the service asks once more before anything is issued
    }
    form.dispatchEvent(new Event("docgen:dossier"));
    changed();
  }

  function show(html) {
    const focused = field("berkas").contains(document.activeElement) ? document.activeElement.id : "";
    const told = document.createElement("template");
    told.innerHTML = html;
    field("berkas").replaceWith(told.content);
    if (focused) field(focused)?.focus();
  }
}
