// From a place on the page to its field, and from a field to its place on the page.

export function watchPlaces(form, sheet, picture, turnTo) {
  const marks = document.getElementById("tanda");
  let places = [];
  let page = 1;
  let current = ""; // the field that is being written

  async function load(post, url, shown, signal) {
    page = shown;
    try {
      const answer = await post(url, {}, { signal });
      if (!answer.ok) return;
      places = (await answer.json()).places;
      mark();
    } catch {
      // asked again already, or away: the letter is read all the same
    }
  }

  function mark(scroll = false) {
    const here = places.filter((one) => one.page === page && current && one.field === current);
    marks.replaceChildren(...here.map((one) => {
      const box = document.createElement("span");
      for (const side of ["left", "top", "width", "height"]) box.style[side] = `${one[side] * 100}%`;
      return box;
    }));
    if (!scroll || !here.length || matchMedia("(max-width: 900px)").matches) return;
    const top = here[0].top * picture.clientHeight;
    if (top < sheet.scrollTop || top > sheet.scrollTop + sheet.clientHeight - 60) sheet.scrollTop = top - 80;
  }

  function fieldAt(event) {
    const frame = picture.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width;
    const y = (event.clientY - frame.top) / frame.height;
    const hit = (one, room) => one.page === page && x >= one.left - room && x <= one.left + one.width + room &&
      y >= one.top - room && y <= one.top + one.height + room;
    const found = places.filter((one) => hit(one, 0.006));
    return found.sort((a, b) => a.width * a.height - b.width * b.height)[0]?.field;
  }

  picture.addEventListener("mousemove", (event) => {
    picture.style.cursor = fieldAt(event) ? "pointer" : "";
  });
  picture.addEventListener("click", (event) => {
    const field = fieldAt(event);
    const place = field && document.getElementById(field === "assets" ? "cari_aset" : field);
    if (!place) return;
    const input = place.matches("input, textarea, select") ? place : place.querySelector("input, textarea, select");
    const shown = input?.hidden ? document.getElementById(`${input.id}-cari`) : input;
    shown?.scrollIntoView({ block: "center" });
    shown?.focus({ preventScroll: true });
  });
  form.addEventListener("focusin", (event) => {
    current = event.target.id === "cari_aset" || event.target.name === "assets"
      ? "assets" : event.target.dataset.field || event.target.name || "";
    const first = places.find((one) => one.field === current);
    if (first && !places.some((one) => one.field === current && one.page === page)) turnTo(first.page);
    else mark(true);
  });

  return { load };
}
