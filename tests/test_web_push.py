"""Messages for browsers are encrypted and signed as RFC 8291 and RFC 8292 say."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from docgen.web_push import PushKeys, check_keys, decode, encode, encrypt, encrypt_with

# RFC 8291, section 5 and appendix A
TEXT = b"When I grow up, I want to be a watermelon"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
ENCRYPTED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_a_message_is_encrypted_as_in_the_published_example() -> None:
    """The example of RFC 8291 comes out the same, to the byte."""
    key = ec.derive_private_key(int.from_bytes(decode(SENDER_PRIVATE)), ec.SECP256R1())
    assert encode(encrypt_with(TEXT, RECEIVER, AUTH, key, decode(SALT))) == ENCRYPTED


def test_no_two_messages_look_the_same() -> None:
    """Each is encrypted with a key and a salt of its own."""
    assert encrypt(TEXT, RECEIVER, AUTH) != encrypt(TEXT, RECEIVER, AUTH)


def test_the_signature_is_one_that_a_push_service_accepts() -> None:
    """A JSON Web Token of ES256 for that service alone, good for less than a day, signed by the key beside it."""
    keys = PushKeys.of("a secret key of thirty-two signs!")
    scheme, token, key = keys.authorization("https://push.example:8443/x?y", "https://naskah.example", 1000).split()
    assert (scheme, key) == ("vapid", f"k={keys.public}")
    signed, _, signature = token.removeprefix("t=").rstrip(",").rpartition(".")
    head, claims = (json.loads(decode(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims == {"aud": "https://push.example:8443", "exp": 1000 + 12 * 3600, "sub": "https://naskah.example"}
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(keys.public))
    raw = decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))


def test_every_machine_of_an_office_has_the_same_keys() -> None:
    """They follow from the secret key; another secret key gives others."""
    assert PushKeys.of("satu").public == PushKeys.of("satu").public != PushKeys.of("dua").public


@pytest.mark.parametrize(("p256dh", "auth"), [("", AUTH), (RECEIVER[:-4], AUTH), (RECEIVER, "AAAA"), ("é", AUTH)])
def test_keys_that_no_browser_has_are_refused(p256dh: str, auth: str) -> None:
    """What is no point of the curve, or no secret of 16 bytes, is an error."""
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        check_keys(p256dh, auth)
