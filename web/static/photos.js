// Photos of a form: each file is sent as soon as it is chosen, one after the other, and gets a row for its caption.

import { say } from "./texts.js";

export function watchPhotos(form, changed) {
  for (const box of form.querySelectorAll("[data-photos]")) watchBox(form, box, changed);
}

// A form sent by script holds the photos by name only: the files themselves were sent when they were chosen.
export function withoutFiles(data) {
  for (const name of [...data.keys()]) if (name.startsWith("unggah.")) data.delete(name);
  return data;
}

function watchBox(form, box, changed) {
  const list = box.querySelector(".photo-list");
  const chooser = box.querySelector("input[type=file]");
  const bar = box.querySelector(".photo-progress");
  const words = box.querySelector(".photo-say");
  let queue = Promise.resolve();
  let waiting = 0;
  box.querySelector("[data-send-photos]").hidden = true; // without this script it sends the form

  const tell = (text, bad = false) => {
    words.textContent = text;
    words.classList.toggle("is-bad", bad);
  };

  chooser.addEventListener("change", (event) => {
    event.stopPropagation(); // the form changes when the photo has arrived
    const files = [...chooser.files];
    chooser.value = "";
    waiting += 1;
    queue = queue.then(() => sendAll(files)).finally(() => { waiting -= 1; });
  });

  if (chooser.files.length) chooser.dispatchEvent(new Event("change")); // chosen before this file had come

  // A form sent now would leave the photos behind that are still on their way.
  form.addEventListener("submit", (event) => {
    if (!waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell(say("Tunggu sampai semua foto terunggah, lalu tekan lagi."), true);
    words.scrollIntoView({ block: "center" });
  }, { capture: true });

  async function sendAll(files) {
    const problems = [];
    bar.hidden = false;
    for (const [index, file] of files.entries()) {
      if (list.children.length >= Number(box.dataset.most)) {
        problems.push(say("Paling banyak {1} foto; {2} tidak diunggah.", box.dataset.most, file.name));
        continue;
      }
      tell(say("Mengunggah {1} dari {2}: {3}", index + 1, files.length, file.name));
      try {
        add(await send(file, (part) => { bar.firstElementChild.value = (index + part) / files.length; }));
      } catch (error) {
        problems.push(error.message);
      }
    }
    bar.hidden = true;
    tell(problems.join(" ") || say("Foto terunggah. Tulis keterangannya."), problems.length > 0);
  }

  function send(file, progress) {
    return new Promise((resolve, reject) => {
      const data = new FormData();
      data.set("csrf_token", form.elements.csrf_token.value);
      data.set("file", file);
      const asked = new XMLHttpRequest(); // fetch does not tell how much was sent
      asked.open("POST", box.dataset.upload);
      asked.setRequestHeader("X-Requested-With", "fetch");
      asked.responseType = "json";
      asked.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      asked.addEventListener("load", () => {
        if (asked.status === 201) resolve(asked.response);
        else reject(new Error(asked.response?.error || say("{1} tidak dapat diunggah.", file.name)));
      });
      asked.addEventListener("error", () => reject(new Error(say("{1}: layanan tidak terjangkau. Coba lagi.", file.name))));
      asked.send(data);
    });
  }

  function add(kept) {
    const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("img").src = box.dataset.shown + kept.file;
    row.querySelector("input[type=hidden]").value = kept.file;
    list.append(row);
    renumber();
    changed();
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-photo]");
    if (!button) return;
    event.preventDefault();
    button.closest("li").remove();
    renumber();
    tell(say("Foto dihapus dari formulir."));
    chooser.focus();
    changed();
  });

  function renumber() {
    const path = box.dataset.photos;
    [...list.children].forEach((row, index) => {
      const [file, caption] = row.querySelectorAll("input");
      row.id = `${path}[${index}]`;
      row.querySelector("img").alt = say("Foto {1}", index + 1);
      row.querySelector("img").id = `${path}[${index}].file`;
      file.name = `${path}[${index}].file`;
      caption.name = caption.id = `${path}[${index}].caption`;
      row.querySelector("label").htmlFor = caption.id;
      row.querySelector("[data-number]").textContent = index + 1;
      const button = row.querySelector("[data-remove-photo]");
      button.value = button.value.replace(/\d+$/, index);
      button.setAttribute("aria-label", say("Hapus foto {1}", index + 1));
    });
  }
}
