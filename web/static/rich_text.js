// The editor of a rich text: ProseMirror from its package, loaded where a form has such a field. The text area below it
// stays what is sent and saved: plain text, or blocks as JSON (rich_blocks.js).

import { blocksOf, blocksOfDoc, docOf, hasHeader, inlineOf, labelsOf, makeSchema, MOST_COLUMNS, MOST_LEVELS, NUMBERINGS, nodesOf, paragraphs, valueOf } from "./rich_blocks.js";
import { blocksFromHtml, blocksFromText } from "./rich_paste.js";
import { say } from "./texts.js";

const shownTexts = new WeakMap(); // of text areas that hold blocks: what they show without the editor

// Before anything reads the form: a text area that shows blocks as text gets the blocks themselves.
export function readyRichTexts(form) {
  for (const area of form.querySelectorAll(".rich[data-editor] > textarea")) {
    const blocks = area.form.elements[`${area.name}.blok`];
    if (!blocks || !area.parentElement.dataset.editor) continue;
    shownTexts.set(area, area.value);
    area.value = area.defaultValue = blocks.value;
    area.classList.add("visually-hidden");
    blocks.disabled = true;
  }
}

export function watchRichTexts(form) {
  for (const box of form.querySelectorAll(".rich[data-editor]")) if (box.dataset.editor) open(form, box);
}

async function open(form, box) {
  const area = box.querySelector("textarea");
  try {
    const { pm } = await import(box.dataset.editor);
    new Editor(pm, form, box, area);
  } catch (error) { // away: the text area does
    console.error(error);
    area.classList.remove("visually-hidden");
    if (!shownTexts.has(area)) return;
    area.value = shownTexts.get(area);
    form.elements[`${area.name}.blok`].disabled = false;
  }
}

class Editor {
  constructor(pm, form, box, area) {
    Object.assign(this, { pm, form, box, area });
    this.schema = makeSchema(pm);
    this.tools = box.querySelector(".rich-tools");
    this.chooser = this.tools.querySelector("input[type=file]");
    this.words = box.querySelector(".rich-say");
    this.page = box.querySelector(".rich-page");
    this.view = new pm.view.EditorView(this.page, {
      state: this.stateOf(area.value),
      attributes: () => this.attributes(),
      nodeViews: { image: (node, view, at) => new Picture(node, view, at, box.dataset.shown) },
      dispatchTransaction: (change) => this.apply(change),
      handleDOMEvents: { paste: (view, event) => this.paste(event) }, // before the editor reads it by its own rules
      handleTextInput: (view, from, to, text) => this.beginItem(from, to, text),
    });
    this.watchArea();
    this.watchTools();
    this.show();
    for (const shown of [this.tools, this.page, box.querySelector(".rich-keys")]) shown.hidden = false;
    area.classList.add("visually-hidden");
    area.tabIndex = -1;
    area.setAttribute("aria-hidden", "true");
    if (document.activeElement === area) this.view.focus();
  }

  attributes() {
    const { area } = this;
    const named = {
      role: "textbox", "aria-multiline": "true", class: "form-control rich-text", id: `${area.id}-teks`,
      "aria-label": say("{1} (penyunting)", area.labels[0].textContent.trim()), "aria-describedby": area.getAttribute("aria-describedby"),
      "data-field": area.name,
    };
    if (area.getAttribute("aria-invalid")) named["aria-invalid"] = "true";
    return named;
  }

  stateOf(value) {
    const { commands, history, keymap, state, tables } = this.pm;
    const plugins = [
      keymap.keymap(this.keys()), keymap.keymap(commands.baseKeymap), history.history(), tables.tableEditing(),
      this.numbers(), this.room(), this.hint(),
    ];
    return state.EditorState.create({ doc: docOf(this.schema, blocksOf(value)), plugins });
  }

  // Paragraphs around tables and pictures, where something may be written; empty ones are not sent.
  room() {
    return new this.pm.state.Plugin({
      appendTransaction: (changes, before, after) => {
        if (!changes.some((change) => change.docChanged)) return null;
        const places = [];
        let wasText = false;
        after.doc.forEach((node, at) => {
          if (!node.isTextblock && !wasText) places.push(at);
          wasText = node.isTextblock;
        });
        if (!wasText) places.push(after.doc.content.size);
        const { tr } = after;
        for (const place of places.reverse()) tr.insert(place, this.schema.nodes.paragraph.create());
        return places.length ? tr : null;
      },
    });
  }

  numbers() {
    const { Decoration, DecorationSet } = this.pm.view;
    return new this.pm.state.Plugin({
      props: {
        decorations: ({ doc }) => {
          const labels = labelsOf(doc);
          const shown = [];
          doc.forEach((node, at, index) => {
            if (labels[index]) shown.push(Decoration.node(at, at + node.nodeSize, { "data-number": labels[index] }));
          });
          return DecorationSet.create(doc, shown);
        },
      },
    });
  }

  hint() {
    const { Decoration, DecorationSet } = this.pm.view;
    return new this.pm.state.Plugin({
      props: {
        decorations: ({ doc }) => {
          const isEmpty = doc.childCount === 1 && doc.firstChild.type.name === "paragraph" && !doc.firstChild.content.size;
          return isEmpty ? DecorationSet.create(doc, [Decoration.node(0, 2, { "data-hint": this.area.placeholder })]) : null;
        },
      },
    });
  }

  keys() {
    const { commands, history, tables } = this.pm;
    const { marks, nodes } = this.schema;
    const lineEnd = (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(nodes.line_end.create()).scrollIntoView());
      return true;
    };
    const enter = (state, dispatch, view) => {
      if (tables.isInTable(state)) return lineEnd(state, dispatch);
      const { $from, empty } = state.selection;
      if (!["item", "paragraph"].includes($from.parent.type.name)) return false;
      if (empty && !$from.parent.content.size && $from.parent.attrs.level) return this.moveLevel(-1)(state, dispatch, view);
      return commands.splitBlockAs((node) => ({ type: node.type, attrs: { ...node.attrs, ...("continues" in node.attrs && { continues: false }) } }))(state, dispatch, view);
    };
    const atStart = (state, dispatch) => {
      const { $from, empty } = state.selection;
      if (!empty || $from.parentOffset || !$from.parent.attrs.level) return false;
      dispatch?.(state.tr.setNodeMarkup($from.before(), nodes.paragraph));
      return true;
    };
    const nextCell = (step) => (state, dispatch) => {
      if (!tables.isInTable(state)) return false;
      if (tables.goToNextCell(step)(state, dispatch)) return true;
      if (step < 0) return false;
      tables.addRowAfter(state, dispatch);
      return tables.goToNextCell(1)(this.view.state, dispatch);
    };
    return {
      "Mod-b": commands.toggleMark(marks.bold), "Mod-i": commands.toggleMark(marks.italic), "Mod-u": commands.toggleMark(marks.underline),
      "Mod-z": history.undo, "Mod-y": history.redo, "Shift-Mod-z": history.redo,
      Enter: enter, "Shift-Enter": lineEnd, Backspace: atStart,
      Tab: commands.chainCommands(nextCell(1), this.moveLevel(1)),
      "Shift-Tab": commands.chainCommands(nextCell(-1), this.moveLevel(-1, true)),
      "Alt-F10": () => this.focusTools(), Escape: () => this.focusTools(),
    };
  }

  // The top-level texts that are selected, with their places.
  selected(state) {
    const found = [];
    const { from, to } = state.selection;
    state.doc.forEach((node, at, index) => {
      if (node.isTextblock && at < to + 1 && at + node.nodeSize > from) found.push({ node, at, index });
    });
    return found;
  }

  moveLevel(step, stays = false) {
    return (state, dispatch) => {
      const items = this.selected(state).filter(({ node }) => node.attrs.level);
      if (!items.length) return false;
      const { tr } = state;
      for (const { node, at, index } of items) {
        const level = node.attrs.level + step;
        if (step > 0 && (level > MOST_LEVELS || level > this.levelAbove(tr.doc, index) + 1)) continue;
        if (level < 1 && stays) continue;
        if (level < 1) tr.setNodeMarkup(at, this.schema.nodes.paragraph);
        else tr.setNodeMarkup(at, null, { ...node.attrs, level, ...(node.attrs.numbering && { numbering: this.numberingAt(tr.doc, index, level, node.attrs.numbering), continues: false }) });
      }
      if (!tr.docChanged) return false; // Tab goes on to the next field
      dispatch?.(tr);
      return true;
    };
  }

  levelAbove(doc, index) {
    return index ? doc.child(index - 1).attrs.level ?? 0 : 0;
  }

  // How an item of a level is written: as the one above of its level, else as is usual there.
  numberingAt(doc, index, level, now) {
    for (let at = index - 1; at >= 0; at -= 1) {
      const { level: above = 0, numbering } = doc.child(at).attrs;
      if (above < level) break;
      if (above === level && numbering) return numbering;
    }
    return now === "bullet" ? now : NUMBERINGS[level - 1];
  }

  setList(numbering) {
    return (state, dispatch) => {
      const texts = this.selected(state);
      if (!texts.length) return false;
      const { item, paragraph } = this.schema.nodes;
      const isOn = texts.every(({ node }) => node.attrs.numbering === numbering);
      const { tr } = state;
      for (const { node, at, index } of texts) {
        if (isOn) {
          tr.setNodeMarkup(at, paragraph);
          continue;
        }
        const above = this.levelAbove(tr.doc, index);
        const usual = numbering === "bullet" ? node.attrs.level || above || 1 : NUMBERINGS.indexOf(numbering) + 1;
        const beside = index && tr.doc.child(index - 1).attrs.numbering === numbering ? above : usual;
        tr.setNodeMarkup(at, item, { level: Math.max(1, Math.min(beside, above + 1)), numbering, continues: false });
      }
      dispatch?.(tr);
      return true;
    };
  }

  // "1. " at the beginning of a paragraph makes an item of it.
  beginItem(from, to, text) {
    const { state } = this.view;
    const { $from } = state.selection;
    if (text !== " " || $from.parent.type.name !== "paragraph" || $from.depth !== 1) return false;
    const written = $from.parent.textBetween(0, $from.parentOffset);
    const numbering = { "1.": "1.", "a.": "a.", "1)": "1)", "a)": "a)", "-": "bullet", "*": "bullet", "•": "bullet" }[written];
    if (!numbering) return false;
    const above = this.levelAbove(state.doc, $from.index(0));
    const level = above ? Math.min(above + 1, Math.max(1, NUMBERINGS.indexOf(numbering) + 1 || 1), MOST_LEVELS) : 1;
    const tr = state.tr.delete($from.start(), from);
    this.view.dispatch(tr.setNodeMarkup($from.before(), this.schema.nodes.item, { level, numbering, continues: false }));
    return true;
  }

  apply(change) {
    this.view.updateState(this.view.state.apply(change));
    this.show();
    if (!change.docChanged) return;
    this.area.value = valueOf(blocksOfDoc(this.view.state.doc));
    this.isOwn = true;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.isOwn = false;
  }

  // What other scripts write into the text area, and the focus that they give it.
  watchArea() {
    const { area } = this;
    const read = () => {
      if (this.isOwn) return;
      const { doc } = this.view.state;
      if (valueOf(blocksOfDoc(doc)) === area.value) return;
      this.view.updateState(this.stateOf(area.value));
      this.view.dispatch(this.view.state.tr.setSelection(this.pm.state.Selection.atEnd(this.view.state.doc)));
    };
    for (const name of ["input", "change", "docgen:filled"]) area.addEventListener(name, read);
    area.focus = () => this.view.focus(); // as other scripts of the page do it
    area.labels[0].addEventListener("click", (event) => {
      event.preventDefault();
      this.view.focus();
    });
    area.addEventListener("docgen:insert", (event) => {
      event.preventDefault();
      this.insertSentence(paragraphs(event.detail));
      this.view.focus();
    });
  }

  // A standard sentence is a paragraph of its own, behind what stands before the cursor.
  insertSentence(blocks) {
    const { tr, selection } = this.view.state;
    const { $from } = selection;
    if ($from.depth !== 1 || !$from.parentOffset) return this.insert(blocks);
    if ($from.parentOffset < $from.parent.content.size) tr.split($from.pos);
    const at = tr.doc.resolve($from.pos).after(1);
    const nodes = nodesOf(this.schema, blocks);
    tr.insert(at, nodes);
    const end = at + nodes.reduce((size, node) => size + node.nodeSize, 0);
    return this.view.dispatch(tr.setSelection(this.pm.state.Selection.near(tr.doc.resolve(end), -1)).scrollIntoView());
  }

  insert(blocks) {
    const { model } = this.pm;
    const { state } = this.view;
    const { tr, selection } = state;
    const first = blocks[0];
    if (this.pm.tables.isInTable(state) || (blocks.length === 1 && first.type === "paragraph" && !first.level)) {
      const runs = blocks.flatMap((block, at) => [...(at ? [{ text: "\n" }] : []), ...lineRuns(block)]);
      tr.replaceWith(selection.from, selection.to, inlineOf(this.schema, runs));
    } else {
      const nodes = nodesOf(this.schema, blocks);
      const $from = selection.$from;
      const isEmpty = selection.empty && $from.depth === 1 && !$from.parent.content.size;
      if (isEmpty) tr.replaceWith($from.before(), $from.after(), nodes);
      else tr.replaceSelection(new model.Slice(model.Fragment.from(nodes), blocks[0].type === "paragraph" ? 1 : 0, 0));
    }
    this.view.dispatch(tr.scrollIntoView().setMeta("paste", true));
  }

  paste(event) {
    const data = event.clipboardData;
    const html = data?.getData("text/html") ?? "";
    const text = data?.getData("text/plain") ?? "";
    if (html.includes("data-pm-slice")) return false; // from an editor of ours
    const picture = [...(data?.files ?? [])].find((file) => file.type.startsWith("image/"));
    if (!html && !text && !picture) return false;
    event.preventDefault();
    if (picture && !text.trim()) {
      this.upload(picture);
      return true;
    }
    const { blocks, dropped } = html ? blocksFromHtml(html) : blocksFromText(text);
    if (blocks.length) this.insert(blocks);
    this.tell(dropped.length ? say("Yang tidak dikenal naskah ditinggalkan: {1}.", dropped.join(", ")) : "");
    return true;
  }

  tell(text, bad = false) {
    this.words.textContent = text;
    this.words.classList.toggle("is-bad", bad);
  }

  commandOf(tool) {
    const { commands, history, tables } = this.pm;
    const inTable = (command) => (state, dispatch) => tables.isInTable(state) && command(state, dispatch);
    if (tool in this.schema.marks) return commands.toggleMark(this.schema.marks[tool]);
    if (tool.startsWith("list:")) return this.setList(tool.slice(5));
    return {
      deeper: this.moveLevel(1), higher: this.moveLevel(-1), undo: history.undo, redo: history.redo,
      continues: (state, dispatch) => this.toggleContinues(state, dispatch),
      table: (state, dispatch) => this.addTable(state, dispatch),
      picture: (state, dispatch) => {
        if (tables.isInTable(state)) return false;
        if (dispatch) this.chooser.click();
        return true;
      },
      "row-add": inTable(tables.addRowAfter), "row-remove": inTable(tables.deleteRow),
      "column-add": inTable((state, dispatch) => tables.selectedRect(state).map.width < MOST_COLUMNS && tables.addColumnAfter(state, dispatch)),
      "column-remove": inTable(tables.deleteColumn), "table-remove": inTable(tables.deleteTable),
      header: inTable(tables.toggleHeader("row")),
    }[tool];
  }

  toggleContinues(state, dispatch) {
    const [first] = this.selected(state);
    if (!first || !first.node.attrs.numbering || first.node.attrs.numbering === "bullet") return false;
    dispatch?.(state.tr.setNodeMarkup(first.at, null, { ...first.node.attrs, continues: !first.node.attrs.continues }));
    return true;
  }

  addTable(state, dispatch) {
    const { $from } = state.selection;
    if (this.pm.tables.isInTable(state)) return false;
    if (!dispatch) return true;
    const rows = Array.from({ length: 3 }, () => ["", "", ""].map(() => []));
    const [table] = nodesOf(this.schema, [{ type: "table", rows }]);
    const isEmpty = $from.depth === 1 && $from.parent.isTextblock && !$from.parent.content.size;
    const at = isEmpty ? $from.before(1) : $from.after(1);
    const tr = isEmpty ? state.tr.replaceWith(at, $from.after(1), table) : state.tr.insert(at, table);
    dispatch(tr.setSelection(this.pm.state.TextSelection.near(tr.doc.resolve(at + 4))).scrollIntoView());
    return true;
  }

  isOn(tool, state) {
    const { $from, from, to, empty } = state.selection;
    const mark = this.schema.marks[tool];
    if (mark) return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
    const { numbering, continues } = ($from.depth ? $from.node(1) : state.doc).attrs;
    if (tool.startsWith("list:")) return numbering === tool.slice(5);
    if (tool === "continues") return Boolean(continues);
    return tool === "header" && this.pm.tables.isInTable(state) && hasHeader($from.node(1));
  }

  show() {
    const { state } = this.view;
    this.tools.querySelector("[data-in-table]").hidden = !this.pm.tables.isInTable(state);
    for (const button of this.buttons()) {
      button.toggleAttribute("data-off", !this.commandOf(button.dataset.tool)(state));
      button.setAttribute("aria-disabled", String(button.hasAttribute("data-off")));
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(this.isOn(button.dataset.tool, state)));
    }
    if (!this.shownButtons().some((button) => button.tabIndex === 0)) this.tools.querySelector("button").tabIndex = 0;
  }

  buttons() {
    return [...this.tools.querySelectorAll("[data-tool]")];
  }

  shownButtons() {
    return this.buttons().filter((button) => !button.closest("[hidden]"));
  }

  focusTools() {
    (this.shownButtons().find((button) => button.tabIndex === 0) ?? this.shownButtons()[0]).focus();
    return true;
  }

  // One stop of the Tab key, and arrows within: https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/
  watchTools() {
    this.tools.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault(); // the selection stays
    });
    this.tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tool]");
      if (!button || button.hasAttribute("data-off")) return;
      this.choose(button);
      this.commandOf(button.dataset.tool)(this.view.state, this.view.dispatch.bind(this.view));
      if (button.dataset.tool !== "picture") this.view.focus();
    });
    this.tools.addEventListener("keydown", (event) => {
      const buttons = this.shownButtons();
      const at = buttons.indexOf(document.activeElement);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      if (event.key === "Escape") this.view.focus();
      else if (next === undefined) return;
      else this.choose(buttons.at(next % buttons.length)).focus();
      event.preventDefault();
      event.stopPropagation();
    });
    this.chooser.addEventListener("change", (event) => {
      event.stopPropagation();
      const [file] = this.chooser.files;
      this.chooser.value = "";
      if (file) this.upload(file);
    });
  }

  choose(button) {
    for (const other of this.buttons()) other.tabIndex = other === button ? 0 : -1;
    return button;
  }

  async upload(file) {
    this.tell(say("Mengunggah {1}…", file.name));
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    data.set("file", file);
    try {
      const answer = await fetch(this.box.dataset.upload, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
      const kept = await answer.json();
      if (!answer.ok) throw new Error(kept.error);
      const { tr, selection } = this.view.state;
      const at = selection.$to.after(1);
      this.view.dispatch(tr.insert(at, this.schema.nodes.image.create({ file: kept.file })).scrollIntoView());
      this.tell(say("Gambar terunggah. Tulis keterangannya."));
      this.view.nodeDOM(at)?.querySelector("input")?.focus();
    } catch (error) {
      this.tell(error instanceof TypeError || !error.message ? say("{1}: layanan tidak terjangkau. Coba lagi.", file.name) : error.message, true);
    }
  }
}

// A picture in the text: shown as it is stored, with its caption below.
class Picture {
  constructor(node, view, place, shown) {
    this.dom = document.createElement("figure");
    this.dom.className = "rich-picture";
    this.image = document.createElement("img");
    this.image.src = shown + node.attrs.file;
    this.input = document.createElement("input");
    this.input.className = "form-control form-control-sm";
    this.input.maxLength = 200;
    this.input.setAttribute("aria-label", say("Keterangan gambar"));
    this.input.placeholder = say("Keterangan gambar (wajib)");
    this.dom.append(this.image, this.input);
    this.input.addEventListener("input", (event) => {
      event.stopPropagation();
      view.dispatch(view.state.tr.setNodeAttribute(place(), "caption", this.input.value));
    });
    this.update(node);
  }

  update(node) {
    if (node.type.name !== "image") return false;
    this.image.alt = node.attrs.caption;
    if (this.input.value !== node.attrs.caption) this.input.value = node.attrs.caption;
    return true;
  }

  stopEvent(event) {
    return this.input.contains(event.target);
  }

  ignoreMutation() {
    return true;
  }
}

function lineRuns(block) {
  if (block.runs) return typeof block.runs === "string" ? [{ text: block.runs }] : block.runs;
  return (block.rows ?? []).flatMap((row, at) => [...(at ? [{ text: "\n" }] : []), { text: row.map((runs) => runs.map((run) => run.text).join("")).join(" ") }]);
}
