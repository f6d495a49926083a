// What Word, Excel, LibreOffice and browsers put on the clipboard, cleaned to the blocks that a letter knows.

import { MOST_COLUMNS, MOST_LEVELS, MOST_ROWS } from "./rich_blocks.js";
import { say } from "./texts.js";

const BLOCKS = new Set("ADDRESS ARTICLE BLOCKQUOTE BODY CENTER DD DIV DL DT FIGURE FIGCAPTION FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR HTML LI MAIN NAV OL P PRE SECTION TABLE TBODY TD TFOOT TH THEAD TR UL".split(" "));
const UNSEEN = new Set("HEAD META LINK SCRIPT STYLE TEMPLATE TITLE XML NOSCRIPT COL COLGROUP".split(" "));
const PICTURES = new Set("IMG SVG PICTURE CANVAS VIDEO OBJECT IFRAME V:SHAPE V:IMAGEDATA".split(" "));
const BLACK = /^(?:|inherit|initial|auto|currentcolor|windowtext|black|transparent|rgb\(0, 0, 0\)|#0{3,6})$/i;
const NO_GROUND = /^(?:|inherit|initial|auto|none|transparent|white|rgb\(255, 255, 255\)|#f{3,6})$/i;
const ORDERED = { a: "a.", A: "a.", i: "a.", I: "a.", "lower-alpha": "a.", "lower-latin": "a.", "upper-alpha": "a." };

// Returns the blocks, and in `dropped` the sentences that say what was left out.
export function blocksFromHtml(html) {
  const reader = new Reader();
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html"); // inert: nothing is fetched or run
  reader.walk(page.body, {});
  reader.flush();
  return { blocks: reader.blocks, dropped: [...reader.dropped] };
}

// The pages' policy lets no foreign style apply, not even in a text that is only read: so they are attributes as others.
function withoutStyles(html) {
  return html.replaceAll(/<style\b[^]*?<\/style>/gi, "").replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/\sstyle=/gi, " data-look="));
}

function styleOf(element) {
  const lines = (element.dataset.look ?? "").split(";").map((line) => line.split(/:(.*)/s).map((part) => part.trim()));
  return Object.fromEntries(lines.filter(([name]) => name).map(([name, value]) => [name.toLowerCase(), value ?? ""]));
}

// A text with tabs in each of several lines is a table; otherwise a blank line ends a paragraph.
export function blocksFromText(text) {
  const lines = text.replaceAll(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  if (lines.length > 1 && lines.every((line) => line.includes("\t"))) {
    const reader = new Reader();
    reader.addRows(lines.map((line) => line.split("\t").map((cell) => (cell.trim() ? [{ text: cell.trim() }] : []))));
    return { blocks: reader.blocks, dropped: [...reader.dropped] };
  }
  const parts = lines.join("\n").split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean);
  return { blocks: parts.map((one) => ({ type: "paragraph", runs: [{ text: one }] })), dropped: [] };
}

class Reader {
  constructor() {
    this.blocks = [];
    this.dropped = new Set();
    this.runs = [];
    this.kind = null; // of the block that is being read: {type, level, numbering, continues}
    this.counts = {}; // the last number of each level of Word's lists
  }

  walk(node, looks) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) this.addText(child.data, looks);
      else if (child.nodeType === Node.ELEMENT_NODE) this.element(child, looks);
    }
  }

  element(element, outer) {
    const name = element.nodeName.toUpperCase();
    const style = styleOf(element);
    if (PICTURES.has(name)) return this.drop(say("gambar (pakai tombol Sisipkan gambar)"));
    if (UNSEEN.has(name) || element.hidden || style.display === "none" || style["mso-hide"] === "all") return undefined;
    if (isWordNumber(style)) return undefined; // the number that Word wrote: `wordItem` has read it
    if (name === "BR") return this.addLineEnd(outer);
    const looks = this.looksOf(element, name, style, outer);
    if (name === "TABLE") return this.table(element, looks);
    if (name === "OL" || name === "UL") return this.list(element, name, looks);
    if (!BLOCKS.has(name)) return this.walk(element, looks);
    if (this.inCell) {
      if (this.runs.length) this.addLineEnd(looks);
      return this.walk(element, looks);
    }
    this.flush();
    if (/^H[1-6]$/.test(name)) this.drop(say("gaya judul (menjadi huruf tebal)"));
    const item = this.wordItem(element, style);
    if (item) this.kind = item;
    this.walk(element, looks);
    this.flush();
    return undefined;
  }

  drop(what) {
    this.dropped.add(what);
  }

  looksOf(element, name, style, outer) {
    const { "font-weight": weight, "font-style": slant, "vertical-align": place } = style;
    const lines = `${style["text-decoration"]} ${style["text-decoration-line"]}`;
    const looks = { ...outer };
    if (["B", "STRONG"].includes(name) || /^H[1-6]$/.test(name)) looks.bold = true;
    if (weight) looks.bold = weight === "bold" || weight === "bolder" || Number(weight) >= 600;
    if (["I", "EM", "CITE"].includes(name)) looks.italic = true;
    if (slant) looks.italic = slant !== "normal";
    if (["U", "INS"].includes(name) || lines.includes("underline")) looks.underline = true;
    if (name === "A" && element.href) this.drop(say("tautan (kata-katanya tetap)"));
    if (["S", "STRIKE", "DEL"].includes(name) || lines.includes("line-through")) this.drop(say("coretan"));
    if (["SUB", "SUP"].includes(name) || ["sub", "super"].includes(place)) this.drop(say("huruf naik atau turun"));
    if (!BLACK.test(style.color ?? "") || !NO_GROUND.test(style["background-color"] ?? style.background ?? "")) this.drop(say("warna"));
    return looks;
  }

  // An item of Word's: <p style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">b.</span>…
  wordItem(element, style) {
    const level = /level(\d)/i.exec(style["mso-list"] ?? "");
    if (!level) return null;
    const mark = [...element.querySelectorAll("[data-look]")].find((one) => isWordNumber(styleOf(one)));
    const written = (mark?.textContent ?? "").replaceAll(/\s/g, "");
    const depth = this.depth(Number(level[1]));
    const before = this.counts[depth];
    const { numbering, count } = this.numberingOf(written, before);
    for (const deeper of Object.keys(this.counts)) if (deeper > depth) delete this.counts[deeper];
    this.counts[depth] = count;
    const continues = numbering !== "bullet" && count > 1 && before !== count - 1;
    return { type: "item", level: depth, numbering, ...(continues && { continues }) };
  }

  numberingOf(written, before) {
    const number = /^\(?(\d+)([.)])?$/.exec(written);
    if (number) return { numbering: number[2] === ")" || written[0] === "(" ? "1)" : "1.", count: Number(number[1]) };
    const letter = /^\(?([a-z])([.)])$/i.exec(written);
    if (letter && (letter[1] !== "i" || before === 8)) {
      if (letter[1] !== letter[1].toLowerCase()) this.drop(say("bentuk nomor A., I., i. (menjadi a.)"));
      return { numbering: letter[2] === ")" ? "a)" : "a.", count: letter[1].toLowerCase().charCodeAt(0) - 96 };
    }
    if (/^\(?[ivxlcdm]+[.)]$/i.test(written)) {
      this.drop(say("bentuk nomor A., I., i. (menjadi a.)"));
      return { numbering: "a.", count: 1 };
    }
    return { numbering: "bullet", count: 0 };
  }

  depth(level) {
    if (level > MOST_LEVELS) this.drop(say("tingkat di bawah yang keempat"));
    return Math.max(1, Math.min(level, MOST_LEVELS));
  }

  list(element, name, looks) {
    if (this.inCell) {
      this.drop(say("daftar di dalam sel (menjadi baris)"));
      return this.walk(element, looks);
    }
    this.flush();
    this.nesting = (this.nesting ?? 0) + 1;
    const level = this.depth(this.nesting);
    const sort = element.getAttribute("type") ?? styleOf(element)["list-style-type"];
    if (sort && /^(?:A|I|i|upper|lower-roman)/.test(sort) && !/^lower-(?:alpha|latin)$/.test(sort)) {
      this.drop(say("bentuk nomor A., I., i. (menjadi a.)"));
    }
    const numbering = name === "UL" ? "bullet" : ORDERED[sort] ?? "1.";
    let continues = name === "OL" && Number(element.getAttribute("start")) > 1;
    for (const child of element.childNodes) {
      if (child.nodeName !== "LI") {
        if (child.nodeType === Node.ELEMENT_NODE) this.element(child, looks); // a list directly in a list
        continue;
      }
      this.kind = { type: "item", level, numbering, ...(continues && { continues }) };
      const before = this.blocks.length;
      this.walk(child, looks);
      this.flush();
      for (const block of this.blocks.slice(before)) { // paragraphs behind the item's first
        if (block.type === "paragraph" && !block.level) block.level = level;
      }
      if (this.blocks.length > before) continues = false;
    }
    this.kind = null;
    this.nesting -= 1;
    return undefined;
  }

  table(element, looks) {
    if (this.inCell) {
      this.drop(say("tabel di dalam tabel (kata-katanya tetap)"));
      return this.walk(element, looks);
    }
    this.flush();
    const rows = [];
    const taken = []; // rows that a cell above still covers, by column
    for (const row of element.rows) {
      const cells = [];
      for (const cell of row.cells) {
        while (taken[cells.length]) {
          taken[cells.length] -= 1;
          cells.push([]);
        }
        if (cell.colSpan > 1 || cell.rowSpan > 1) this.drop(say("gabungan sel (menjadi sel-sel sendiri)"));
        for (let at = 0; at < Math.min(cell.colSpan, MOST_COLUMNS + 1); at += 1) {
          if (cell.rowSpan > 1) taken[cells.length] = cell.rowSpan - 1;
          cells.push(at ? [] : this.cell(cell, looks));
        }
      }
      while (taken[cells.length]) {
        taken[cells.length] -= 1;
        cells.push([]);
      }
      rows.push(cells);
    }
    if (rows.length === 1 && rows[0].length === 1) { // one cell of a spreadsheet is a text
      this.runs = rows[0][0];
      return this.flush();
    }
    return this.addRows(rows);
  }

  cell(element, looks) {
    this.inCell = true;
    this.walk(element, this.looksOf(element, element.nodeName, styleOf(element), looks));
    this.inCell = false;
    const runs = trimmed(this.runs);
    this.runs = [];
    return element.nodeName === "TH" ? runs.map(({ bold, ...run }) => run) : runs;
  }

  addRows(all) {
    const isEmpty = (row) => row.every((cell) => !cell.length);
    const rows = all.filter((row) => !isEmpty(row));
    if (!rows.length) return;
    const used = Math.max(...rows.map((row) => row.findLastIndex((cell) => cell.length))) + 1;
    const width = Math.min(used, MOST_COLUMNS);
    if (used > MOST_COLUMNS) this.drop(say("kolom sesudah yang ke-{1}", MOST_COLUMNS));
    if (rows.length > MOST_ROWS) this.drop(say("baris sesudah yang ke-{1}", MOST_ROWS));
    const cut = rows.slice(0, MOST_ROWS).map((row) => Array.from({ length: width }, (_, at) => row[at] ?? []));
    this.blocks.push({ type: "table", rows: cut });
  }

  addText(data, looks) {
    const text = data.replaceAll(/[\s\u00a0]+/g, " ");
    const last = this.runs.at(-1)?.text;
    const rest = !last || /[ \n]$/.test(last) ? text.replace(/^ /, "") : text;
    if (rest) this.runs.push({ text: rest, ...only(looks) });
  }

  addLineEnd(looks) {
    this.runs.push({ text: "\n", ...only(looks) });
  }

  flush() {
    const runs = trimmed(this.runs);
    this.runs = [];
    if (!runs.length) return;
    this.blocks.push({ ...(this.kind ?? { type: "paragraph" }), runs });
    this.kind = null;
  }
}

function isWordNumber(style) {
  return /^ignore$/i.test(style["mso-list"] ?? "");
}

function only({ bold, italic, underline }) {
  return { ...(bold && { bold }), ...(italic && { italic }), ...(underline && { underline }) };
}

function trimmed(runs) {
  const kept = runs.map((run) => ({ ...run }));
  while (kept.length && !(kept[0].text = kept[0].text.trimStart())) kept.shift();
  while (kept.length && !(kept.at(-1).text = kept.at(-1).text.trimEnd())) kept.pop();
  return kept;
}
