// Small comforts of every page. All of it works without this file.

import "./files.js";
import { say } from "./texts.js";

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => { sent = false; }); // back to a page that the browser kept
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!(await copied(button.dataset.copy))) return;
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = say("Tersalin");
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}

// A browser keeps its clipboard to https and this machine; in an office's own network a field is copied from.
async function copied(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

// A PDF is printed from a frame that nobody sees. Without this file, or with a finger, it opens.
for (const link of document.querySelectorAll("[data-print-file]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    document.getElementById("cetak")?.remove();
    const frame = document.createElement("iframe");
    Object.assign(frame, { id: "cetak", className: "visually-hidden", tabIndex: -1, title: link.textContent.trim() });
    frame.setAttribute("aria-hidden", "true");
    frame.addEventListener("load", () => {
      try {
        frame.contentWindow.focus();
        frame.contentWindow.print();
      } catch {
        window.open(link.href, "_blank", "noopener"); // a browser that shows PDFs elsewhere
      }
    });
    frame.src = link.href;
    document.body.append(frame);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// On the screen the newest number comes first; on paper the register is read from number 1.
for (const body of document.querySelectorAll("[data-print-reversed]")) {
  const turn = () => body.append(...[...body.rows].reverse());
  window.addEventListener("beforeprint", turn);
  window.addEventListener("afterprint", turn);
}

for (const select of document.querySelectorAll("[data-auto-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const menu of document.querySelectorAll(".masthead details, details.menu")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A link to a part that is folded opens it.
const unfold = () => {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  if (part instanceof HTMLDetailsElement) part.open = true;
};
window.addEventListener("hashchange", unfold);
unfold();

document.querySelector("[data-focus]")?.focus();

// Whoever signed out leaves nothing typed behind for the next person at this computer, and no page to go back to.
const opened = Date.now();
const SIGNED_OUT = "docgen-keluar";
if (document.querySelector("[data-forget]")) {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) {
        if (key.startsWith("docgen:")) storage.removeItem(key);
      }
    }
    localStorage.setItem(SIGNED_OUT, opened);
    window.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)));
  } catch {
    // a browser that keeps nothing
  }
}
window.addEventListener("pageshow", (event) => {
  try {
    if (event.persisted && Number(localStorage.getItem(SIGNED_OUT)) > opened) location.reload();
  } catch {
    // as above
  }
});

const ticked = document.querySelector("[data-ticked]");
if (ticked) {
  const boxes = document.querySelectorAll("input[name=documents]");
  const count = () => {
    const number = [...boxes].filter((box) => box.checked).length;
    ticked.textContent = number ? ` (${number})` : "";
  };
  for (const box of boxes) box.addEventListener("change", count);
  count();
}

const sample = document.querySelector("[data-sample]");
if (sample) {
  sample.addEventListener("change", () => {
    const { width, height } = sample.elements;
    const size = new URLSearchParams({ width: width.value, height: height.value });
    document.getElementById("contoh-tanda-tangan").src = `${sample.dataset.sample}?${size}`;
  });
}

const example = document.querySelector("[data-example]");
if (example) {
  let wait;
  example.addEventListener("input", (event) => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const names = ["number_pattern", "unit_code", "security_code"];
      const asked = new URLSearchParams(names.map((name) => [name, example.elements[name].value]));
      const answer = await fetch(`${example.dataset.example}?${asked}`, { headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      const problem = document.getElementById("salah-contoh");
      if (answer.ok || answer.status === 422) {
        document.getElementById("contoh-nomor").textContent = answer.ok ? text : "–";
        problem.textContent = answer.ok ? "" : text;
        problem.hidden = answer.ok;
      }
    }, 300);
    for (const place of document.querySelectorAll(`[data-letterhead] [data-from="${CSS.escape(event.target.name)}"]`)) {
      place.textContent = event.target.value.trim();
      const contact = place.closest(".letterhead-contact");
      if (contact) contact.hidden = !place.textContent;
    }
    const sketches = document.querySelector("[data-sketches]"); // their look follows from these attributes
    if (sketches.hasAttribute(`data-${event.target.name}`)) {
      sketches.setAttribute(`data-${event.target.name}`, event.target.value);
      const title = sketches.querySelector(`[data-from="${CSS.escape(event.target.name)}"]`);
      if (title) title.textContent = event.target.value;
    }
  });
}

for (const pattern of document.querySelectorAll("[data-number-example]")) { // the next number, while it is typed
  let wait;
  pattern.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const address = new URL(pattern.dataset.numberExample, location);
      address.searchParams.set("pola", pattern.value);
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok && answer.status !== 422) return;
      const place = document.getElementById(`contoh-${pattern.id}`);
      place.textContent = await answer.text();
      place.classList.toggle("wrong", !answer.ok);
    }, 300);
  });
}

const unfinished = document.querySelector("[data-reload]"); // what is still being made ends by itself
if (unfinished) {
  const again = () => {
    const isWriting = document.activeElement?.matches("input, textarea, select"); // a reason, say: it would be lost
    if (isWriting) setTimeout(again, unfinished.dataset.reload * 1000);
    else location.reload();
  };
  setTimeout(again, unfinished.dataset.reload * 1000);
}

const job = document.querySelector("[data-job]");
if (job) {
  const bar = job.querySelector("progress");
  const unit = job.dataset.unit === "halaman" ? say("halaman") : say("naskah");
  const said = job.querySelector("[data-said]");
  const look = async () => {
    const answer = await fetch(job.dataset.job, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (answer?.ok) {
      const state = await answer.json();
      if (!["queued", "running"].includes(state.status)) {
        location.reload();
        return;
      }
      if (state.total) {
        bar.max = state.total;
        bar.value = state.done;
        job.querySelector("label").textContent = say("{1} dari {2} {3}", state.done, state.total, unit);
      }
      if (said) said.textContent = state.said;
    } else if (said) {
      said.textContent = say("Layanan tidak terjangkau. Halaman ini menyusul begitu layanan kembali.");
    }
    setTimeout(look, 700);
  };
  setTimeout(look, 400);
}
