"""What is typed on the connect page: a mail server with its login, or the key of a service account."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.account import AccountSettings, Credential, How, ImapServer, KnownQuota, QuotaKey
from campaigns.account_hosts import NoHost, is_this_machine, read_host
from campaigns.account_mailbox import IMAP_FIELDS, IMAP_LONGEST, read_imap
from campaigns.account_quota_key import QUOTA_KEY_FIELDS, QUOTA_KEY_LONGEST, read_quota_key
from campaigns.addresses import AddressError, read_address
from campaigns.errors import BadAddress, InputError
from campaigns.invite_clean import checked_address, display_name

FIELDS = ("host", "port", "security", "user", "password", "from", "name", *IMAP_FIELDS, *QUOTA_KEY_FIELDS)
SECRET_FIELDS = frozenset({"password", "imap_password", "key", *QUOTA_KEY_FIELDS})
LARGEST_KEY = 16_384

STARTTLS, TLS, PLAIN = "starttls", "tls", "plain"
_TLS_PORTS = frozenset({465, 2465})
_STARTTLS_PORTS = frozenset({25, 587, 2525, 2587})
_LONGEST = {"host": 253, "port": 5, "security": 10, "user": 320, "password": 1_024, "from": 320, "name": 200}
_LONGEST |= IMAP_LONGEST | QUOTA_KEY_LONGEST
_NUMBER = re.compile(r"[0-9]{1,5}")
_SERVICE_ADDRESS = re.compile(r"[a-z0-9.-]+@[a-z0-9.-]+\.gserviceaccount\.com")
_KEPT_OF_KEY = ("type", "project_id", "private_key_id", "private_key", "client_email", "client_id")
_MOST_A_DAY = 10_000_000


@dataclass(frozen=True, slots=True)
class SmtpEntry:
    """A mail server with the login there, ready to be tried."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    address: str
    name: str
    imap: ImapServer | None = None
    quota_key: QuotaKey | None = None

    @property
    def credential(self) -> Credential:
        return Credential(
            How.PASSWORD,
            self.password,
            user=self.user,
            host=self.host,
            port=self.port,
            security=self.security,
            reads=self.imap is not None,
            imap=self.imap,
            quota_key=self.quota_key,
        )


def read_smtp(form: Mapping[str, str], *, is_try_out: bool = False) -> SmtpEntry:
    """The entry, or InputError whose ``fields`` are named as in ``FIELDS``.

    Only ports of mail, and never this machine: the bot must not become a way to look around in the network
    it stands in. ``is_try_out``: bot and person share one machine, whose mail server may be tried.
    """
    wrong: dict[str, str] = {}
    typed = {name: _typed(form, name, wrong) for name in FIELDS}
    host = ""
    try:
        host = read_host(typed["host"], example="smtp.example.com", is_try_out=is_try_out)
    except NoHost as error:
        wrong.setdefault("host", str(error))
    is_near = is_try_out and is_this_machine(host)
    port = _port(typed["port"], wrong, is_near=is_near)
    security = _security(typed["security"], port, wrong, is_near=is_near)
    if not typed["password"]:
        wrong.setdefault("password", "Enter the password. It goes to the mail server only, never to Slack.")
    address = _address(typed["from"] or typed["user"], wrong)
    imap = read_imap(typed, host, wrong, is_try_out=is_try_out) if form.get("reads") else None
    quota_key = read_quota_key(typed, host, wrong)
    if wrong:
        raise InputError(fields=wrong)
    return SmtpEntry(
        host=host,
        port=port,
        security=security,
        user=typed["user"] or address,
        password=typed["password"],
        address=address,
        name=display_name(typed["name"]),
        imap=imap,
        quota_key=quota_key,
    )


def read_service_key(text: str) -> str:
    """The key with what is needed of it and nothing else; InputError with ``fields`` naming ``key``."""
    try:
        said = json.loads(text) if len(text) <= LARGEST_KEY else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("type") != "service_account":
        raise InputError(
            fields={"key": "Paste the whole JSON file that Google gave you for the service account."}
        )
    kept = {name: str(said[name]) for name in _KEPT_OF_KEY if name in said}
    if not _SERVICE_ADDRESS.fullmatch(kept.get("client_email", "")) or "PRIVATE KEY" not in kept.get(
        "private_key", ""
    ):
        raise InputError(fields={"key": "This key is not complete. Make a new one and paste all of it."})
    return json.dumps(kept)


def read_subject(text: str) -> str:
    """Whom the service account acts for; InputError with ``fields`` naming ``subject``."""
    wrong: dict[str, str] = {}
    address = _address(text[:400].strip(), wrong)
    if wrong:
        raise InputError(fields={"subject": "Enter the address whose mailbox or calendar it is."})
    return address


def check_settings(settings: AccountSettings, quota: KnownQuota | None = None) -> None:
    """InputError with ``fields`` named as in ``AccountSettings``; ``quota`` is what the provider says."""
    wrong = {}
    a_day = settings.per_day if settings.per_day is not None or quota is None else quota.per_day
    for name in ("per_minute", "per_day"):
        limit = getattr(settings, name)
        if limit is not None and not 1 <= limit <= _MOST_A_DAY:
            wrong[name] = "Enter a whole number from 1, or nothing for no limit."
    if settings.reserve < 0 or (settings.reserve and a_day is None):
        wrong["reserve"] = "Kept free of the daily limit: set that limit first, and enter 0 or more."
    elif "per_day" not in wrong and a_day is not None and 0 < a_day <= settings.reserve:
        wrong["reserve"] = "Keep fewer free than the account may send in a day."
    if not 1 <= settings.brake_refusals <= 1_000:
        wrong["brake_refusals"] = "Enter a whole number from 1 to 1,000."
    if not 1 <= settings.brake_percent <= 100:
        wrong["brake_percent"] = "Enter a whole number from 1 to 100."
    if wrong:
        raise InputError(fields=wrong)


def _typed(form: Mapping[str, str], name: str, wrong: dict[str, str]) -> str:
    text = form.get(name, "").strip()
    if len(text) > _LONGEST[name]:
        wrong[name] = f"Use at most {_LONGEST[name]:,} characters."
        return ""
    if not text.isprintable():
        wrong[name] = "Remove the line breaks and other invisible characters."
        return ""
    return text


def _port(text: str, wrong: dict[str, str], *, is_near: bool) -> int:
    port = int(text) if text.isascii() and _NUMBER.fullmatch(text) else 0 if text else 587
    if port in _TLS_PORTS | _STARTTLS_PORTS or (is_near and 0 < port < 65_536):
        return port
    wrong.setdefault("port", "Enter 587 or 465. Some services also use 25, 2525, 2465 or 2587.")
    return 0


def _security(text: str, port: int, wrong: dict[str, str], *, is_near: bool) -> str:
    if is_near:
        return text if text in {STARTTLS, TLS, PLAIN} else PLAIN
    right = TLS if port in _TLS_PORTS else STARTTLS
    if text in {"", right} or not port:
        return right
    said = "TLS" if right == TLS else "STARTTLS"
    wrong.setdefault("security", f"Port {port} uses {said}. Choose that, or another port.")
    return right


def _address(text: str, wrong: dict[str, str]) -> str:
    try:
        return checked_address(read_address(text, allow_test_domains=True).text)
    except (AddressError, BadAddress):
        wrong.setdefault("from", "Enter the address that invites are sent from, for example you@example.com.")
        return ""
