"""Labels to cut out for the boxes and spines of a bundle's volumes."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.desk.bundles.front_matter import About, of_volumes, render_template, shorten
from docgen.desk.bundles.plan import Volume, sheets
from docgen.desk.bundles.selection import period
from docgen.desk.desk import Desk
from docgen.render.bundles.binder import Layout
from docgen.render.pdf.destinations import letters

LABELS = "_bundel_label"  # template
LABEL_TITLE = 95  # characters of a title on a label


def render_labels(desk: Desk, about: About, volumes: Sequence[Volume], layout: Layout) -> bytes:
    """Return a PDF with the labels of each volume for box and spine, six volumes a page. Raises ConverterError."""
    first, last = period(about.items)
    labels = [
        {
            "tanda": letters(index),
            "urut": str(index + 1),
            "judul": shorten(about.title, LABEL_TITLE),
            "jilid": of_volumes(volume, len(volumes)),
            "nomor_berkas": about.number,
            "klasifikasi": about.classification,
            "tahun": "-".join(dict.fromkeys([str(first.year), str(last.year)])),
            "periode": about.period,
            "isi": f"{sum(p.item is not None for p in volume.pieces)} naskah, "
            f"{sheets(volume.pages, layout)} lembar kertas",
            "retensi": about.retention,
            "kode": about.code,
        }
        for index, volume in enumerate(volumes)
    ]
    pairs = zip(labels[::2], [*labels[1::2], False], strict=False)
    rows = [{"kiri": left, "kanan": right} for left, right in pairs]
    return render_template(desk, about, LABELS, {"label": labels, "label_baris": rows})
