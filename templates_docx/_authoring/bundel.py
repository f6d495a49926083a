"""Front matter of a bundle: cover and contents. Not a kind: the use-case of bundling fills it.

Context, all text unless said otherwise: `kantor` (docgen.forms.office_context), `judul`, `jilid`, `rentang` and
`jilid_lain` ("" when there is one volume only: which it is, the pages it has, and where the others begin),
`nomor_berkas`, `klasifikasi`, `prosedur`, `aset` (list of texts, one an asset, the last perhaps how many more there
are; empty for a collective dossier),
`periode`, `retensi`, `keterangan` (list of texts: what was refused and not replaced yet), `jumlah_naskah`,
`jumlah_halaman`, `jumlah_lembar`, `kode`, `tanggal_cetak`, `daftar` (list of {tanda, urut, no, nomor, uraian, catatan,
tanggal, lembar, halaman, berkas}; `tanda` are letters that name the row, `urut` counts the rows, `catatan` says how it
was signed, that it was refused, or why it is not there; `berkas` names the dossier that begins with the row, where
there are several).

The bottom 2.2 cm of the cover stay free for the QR of the manifest. Bookmarks `isi{tanda}` and `isiakhir` say where on
the contents a row begins and the table ends, for links.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import bookmark, end_of_table, letterhead, particulars, small_paragraph
from templates_docx._authoring.markup import cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.package import write_docx

_ROW = '<w:bookmarkStart w:id="{{ d.urut }}" w:name="isi{{ d.tanda }}"/><w:bookmarkEnd w:id="{{ d.urut }}"/>' + run(
    "{{ d.no }}"
)
_DESCRIPTION = (
    paragraph("{{ d.uraian }}", "Sel")
    + steer("p", "if d.catatan")
    + paragraph(run("{{ d.catatan }}", italic=True), "Sel")
    + steer("p", "endif")
)
CONTENTS_COLUMNS = (
    ("No.", 1.0, paragraph(_ROW, "SelTengah"), "SelTengah"),
    ("Nomor Naskah", 3.7, "{{ d.nomor }}", "Sel"),
    ("Uraian", 6.2, _DESCRIPTION, "Sel"),
    ("Tanggal", 2.0, "{{ d.tanggal }}", "SelTengah"),
    ("Lembar", 1.5, "{{ d.lembar }}", "SelTengah"),
    ("Halaman", 1.6, "{{ d.halaman }}", "SelTengah"),
)


def build() -> bytes:
    """The template as .docx."""
    assets = (
        steer("p", "if aset|length == 0")
        + paragraph("Kolektif (tanpa aset tertentu)", "Rincian")
        + steer("p", "endif")
        + steer("p", "for satu in aset")
        + paragraph("{{ satu }}", "Rincian")
        + steer("p", "endfor")
    )
    noted = (
        steer("p", "for satu in keterangan") + paragraph(run("{{ satu }}", bold=True), "Rincian") + steer("p", "endfor")
    )
    others = steer("p", "if jilid_lain") + paragraph("Jilid lain: {{ jilid_lain }}", "Rincian") + steer("p", "endif")
    contents = "{{ jumlah_naskah }} naskah, {{ jumlah_halaman }} halaman, {{ jumlah_lembar }} lembar kertas"
    body = (
        paragraph(run("SAMPUL BERKAS", bold=True, size=20), align="center", before=24, after=12)
        + paragraph(run("{{ judul }}", bold=True, size=14), align="center", after=6)
        + steer("p", "if jilid")
        + paragraph(run("{{ jilid }}", bold=True, size=14), align="center", before=6)
        + paragraph("{{ rentang }}", align="center", after=4)
        + steer("p", "endif")
        + paragraph("", after=14)
        + particulars(
            [
                ("Nomor berkas", "{{ nomor_berkas }}"),
                ("Kode klasifikasi", "{{ klasifikasi }}"),
                ("Prosedur", "{{ prosedur }}"),
                ("Aset", assets),
                ("Kurun waktu", "{{ periode }}"),
                ("Retensi", "{{ retensi }}"),
                ("Isi", paragraph(contents, "Rincian") + others),
                ("Tanggal cetak", "{{ tanggal_cetak }}"),
                ("Kode bundel", "{{ kode }}"),
            ],
            label_width=4.0,
        )
        + steer("p", "if keterangan")
        + particulars([("Perlu diperhatikan", noted)], label_width=4.0)
        + steer("p", "endif")
        + paragraph(run("DAFTAR ISI BERKAS"), "Judul", new_page=True, after=10)
        + _contents()
        + small_paragraph(bookmark("isiakhir"))
    )
    return write_docx(body, letterhead(), "")  # the bundle counts its own pages


def _contents() -> str:
    """The table of contents; a row over all its width names each dossier, where there are several."""
    columns = len(CONTENTS_COLUMNS)
    head = row(
        [cell(paragraph(title, "SelKepala"), width=width, align="center") for title, width, _, _ in CONTENTS_COLUMNS],
        header=True,
        whole=True,
    )
    dossier = paragraph(run("{{ d.berkas }}", bold=True), "Sel", keep_next=True)
    line = [
        cell(text if text.startswith("<w:p>") else paragraph(text, style), width=width)
        for _, width, text, style in CONTENTS_COLUMNS
    ]
    rows = [
        head,
        steer_row("for d in daftar", columns),
        steer_row("if d.berkas", columns),
        row([cell(dossier, span=columns)], whole=True),
        steer_row("endif", columns),
        row(line, whole=True),
        steer_row("endfor", columns),
    ]
    return table([width for _, width, _, _ in CONTENTS_COLUMNS], rows, lines=True, padding=0.1) + end_of_table()
