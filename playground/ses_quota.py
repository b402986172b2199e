"""Amazon SES on your own machine, as far as it tells what an account may send: GetSendQuota of its Query API.

What it refuses, it refuses in Amazon's order and words. docs.aws.amazon.com/ses/latest/APIReference
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from flask import Flask, Response, request

from playground.provider_server import ProviderServer

_NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"
_REQUEST_ID = "7c191be4-5d36-11f1-9d10-example00000"
_GOOD_FOR = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[A-Z0-9]+)/"
    r"(?P<scope>(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/ses/aws4_request), "
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)

_Refusal = tuple[int, str, str]
_UNKNOWN: _Refusal = (403, "InvalidClientTokenId", "The security token included in the request is invalid.")
_INCOMPLETE: _Refusal = (403, "IncompleteSignature", "Authorization header requires 'Credential' parameter.")
_MISMATCH: _Refusal = (
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
)
_THROTTLED: _Refusal = (400, "Throttling", "Rate exceeded")


def _now() -> datetime:
    return datetime.now(UTC)


class SesStandIn:
    """One AWS account in one region, with one access key; its numbers may be changed at any time.

    `is_allowed`: the key's user has the policy. `is_throttling`: every call is one too many. `is_away`: the
    service has trouble of its own. `instead`: what is answered in the place of all that. `asked`: how often.
    """

    def __init__(
        self,
        *,
        key_id: str = "AKIAPLAYGROUNDEXAMPL",
        secret: str = "playground/secret+access/key/EXAMPLE0000",  # noqa: S107 - a stand-in's own
        region: str = "us-east-1",
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.key_id = key_id
        self.secret = secret
        self.region = region
        self.per_day = 50_000.0
        self.per_second = 14.0
        self.sent = 0.0
        self.is_allowed = True
        self.is_throttling = False
        self.is_away = False
        self.instead: bytes | None = None
        self.asked = 0
        self._now = now
        self._lock = threading.Lock()
        app = Flask("playground")
        app.add_url_rule("/", view_func=self._answer, methods=["POST"])
        self._server = ProviderServer(app, is_tls=False)

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.remove()

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def _answer(self) -> Response:
        with self._lock:
            self.asked += 1
        if self.instead is not None:
            return Response(self.instead, 200, content_type="text/html")
        if self.is_away:
            return _error((503, "ServiceUnavailable", "Service Unavailable"), kind="Receiver")
        body = request.get_data()
        if refusal := self._refusal(body):
            return _error(refusal)
        if dict(request.form) != {"Action": "GetSendQuota", "Version": "2010-12-01"}:
            return _error((400, "InvalidAction", "Could not find operation for version 2010-12-01"))
        numbers = (
            f"<Max24HourSend>{self.per_day}</Max24HourSend><MaxSendRate>{self.per_second}</MaxSendRate>"
            f"<SentLast24Hours>{self.sent}</SentLast24Hours>"
        )
        return _xml(
            200,
            f'<GetSendQuotaResponse xmlns="{_NAMESPACE}"><GetSendQuotaResult>{numbers}</GetSendQuotaResult>'
            f"<ResponseMetadata><RequestId>{_REQUEST_ID}</RequestId></ResponseMetadata></GetSendQuotaResponse>",
        )

    def _refusal(self, body: bytes) -> _Refusal | None:
        said = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
        moment = request.headers.get("X-Amz-Date", "")
        if said is None or not re.fullmatch(r"\d{8}T\d{6}Z", moment):
            return _INCOMPLETE
        names = said["names"].split(";")
        if names != sorted(names) or not {"host", "x-amz-date"} <= set(names):
            return _INCOMPLETE
        if said["id"] != self.key_id:
            return _UNKNOWN
        if said["region"] != self.region or said["day"] != moment[:8]:
            words = f"Credential should be scoped to a valid region, not '{said['region']}'. "
            return 403, "SignatureDoesNotMatch", words
        signed_at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(self._now() - signed_at) > _GOOD_FOR:
            return 403, "SignatureDoesNotMatch", f"Signature expired: {moment} is too long ago."
        right = self._signature(names, body, moment, said["scope"])
        if not hmac.compare_digest(right, said["signature"]):
            return _MISMATCH
        if not self.is_allowed:
            words = (
                "User: arn:aws:iam::111122223333:user/bot is not authorized to perform: `ses:GetSendQuota`"
            )
            return 403, "AccessDenied", words
        return _THROTTLED if self.is_throttling else None

    def _signature(self, names: list[str], body: bytes, moment: str, scope: str) -> str:
        """As Amazon makes it of what has arrived."""
        headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
        canonical = f"POST\n/\n\n{headers}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = b"AWS4" + self.secret.encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _error(refusal: _Refusal, *, kind: str = "Sender") -> Response:
    status, code, words = refusal
    return _xml(
        status,
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{kind}</Type><Code>{code}</Code>'
        f"<Message>{words}</Message></Error><RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>",
    )


def _xml(status: int, text: str) -> Response:
    return Response(text + "\n", status, content_type="text/xml")
