"""Convert PDFs of any origin to PDF/A-2b: pages that may not stay as they are become pictures.

A page is taken as it is only where everything it is drawn with is known to be allowed (ISO 19005-2 §6.2): embedded
fonts in a file that claims PDF/A, grey and RGB, plain images. Any other is shown as a picture that looks the same; what
counts or acts in its own file (scripts, attachments, layers) stays behind. The file that came is never changed.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, NameObject, StreamObject

from docgen.render.pdf.geometry import Edges, page_view
from docgen.render.pdf.image_page import add_image
from docgen.render.pdf.import_page import readable
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.metadata import declare_pdfa, read_metadata
from docgen.render.pdf.objects.pdf_file import pdf_errors, write_pdf
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay
from docgen.render.pdf.pdfium import page_png, text_pieces

DPI = 200
DESCENT = 0.2  # of a letter's height, below the line it stands on
DEEPEST = 28  # nested q, ISO 19005-2 §6.1.13
LONGEST_TEXT = 32_767  # bytes of a string
SIDES = (3.0, 14_400.0)  # of a page, in points
_FILTERS = {
    "/FlateDecode",
    "/DCTDecode",
    "/CCITTFaxDecode",
    "/JBIG2Decode",
    "/ASCIIHexDecode",
    "/ASCII85Decode",
    "/RunLengthDecode",
}
_SHORT_FILTERS = {"/Fl", "/DCT", "/CCF", "/AHx", "/A85", "/RL"}
_NAMES = """b B b* B* BDC BMC BT BX c cm CS cs d d0 d1 Do DP EMC ET EX f f* G g gs h i j J l m M MP n q Q re RG rg ri s
    S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' " INLINE"""
_OPERATORS = frozenset(_NAMES.split())  # of all that there are, without F (another f) and those of CMYK
_TEXT = frozenset(("Tj", "TJ", "'", '"'))
_SPACES = {"/DeviceGray", "/DeviceRGB", "/Pattern", "/G", "/RGB"}
_INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
_BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge"} | {
    "/ColorBurn",
    "/HardLight",
    "/SoftLight",
    "/Difference",
    "/Exclusion",
    "/Hue",
    "/Saturation",
    "/Color",
    "/Luminosity",
}
# What an object on a page may not have: transfer functions, alternates, layers, foreign metadata, other files.
_FORBIDDEN = frozenset(
    ("/TR", "/HTP", "/HT", "/Alternates", "/OPI", "/Ref", "/PS", "/Subtype2", "/OC", "/Metadata", "/FFilter")
)
_ELSEWHERE = frozenset(("/Parent", "/P", "/StructParent", "/StructParents", "/PieceInfo", "/LastModified"))
_SECOND_PART = re.compile(rb"pdfaid:part(?:>\s*|\s*=\s*[\"'])2\b")
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")  # of a colour profile
_KEPT = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Resources", "/Contents")
# What a file may say beside its pages for all of it to be taken as it is.
_PLAIN_NAMES = """/Type /Pages /Metadata /OutputIntents /StructTreeRoot /MarkInfo /Lang /ViewerPreferences /Dests
    /Outlines /PageLabels /PageMode /Version /PageLayout"""
_PLAIN = frozenset(_PLAIN_NAMES.split())


def convert_to_pdfa(pdf: bytes, *, most: int | None = None) -> bytes:
    """Return a copy of a PDF that is valid PDF/A-2b; the file itself if it is that already.

    What fields and notes show is part of the pages; the text of a page that becomes a picture lies unseen on it, to be
    searched. The same input gives the same bytes. Where more than `most` pages would become pictures, which takes its
    time, only fields and notes are made flat. Raises PdfError.
    """
    reader, pages, flat = readable(pdf, False)
    try:
        with pdf_errors():
            return _rebuild(reader, pages, flat, hashlib.sha256(pdf).digest()[:16], most)
    finally:
        reader.stream.close()  # its objects refer to one another: they would go much later than now
        reader.close()


def _rebuild(reader: PdfReader, pages: Sequence[PageObject], flat: bytes, identity: bytes, most: int | None) -> bytes:
    archival = read_metadata(reader, main=True)
    # First as a page without text, where fonts that are named and not used do not count.
    choices = (False, True) if archival.colours else (False,)
    sound = [any(_is_allowed(page, reader, fonts=fonts) for fonts in choices) for page in pages]
    second = _SECOND_PART.search(archival.xmp) is not None
    if all(sound) and archival.colours == 3 and second and _has_pages_only(reader):
        return flat
    if most is not None and sound.count(False) > most:
        return flat
    writer = PdfWriter()
    texts = {index: text_pieces(flat, index + 1) for index, as_it_is in enumerate(sound) if not as_it_is}
    signs = "".join(printable(text) for pieces in texts.values() for text, _ in pieces)
    overlay = PypdfOverlay(writer, signs) if signs else None
    for index, page in enumerate(pages):
        if sound[index]:
            _copy_page(writer, page)
            continue
        picture = _add_picture(writer, page, page_png(flat, index + 1, width=round(page_view(page).width * DPI / 72)))
        if overlay is not None:
            _add_invisible_text(overlay, picture, texts[index])
    title = reader.metadata.title if reader.metadata else None
    declare_pdfa(writer, str(title or ""))
    data = write_pdf(writer, identity)
    writer._objects.clear()  # see above
    return data


def _has_pages_only(reader: PdfReader) -> bool:
    """Return whether the file holds nothing but its pages that PDF/A could forbid."""
    root = reader.root_object
    opening = root.get("/OpenAction", ArrayObject())
    keys = set(root) - {"/OpenAction"}
    return keys <= _PLAIN and isinstance(opening.get_object(), ArrayObject)


def _copy_page(writer: PdfWriter, page: PageObject) -> None:
    inherited = {key: page[key] for key in _KEPT if key in page}
    copied = writer.add_page(page)
    for key in [key for key in copied if key not in (*_KEPT, "/Type", "/Parent")]:
        del copied[key]
    for key in inherited:
        if key not in copied:
            copied[NameObject(key)] = inherited[key].clone(writer)


def _add_picture(writer: PdfWriter, page: PageObject, png: bytes) -> PageObject:
    view = page_view(page)
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB") if opened.mode != "L" else opened.copy()
    size = [min(max(side, SIDES[0]), SIDES[1]) for side in (view.width, view.height)]
    turned = page.rotation % 360
    landscape = picture.rotate(turned, expand=True) if turned else picture
    result = add_image(writer, landscape, (size[1], size[0]) if turned in (90, 270) else (size[0], size[1]))
    return result.rotate(turned) if turned else result


def _add_invisible_text(overlay: PypdfOverlay, page: PageObject, pieces: Sequence[tuple[str, Edges]]) -> None:
    """Add the pieces of text where the picture shows them, invisible, each as wide as it is there."""
    drawn = b""
    for piece, (left, bottom, right, top) in pieces:
        text, size = printable(piece), max(top - bottom, 1.0)
        width = overlay.width(text, size)
        if text and width > 0 and right > left:
            scale = min(max(100 * (right - left) / width, 1.0), 1000.0)
            drawn += f"{scale:.1f} Tz\n".encode("ascii") + overlay.text(
                text, left, bottom + size * DESCENT, round(size, 1)
            )
    view = page_view(page)
    overlay.mark(page, view, overlay.drawing(b"3 Tr\n" + drawn, view), subtype="Background")


def _is_allowed(page: PageObject, reader: PdfReader, *, fonts: bool) -> bool:
    """Return whether PDF/A allows everything a page is drawn with; `fonts`: embedded fonts may be trusted."""
    box = page.mediabox
    if not all(SIDES[0] <= abs(float(side)) <= SIDES[1] for side in (box.width, box.height)):
        return False
    try:
        contents = page.get_contents()
        resources: Any = page.get("/Resources", DictionaryObject()).get_object()
        if contents is not None and not _has_allowed_operators(contents, reader, text=fonts):
            return False
        group: Any = page.get("/Group", DictionaryObject()).get_object()
        return all(
            _is_allowed_object(one, reader, fonts)
            for root in (resources, group)
            for one in _reachable_dictionaries(root)
        )
    except Exception:  # noqa: BLE001  # whatever cannot be read through becomes a picture
        return False


def _reachable_dictionaries(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield the dictionaries that something is drawn with, streams among them."""
    view: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in view:
                continue
            view.add(thing.idnum)
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting += [thing.raw_get(key) for key in thing if key not in _ELSEWHERE]
        elif isinstance(thing, ArrayObject):
            waiting += list(thing)


def _is_allowed_object(thing: DictionaryObject, reader: PdfReader, fonts: bool) -> bool:
    if _FORBIDDEN & thing.keys() or thing.get("/TR2", "/Default") != "/Default" or thing.get("/Interpolate", False):
        return False
    if thing.get("/Type") == "/OCG" or thing.get("/Intent", "/Perceptual") not in _INTENTS:
        return False
    blend = thing.get("/BM", "/Normal")
    if isinstance(thing, StreamObject):
        if "/F" in thing or not set(_listed(thing.get("/Filter"))) <= _FILTERS:
            return False
        drawn = thing.get("/Subtype") == "/Form" or thing.get("/PatternType") == 1
        if drawn and not _has_allowed_operators(ContentStream(thing, reader), reader, text=fonts):
            return False
        if thing.get("/Subtype") == "/PS":
            return False
    spaces = [thing[key] for key in ("/ColorSpace", "/CS") if key in thing]
    if any(not _is_allowed_colour_space(one) for space in spaces for one in _named(space)):
        return False
    font = thing.get("/Type") == "/Font"
    return blend in _BLENDS and (not font or not fonts or _is_embedded(thing))


def _named(space: Any) -> list[Any]:
    """Return the colour spaces in an entry: one, or those that resources name."""
    target = space.get_object()
    return list(target.values()) if isinstance(target, DictionaryObject) else [target]


def _is_allowed_colour_space(space: Any) -> bool:
    space = space.get_object()
    if isinstance(space, NameObject):
        return space in _SPACES
    if not isinstance(space, ArrayObject) or not space:
        return False
    kind = space[0]
    if kind in ("/Indexed", "/I"):
        return _is_allowed_colour_space(space[1])
    if kind == "/Pattern":
        return len(space) == 1 or _is_allowed_colour_space(space[1])
    if kind == "/ICCBased":
        profile = space[1].get_object()
        data = profile.get_data()
        space_name = {1: b"GRAY", 3: b"RGB "}.get(int(profile["/N"]))
        return data[36:40] == b"acsp" and data[16:20] == space_name and data[8] in (2, 4) and data[12:16] in _CLASSES
    return kind in ("/CalGray", "/CalRGB", "/Lab", "/DeviceGray", "/DeviceRGB")


def _is_embedded(font: DictionaryObject) -> bool:
    if font.get("/Subtype") == "/Type3":
        return False  # its signs are drawings of their own
    if font.get("/Subtype") == "/Type0":
        return True  # its descendant is looked at on its own
    descriptor: Any = font.get("/FontDescriptor", DictionaryObject()).get_object()
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _has_allowed_operators(contents: ContentStream, reader: PdfReader, *, text: bool) -> bool:
    """Return whether a content stream has allowed operators alone, and text only if `text` is true."""
    depth = 0
    stream = contents if isinstance(contents, ContentStream) else ContentStream(contents, reader)
    for operands, operator in stream.operations:
        name = operator.decode("latin-1").removesuffix(" IMAGE")
        if name not in _OPERATORS or (name in _TEXT and not text):
            return False
        depth += {"q": 1, "Q": -1}.get(name, 0)
        if not 0 <= depth <= DEEPEST:
            return False
        if name in ("CS", "cs") and operands[0] == "/DeviceCMYK":
            return False
        if name == "ri" and operands[0] not in _INTENTS:
            return False
        if name == "INLINE" and not _is_allowed_inline_image(operands["settings"]):
            return False
        if name in _TEXT and any(isinstance(one, (str, bytes)) and len(one) > LONGEST_TEXT for one in operands):
            return False
    return True


def _is_allowed_inline_image(settings: DictionaryObject) -> bool:
    filters = _listed(settings.get("/F", settings.get("/Filter")))
    space = settings.get("/CS", settings.get("/ColorSpace", NameObject("/G")))
    plain = not settings.get("/I", settings.get("/Interpolate", False))
    return plain and set(filters) <= _FILTERS | _SHORT_FILTERS and isinstance(space, NameObject) and space in _SPACES


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    target = value.get_object()
    return list(target) if isinstance(target, ArrayObject) else [target]
