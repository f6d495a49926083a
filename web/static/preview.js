// The live picture of a page beside a form: made again while somebody types, and turned page by page.

import { say } from "./texts.js";

const AFTER = 100; // ms of quiet before the picture is made again
const ASK_AGAIN = 5; // seconds until a preview that was refused or lost is asked for once more

// `post(url, fields, options)` sends the form to `url`; `shown(page, signal)` is called when a page is there to see.
export function livePicture(url, post, shown = () => {}) {
  const picture = document.getElementById("gambar");
  const sheet = document.getElementById("lembar");
  const note = document.getElementById("catatan-pratinjau");
  const pager = document.getElementById("halaman");
  const pageText = document.getElementById("nomor-halaman");
  const waiting = document.getElementById("tunggu-pratinjau");

  let page = 1;
  let pages = 1;
  let running; // the preview on its way
  let timer;

  function tell(text, bad = false) {
    note.textContent = text;
    note.hidden = !text;
    note.classList.toggle("is-bad", bad);
  }

  async function make() {
    clearTimeout(timer);
    running?.abort();
    const mine = new AbortController();
    running = mine;
    sheet.setAttribute("aria-busy", "true");
    const width = Math.ceil(sheet.clientWidth * Math.min(window.devicePixelRatio || 1, 2));
    try {
      const answer = await post(url, { halaman: page, lebar: width }, { signal: mine.signal });
      if (answer.ok) await show(answer);
      else await refuse(answer);
      if ([429, 503].includes(answer.status)) again(mine, Number(answer.headers.get("Retry-After")));
    } catch (error) {
      if (error.name === "AbortError") return;
      tell(say("Layanan tidak terjangkau. Pratinjau menyusul; isian Anda tetap ada di halaman ini."), true);
      again(mine);
    }
    if (running === mine && !picture.hidden) shown(page, mine.signal);
    if (running === mine) sheet.setAttribute("aria-busy", "false");
  }

  function again(asked, seconds) { // what is busy or away is asked once more, unless something newer was
    if (running === asked) timer = setTimeout(make, (seconds || ASK_AGAIN) * 1000);
  }

  async function show(answer) {
    const lacking = decodeURIComponent(answer.headers.get("X-Docgen-Kurang") || "");
    pages = Number(answer.headers.get("X-Docgen-Jumlah"));
    page = Number(answer.headers.get("X-Docgen-Halaman"));
    const source = URL.createObjectURL(await answer.blob());
    const before = picture.src;
    picture.src = source;
    await picture.decode();
    if (before) URL.revokeObjectURL(before);
    picture.hidden = false;
    picture.alt = say("Pratinjau halaman {1} dari {2}", page, pages);
    waiting.hidden = true;
    pager.hidden = pages < 2;
    pageText.textContent = `${page} / ${pages}`;
    tell(lacking && say("Belum diisi, jadi masih memakai contoh: {1}.", lacking));
  }

  async function refuse(answer) {
    const body = await answer.json().catch(() => ({}));
    const messages = body.errors?.map((one) => one.message) || [body.error || say("Pratinjau belum dapat dibuat.")];
    const more = messages.length > 3 ? ` ${say("Dan {1} hal lain.", messages.length - 3)}` : "";
    tell(messages.slice(0, 3).join(" ") + more, true);
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(make, AFTER);
  }

  function turnTo(wanted) {
    page = wanted;
    make();
  }

  for (const button of pager.querySelectorAll("[data-page]")) {
    button.addEventListener("click", () => {
      const next = page + Number(button.dataset.page);
      if (next < 1 || next > pages) return;
      sheet.scrollTop = 0;
      turnTo(next);
    });
  }

  return { make, soon, turnTo, picture, sheet };
}
