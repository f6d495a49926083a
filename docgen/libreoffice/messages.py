"""What people read when a letter does not become a PDF: what is the matter, and what to do."""

from __future__ import annotations

ABSENT = (
    "LibreOffice tidak ditemukan. Jalankan `make run` lagi atau pasang paket libreoffice-writer-nogui. Setelah "
    "terpasang, coba lagi; layanan tidak perlu dimulai ulang."
)
BROKEN = "LibreOffice tidak dapat dijalankan. Coba lagi sebentar lagi; bila tetap gagal, pasang ulang LibreOffice."
BUSY = "Mesin pembuat PDF sedang penuh. Tunggu sebentar, lalu coba lagi."
CLOSED = "Mesin pembuat PDF sedang dimatikan. Coba lagi setelah layanan hidup kembali."
CRASHED = "LibreOffice berhenti mendadak tiga kali pada naskah ini. Periksa berkas Word-nya, lalu coba lagi."
DEFECT = "Naskah ini gagal diubah menjadi PDF karena gangguan di dalam layanan. Coba lagi; catatannya ada di log."
FULL = (
    "Disk layanan penuh, sehingga PDF tidak dapat dibuat. Naskahnya tidak salah; minta administrator mengosongkan "
    "disk, lalu coba lagi."
)
