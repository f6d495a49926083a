"""Rules for how the page looks: fonts, paper, margins, room for the verification band, and styles that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.render.pdf.paper import MM, SIZES, TWIPS
from docgen.render.word.package import NS, NUMBERING, STYLES, W
from docgen.render.word.text import SYMBOL_FONTS
from docgen.template_lint.case import Case
from docgen.template_lint.finding import WHOLE_FILE, Finding, finding
from wording import say

# Fonts with the same widths, which stand in where the named one is not installed: no line breaks elsewhere.
_STAND_INS = {
    "arial": "liberation sans",
    "helvetica": "liberation sans",
    "arial narrow": "liberation sans narrow",
    "times new roman": "liberation serif",
    "times": "liberation serif",
    "courier new": "liberation mono",
    "calibri": "carlito",
    "cambria": "caladea",
    "georgia": "gelasio",
}
_MILLIMETRE = MM * TWIPS
_NORMS = {"top": (20, "atas"), "right": (20, "kanan"), "bottom": (25, "bawah"), "left": (30, "kiri")}  # in mm
BAND = 22  # mm from the lower edge: the verification band, which docgen prints on every page
_TOLERANCE = 1.0  # mm
_FEWEST_STYLES = 10  # unused ones that are worth a word
_THEME = "word/theme/theme1.xml"
_STYLE_USES = tuple(f"{W}{name}" for name in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "styleLink"))


def missing_fonts(case: Case) -> Iterator[Finding]:
    """Find fonts that this machine has not, nor another of the same widths, where they are first used."""
    for part, element, family in missing_families(case):
        message = say("Fon {font} tidak ada di server; baris dan halaman akan berbeda.", font=repr(family))
        suggestion = say("Pakai Arial, atau minta administrator memasang fon itu.")
        if element is None:
            yield finding("missing_font", WHOLE_FILE, family, message, suggestion)
        else:
            yield case.at_element("missing_font", part, element, message, suggestion)


def missing_families(case: Case) -> Iterator[tuple[str, Any, str]]:
    """Yield each family that this machine has not, nor another of the same widths: first part and element (None: of
    the default) that ask for it, and its name."""
    if case.fonts is None:
        return
    families: set[str] = set()
    for part, element, family in _fonts(case):
        name = family.casefold()
        known = name in case.fonts or _STAND_INS.get(name) in case.fonts or name.startswith(SYMBOL_FONTS)
        if not known and name not in families:
            families.add(name)
            yield part, element, family


def paper_and_margins(case: Case) -> Iterator[Finding]:
    """Find sections whose paper or margins are not those of official letters, or leave the band no room."""
    tree = case.opened.trees[case.opened.body]
    messages: set[str] = set()
    for section in tree.iter(f"{W}sectPr"):
        if next(section.iterancestors(f"{W}sectPrChange"), None) is None:
            for rule, message, suggestion in (*_paper(case, section), *_margins(section)):
                if message not in messages:
                    messages.add(message)
                    yield case.at_element(rule, case.opened.body, section, message, suggestion)


def footers_in_band(case: Case) -> Iterator[Finding]:
    """Find footers with words that would stand where the verification band is printed."""
    tree = case.opened.trees[case.opened.body]
    distances = [_measure(margins, "footer") for margins in tree.iter(f"{W}pgMar")]
    if not distances or min(distances) >= BAND:
        return
    for paragraph in case.opened.paragraphs:
        if case.label(paragraph.part) == "kaki halaman" and paragraph.text.strip():
            yield case.at(
                "stamp_room",
                paragraph.place(),
                say("Kaki halaman ini berada di tempat pita verifikasi dan QR."),
                say("Pindahkan ke isi surat, atau atur jarak kaki halaman paling sedikit {band} mm.", band=BAND),
            )


def unused_styles(case: Case) -> Iterator[Finding]:
    """Find that the file has many styles that nothing uses: they slow down every letter."""
    styles = case.opened.tree(STYLES)
    if styles is None:
        return
    used = _used_styles(case, styles)
    unused = [
        style.find(f"{W}name").get(f"{W}val", "")
        for style in styles.iterfind(f"{W}style")
        if style.get(f"{W}styleId") not in used and style.find(f"{W}name") is not None
    ]
    if len(unused) >= _FEWEST_STYLES:
        yield finding(
            "unused_styles",
            WHOLE_FILE,
            ", ".join(unused[:3]),
            say("Berkas ini memuat {count} gaya (Styles) yang tidak dipakai; tiap surat menjadi lebih lambat.",
                count=len(unused)),
            say("Salin isinya ke dokumen Word baru yang kosong, atau hapus gaya itu."),
        )  # fmt: skip


def _paper(case: Case, section: Any) -> Iterator[tuple[str, str, str]]:
    size = section.find(f"{W}pgSz")
    if size is None:
        return
    width, height = sorted((_measure(size, "w"), _measure(size, "h")))
    name = next((name for name, (w, h) in SIZES.items() if abs(w - width) <= 2 and abs(h - height) <= 2), None)
    paper = (case.sheet.paper if case.sheet else None) or (case.office.paper if case.office else None)
    if name is None:
        yield (
            "odd_paper",
            say(
                "Kertas templat ini {width} × {height} mm, bukan A4 atau F4.", width=round(width), height=round(height)
            ),
            say("Pilih A4 di Word (Layout > Size), lalu periksa letak isinya: surat dicetak pada kertas kantor."),
        )
    elif paper is not None and name != paper:
        yield (
            "other_paper",
            say("Kertas templat ini {name}, sedangkan surat kantor dicetak pada {paper}.", name=name, paper=paper),
            say("Tidak perlu diubah: surat memakai kertas kantor. Periksa pergantian halamannya."),
        )


def _margins(section: Any) -> Iterator[tuple[str, str, str]]:
    margins = section.find(f"{W}pgMar")
    if margins is None:
        return
    for side, (least, word) in _NORMS.items():
        value = _measure(margins, side)
        if side == "bottom" and value < BAND - _TOLERANCE:
            yield (
                "stamp_room",
                say("Margin bawah {value} mm tidak memberi tempat bagi pita verifikasi dan QR.", value=round(value)),
                say("Atur margin bawah paling sedikit {least} mm.", least=least),
            )
        elif value < least - _TOLERANCE:
            yield (
                "margins",
                say(
                    "Margin {side} {value} mm, lebih sempit daripada tata naskah dinas.", side=word, value=round(value)
                ),
                say("Atur margin {side} paling sedikit {least} mm.", side=word, least=least),
            )


def _measure(element: Any, name: str) -> float:
    """Return a measure of Word's in millimetres; a negative margin holds its text all the same."""
    try:
        return abs(float(element.get(f"{W}{name}", "0"))) / _MILLIMETRE
    except ValueError:
        return 0.0


def _fonts(case: Case) -> Iterator[tuple[str, Any, str]]:
    """Yield the families that texts are set in: part, element (None: of the default), and name."""
    theme = _theme_fonts(case)
    styles = case.opened.tree(STYLES)
    by_style: dict[str, Any] = {}
    if styles is not None:
        by_style = {style.get(f"{W}styleId"): style for style in styles.iterfind(f"{W}style")}
        for family in _families(styles.find(f"{W}docDefaults"), theme):
            yield STYLES, None, family
    seen: set[str] = set()
    for part, tree in case.opened.trees.items():
        for run in tree.iter(f"{W}r"):
            if any((text.text or "").strip() for text in run.iterfind(f"{W}t")):
                for family in _families(run.find(f"{W}rPr"), theme):
                    yield part, run, family
        for reference in tree.iter(f"{W}pStyle", f"{W}rStyle"):
            name = reference.get(f"{W}val")
            while name in by_style and name not in seen:
                seen.add(name)
                for family in _families(by_style[name].find(f"{W}rPr"), theme):
                    yield part, reference, family
                base = by_style[name].find(f"{W}basedOn")
                name = base.get(f"{W}val") if base is not None else None


def _families(holder: Any, theme: Mapping[str, str]) -> Iterator[str]:
    for fonts in holder.iter(f"{W}rFonts") if holder is not None else ():
        for name in ("ascii", "hAnsi"):
            family = theme.get(fonts.get(f"{W}{name}Theme", ""), "") or fonts.get(f"{W}{name}", "")
            if family:
                yield family


def _theme_fonts(case: Case) -> dict[str, str]:
    """Return the families of the theme by the words with which a text asks for them."""
    theme = case.opened.tree(_THEME)
    families: dict[str, str] = {}
    for which in ("major", "minor"):
        latin = theme.find(f".//a:{which}Font/a:latin", NS) if theme is not None else None
        if latin is not None:
            families |= dict.fromkeys((f"{which}Ascii", f"{which}HAnsi"), latin.get("typeface", ""))
    return families


def _used_styles(case: Case, styles: Any) -> set[str]:
    trees = [*case.opened.trees.values(), case.opened.tree(NUMBERING)]
    used = {
        reference.get(f"{W}val") for tree in trees if tree is not None for reference in tree.iter(*_STYLE_USES)
    }  # fmt: skip
    by_id = {style.get(f"{W}styleId"): style for style in styles.iterfind(f"{W}style")}
    used |= {id for id, style in by_id.items() if style.get(f"{W}default") in ("1", "true", "on")}
    waiting = list(used)
    while waiting:
        style = by_id.get(waiting.pop())
        for reference in style.iter(*_STYLE_USES) if style is not None else ():
            if reference.get(f"{W}val") not in used:
                used.add(reference.get(f"{W}val"))
                waiting.append(reference.get(f"{W}val"))
    return used
