// Standard sentences: put where the cursor is; without this script they go to the end of the field.

export function watchPhrases(form) {
  for (const button of form.querySelectorAll("[data-phrase]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const choice = document.getElementById(button.dataset.phrase);
      const text = choice.selectedOptions[0]?.dataset.text;
      const field = document.getElementById(button.dataset.into);
      if (!text) {
        choice.focus();
        return;
      }
      // The editor of a rich text puts it into its own.
      if (!field.dispatchEvent(new CustomEvent("docgen:insert", { cancelable: true, detail: text }))) return;
      const before = field.value.slice(0, field.selectionStart);
      const gap = before && !/\s$/.test(before) ? "\n\n" : "";
      field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
