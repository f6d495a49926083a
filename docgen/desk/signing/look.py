"""How electronic signatures look: data of the office, changed by the administrator."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.registers.edit import change_office, digest
from docgen.desk.signing.prepare import picture_of
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.records import Official, SignatureLook

SIGNATURE_LABELS = {
    "shown": "Tampilan pada naskah",
    "width": "Lebar (mm)",
    "height": "Tinggi (mm)",
    "footer": "Keterangan di kaki setiap halaman",
}
SIGNATURE_IMAGES = {"picture": "Gambar dalam tanda tangan", "logo": "Logo di kaki halaman"}
_NOBODY = Official(id="contoh", name="Nama Pejabat", post="Nama Jabatan", role="kepala_dinas")


def change_look(desk: Desk, look: SignatureLook, *, by: str) -> None:
    """Change how signatures look; without a difference nothing is recorded. Raises RecordMissing (no office yet)."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"signature": look}), by=by)


def change_signature_image(desk: Desk, which: str, png: bytes | None, *, by: str) -> None:
    """Set or remove the `picture` in a signature or the `logo` at the foot; the log keeps SHA-256 sums alone."""
    with desk.catalogue.write() as tx:
        images = registers.get_signature_images(tx)
        before, after = digest(getattr(images, which)), digest(png)
        if before != after:
            registers.put_signature_images(tx, replace(images, **{which: png}))
            audit.record(desk, tx, by, Action.OFFICE_SIGNATURE_IMAGE_CHANGED, which, before=before, after=after)


def sample_picture(desk: Desk, look: SignatureLook) -> bytes:
    """Return the signature's picture (PNG) of an official of the register, the head of the office where there is one.

    Raises PdfError.
    """
    with desk.catalogue.read() as tx:
        images = registers.get_signature_images(tx)
        officials = [person for person in registers.list_officials(tx) if valid_on(person, desk.today_in(tx))]
    officials.sort(key=lambda person: person.role != _NOBODY.role)
    return picture_of(look, images.picture or images.logo, next(iter(officials), _NOBODY))
