"""Amazon's Signature Version 4, for a request to the root of a service with all of it in the body.

docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a signature is good. It is so for one day."""

    region: str
    service: str


def signed(
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key_id: str,
    secret: str,
    scope: Scope,
    at: datetime,
) -> dict[str, str]:
    """``headers``, Host among them, with the date and the signature over all of them. ``at`` is in UTC."""
    moment = f"{at:%Y%m%dT%H%M%SZ}"
    place = f"{moment[:8]}/{scope.region}/{scope.service}/aws4_request"
    wanted = {**headers, "X-Amz-Date": moment}
    lines = {name.lower(): " ".join(value.split()) for name, value in wanted.items()}
    names = ";".join(sorted(lines))
    request = [method, "/", "", *(f"{name}:{lines[name]}" for name in sorted(lines)), "", names, _hex(body)]
    to_sign = "\n".join([_ALGORITHM, moment, place, _hex("\n".join(request).encode())])
    key = f"AWS4{secret}".encode()
    for part in place.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, to_sign.encode(), hashlib.sha256).hex()
    authorization = f"{_ALGORITHM} Credential={key_id}/{place}, SignedHeaders={names}, Signature={signature}"
    return {**wanted, "Authorization": authorization}


def _hex(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
