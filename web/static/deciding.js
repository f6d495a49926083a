// Putuskan: swipe or arrow to the next letter, reasons by a tap, a page enlarged by a tap, several ticked at once.

const FAR = 70; // px of a swipe
const pages = document.querySelector(".deciding-pages");
const form = document.querySelector("form.deciding-bar");
const sheets = [...document.querySelectorAll("details.sheet")];
const isOpen = () => sheets.some((sheet) => sheet.open);
const isWriting = () => isOpen() && sheets.some((sheet) => sheet.open && sheet.querySelector("textarea").value);

function go(where) {
  const link = document.querySelector(`a[data-${where}]`);
  if (link && !isWriting()) location.assign(link.href);
}

if (document.body.classList.contains("deciding")) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "ArrowLeft") go("before");
    if (event.key === "ArrowRight") go("after");
  });
}

// A finger that moves sideways over a letter that is not enlarged leads on; nothing is decided by it.
let start = null;
pages?.addEventListener("touchstart", (event) => {
  const isEnlarged = pages.classList.contains("is-large") || (window.visualViewport?.scale ?? 1) > 1.05;
  start = event.touches.length === 1 && !isEnlarged ? event.touches[0] : null;
}, { passive: true });
pages?.addEventListener("touchend", (event) => {
  if (!start) return;
  const [end] = event.changedTouches;
  const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
  start = null;
  if (Math.abs(across) >= FAR && Math.abs(across) > 2 * Math.abs(down)) go(across < 0 ? "after" : "before");
}, { passive: true });

pages?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-enlarge]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const box = link.getBoundingClientRect();
  const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  pages.classList.toggle("is-large");
  const now = link.getBoundingClientRect();
  pages.scrollLeft = now.width * across - pages.clientWidth / 2;
  window.scrollBy({ top: now.top + now.height * down - window.innerHeight / 2, behavior: "instant" });
});

for (const sheet of sheets) {
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    sheet.open = false;
    sheet.querySelector("summary").focus();
  });
}

for (const box of document.querySelectorAll("[data-reasons]")) {
  const text = box.querySelector("textarea");
  for (const chip of box.querySelectorAll(".reason-chip input")) {
    const reason = chip.value;
    chip.removeAttribute("name"); // the text holds it, where it can be changed
    chip.checked = parts(text).includes(reason);
    chip.addEventListener("change", () => {
      const others = parts(text).filter((part) => part !== reason);
      text.value = (chip.checked ? [...others, reason] : others).join("; ");
      text.dispatchEvent(new Event("input"));
    });
    text.addEventListener("input", () => { chip.checked = parts(text).includes(reason); });
  }
  if (text.getAttribute("aria-invalid")) text.focus();
  text.addEventListener("input", () => {
    text.removeAttribute("aria-invalid");
    text.classList.remove("is-invalid");
    for (const wrong of box.querySelectorAll(".wrong")) wrong.hidden = true;
  });
}

function parts(text) {
  return text.value.split(";").map((part) => part.trim()).filter(Boolean);
}

document.addEventListener("click", (event) => {
  for (const sheet of sheets) if (sheet.open && !sheet.contains(event.target) && !form.contains(event.target)) sheet.open = false;
});

// What can be taken back no more is not offered any longer.
const toast = document.querySelector(".toast-now");
if (toast) {
  setTimeout(() => {
    if (!toast.contains(document.activeElement)) toast.remove();
  }, Number(toast.dataset.seconds) * 1000);
  const here = new URL(location.href);
  here.searchParams.delete("baru");
  history.replaceState(history.state, "", here); // going back offers it no second time
}

for (const list of document.querySelectorAll("[data-pick]")) {
  const boxes = [...list.querySelectorAll("input[name=pilih]")];
  const all = list.querySelector("[data-pick-all]");
  const picked = list.querySelector("[data-picked]");
  if (!boxes.length || !picked) continue;
  if (all) all.closest("label").hidden = false;
  const count = () => {
    const number = boxes.filter((box) => box.checked).length;
    picked.textContent = number ? ` (${number})` : "";
    if (all) Object.assign(all, { checked: number === boxes.length, indeterminate: number > 0 && number < boxes.length });
  };
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}
