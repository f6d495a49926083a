// Who initials a letter before it is signed: an official who is chosen joins the list at once.

export function watchWay(form) {
  const select = form.querySelector("select[data-way]");
  if (!select) return;
  const stops = document.getElementById("jalur-pejabat");
  const blank = document.getElementById("jalur-baris");
  form.querySelector("[data-way-add]").hidden = true; // the choice itself adds

  select.addEventListener("change", () => {
    const chosen = select.selectedOptions[0];
    if (!chosen?.value) return;
    const [name, ...post] = chosen.textContent.split(/, (?=[^,]*$)/);
    const stop = blank.content.firstElementChild.cloneNode(true);
    const turns = [...stops.querySelectorAll("input[type=number]")].map((input) => Number(input.value));
    const [tick, turn] = stop.querySelectorAll("input");
    tick.value = chosen.value;
    turn.name = `urutan.${chosen.value}`;
    turn.value = Math.max(0, ...turns) + 1;
    stop.querySelector("strong").textContent = name;
    stop.querySelector("small").textContent = post.join(", ");
    stops.append(stop);
    chosen.remove();
    select.value = "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
