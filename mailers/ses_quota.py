"""Asks Amazon SES what an account may send: GetSendQuota of its Query API.

docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html. Version 2 of the API tells the same in its
GetAccount, with much else besides, and needs a wider permission for it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from campaigns.account import Credential, QuotaKey
from campaigns.account_quota_key import ses_region
from campaigns.errors import AnyFault, Busy, Misconfigured, NoAccess
from campaigns.provider_quota import ProviderQuota
from mailers.aws_signature import Scope, signed
from mailers.token_cell import utc_now
from mailers.wire import NoReply, open_session

_BODY = b"Action=GetSendQuota&Version=2010-12-01"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_NAMESPACE = "{http://ses.amazonaws.com/doc/2010-12-01/}"
_PATIENCE = (5.0, 10.0)
"""In seconds, to connect and for the reply: it is asked before batches, which must not wait for it long."""
_LARGEST = 16_384
_EVERY = 2.0
"""Amazon allows one call a second, counted when it arrives."""
_MOST = 10_000_000_000.0

_NEW_KEY = "Make a new access key in IAM, and enter it."
_OTHER_KEY = "Enter the key with its own secret, which is not the SMTP password."
_POLICY = "Give the key's user in IAM a policy that allows ses:GetSendQuota."
_CLOCK = "Set the clock of the machine on which the bot runs."
_CONSOLE = "Look at the account in the SES console."
_UNKNOWN = ("Amazon does not know the access key", _NEW_KEY)
_MISMATCH = ("Amazon says that the secret is not that of the access key", _OTHER_KEY)
_FORBIDDEN = ("The access key may not ask for the sending limits", _POLICY)
_LATE = ("Amazon and the bot do not agree on the time", _CLOCK)
_REFUSED = {
    "InvalidClientTokenId": _UNKNOWN,
    "UnrecognizedClientException": _UNKNOWN,
    "InvalidAccessKeyId": _UNKNOWN,
    "SignatureDoesNotMatch": _MISMATCH,
    "IncompleteSignature": _MISMATCH,
    "AccessDenied": _FORBIDDEN,
    "AccessDeniedException": _FORBIDDEN,
    "RequestExpired": _LATE,
    "OptInRequired": ("Amazon SES is not switched on for this AWS account", _CONSOLE),
}
_TIME = ("Signature expired", "Signature not yet current")
"""How the words of a SignatureDoesNotMatch begin if it is the clock."""
_BUSY = frozenset({"Throttling", "ThrottlingException", "RequestLimitExceeded", "ServiceUnavailable"})


class SesQuotas:
    """The port QuotaTeller. Threads may share it; no key is used more often than Amazon allows.

    ``endpoint`` is where a stand-in takes Amazon's place, '' for Amazon itself.
    """

    def __init__(
        self,
        *,
        endpoint: str = "",
        certificate: str = "",
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._certificate = certificate
        self._now = now
        self._clock = clock
        self._asked_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def quota(self, credential: Credential) -> ProviderQuota | None:
        key, region = credential.quota_key, ses_region(credential.host)
        if key is None or not region:
            raise Misconfigured("There is no access key to ask Amazon SES with")
        if not self._is_my_turn(key):
            return None
        url = self._endpoint or f"https://{credential.host.replace('email-smtp', 'email', 1)}"
        status, said = self._ask(f"{url}/", key, region)
        if status != 200:
            raise classify(status, said)
        return read_quota(said)

    def _is_my_turn(self, key: QuotaKey) -> bool:
        with self._lock:
            now, asked_at = self._clock(), self._asked_at.get(key.id)
            if asked_at is not None and now - asked_at < _EVERY:
                return False
            self._asked_at[key.id] = now
            return True

    def _ask(self, url: str, key: QuotaKey, region: str) -> tuple[int, bytes]:
        """Status and body of the reply, of which no more is read than an answer may have. Raises Busy."""
        headers = signed(
            "POST",
            {"Host": urlsplit(url).netloc, "Content-Type": _FORM},
            _BODY,
            key_id=key.id,
            secret=key.secret,
            scope=Scope(region, "ses"),
            at=self._now(),
        )
        headers["Accept-Encoding"] = "identity"  # not signed: it is a matter of the connection
        session = open_session(self._certificate)
        try:
            with session.post(
                url, data=_BODY, headers=headers, timeout=_PATIENCE, allow_redirects=False, stream=True
            ) as answer:
                return answer.status_code, _beginning(answer.iter_content(_LARGEST))
        except OSError as error:  # requests' errors are such
            raise _no_answer(NoReply.of(error, handed_over=False).said) from None
        finally:
            session.close()


def read_quota(said: bytes) -> ProviderQuota:
    """What an answer says. Raises Busy for what is none, Misconfigured if nothing may be sent."""
    root = _parsed(said)
    per_day, per_second, sent = (
        _number(root, name) for name in ("Max24HourSend", "MaxSendRate", "SentLast24Hours")
    )
    if per_day is None or per_second is None or sent is None:
        raise _no_answer("no answer to be read")
    is_unlimited = per_day == -1
    if not (is_unlimited or per_day >= 1) or per_second <= 0:
        raise Misconfigured("Amazon SES says that this account may send nothing", hint=_CONSOLE)
    return ProviderQuota(
        per_day=None if is_unlimited else int(per_day), per_second=max(int(per_second), 1), sent=int(sent)
    )


def classify(status: int, said: bytes) -> AnyFault:
    """What a reply other than 200 means. Amazon's own words are left out: they may name the AWS account."""
    root = _parsed(said)
    code = _text(root, "Code")
    code = code if code.isascii() and code.isalnum() and len(code) <= 64 else ""
    evidence = f"{status} {code}".strip()
    if code in _BUSY or status >= 500 or not code:
        return _no_answer(evidence)
    cause, hint = _REFUSED.get(code, ("Amazon SES does not tell the sending limits", _POLICY))
    if code == "SignatureDoesNotMatch" and _text(root, "Message").startswith(_TIME):
        cause, hint = _LATE
    return NoAccess(cause, evidence=evidence, hint=hint)


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """As much as an answer may have: of a longer one too little to be understood."""
    said = b""
    for piece in pieces:
        said += piece
        if len(said) > _LARGEST:
            break
    return said[:_LARGEST]


def _no_answer(evidence: str) -> Busy:
    return Busy("Amazon SES did not answer", evidence=evidence)


def _parsed(said: bytes) -> Any:
    """The root element; None if this is no XML of Amazon's, which never declares a type or an entity."""
    try:
        text = said.decode()
        return None if "<!" in text else ET.fromstring(text)  # noqa: S314 - short, and without entities
    except (UnicodeDecodeError, ET.ParseError):
        return None


def _text(root: Any, name: str) -> str:
    found = None if root is None else root.find(f".//{_NAMESPACE}{name}")
    return "" if found is None else (found.text or "").strip()


def _number(root: Any, name: str) -> float | None:
    try:
        number = float(_text(root, name))
    except ValueError:
        return None
    return number if -1 <= number <= _MOST else None  # neither nan nor inf
