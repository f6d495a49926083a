// Choosing assets: search while typing; what is ticked moves up to the chosen ones, what is unticked moves away.

const SEARCH_AFTER = 250; // ms

export function watchAssets(form, changed) {
  const search = document.getElementById("cari_aset");
  if (!search) return;
  const chosen = document.getElementById("aset-terpilih");
  const found = document.getElementById("aset-ditemukan");
  let timer;
  let running;

  async function look() {
    running?.abort();
    running = new AbortController();
    const url = `${form.dataset.assets}?q=${encodeURIComponent(search.value)}`;
    try {
      const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, signal: running.signal });
      if (answer.ok) list(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function list(assets) {
    const ticked = new Set([...chosen.querySelectorAll("input")].map((box) => box.value));
    found.replaceChildren(...assets.filter((asset) => !ticked.has(asset.nibar)).map(line));
    if (!assets.length) {
      const nothing = document.createElement("li");
      nothing.className = "help";
      nothing.textContent = "Tidak ada aset yang cocok. Coba kata lain, atau daftarkan di halaman Aset.";
      found.append(nothing);
    }
  }

  search.addEventListener("input", (event) => {
    event.stopPropagation(); // searching changes nothing in the letter
    clearTimeout(timer);
    timer = setTimeout(look, SEARCH_AFTER);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    look();
  });
  form.querySelector("button[value=cari-aset]").addEventListener("click", (event) => {
    event.preventDefault();
    look();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "assets") return;
    const item = event.target.closest("li");
    if (event.target.checked) chosen.append(item);
    else item.remove();
    if (!event.target.checked) look();
    event.target.focus();
    changed();
  });
}

function line(asset) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  label.className = "asset";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "assets", value: asset.nibar, className: "form-check-input" });
  const words = document.createElement("span");
  const name = document.createElement("strong");
  name.textContent = asset.name;
  const more = document.createElement("small");
  more.textContent = [asset.brand, asset.serial, asset.location].filter(Boolean).join(" · ");
  const nibar = document.createElement("small");
  nibar.className = "nibar";
  nibar.textContent = asset.nibar;
  words.append(name, " ", more, nibar);
  label.append(box, words);
  item.append(label);
  return item;
}
