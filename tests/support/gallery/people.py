"""Who signs the gallery's letters, for which office, and on which assets: usual, and as long as registers allow."""

from __future__ import annotations

from storage.records import Asset, Office, Official

OFFICE = Office(
    government="PEMERINTAH KABUPATEN TANAH BUMBU",
    name="DINAS KOMUNIKASI, INFORMATIKA, STATISTIK DAN PERSANDIAN",
    short_name="Diskominfo SP",
    unit_code="DiskominfoSP2",
    address="Jalan Contoh Nomor 1, Kompleks Perkantoran Gunung Tinggi, Batulicin 72271",
    phone="(0518) 000000",
    email="diskominfosp@tanahbumbu.example",
    website="diskominfosp.tanahbumbu.example",
    place="Batulicin",
)
LONG_OFFICE = OFFICE.model_copy(
    update={
        "name": "DINAS PEMBERDAYAAN PEREMPUAN, PERLINDUNGAN ANAK, PENGENDALIAN PENDUDUK, KELUARGA BERENCANA, "
        "PEMBERDAYAAN MASYARAKAT DAN DESA",
        "address": "Jalan Dharma Praja Nomor 123, Kompleks Perkantoran Pemerintah Daerah Gunung Tinggi, Kelurahan "
        "Gunung Tinggi, Kecamatan Batulicin, Kabupaten Tanah Bumbu, Provinsi Kalimantan Selatan 72271",
    }
)


def _person(role: str, name: str, nip: str, rank: str, grade: str, post: str) -> Official:
    return Official.model_validate(
        {
            "id": role.replace("_", "-"),
            "role": role,
            "name": name,
            "nip": nip,
            "rank": rank,
            "grade": grade,
            "post": post,
        }
    )


USUAL = [
    _person(
        "kepala_dinas",
        "Al Husain Mardani, S.E., M.M.",
        "198305112007011005",
        "Pembina Utama Muda",
        "IV/c",
        "Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian",
    ),
    _person(
        "kepala_bidang",
        "Ahmad Fauzi Rahman, S.Kom., M.T.",
        "198002142005011903",
        "Pembina",
        "IV/a",
        "Kepala Bidang Infrastruktur Teknologi Informasi dan Komunikasi",
    ),
    _person(
        "kepala_seksi",
        "Siti Norhayati, S.Kom.",
        "198907052014022905",
        "Penata Tingkat I",
        "III/d",
        "Kepala Seksi Jaringan dan Pusat Data",
    ),
    _person(
        "pengelola_aset",
        "Muhammad Rizky Hidayat, A.Md.Kom.",
        "199403182019031906",
        "Pengatur Tingkat I",
        "II/d",
        "Pengelola Aset Sistem Elektronik",
    ),
    _person(
        "pengguna_aset",
        "dr. Yuliana Puspitasari",
        "198606152015032910",
        "Penata Tingkat I",
        "III/d",
        "Kepala Puskesmas Batulicin",
    ),
]
_LONG_NAMES = {
    "kepala_dinas": "Prof. Dr. Ir. H. Muhammad Abdurrahman Al-Banjari Syamsuddin Noor, S.Kom., M.T., M.M., Ph.D., "
    "IPU., ASEAN Eng.",
    "kepala_bidang": "Dr. Hj. Siti Khadijah Nurul Qomariyah Al-Munawwarah Rahmatullah, S.Kom., M.Kom., M.T.I., CISA.",
    "kepala_seksi": "Raden Mas Suryadiningratprawirakusumah Hadikusumo Wicaksono, S.T., M.Eng., CCNP., CISSP.",
    "pengelola_aset": "Gusti Muhammad Ramadhani Putra Perdanakusuma Wijayanegara, A.Md.Kom., S.Tr.Kom.",
    "pengguna_aset": "dr. Hj. Yuliana Puspitasari Wulandari Kusumaningrum Handayani, Sp.PD., M.Kes., FINASIM.",
}
_LONG_POSTS = {
    "kepala_dinas": "Kepala Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk, Keluarga "
    "Berencana, Pemberdayaan Masyarakat dan Desa",
    "kepala_bidang": "Kepala Bidang Pengelolaan Infrastruktur Teknologi Informasi, Komunikasi, Keamanan Informasi dan "
    "Layanan Sistem Pemerintahan Berbasis Elektronik",
    "kepala_seksi": "Kepala Seksi Pemeliharaan Jaringan, Pusat Data, Perangkat Keras dan Keamanan Informasi",
    "pengelola_aset": "Pranata Komputer Ahli Pertama pada Seksi Pemeliharaan Jaringan, Pusat Data dan Perangkat Keras",
    "pengguna_aset": "Kepala Pusat Kesehatan Masyarakat Rawat Inap Perawatan Simpang Empat Batulicin",
}
LONG = [
    person.model_copy(update={"name": _LONG_NAMES[person.role], "post": _LONG_POSTS[person.role]}) for person in USUAL
]
ACTING = [
    person.model_copy(update={"capacity": "plt" if person.role in ("kepala_dinas", "kepala_bidang") else "plh"})
    for person in USUAL
]


def assets(count: int) -> list[Asset]:
    """Return assets as a register holds them, each with every field."""
    names = ["Access Point", "Switch Akses 24 Port PoE", "Router", "Server Rack Aplikasi SPBE", "UPS Ruang Server"]
    brands = ["Ubiquiti U6-LR", "Cisco Catalyst C9200L-24P-4G", "MikroTik RB4011iGS+RM", "Dell PowerEdge R740"]
    places = ["Puskesmas Batulicin", "Ruang Server, Lantai 2", "Pusat Data Batulicin, Rak 3", "Kecamatan Simpang Empat"]
    return [
        Asset(
            nibar=f"6310190000{number:03}",
            kode_barang="1.3.2.10.02.04.004",
            kode_register=f"{number:04}",
            name=names[number % len(names)],
            brand=brands[number % len(brands)],
            serial=("FCW2517L0AB", "DMO-7K2LX13", "SN00AF-22B-91C0")[number % 3],
            year=2015 + number % 10,
            value=1_250_000 * number,
            condition=("B", "KB", "RB")[number % 3],
            location=places[number % len(places)],
        )
        for number in range(1, count + 1)
    ]


def long_assets(count: int) -> list[Asset]:
    """Return assets whose texts are as long as people write them, worth more than ten milliard rupiah each."""
    more = {
        "name": "Perangkat Pengatur Lalu Lintas Jaringan Antarperangkat Daerah Berkecepatan Tinggi",
        "brand": "Hewlett Packard Enterprise Aruba CX 8325-48Y8C Bundle JL624A",
        "serial": "FCW2517L0AB-22B-91C0-77DE-SN00004411",
        "location": "Ruang Server Cadangan Gedung Pemulihan Bencana, Lantai 2, Rak 3, Simpang Empat",
        "value": 151_851_850_470,
    }
    return [
        asset.model_copy(update={**more, "nibar": f"12.10.20.05.01.2024.{number:06}"})
        for number, asset in enumerate(assets(count), start=1)
    ]
