"""Where a mail server's incoming mail is, as typed on the connect page or guessed from where mail is sent."""

import re
from collections.abc import Mapping

from campaigns.account import ImapServer
from campaigns.account_hosts import NoHost, is_this_machine, read_host

IMAP_FIELDS = ("imap_host", "imap_port", "imap_security", "imap_user", "imap_password")
IMAP_LONGEST = {
    "imap_host": 253,
    "imap_port": 5,
    "imap_security": 10,
    "imap_user": 320,
    "imap_password": 1_024,
}

_TLS, _STARTTLS, _PLAIN = "tls", "starttls", "plain"
_SECURITY_OF = {993: _TLS, 143: _STARTTLS}
_NUMBER = re.compile(r"[0-9]{1,5}")

_KNOWN: Mapping[str, str] = {
    # support.google.com/mail/answer/7126229
    "smtp.gmail.com": "imap.gmail.com",
    "smtp.googlemail.com": "imap.gmail.com",
    # support.microsoft.com, "POP, IMAP, and SMTP settings for Outlook.com"; the same for Microsoft 365
    "smtp.office365.com": "outlook.office365.com",
    "smtp-mail.outlook.com": "outlook.office365.com",
}
# They send, and keep nobody's mail: answers go to a mailbox elsewhere.
_RELAYS = ("smtp-relay.gmail.com", "amazonaws.com", "sendgrid.net", "mailgun.org")


def guess_imap(smtp_host: str) -> str:
    """The host where mail that is sent through ``smtp_host`` is answered to; '' if that cannot be guessed."""
    host = smtp_host.lower().rstrip(".")
    if host in _KNOWN:
        return _KNOWN[host]
    if any(host == one or host.endswith(f".{one}") for one in _RELAYS):
        return ""
    first, dot, rest = host.partition(".")
    if first == "smtp" and dot and "." in rest:
        return f"imap.{rest}"
    return host if first == "mail" else ""


def read_imap(
    typed: Mapping[str, str], smtp_host: str, wrong: dict[str, str], *, is_try_out: bool
) -> ImapServer | None:
    """The server; None after noting in ``wrong`` what is. An empty host is guessed, an empty port 993."""
    text = typed["imap_host"] or guess_imap(smtp_host)
    if not text:
        wrong.setdefault(
            "imap_host", "Enter the IMAP server of the mailbox that answers go to: it cannot be guessed."
        )
        return None
    try:
        host = read_host(text, example="imap.example.com", is_try_out=is_try_out)
    except NoHost as error:
        wrong.setdefault("imap_host", str(error))
        return None
    if typed["imap_user"] and not typed["imap_password"]:
        wrong.setdefault("imap_password", "Enter the password of this other user, or leave the user empty.")
    is_near = is_try_out and is_this_machine(host)
    port = _port(typed["imap_port"], wrong, is_near=is_near)
    security = _security(typed["imap_security"], port, wrong, is_near=is_near)
    return ImapServer(host, port, security, typed["imap_user"], typed["imap_password"])


def _port(text: str, wrong: dict[str, str], *, is_near: bool) -> int:
    port = int(text) if text.isascii() and _NUMBER.fullmatch(text) else 0 if text else 993
    if port in _SECURITY_OF or (is_near and 0 < port < 65_536):
        return port
    wrong.setdefault("imap_port", "Enter 993 or 143.")
    return 0


def _security(text: str, port: int, wrong: dict[str, str], *, is_near: bool) -> str:
    if is_near:
        return text if text in {_TLS, _STARTTLS, _PLAIN} else _PLAIN
    right = _SECURITY_OF.get(port, _TLS)
    if text not in {"", right} and port:
        said = "TLS" if right == _TLS else "STARTTLS"
        wrong.setdefault("imap_security", f"Port {port} uses {said}. Choose that, or another port.")
    return right
