// Rich text as data: blocks of the letter to the editor's document and back, and how items are numbered.
// The same blocks and the same counting as in docgen/forms/rich_text.py and docgen/list_numbers.py.

export const NUMBERINGS = ["1.", "a.", "1)", "a)", "bullet"];
export const MOST_LEVELS = 4;
export const MOST_COLUMNS = 12;
export const MOST_ROWS = 2000;
const LOOKS = ["bold", "italic", "underline"];

// What stands in the text area: plain text, or blocks as JSON where plain text cannot say it.
export function blocksOf(value) {
  if (value.startsWith('[{"')) {
    try {
      const blocks = JSON.parse(value);
      if (blocks.every((block) => block.type)) return blocks;
    } catch {
      // a text that only begins like one
    }
  }
  return paragraphs(value);
}

export function paragraphs(text) {
  const parts = text.replaceAll("\r\n", "\n").split(/\n[ \t]*(?:\n[ \t]*)+/).map((one) => one.trim()).filter(Boolean);
  return parts.map((one) => ({ type: "paragraph", runs: [{ text: one }] }));
}

export function valueOf(all) {
  const blocks = all.filter((one) => one.type !== "table" || one.rows.flat(2).length); // an empty table says nothing yet
  const isPlain = (one) => one.type === "paragraph" && !one.level && one.runs.every((run) => LOOKS.every((look) => !run[look]));
  if (!blocks.every(isPlain)) return JSON.stringify(blocks);
  return blocks.map((one) => one.runs.map((run) => run.text).join("").trim()).filter(Boolean).join("\n\n");
}

export function makeSchema(pm) {
  const cells = pm.tables.tableNodes({ tableGroup: "block", cellContent: "line", cellAttributes: {} });
  const levelled = (attrs) => ({ "data-level": attrs.level || null });
  return new pm.model.Schema({
    nodes: {
      doc: { content: "block+" },
      paragraph: {
        group: "block", content: "inline*", attrs: { level: { default: 0 } },
        parseDOM: [{ tag: "p", getAttrs: (dom) => ({ level: Number(dom.dataset.level) || 0 }) }],
        toDOM: (node) => ["p", levelled(node.attrs), 0],
      },
      item: {
        group: "block", content: "inline*", defining: true,
        attrs: { level: { default: 1 }, numbering: { default: "1." }, continues: { default: false } },
        parseDOM: [{
          tag: "p[data-numbering]", priority: 60,
          getAttrs: (dom) => ({
            level: Number(dom.dataset.level) || 1, numbering: dom.dataset.numbering, continues: "continues" in dom.dataset,
          }),
        }],
        toDOM: (node) => ["p", {
          ...levelled(node.attrs), "data-numbering": node.attrs.numbering, "data-continues": node.attrs.continues ? "" : null,
        }, 0],
      },
      image: {
        group: "block", atom: true, draggable: true, attrs: { file: {}, caption: { default: "" } },
        parseDOM: [{
          tag: "figure[data-file]", getAttrs: (dom) => ({ file: dom.dataset.file, caption: dom.dataset.caption || "" }),
        }],
        toDOM: (node) => ["figure", { "data-file": node.attrs.file, "data-caption": node.attrs.caption }],
      },
      line: { content: "inline*", parseDOM: [{ tag: "p", context: "table_cell/|table_header/" }], toDOM: () => ["p", 0] },
      ...cells,
      text: { group: "inline" },
      line_end: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
    },
    marks: {
      bold: { parseDOM: [{ tag: "strong" }], toDOM: () => ["strong", 0] },
      italic: { parseDOM: [{ tag: "em" }], toDOM: () => ["em", 0] },
      underline: { parseDOM: [{ tag: "u" }], toDOM: () => ["u", 0] },
    },
  });
}

export function docOf(schema, blocks) {
  const nodes = nodesOf(schema, blocks);
  return schema.nodes.doc.create(null, nodes.length ? nodes : [schema.nodes.paragraph.create()]);
}

export function nodesOf(schema, blocks) {
  return blocks.map((block) => {
    if (block.type === "table") return tableOf(schema, block);
    if (block.type === "image") return schema.nodes.image.create(block.photo);
    const attrs = block.type === "item"
      ? { level: block.level ?? 1, numbering: block.numbering ?? "1.", continues: block.continues ?? false }
      : { level: block.level ?? 0 };
    return schema.nodes[block.type].create(attrs, inlineOf(schema, block.runs));
  });
}

function tableOf(schema, block) {
  const { table, table_row: row, table_cell: cell, table_header: header, line } = schema.nodes;
  const rows = block.rows.map((cells, at) => {
    const sort = at === 0 && (block.header ?? true) ? header : cell;
    return row.create(null, cells.map((runs) => sort.create(null, line.create(null, inlineOf(schema, runs)))));
  });
  return table.create(null, rows);
}

export function inlineOf(schema, runs) {
  const nodes = [];
  for (const run of typeof runs === "string" ? [{ text: runs }] : runs) {
    const marks = LOOKS.filter((look) => run[look]).map((look) => schema.marks[look].create());
    run.text.split("\n").forEach((text, at) => {
      if (at) nodes.push(schema.nodes.line_end.create(null, null, marks));
      if (text) nodes.push(schema.text(text, marks));
    });
  }
  return nodes;
}

export function blocksOfDoc(doc) {
  const blocks = [];
  doc.forEach((node) => {
    if (node.type.name === "table") blocks.push(tableBlock(node));
    else if (node.type.name === "image") blocks.push({ type: "image", photo: { file: node.attrs.file, caption: node.attrs.caption } });
    else if (node.content.size) blocks.push(textBlock(node));
  });
  return blocks;
}

function textBlock(node) {
  const { level, numbering, continues } = node.attrs;
  if (node.type.name === "paragraph") return { type: "paragraph", ...(level && { level }), runs: runsOf(node) };
  return { type: "item", level, numbering, ...(continues && { continues }), runs: runsOf(node) };
}

function tableBlock(node) {
  const rows = [];
  node.forEach((row) => {
    const cells = [];
    row.forEach((cell) => cells.push(runsOf(cell.firstChild)));
    rows.push(cells);
  });
  return { type: "table", ...(hasHeader(node) ? {} : { header: false }), rows };
}

export function hasHeader(table) {
  return table.firstChild.firstChild.type.name === "table_header";
}

function runsOf(node) {
  const runs = [];
  node.forEach((child) => {
    const looks = Object.fromEntries(child.marks.map((mark) => [mark.type.name, true]));
    const run = { text: child.isText ? child.text : "\n", ...looks };
    const last = runs.at(-1);
    if (last && LOOKS.every((look) => last[look] === run[look])) last.text += run.text;
    else runs.push(run);
  });
  return runs;
}

// The number of each child of the document, by its index.
export function labelsOf(doc) {
  const running = {};
  const counts = {};
  const labels = [];
  doc.forEach((node) => {
    const isItem = node.type.name === "item";
    const level = node.attrs.level ?? 0;
    for (const deeper of Object.keys(running)) if (deeper > level) delete running[deeper];
    if (!isItem) return labels.push("");
    const { numbering, continues } = node.attrs;
    const key = `${level} ${numbering}`;
    counts[key] = continues || running[level] === numbering ? (counts[key] ?? 0) + 1 : 1;
    running[level] = numbering;
    return labels.push(labelOf(numbering, counts[key]));
  });
  return labels;
}

function labelOf(numbering, count) {
  if (numbering === "bullet") return "•";
  if (numbering[0] === "1") return count + numbering[1];
  return String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.floor((count - 1) / 26) + 1) + numbering[1];
}
