"""The actions of the audit log, each with its words.

The values stand in every log ever written: they are added to, never changed. A log may hold values of another version.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Action(StrEnum):
    """An action of the audit log, e.g. document.issued; `words` stand between who did it and what it was done to."""

    words: str

    def __new__(cls, value: str, words: str) -> Self:
        """Return the member of this value, with its words in Indonesian."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    DOCUMENT_ISSUED = "document.issued", "menerbitkan naskah"
    DOCUMENT_ENDORSED = "document.endorsed", "memberi keputusan atas naskah"
    DOCUMENT_DECISION_UNDONE = "document.decision_undone", "membatalkan keputusannya atas naskah"
    DOCUMENT_VOIDED = "document.voided", "membatalkan naskah"
    DOCUMENT_SUPERSEDED = "document.superseded", "mengganti naskah"
    DOCUMENT_ATTACHED = "document.attached", "menambahkan berkas pada naskah"
    DOCUMENT_HELD = "document.held", "menahan berkas naskah dari pemusnahan"
    DOCUMENT_RELEASED = "document.released", "melepas penahanan berkas naskah"
    DOCUMENT_SEALED = "document.sealed", "membubuhkan segel pada naskah"
    DOCUMENT_SEAL_FAILED = "document.seal_failed", "gagal membubuhkan segel pada naskah"
    DOCUMENT_READ = "document.read", "membaca naskah rahasia"
    DRAFT_SUBMITTED = "draft.submitted", "mengajukan draf"
    DRAFT_DECIDED = "draft.decided", "memutus draf"
    DRAFT_DECISION_UNDONE = "draft.decision_undone", "membatalkan keputusannya atas draf"
    DRAFT_CORRECTED = "draft.corrected", "memperbaiki teks draf"
    DRAFT_COMMENTED = "draft.commented", "memberi catatan pada draf"
    DRAFT_COMMENT_RESOLVED = "draft.comment_resolved", "menyelesaikan catatan pada draf"
    DRAFT_HANDED_OVER = "draft.handed_over", "menyerahkan giliran atas draf"
    DRAFT_REMINDED = "draft.reminded", "mengingatkan giliran atas draf"
    DRAFT_SIGNED = "draft.signed", "menandatangani draf"
    DRAFT_WITHDRAWN = "draft.withdrawn", "menarik draf"
    DRAFT_REMOVED = "draft.removed", "menghapus draf"
    DRAFT_RESTORED = "draft.restored", "memulihkan draf"
    DOSSIER_CLOSED = "dossier.closed", "menutup berkas"
    DOSSIER_REOPENED = "dossier.reopened", "membuka kembali berkas"
    DOSSIER_DESTROYED = "dossier.destroyed", "memusnahkan isi berkas"
    DOSSIER_PACKED = "dossier.packed", "mengemas berkas untuk diserahkan"
    ASSET_CREATED = "asset.created", "menambahkan aset"
    ASSET_CHANGED = "asset.changed", "mengubah aset"
    ASSET_RENAMED = "asset.renamed", "mengganti NIBAR aset menjadi"
    ASSET_REMOVED = "asset.removed", "menghapus aset"
    ASSET_IMPORTED = "asset.imported", "mengimpor aset dari"
    OFFICIAL_CREATED = "official.created", "menambahkan pejabat"
    OFFICIAL_CHANGED = "official.changed", "mengubah pejabat"
    OFFICIAL_REMOVED = "official.removed", "menghapus pejabat"
    OFFICIAL_IMPORTED = "official.imported", "mengimpor pejabat dari"
    NUMBER_RESERVED = "number.reserved", "mencadangkan nomor"
    NUMBER_USED = "number.used", "mencatat pemakaian nomor"
    NUMBER_INSERTED = "number.inserted", "menyisipkan nomor"
    NUMBER_VOIDED = "number.voided", "membatalkan nomor"
    PHRASE_SAVED = "phrase.saved", "menyimpan kalimat baku"
    PHRASE_REMOVED = "phrase.removed", "menghapus kalimat baku"
    OFFICE_CREATED = "office.created", "mengisi data awal kantor"
    OFFICE_CHANGED = "office.changed", "mengubah data kantor"
    OFFICE_ROUTES_CHANGED = "office.routes_changed", "mengubah jalur paraf kantor"
    OFFICE_EMBLEM_CHANGED = "office.emblem_changed", "mengganti lambang kantor"
    USER_CREATED = "user.created", "membuat akun"
    USER_CHANGED = "user.changed", "mengubah akun"
    USER_PASSWORD_CHANGED = "user.password_changed", "mengganti kata sandi akun"
    USER_LINK_CREATED = "user.link_created", "membuat tautan kata sandi untuk akun"
    USER_LINK_REQUESTED = "user.link_requested", "meminta tautan kata sandi untuk akun"
    USER_SIGNED_IN = "user.signed_in", "masuk sebagai"
    USER_SIGN_IN_FAILED = "user.sign_in_failed", "gagal masuk sebagai"
    USER_IMPORTED = "user.imported", "mengimpor akun dari"
    USER_SESSION_ENDED = "user.session_ended", "mengeluarkan dari satu peramban akun"
    USER_BOUND = "user.bound", "menghubungkan ke akun daerah: akun"
    USER_UNBOUND = "user.unbound", "memutus dari akun daerah: akun"
    USER_FOLLOWED = "user.followed", "menyesuaikan menurut akun daerah: akun"
    USER_SESSIONS_ENDED = "user.sessions_ended", "mengeluarkan dari semua peramban akun"
    USER_FACTOR_ADDED = "user.factor_added", "menambahkan langkah kedua pada akun"
    USER_FACTOR_REMOVED = "user.factor_removed", "menghapus langkah kedua dari akun"
    USER_FACTORS_RESET = "user.factors_reset", "menghapus semua langkah kedua akun"
    USER_CODES_MADE = "user.codes_made", "membuat kode pemulihan baru untuk akun"
    USER_CODE_USED = "user.code_used", "memakai kode pemulihan akun"
    USER_PASSKEY_REFUSED = "user.passkey_refused", "ditolak karena kunci sandinya mungkin disalin, akun"
    TOKEN_CREATED = "token.created", "membuat token"
    TOKEN_REVOKED = "token.revoked", "mencabut token"
    SHARE_CREATED = "share.created", "membagikan naskah"
    SHARE_REVOKED = "share.revoked", "mencabut tautan bagikan naskah"
    WEBHOOK_CREATED = "webhook.created", "membuat webhook"
    WEBHOOK_REMOVED = "webhook.removed", "menghapus webhook"
    BUNDLE_MADE = "bundle.made", "membuat bundel"
    BUNDLE_ARCHIVED = "bundle.archived", "mengarsipkan bundel"
    RECIPE_SAVED = "recipe.saved", "menyimpan resep bundel"
    RECIPE_REMOVED = "recipe.removed", "menghapus resep bundel"
    BATCH_BEGUN = "batch.begun", "memulai pembuatan naskah massal"
    AUDIT_EXPORTED = "audit.exported", "mengunduh riwayat perubahan"
    ARCHIVE_EXPORTED = "archive.exported", "menyalin arsip ke tempat lain"
    ARCHIVE_REBUILT = "archive.rebuilt", "membangun kembali katalog dari arsip"
    ARCHIVE_RESTORED = "archive.restored", "memulihkan katalog dari cadangan"
    ARCHIVE_ADOPTED = "archive.adopted", "mengambil alih arsip"
