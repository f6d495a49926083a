"""Replace pictures with the alternative text "foto x" in a Word template by the photos that tag x names.

In the template the picture becomes tags for size, relation and alternative text; when it is filled, each photo is put
into the package once, however often it is shown.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError

from docgen.errors import TemplateError
from docgen.render.word.package import NS
from wording import say

PHOTO_NAME = "foto"  # the first word of the alternative text
CONTENT_TYPE = "image/jpeg"
TAG = "_foto"  # by box, then by file name: {rel, cx, cy}
_TEXT = re.compile(rf"{PHOTO_NAME} ([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)", re.IGNORECASE)
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_A = f"{{{NS['a']}}}"
_PIC = f"{{{NS['pic']}}}"
_EMBED = f"{{{NS['r']}}}embed"

Size = tuple[int, int]


def photo_tag(properties: Any) -> str:
    """Return the tag of the photo that a picture stands for; "" if it stands for none."""
    match = next(filter(None, (_TEXT.fullmatch(properties.get(key, "")) for key in ("descr", "title", "name"))), None)
    return match[1] if match else ""


def replace_by_tags(properties: Any, sizes: Sequence[Any], boxes: list[Size]) -> bool:
    """Replace size, relation and text of a picture by tags if it stands for a photo; add its size in EMU to `boxes`.

    Raises ValueError, TypeError, IndexError when the picture has no size.
    """
    photo, index = photo_tag(properties), len(boxes)
    if not photo:
        return False
    boxes.append((int(sizes[0].get("cx")), int(sizes[0].get("cy"))))
    placed = f"{TAG}[{index}][{photo}.berkas]"
    for size in sizes:
        size.set("cx", f"{{{{ {placed}.cx }}}}")
        size.set("cy", f"{{{{ {placed}.cy }}}}")
    drawing = properties.getparent()
    for blip in drawing.iter(f"{_A}blip"):
        blip.set(_EMBED, f"{{{{ {placed}.rel }}}}")
    for named in (properties, *drawing.iter(f"{_PIC}cNvPr")):
        named.set("id", f"{index + 1}0{{{{ {photo}.no }}}}")  # each drawing of a document has a number of its own
        named.set("name", f"Foto {{{{ {photo}.no }}}}")
        caption = f"{{% if {photo}.keterangan %}}: {{{{ {photo}.keterangan }}}}{{% endif %}}"
        named.set("descr", f"Foto {{{{ {photo}.no }}}}{caption}")
        named.attrib.pop("title", None)
    return True


def photo_tags(photos: Mapping[str, bytes], boxes: Sequence[Size]) -> list[dict[str, dict[str, Any]]]:
    """Return what the tags of each box print, by file name. Raises TemplateError when a photo is no JPEG."""
    sizes = {name: jpeg_size(name, data) for name, data in photos.items()}
    placed = []
    for box in boxes:
        fitted = {name: fit(*size, box) for name, size in sizes.items()}
        placed.append(
            {
                name: {"rel": f"foto{number}", "cx": cx, "cy": cy}
                for number, (name, (cx, cy)) in enumerate(fitted.items(), start=1)
            }
        )
    return placed


def photo_parts(photos: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """Return the photos as parts of the package, in `folder`/media."""
    return {f"{folder}/media/foto{number}.jpg": data for number, data in enumerate(photos.values(), start=1)}


def with_photo_type(types: bytes) -> bytes:
    """Return [Content_Types].xml that declares photos, as each Word file of a template with slots does.

    What becomes of other pictures must not depend on whether there are photos (`docgen.libreoffice.helper.examine`).
    """
    declared = f'<Default Extension="jpg" ContentType="{CONTENT_TYPE}"/>'.encode()
    return types if b'Extension="jpg"' in types else types.replace(b"</Types>", declared + b"</Types>")


def with_photo_relations(relations: bytes, count: int) -> bytes:
    """Return the relations of a part, and those to each of `count` photos."""
    lines = "".join(
        f'<Relationship Id="foto{number}" Type="{_IMAGE}" Target="media/foto{number}.jpg"/>'
        for number in range(1, count + 1)
    )
    return relations.replace(b"</Relationships>", lines.encode() + b"</Relationships>")


def fit(width: int, height: int, box: Size) -> Size:
    """Return the largest size of the same proportions within the box."""
    scale = min(box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def jpeg_size(name: str, data: bytes) -> Size:
    """Return width and height of a photo in pixels. Raises TemplateError when it is no JPEG."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise TemplateError(say("Foto {name}: bukan JPEG. Unggah lagi foto itu.", name=name)) from error
