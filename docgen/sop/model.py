"""Define the SOP's data: attributes are English, their keys in the file, which the office reads, Indonesian."""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, StringConstraints

from docgen.errors import NotFound
from storage.records import OUTSIDE_SOP, Role, Sort
from wording import say

_TIME = re.compile(r"([0-9]{1,4}) (menit|jam|hari)", re.IGNORECASE)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
TimeText = Annotated[str, StringConstraints(pattern=rf"(?i)^{_TIME.pattern}$")]
StepNumber = Annotated[int, Field(ge=1, le=99)]


def _as_list(value: Any) -> Any:
    """Return a single note may stand without the list around it."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Notes = Annotated[tuple[Text, ...], Field(strict=False), BeforeValidator(_as_list)]


class SopModel(BaseModel):
    """Base: frozen, no coercion (`kode: 000.2` must be quoted), unknown keys refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class RoleText(SopModel):
    """What this office calls a role, and who may hold it."""

    label: Text = Field(alias="sebutan")
    short: Text = Field(alias="singkatan")
    qualification: str = Field("", alias="kualifikasi")
    notes: Notes = Field((), alias="catatan")


class Endorser(SopModel):
    """Who put the SOP into force."""

    post: Text = Field(alias="jabatan")
    name: Text = Field(alias="nama")
    nip: str = Field("", alias="nip")


class LegalBasis(SopModel):
    """One dasar hukum, with what was mended in it."""

    text: Text = Field(alias="teks")
    notes: Notes = Field((), alias="catatan")


class Cover(SopModel):
    """The SOP's cover sheet. `number` is literal as printed, `number_reading` as it is to be understood."""

    title: Text = Field(alias="judul")
    number: str = Field("", alias="nomor")
    number_reading: str = Field("", alias="nomor_dibaca")
    created: dt.date | None = Field(None, alias="tanggal_pembuatan")
    revised: dt.date | None = Field(None, alias="tanggal_revisi")
    effective: dt.date | None = Field(None, alias="tanggal_efektif")
    office: str = Field("", alias="perangkat_daerah")
    endorser: Endorser | None = Field(None, alias="pengesah")
    qualifications: Texts = Field((), alias="kualifikasi_pelaksana")
    definitions: Texts = Field((), alias="pengertian")
    legal_basis: tuple[LegalBasis, ...] = Field((), alias="dasar_hukum", strict=False)
    related: Texts = Field((), alias="keterkaitan")
    equipment: Texts = Field((), alias="peralatan")
    records: Texts = Field((), alias="pencatatan_dan_pendataan")
    warning: str = Field("", alias="peringatan")
    notes: Notes = Field((), alias="catatan")


class Classification(SopModel):
    """The archive code of a procedure's documents (Permendagri 83/2022) and where it was taken from."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}(\.[0-9]{1,3})*$")] = Field(alias="kode")
    source: str = Field("", alias="sumber")
    notes: Notes = Field((), alias="catatan")


class Decision(SopModel):
    """The step that follows a yes (`ya`) and the one that follows a no (`tidak`)."""

    ya: StepNumber
    tidak: StepNumber


class Printed(SopModel):
    """A row of the printed table as it reads there, misprints and all; "" where the cell is empty."""

    activity: str = Field(alias="kegiatan")
    requirements: str = Field("", alias="persyaratan")
    time: str = Field("", alias="waktu")
    result: str = Field("", alias="hasil")


class Step(SopModel):
    """A row of a procedure's table.

    `actors`: who acts, then towards whom. `outputs` are kinds of documents, `output_texts` the words of the table.
    `endorsement` is a decision on the documents of step `endorses`, taken by `endorser_roles` one after the other: the
    step is done when all of them have. `on_behalf_of` is the role in whose name (a.n.) the signer signs, `by_way_of`
    the one between the two that was to do so (u.b., untuk beliau: two levels down). `as_printed` are the cells of the
    printed row as they read there, where the row above mends them.
    """

    number: StepNumber = Field(alias="nomor")
    activity: Text = Field(alias="kegiatan")
    actors: tuple[Role, ...] = Field(alias="pelaku", min_length=1, strict=False)
    signer: Role | None = Field(None, alias="penandatangan")
    on_behalf_of: Role | None = Field(None, alias="atas_nama")
    by_way_of: Role | None = Field(None, alias="untuk_beliau")
    requirements: Texts = Field((), alias="persyaratan")
    time_text: TimeText = Field(alias="waktu")
    output_texts: Texts = Field((), alias="hasil")
    outputs: tuple[Slug, ...] = Field((), alias="naskah", strict=False)
    endorsement: Literal["setuju", "terima"] | None = Field(None, alias="pengesahan")
    endorser_roles: Annotated[tuple[Role, ...], Field(strict=False), BeforeValidator(_as_list)] = Field(
        (), alias="pengesah"
    )
    endorses: StepNumber | None = Field(None, alias="mengesahkan")
    decision: Decision | None = Field(None, alias="keputusan")
    as_printed: Printed | None = Field(None, alias="tercetak")
    notes: Notes = Field((), alias="catatan")

    _minutes_per_day: int = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """The loader hands over how long a working day is."""
        self._minutes_per_day = context["minutes_per_day"]

    @property
    def signer_role(self) -> Role:
        """Return who signs what is made at this step: the one named, else the first actor."""
        return self.signer or self.actors[0]

    @property
    def endorser_role(self) -> Role | None:
        """Return who decides, first of all who do; None where nobody decides."""
        return self.endorser_roles[0] if self.endorser_roles else None

    @property
    def time_norm_minutes(self) -> int:
        """Return the norm in minutes of working time; `1 Hari` is one working day of the file."""
        match = _TIME.fullmatch(self.time_text)
        assert match is not None, "time_text was validated"
        return int(match[1]) * {"menit": 1, "jam": 60, "hari": self._minutes_per_day}[match[2].lower()]


class Procedure(SopModel):
    """One procedure. `collective` ones have no single asset (a year's plan, an evaluation)."""

    slug: Slug
    letter: str = Field("", alias="huruf")
    title: Text = Field(alias="judul")
    printed_title: str = Field("", alias="judul_tercetak")
    scope: tuple[Sort, ...] = Field((), alias="lingkup", strict=False)
    collective: bool = Field(False, alias="kolektif")
    classified: Classification = Field(alias="klasifikasi")
    notes: Notes = Field((), alias="catatan")
    steps: tuple[Step, ...] = Field(alias="langkah", min_length=1, strict=False)

    @property
    def classification(self) -> str:
        """Return the default archive code, e.g. `000.1.9.1`."""
        return self.classified.code

    def step(self, number: int) -> Step:
        """Return the step of that number. Raises NotFound listing those there are."""
        for step in self.steps:
            if step.number == number:
                return step
        raise NotFound(
            say(
                "Prosedur {title} tidak mempunyai langkah {step}. Langkah yang ada: {first} sampai {last}.",
                title=self.title,
                step=number,
                first=self.steps[0].number,
                last=self.steps[-1].number,
            )
        )


class OutsideSop(Procedure):
    """What stands for the procedure of letters outside the SOP: it has no steps, only the place 0.

    So nothing is due, decided or late there, and who walks through its steps finds none.
    """

    classified: Classification = Classification(kode="000.1", sumber="Permendagri 83/2022")
    steps: tuple[Step, ...] = ()

    def step(self, number: int) -> Step:
        """Return the place of such letters, which the head of the office signs unless the kind says otherwise.

        Raises NotFound for any number but 0.
        """
        if number:
            raise NotFound(say("Surat di luar SOP tidak mempunyai langkah; jangan sebut langkahnya."))
        return _PLACE


_PLACE = Step.model_validate(
    {"nomor": 1, "kegiatan": "Surat di luar SOP", "pelaku": ("kepala_dinas",), "waktu": "1 menit"},
    context={"minutes_per_day": 1},
).model_copy(update={"number": 0})
OUTSIDE = OutsideSop(slug=OUTSIDE_SOP, judul="Surat lain (di luar SOP)", kolektif=True)


class Sop(SopModel):
    """The whole file."""

    minutes_per_day: Annotated[int, Field(ge=1, le=1440)] = Field(alias="menit_per_hari")
    cover: Cover = Field(alias="sampul")
    roles: dict[Role, RoleText] = Field(alias="peran", min_length=1)
    procedures: tuple[Procedure, ...] = Field(alias="prosedur", min_length=1, strict=False)

    @property
    def places(self) -> tuple[Procedure, ...]:
        """Return the procedures, and what stands for letters outside of them all: under which a letter may be filed."""
        return *self.procedures, OUTSIDE

    def procedure(self, slug: str) -> Procedure:
        """Return the procedure of that slug; that of letters outside the SOP is not among `procedures`.

        Raises NotFound naming the nearest and listing those there are.
        """
        if slug == OUTSIDE_SOP:
            return OUTSIDE
        slugs = [procedure.slug for procedure in self.procedures]
        if slug in slugs:
            return self.procedures[slugs.index(slug)]
        near = get_close_matches(slug, slugs, n=1)
        hint = say(" Maksudnya {near}?", near=repr(near[0])) if near else ""
        raise NotFound(
            say(
                "Prosedur {slug} tidak ada.{hint} Yang ada: {slugs}.",
                slug=repr(slug),
                hint=hint,
                slugs=", ".join(slugs),
            )
        )

    def role_label(self, role: str) -> str:
        """Return what this office calls a role; a role its SOP does not use is called by its plain name."""
        for known, text in self.roles.items():
            if known == role:
                return text.label
        return role.replace("_", " ").title()
