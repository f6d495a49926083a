"""Check the references between the parts of an SOP file, which its schema cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from docgen.sop.model import Procedure, Sop, Step
from storage.records import OUTSIDE_SOP
from wording import joined, say


def problems(sop: Sop) -> Iterator[str]:
    """Yield each fault as a sentence that begins with its place."""
    for slug, times in Counter(procedure.slug for procedure in sop.procedures).items():
        if times > 1:
            yield say("prosedur {slug} tercantum {times} kali; beri slug yang berbeda.", slug=repr(slug), times=times)
    for procedure in sop.procedures:
        if procedure.slug == OUTSIDE_SOP:
            yield say("prosedur {slug}: slug itu milik surat di luar SOP; beri slug lain.", slug=repr(OUTSIDE_SOP))
        yield from _numbering(procedure)
        for step in procedure.steps:
            place = say("prosedur {slug}, langkah {step}: ", slug=repr(procedure.slug), step=step.number)
            for fault in (*_roles(sop, step), *_targets(procedure, step), *_endorsement(procedure, step)):
                yield joined([place, fault], "")


def _numbering(procedure: Procedure) -> Iterator[str]:
    numbers = [step.number for step in procedure.steps]
    for number, times in Counter(numbers).items():
        if times > 1:
            yield say(
                "prosedur {slug}: nomor langkah {number} tercantum {times} kali.",
                slug=repr(procedure.slug),
                number=number,
                times=times,
            )
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    if missing:
        listed = ", ".join(map(str, missing))
        yield say(
            "prosedur {slug}: langkah {steps} tidak ada; nomor harus berurutan mulai dari 1.",
            slug=repr(procedure.slug),
            steps=listed,
        )
    elif numbers != sorted(numbers):
        yield say("prosedur {slug}: langkah tidak berurutan; urutkan menurut nomornya.", slug=repr(procedure.slug))


def _roles(sop: Sop, step: Step) -> Iterator[str]:
    """Yield a fault for each role that `peran` does not describe: nobody would know what the office calls it."""
    named = [
        *(("pelaku", role) for role in step.actors),
        ("penandatangan", step.signer),
        ("atas_nama", step.on_behalf_of),
        ("untuk_beliau", step.by_way_of),
        *(("pengesah", role) for role in step.endorser_roles),
    ]
    known = [str(role) for role in sop.roles]
    for key, role in named:
        if role is not None and role not in known:
            near = get_close_matches(role, known, n=1) or [", ".join(known)]
            yield say(
                "{key} {role} tidak tercantum dalam peran. Tambahkan di sana, atau maksudnya {near}?",
                key=key,
                role=repr(role),
                near=repr(near[0]),
            )


def _targets(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.decision is None:
        return
    last = max(one.number for one in procedure.steps)
    for word, target in (("ya", step.decision.ya), ("tidak", step.decision.tidak)):
        if not any(one.number == target for one in procedure.steps):
            yield say(
                "keputusan {word} menuju langkah {target} yang tidak ada; langkah terakhir {last}.",
                word=word,
                target=target,
                last=last,
            )
        elif target == step.number:
            yield say("keputusan {word} menuju langkah itu sendiri.", word=word)


def _endorsement(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.endorsement is None:
        for key, value in (("pengesah", step.endorser_role), ("mengesahkan", step.endorses)):
            if value is not None:
                yield say("{key} diisi tetapi pengesahan tidak; isi pengesahan dengan setuju atau terima.", key=key)
        return
    for role, times in Counter(step.endorser_roles).items():
        if times > 1:
            yield say("pengesah {role} tercantum {times} kali.", role=repr(role), times=times)
    if step.endorser_role is None:
        yield "pengesahan diisi tetapi pengesah tidak; isi pengesah dengan peran yang memutuskan."
    if step.endorses is None:
        return
    outputs = next((one.outputs for one in procedure.steps if one.number == step.endorses), None)
    if step.endorses >= step.number or not outputs:
        yield say("mengesahkan langkah {step}, yang harus langkah sebelumnya dan membuat naskah.", step=step.endorses)
