"""The pieces of a flow chart drawn in table cells: Word's own shapes, each in a run with a condition.

A row of a table grows with its text, a picture does not. So what must reach from one row to the next is an edge
between two cells, which grows with the row in Word as in LibreOffice; what is measured from the top of the row (the
symbols, the cross-lines, the arrows) is a shape at a fixed place. An actor's column therefore is three cells: left
and right of the upright line in its middle, and the lane at its right for answers that lead elsewhere.
"""

from __future__ import annotations

from itertools import count

from templates_docx._authoring.markup import EMU_PER_CM, TWIPS_PER_CM, paragraph, run

HALF = 1.0  # cm: from a column's left edge to its middle, and from there to the lane
LANE = 0.3
COLUMN = 2 * HALF + LANE
_BELOW = 0.002  # cm: where white may begin without hiding the line between two rows
_CROSS = 0.3  # cm below the top of the row: the cross-line
_TOP, _HEIGHT, _WIDTH = 0.75, 0.8, 1.5  # of a symbol
_MIDDLE = _TOP + _HEIGHT / 2
_LEFT, _RIGHT = HALF - _WIDTH / 2, HALF + _WIDTH / 2
_OFF = 0.1  # cm
_EDGE = 2 * HALF  # where the lane's line stands
ROW_HEIGHT = _TOP + _HEIGHT + 0.6
# Name of the symbol, Word's shape, what a screen reader says of it.
_SYMBOLS = (
    ("oval", "flowChartTerminator", "{% if l.nomor == '1' %}mulai{% else %}selesai{% endif %}"),
    ("kotak", "rect", "kegiatan"),
    ("belah_ketupat", "flowChartDecision", "keputusan"),
)
_DECORATION = "-"  # alternative text of what says nothing by itself, as docgen.render.pdf.tags.accessible knows it
_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def pieces(cell: str, step: str, actor: str) -> str:
    """The runs that draw one actor's cell of a step; `cell` is the tag that holds it (see `docgen.sop.flow.CELL`).

    `step` and `actor` name them in the alternative text of the symbol; lines are decoration.
    """
    serial = count(1)
    lines = [
        # (tag, x, y, to x, to y, arrow)
        ("dari_atas", HALF, 0, HALF, _CROSS, False),
        ("masuk_atas", HALF, _CROSS, HALF, _TOP, True),
        ("silang_kiri", 0, _CROSS, HALF, _CROSS, False),
        ("silang_kanan", HALF, _CROSS, _EDGE, _CROSS, False),
        ("silang_tepi", _EDGE, _CROSS, COLUMN, _CROSS, False),
        ("masuk_kiri", 0, _MIDDLE, _LEFT, _MIDDLE, True),
        ("masuk_kanan", COLUMN, _MIDDLE, _RIGHT, _MIDDLE, True),
        ("keluar_kiri", _LEFT, _MIDDLE, 0, _MIDDLE, False),
        ("keluar_kanan", _RIGHT, _MIDDLE, COLUMN, _MIDDLE, False),
        ("lewat", 0, _MIDDLE, COLUMN, _MIDDLE, False),
        ("samping", _RIGHT, _MIDDLE, _EDGE, _MIDDLE, False),
        ("lorong_naik", _EDGE, _MIDDLE, _EDGE, 0, False),
        ("lorong_dari_atas", _EDGE, 0, _EDGE, _CROSS, False),
    ]
    made = [
        # The upright edges run the whole height of the row: white covers them where nothing leads.
        _only(f"{cell}.bawah", _box(next(serial), "rect", HALF - 0.06, _BELOW, 0.12, _TOP - _BELOW, line=False)),
        _only(
            f"{cell}.lorong_ke_silang", _box(next(serial), "rect", _EDGE - 0.06, _BELOW, 0.12, _CROSS - _BELOW, False)
        ),
        _only(f"{cell}.lorong_turun", _box(next(serial), "rect", _EDGE - 0.06, _BELOW, 0.12, _MIDDLE - _BELOW, False)),
    ]
    made += [
        _only(f"{cell}.{tag}", _line(next(serial), x, y, to_x, to_y, arrow)) for tag, x, y, to_x, to_y, arrow in lines
    ]
    made += [
        _only(
            f"{cell}.simbol == '{name}'",
            _box(next(serial), shape, _LEFT, _TOP, _WIDTH, _HEIGHT, meaning=f"{step}: {meaning}, {actor}"),
        )
        for name, shape, meaning in _SYMBOLS
    ]
    return "".join(made)


def word(text: str, before: float, align: str) -> str:
    """A word of an answer, `before` cm below what is above it, a millimetre off the line at its left."""
    off = _OFF if align == "left" else None
    return paragraph(run(text, size=7), align=align, before=before * TWIPS_PER_CM / 20, indent=off)


def beside() -> float:
    """How far below the top of the cell a word stands under the line that leaves a symbol sideways, in cm."""
    return _MIDDLE + 0.28  # a slanted side of a decision is a millimetre above the word


def edge(left: bool, right: bool) -> str:
    """The borders of a cell of the chart: a line at a side that leads on, else none."""
    line, none = '<w:{} w:val="single" w:sz="8" w:space="0" w:color="000000"/>', '<w:{} w:val="nil"/>'
    sides = (line if left else none).format("left") + (line if right else none).format("right")
    return f"<w:tcBorders>{sides}</w:tcBorders>"


def _only(condition: str, drawn: str) -> str:
    return run(f"{{%r if {condition} %}}") + drawn + run("{%r endif %}")


def _box(
    serial: int,
    shape: str,
    x: float,
    y: float,
    width: float,
    height: float,
    line: bool = True,
    meaning: str = _DECORATION,
) -> str:
    fill = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
    stroke = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>' if line else "<a:noFill/>"
    return _anchored(serial, shape, (x, y, width, height), f'{fill}<a:ln w="12700">{stroke}</a:ln>', meaning=meaning)


def _line(serial: int, x: float, y: float, to_x: float, to_y: float, arrow: bool) -> str:
    head = '<a:tailEnd type="triangle" w="med" len="sm"/>' if arrow else ""
    look = f'<a:ln w="12700"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>{head}</a:ln>'
    flip = ' flipH="1"' * (to_x < x) + ' flipV="1"' * (to_y < y)
    place = (min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
    return _anchored(serial, "line", place, look, flip)


def _anchored(
    serial: int,
    shape: str,
    place: tuple[float, float, float, float],
    look: str,
    flip: str = "",
    meaning: str = _DECORATION,
) -> str:
    """A shape in front of the text, at a place in cm from the top left of its paragraph."""
    x, y, cx, cy = (round(length * EMU_PER_CM) for length in place)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f'<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{serial}" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="column"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{cx}" cy="{cy}"/><wp:wrapNone/>'
        f'<wp:docPr id="{100 + serial}" name="bagan {serial}" descr="{meaning}"/>'
        f'<a:graphic><a:graphicData uri="{_WPS}"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm{flip}><a:off x="0" y="0"/>'
        f'<a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{look}</wps:spPr>'
        "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>"
        "</w:r>"
    )
