// Words on the picture of a page are chosen with the pointer, and a dialog asks what they are. Without it the same
// dialog opens from the list of paragraphs.

const place = document.getElementById("tempat-kata");
let start; // the word on which the pointer went down
let chosen = [];

const wordAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".word");
const placeOf = (word) => {
  const [paragraph, from, to] = word.dataset.place.split(" ");
  return { paragraph, from: Number(from), to: Number(to) };
};

function choose(last) { // from the first word to this one, within one paragraph
  const [first, end] = [placeOf(start), placeOf(last)];
  if (first.paragraph !== end.paragraph) return;
  const [from, to] = [Math.min(first.from, end.from), Math.max(first.to, end.to)];
  for (const word of chosen) word.classList.remove("is-chosen");
  chosen = [...document.querySelectorAll(".word")].filter((word) => {
    const here = placeOf(word);
    return here.paragraph === first.paragraph && here.from >= from && here.to <= to;
  });
  for (const word of chosen) word.classList.add("is-chosen");
}

for (const drawing of document.querySelectorAll("svg[data-page]")) {
  drawing.addEventListener("pointerdown", (event) => {
    const word = event.button === 0 && wordAt(event);
    if (!word) return;
    start = word;
    choose(word);
    if (event.pointerType === "mouse") event.preventDefault(); // a finger scrolls, too
  });
  drawing.addEventListener("pointermove", (event) => {
    const word = start && wordAt(event);
    if (word) choose(word);
  });
  drawing.addEventListener("pointerup", () => {
    if (!start) return;
    start = undefined;
    const places = chosen.map(placeOf);
    const asked = { alinea: places[0].paragraph, dari: places[0].from, sampai: places.at(-1).to };
    open(`${location.pathname}?${new URLSearchParams(asked)}`);
  });
  drawing.addEventListener("pointercancel", () => {
    start = undefined;
    forget();
  });
  drawing.addEventListener("click", (event) => {
    const suggestion = event.target.closest("[data-suggestion]")?.dataset.suggestion;
    if (suggestion) open(`${location.pathname}?usulan=${suggestion}`);
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href);
});

async function open(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(address); // the page itself says what is wrong
    return;
  }
  place.innerHTML = await answer.text();
  dress();
}

function forget() {
  for (const word of chosen) word.classList.remove("is-chosen");
  chosen = [];
}

function dress() {
  const dialog = document.getElementById("kata");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const label = dialog.querySelector("[data-label]");
  const { dari, sampai, apa } = form.elements;
  dialog.close();
  dialog.showModal();
  dialog.addEventListener("close", forget);
  dialog.querySelector("[data-close]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  apa.addEventListener("change", () => {
    const [sort, type] = apa.value.split(":");
    label.hidden = sort === "tag";
    for (const part of dialog.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(type);
  });
  const show = () => {
    if (sampai.selectedIndex < dari.selectedIndex) sampai.selectedIndex = dari.selectedIndex;
    const words = [...dari.options].slice(dari.selectedIndex, sampai.selectedIndex + 1).map((option) => option.text);
    dialog.querySelector("[data-chosen]").textContent = `“${words.join(" ")}”`;
  };
  dari.addEventListener("change", show);
  sampai.addEventListener("change", show);
}

dress();
