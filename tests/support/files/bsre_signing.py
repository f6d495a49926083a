"""Sign PDFs as BSrE does: PAdES B-LT with the certificate of a person, visible or not, after earlier signatures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pypdfium2
from asn1crypto import crl, keys, x509
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp.static import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.support.files.certificates import Authority, Holder


def sign_as_bsre(
    pdf: bytes, holder: Holder, authority: Authority, properties: Mapping[str, Any], picture: bytes | None = None
) -> bytes:
    """The PDF with one more signature; `properties` is an item of `signatureProperties` of API v2."""
    root, clock = _certificate(authority.root), authority.clock
    store = SimpleCertificateStore()
    store.register(root)
    signer = SimpleSigner(
        signing_cert=_certificate(holder), signing_key=keys.PrivateKeyInfo.load(holder.key_der), cert_registry=store
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    name = f"BSrE_{len(list(enumerate_sig_fields(writer.prev))) + 1}"
    metadata = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=properties.get("reason") or None,
        location=properties.get("location") or None,
        embed_validation_info=True,
        validation_context=ValidationContext(
            trust_roots=[root],
            crls=[crl.CertificateList.load(authority.crl())],
            revocation_mode="soft-fail",
            other_certs=[_certificate(clock)],
        ),
    )
    stamper = DummyTimeStamper(_certificate(clock), keys.PrivateKeyInfo.load(clock.key_der), certs_to_embed=store)
    style = None
    page, box = 0, None
    if picture is not None:
        page, box = _place(pdf, properties)
        background = PdfImage(Image.open(io.BytesIO(picture)), writer=writer)
        style = StaticStampStyle(border_width=0, background=background, background_opacity=1.0)
    pdf_signer = PdfSigner(
        metadata, signer, timestamper=stamper, stamp_style=style, new_field_spec=SigFieldSpec(name, page, box=box)
    )
    output = io.BytesIO()
    pdf_signer.sign_pdf(writer, output=output)
    return output.getvalue()


def _certificate(holder: Holder) -> x509.Certificate:
    return x509.Certificate.load(holder.der)


def _place(pdf: bytes, properties: Mapping[str, Any]) -> tuple[int, tuple[int, int, int, int]]:
    """The page, from 0, and the rectangle of the picture, from the page's bottom left."""
    width, height = float(properties["width"]), float(properties["height"])
    with pypdfium2.PdfDocument(pdf) as document:
        tag = properties.get("tag")
        if tag:
            return _place_of_tag(document, tag, width, height)
        number = int(properties.get("page", 1)) - 1
        left, top = float(properties["originX"]), document[number].get_height() - float(properties["originY"])
        return number, (round(left), round(top - height), round(left + width), round(top))


def _place_of_tag(document: Any, tag: str, width: float, height: float) -> tuple[int, tuple[int, int, int, int]]:
    for number, page in enumerate(document):
        text = page.get_textpage()
        match = text.search(tag).get_next()
        if match is not None:
            left, _, _, top = text.get_charbox(match[0])
            return number, (round(left), round(top - height), round(left + width), round(top))
    raise ValueError(f"no tag {tag}")
