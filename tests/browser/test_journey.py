"""A clerk's day in a real browser: from signing in to a paper that proves itself genuine."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD, PHONE, Site, Visitor, archived

pytestmark = [pytest.mark.browser, pytest.mark.office]


def test_nota_dinas_from_sign_in_to_verification(visitor: Visitor) -> None:
    """A clerk makes a Nota Dinas: chooses step and asset, sees it while typing, issues it, opens and verifies it."""
    page = visitor.page
    visitor.go("/buat")
    expect(page).to_have_url(visitor.site.url + "/masuk?next=/buat")
    visitor.shot("masuk")
    visitor.sign_in("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meja saya")
    expect(page.locator("main")).to_contain_text("Selamat datang, Siti Aminah")
    visitor.shot("beranda-kosong")
    page.get_by_role("link", name="Buat naskah Pilih langkah").click()
    visitor.shot("prosedur")
    page.get_by_role("link", name="Perbaikan dan Pemeliharaan").click()
    visitor.shot("langkah", full=True)
    page.locator("#langkah-2").get_by_role("link", name="Nota Dinas").click()
    visitor.wait_for_preview()
    expect(page.locator("#catatan-pratinjau")).to_have_text("Belum diisi, jadi masih memakai contoh: Hal, Isi.")
    visitor.shot("formulir-baru")

    page.get_by_label("Cari aset").fill("router puskesmas")
    page.locator("#aset-ditemukan").get_by_role("option", name="Router Puskesmas Batulicin").click()
    expect(page.locator("#aset-terpilih li")).to_have_count(1)
    page.get_by_label("Hal", exact=True).fill("Perbaikan router Puskesmas Batulicin")
    page.get_by_label("Isi", exact=True).fill("Router sering mati sejak Senin.\n\nMohon izin memperbaikinya.")
    expect(page.locator("#catatan-pratinjau")).to_be_hidden()
    visitor.wait_for_preview()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan")
    visitor.shot("formulir-terisi")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("formulir-terisi", full=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    page.get_by_role("button", name="Terbitkan…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("/1/DiskominfoSP2/")
    visitor.wait_for_preview()
    visitor.shot("konfirmasi")
    assert archived(visitor.site) == []  # nothing is numbered before the clerk says yes
    dialog.get_by_role("button", name="Ya, terbitkan").dblclick()
    page.wait_for_url("**/d/*")
    (document,) = archived(visitor.site)
    assert document.status == "issued"
    assert document.sequence == 1
    page.wait_for_load_state("networkidle")
    visitor.shot("naskah")
    visitor.shot("naskah-panjang", full=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("naskah", full=True)

    pdf = page.request.get(f"{visitor.site.url}/d/{document.id}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    text = PdfReader(io.BytesIO(pdf.body())).pages[0].extract_text()
    assert document.number in text
    assert "Perbaikan router Puskesmas Batulicin" in text

    page.locator("#tautan-verifikasi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terdaftar dan asli dalam arsip")
    expect(page.locator("main")).to_contain_text("bukan tanda tangan elektronik tersertifikasi")
    visitor.shot("verifikasi", full=True)
    visitor.go("/")
    expect(page.get_by_role("heading", name="Draf saya")).to_have_count(0)  # the draft became the document
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    visitor.shot("beranda")


def test_handover_bundle_agenda_and_void(visitor: Visitor) -> None:
    """A Berita Acara for two assets is issued, found by asset, bundled with progress, voided, and listed as void."""
    page = visitor.page
    visitor.sign_in("/buat/penggunaan/1/berita_acara_serah_terima")
    visitor.wait_for_preview()
    expect(page.locator("#catatan-pratinjau")).to_contain_text("Aset, Penerima")
    visitor.shot("berita-acara-baru")
    for name in ("Laptop Pengelola Pusat Data", "Laptop Tim Tanggap Insiden"):
        page.get_by_label("Cari aset").fill(name)
        page.locator("#aset-ditemukan").get_by_role("option", name=name).click()
    expect(page.locator("#aset-terpilih li")).to_have_count(2)
    page.get_by_role("combobox", name="Penerima (Pihak Kedua)").fill("syahrani")
    page.get_by_role("option", name="Syahrani, S.Sos.").click()
    page.get_by_label("Barang yang diserahkan").fill("dua laptop untuk layanan kecamatan")
    page.get_by_label("Kelengkapan").fill("Adaptor daya: 2 (dua) unit\nTas: 2 (dua) unit")
    expect(page.locator("#catatan-pratinjau")).to_be_hidden()
    visitor.wait_for_preview()
    if page.locator("#halaman").is_visible():
        page.get_by_role("button", name="Halaman berikutnya").click()
        expect(page.locator("#nomor-halaman")).to_have_text("2 / 2")
        visitor.wait_for_preview()
    visitor.shot("berita-acara-terisi")
    page.get_by_role("button", name="Terbitkan…").click()
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    visitor.shot("berita-acara-terbit", full=True)

    page.get_by_role("link", name="Laptop Pengelola Pusat Data", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Laptop Pengelola Pusat Data")
    visitor.shot("aset-arsip")
    page.get_by_role("button", name="Bundel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap")
    expect(page.locator("main")).to_contain_text("Berkas aset Laptop Pengelola Pusat Data")
    named = page.request.get(f"{page.url}.pdf").headers["content-disposition"]
    assert 'filename="Berkas aset Laptop Pengelola Pusat Data (' in named
    visitor.shot("bundel")
    visitor.go("/arsip?q=laptop")
    page.get_by_role("checkbox").first.check()
    expect(page.get_by_role("button", name="Bundel yang dicentang (1)")).to_be_visible()
    visitor.shot("arsip")

    page.locator(".doc-main").first.click()
    page.get_by_text("Batalkan naskah ini…").click()
    page.get_by_label("Alasan pembatalan").fill("Salah menulis nama penerima.")
    page.get_by_label("Ya, batalkan nomor").check()
    visitor.shot("batalkan", full=True)
    page.get_by_role("button", name="Batalkan naskah", exact=True).click()
    expect(page.locator("main")).to_contain_text("Naskah ini batal")
    visitor.shot("batal")
    visitor.go("/agenda")
    expect(page.locator("tbody")).to_contain_text("Salah menulis nama penerima.")
    visitor.shot("agenda")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("agenda")


def test_typed_text_survives_errors_reloads_and_an_ended_session(visitor: Visitor) -> None:
    """Wrong fields are named and the rest stays typed; a reload brings the draft back; so does signing in again."""
    page = visitor.page
    visitor.sign_in("/buat/pemeliharaan/2/nota_dinas")
    page.get_by_label("Isi", exact=True).fill("Kalimat yang panjang dan berharga.")
    page.get_by_label("Tembusan").fill("Sekretaris Dinas")
    page.get_by_role("button", name="Terbitkan…").click()
    expect(page.locator("#ringkasan-kesalahan")).to_contain_text("1 isian perlu diperbaiki.")
    expect(page.locator("#ringkasan-kesalahan li")).to_have_text("Hal wajib diisi.")
    expect(page.get_by_label("Isi", exact=True)).to_have_value("Kalimat yang panjang dan berharga.")
    visitor.wait_for_preview()
    visitor.shot("kesalahan")
    page.locator("#ringkasan-kesalahan a").click()
    expect(page.get_by_label("Hal", exact=True)).to_be_in_viewport()
    visitor.shot("kesalahan-isian")
    visitor.complaints.clear()  # Chromium notes the answer 422 of the form itself

    page.get_by_label("Hal", exact=True).fill("Hal yang diketik")
    expect(page.locator("#ringkasan-kesalahan")).to_be_hidden()  # what is being mended is no longer called wrong
    expect(page.locator(".is-invalid, .wrong")).to_have_count(0)
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    assert "draf=" in page.url
    page.reload()
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Hal yang diketik")
    expect(page.get_by_label("Tembusan")).to_have_value("Sekretaris Dinas")

    page.wait_for_load_state("networkidle")  # an answer still on its way would bring the cookie back
    page.context.clear_cookies()
    page.get_by_label("Hal", exact=True).fill("Hal yang lebih baru")
    page.get_by_role("button", name="Simpan draf").click()
    expect(page.locator("main")).to_contain_text("Sesi Anda sudah berakhir")
    visitor.shot("sesi-berakhir")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Isian Anda masih ada")
    visitor.shot("lanjutkan")
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Hal yang lebih baru")
    visitor.go("/")
    expect(page.get_by_role("link", name="Hal yang lebih baru")).to_be_visible()
    visitor.shot("beranda-draf")
    visitor.complaints.clear()  # and the answer 401


def test_without_javascript_a_letter_is_issued_all_the_same(browser: Browser, site: Site) -> None:
    """Buttons of the form do on the server what scripts do in the browser: search assets, confirm, issue."""
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/buat/pemeliharaan/2/nota_dinas")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Hal", exact=True).fill("Perbaikan router")
    page.get_by_label("Cari aset").fill("router puskesmas")
    page.get_by_role("button", name="Cari", exact=True).click()
    page.get_by_label("Router Puskesmas Batulicin").check()
    page.get_by_label("Isi", exact=True).fill("Router sering mati.")
    page.get_by_role("button", name="Terbitkan…").click()
    page.get_by_role("button", name="Ya, terbitkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perbaikan router")
    (document,) = archived(site)
    assert document.assets == ["6310180000066"]
    context.close()
