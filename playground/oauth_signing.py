"""JSON Web Tokens: signed by the stand-ins, and checked by them."""

import base64
import binascii
import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = dict[str, Any]


@cache
def make_key(purpose: str) -> rsa.RSAPrivateKey:
    """A key for each purpose, made when it is first needed and kept for as long as the program runs."""
    return rsa.generate_private_key(65537, 2048)


def private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def sign(claims: Json, key: rsa.RSAPrivateKey) -> str:
    head = {"alg": "RS256", "typ": "JWT", "kid": "playground"}
    signed = b".".join(_encode(json.dumps(part).encode()) for part in (head, claims))
    return (signed + b"." + _encode(key.sign(signed, padding.PKCS1v15(), hashes.SHA256()))).decode()


def claims_of(token: str, key: rsa.RSAPublicKey) -> Json | None:
    """What is claimed, if it was signed with the other half of this key."""
    try:
        head, claims, signature = token.split(".")
        key.verify(_decode(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        found = json.loads(_decode(claims))
        is_signed_so = json.loads(_decode(head)).get("alg") == "RS256"
    except (ValueError, binascii.Error, InvalidSignature, AttributeError):
        return None
    return found if is_signed_so and isinstance(found, dict) else None


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
