"""What each route asks of its caller: a route that is not in this table fails the tests.

`public`: nothing. `permalink`: a signed-in person, or a token. `picker`: answers everybody, and lists letters to who is
signed in and reads. Else the right that is asked for (`docgen.desk.rights`): on pages of a signed-in person, behind
`api` of a token; `office` calls concern the whole office, and are none of a token that is limited.
"""

from __future__ import annotations

TABLE = """
[public]
GET /api/docs
GET /api/v1/openapi.json
POST /bahasa
GET /bootstrap/static/<path:filename>
GET /healthz
GET /kantor/lambang.png
GET /luring
GET /manifest.webmanifest
POST /keluar
GET POST /masuk
GET /oembed
GET /readyz
GET /s/<token>
GET /s/<token>/halaman/<int:page>.png
GET /s/<token>/kartu.png
GET /s/<token>/pdf
GET /static/<path:filename>
GET /sw.js
GET POST /verifikasi
GET POST /verifikasi/<code>
GET /verifikasi/<code>/halaman/<int:page>.png

[permalink]
GET /arsip/<nibar:rest>
GET /d/<id>

[picker]
GET /pilih

[read]
GET /
GET /agenda
GET /agenda/agenda.xlsx
GET /arsip
GET /arsip/hasil.xlsx
GET /aset
GET /aset/contoh.csv
GET /aset/contoh.xlsx
GET /berkas
GET /berkas/<id>
GET /buat
GET /buat/<procedure>
GET /buat/aset.json
GET /buat/draf
GET POST /bundel
GET /bundel/<id>
GET /bundel/berkas.json
GET /bundel/<id>.json
GET /bundel/<id>.pdf
POST /bundel/<id>/batal
GET /bundel/<id>/jilid-<int:number>.pdf
GET /bundel/<id>/label.pdf
POST /bundel/<id>/lanjut
GET /meja
GET /bundel/daftar-berkas-<int:year>.<any(pdf, xlsx):form>
POST /bundel/resep/<id>
POST /bundel/susun
GET /cari.json
GET /d/<id>/baca
GET /d/<id>/banding
GET /d/<id>/docx
GET /d/<id>/halaman/<int:page>.png
GET /d/<id>/lampiran/<sha256>
GET /d/<id>/lampiran/<sha256>/asli
GET /d/<id>/pdf
GET /d/<id>/qr.svg
GET /kalimat
GET /kantor
GET /konsep/<id>
POST /konsep/<id>/catatan
POST /konsep/<id>/catatan/<comment>/selesai
GET /konsep/<id>/halaman/<int:page>.png
GET /kantor/contoh-nomor
GET /kantor/jalur
GET /massal/<id>
GET /massal/<id>.json
GET /massal/<id>/<any(zip, print, sheet):name>
GET /pejabat
GET POST /pemberitahuan
POST /pemberitahuan/coba
POST /pemberitahuan/peramban
POST /pemberitahuan/peramban/hapus
GET /ringkasan
GET POST /sandi
GET POST /sesi
POST /tur
GET /unggahan/<name>

[endorse]
POST /d/<id>/putusan
GET /putuskan
GET POST /putuskan/konsep/<id>
GET POST /putuskan/naskah/<id>
GET POST /putuskan/pilihan
POST /putuskan/urungkan
POST /konsep/<id>/alihkan
POST /konsep/<id>/pratinjau
POST /konsep/<id>/putusan
POST /konsep/<id>/tanda-tangan
GET POST /konsep/<id>/teks
POST /konsep/<id>/urung

[issue]
GET POST /agenda/<int:year>/<int:sequence>
GET POST /agenda/<int:year>/<int:sequence>/<suffix>
POST /agenda/cadangan
GET /agenda/nomor
POST /agenda/sisipan
GET POST /buat/<procedure>/<int:step>/<kind>
POST /buat/berkas
POST /buat/diketahui
POST /buat/draf
POST /buat/draf/<id>/kembalikan
POST /buat/draf/<id>/hapus
POST /buat/letak
POST /buat/pratinjau
GET /buat/seperti.json
GET POST /d/<id>/bagikan
POST /d/<id>/bagikan/cabut
POST /d/<id>/batalkan
POST /d/<id>/perbaiki
POST /d/<id>/segel
POST /d/<id>/selesaikan
POST /konsep/<id>/ingatkan
POST /konsep/<id>/pembaca
POST /konsep/<id>/tarik
GET POST /massal
POST /massal/<id>/batal
POST /massal/<id>/lanjut
GET /massal/lembar
POST /massal/periksa
GET /massal/pratinjau
GET /massal/sisa
POST /unggahan

[file]
POST /berkas/<id>/buka
POST /berkas/<id>/tutup
POST /bundel/<id>/arsip
POST /d/<id>/lampiran
GET POST /pindaian
GET POST /pindaian/<id>
POST /pindaian/<id>/batal
GET /pindaian/<id>.json
GET /pindaian/<id>/halaman/<int:number>.png
POST /pindaian/<id>/lanjut

[register]
GET POST /aset/baru
POST /aset/ganti-nibar
POST /aset/hapus
POST /aset/impor
GET POST /aset/ubah
POST /kalimat
POST /kalimat/<id>/hapus

[administer]
POST /kantor
POST /kantor/jalur
POST /kantor/lambang
GET POST /pejabat/baru
POST /pejabat/hapus
POST /pejabat/impor
GET POST /pejabat/ubah

[accounts]
GET POST /pengguna
GET POST /pengguna/ubah
POST /pengguna/aktif
POST /pengguna/keluarkan
POST /pengguna/pejabat
POST /pengguna/sandi
POST /pengguna/surel

[destroy]
POST /retensi/musnahkan

[retain]
GET /retensi

[audit]
GET /riwayat
GET /riwayat/ekspor.<any(csv, jsonl):form>

[connect]
GET POST /token
POST /token/cabut
GET POST /webhook
GET /webhook/<id>
POST /webhook/hapus
POST /webhook/kirim-lagi

[api read]
GET /api/v1/assets
GET /api/v1/assets/<key:nibar>
GET /api/v1/documents
GET /api/v1/documents/<id>
GET /api/v1/documents/<id>/attachments/<sha256>
GET /api/v1/documents/<id>/docx
GET /api/v1/documents/<id>/pdf
GET /api/v1/documents/<id>/shares
GET /api/v1/dossiers
GET /api/v1/dossiers/<id>
GET /api/v1/drafts
GET /api/v1/drafts/<id>
GET /api/v1/kinds
GET /api/v1/kinds/<kind>
GET /api/v1/office
GET /api/v1/officials
GET /api/v1/officials/<key:id>
GET /api/v1/procedures

[api read office]
GET /api/v1/bundles
GET /api/v1/bundles/<code>
GET /api/v1/bundles/<code>/manifest
GET /api/v1/bundles/<code>/pdf
GET /api/v1/bundles/<code>/volumes/<number>/pdf
GET /api/v1/file-list
GET /api/v1/inbox
GET /api/v1/jobs/<id>
GET /api/v1/jobs/<id>/labels
GET /api/v1/jobs/<id>/manifest
GET /api/v1/jobs/<id>/pdf
GET /api/v1/jobs/<id>/print
GET /api/v1/jobs/<id>/sheet
GET /api/v1/jobs/<id>/volumes/<number>/pdf
GET /api/v1/jobs/<id>/zip
GET /api/v1/kinds/<kind>/sheet
GET /api/v1/recipes
GET /api/v1/register

[api endorse]
POST /api/v1/documents/<id>/endorsements
PUT /api/v1/drafts/<id>
POST /api/v1/drafts/<id>/decisions
POST /api/v1/drafts/<id>/sign

[api issue]
POST /api/v1/documents
POST /api/v1/documents/<id>/seal
POST /api/v1/documents/<id>/shares
POST /api/v1/documents/<id>/void
POST /api/v1/drafts
DELETE /api/v1/drafts/<id>
POST /api/v1/drafts/<id>/submit
POST /api/v1/drafts/<id>/withdraw
POST /api/v1/previews
DELETE /api/v1/shares/<id>
POST /api/v1/uploads

[api file]
POST /api/v1/documents/<id>/attachments
POST /api/v1/dossiers/<id>/close
POST /api/v1/dossiers/<id>/reopen

[api issue office]
POST /api/v1/batches
POST /api/v1/batches/check
POST /api/v1/jobs/<id>/cancel
POST /api/v1/jobs/<id>/resume

[api file office]
POST /api/v1/bundles
POST /api/v1/jobs/<id>/archive
POST /api/v1/recipes
DELETE /api/v1/recipes/<id>
POST /api/v1/recipes/<id>/run

[api register office]
POST /api/v1/assets
DELETE PUT /api/v1/assets/<key:nibar>
POST /api/v1/assets/<key:nibar>/rename
POST /api/v1/assets/import

[api administer office]
PUT /api/v1/office
POST /api/v1/officials
DELETE PUT /api/v1/officials/<key:id>
POST /api/v1/officials/import

[api connect office]
POST /api/v1/deliveries/<id>/resend
GET POST /api/v1/webhooks
DELETE /api/v1/webhooks/<id>
GET /api/v1/webhooks/<id>/deliveries
"""


def declared() -> dict[tuple[str, str], str]:
    """Return what each route asks, by method and rule."""
    found: dict[tuple[str, str], str] = {}
    asks = ""
    for line in TABLE.strip().splitlines():
        if line.startswith("["):
            asks = line.strip("[]")
        elif line:
            methods, slash, rest = line.partition(" /")
            found |= {(method, slash.strip() + rest): asks for method in methods.split()}
    return found
