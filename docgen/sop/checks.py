"""Check the references between the parts of an SOP file, which its schema cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from docgen.sop.model import Procedure, Sop, Step


def problems(sop: Sop) -> Iterator[str]:
    """Yield each fault as a sentence that begins with its place."""
    for slug, times in Counter(procedure.slug for procedure in sop.procedures).items():
        if times > 1:
            yield f"prosedur {slug!r} tercantum {times} kali; beri slug yang berbeda."
    for procedure in sop.procedures:
        yield from _numbering(procedure)
        for step in procedure.steps:
            place = f"prosedur {procedure.slug!r}, langkah {step.number}: "
            for fault in (*_roles(sop, step), *_targets(procedure, step), *_endorsement(procedure, step)):
                yield place + fault


def _numbering(procedure: Procedure) -> Iterator[str]:
    numbers = [step.number for step in procedure.steps]
    for number, times in Counter(numbers).items():
        if times > 1:
            yield f"prosedur {procedure.slug!r}: nomor langkah {number} tercantum {times} kali."
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    if missing:
        listed = ", ".join(map(str, missing))
        yield f"prosedur {procedure.slug!r}: langkah {listed} tidak ada; nomor harus berurutan mulai dari 1."
    elif numbers != sorted(numbers):
        yield f"prosedur {procedure.slug!r}: langkah tidak berurutan; urutkan menurut nomornya."


def _roles(sop: Sop, step: Step) -> Iterator[str]:
    """Yield a fault for each role that `peran` does not describe: nobody would know what the office calls it."""
    named = [
        *(("pelaku", role) for role in step.actors),
        ("penandatangan", step.signer),
        ("atas_nama", step.on_behalf_of),
        *(("pengesah", role) for role in step.endorser_roles),
    ]
    known = [str(role) for role in sop.roles]
    for key, role in named:
        if role is not None and role not in known:
            near = get_close_matches(role, known, n=1) or [", ".join(known)]
            yield f"{key} {role!r} tidak tercantum dalam peran. Tambahkan di sana, atau maksudnya {near[0]!r}?"


def _targets(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.decision is None:
        return
    last = max(one.number for one in procedure.steps)
    for word, target in (("ya", step.decision.ya), ("tidak", step.decision.tidak)):
        if not any(one.number == target for one in procedure.steps):
            yield f"keputusan {word} menuju langkah {target} yang tidak ada; langkah terakhir {last}."
        elif target == step.number:
            yield f"keputusan {word} menuju langkah itu sendiri."


def _endorsement(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.endorsement is None:
        for key, value in (("pengesah", step.endorser_role), ("mengesahkan", step.endorses)):
            if value is not None:
                yield f"{key} diisi tetapi pengesahan tidak; isi pengesahan dengan setuju atau terima."
        return
    for role, times in Counter(step.endorser_roles).items():
        if times > 1:
            yield f"pengesah {role!r} tercantum {times} kali."
    if step.endorser_role is None:
        yield "pengesahan diisi tetapi pengesah tidak; isi pengesah dengan peran yang memutuskan."
    if step.endorses is None:
        return
    outputs = next((one.outputs for one in procedure.steps if one.number == step.endorses), None)
    if step.endorses >= step.number or not outputs:
        yield f"mengesahkan langkah {step.endorses}, yang harus langkah sebelumnya dan membuat naskah."
