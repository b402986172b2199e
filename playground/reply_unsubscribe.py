"""A mail program's *Unsubscribe*: one POST to the address in the mail's headers (RFC 8058)."""

import http.client
import re
from urllib.parse import urlsplit

from playground.mail_store import StoredMail

_ADDRESS = re.compile(r"<\s*(https?://[^>\s]+)\s*>", re.IGNORECASE)
_BODY = b"List-Unsubscribe=One-Click"
_HERE = {"127.0.0.1", "localhost", "::1"}
_PATIENCE = 20.0


class CannotUnsubscribe(Exception):
    """The text says why."""


def unsubscribe_address(mail: StoredMail) -> str:
    """Where one click unsubscribes, or '': both headers have to be there."""
    message = mail.message
    how = str(message["List-Unsubscribe-Post"] or "").replace(" ", "")
    found = _ADDRESS.search("".join(str(message["List-Unsubscribe"] or "").split()))
    return found[1] if found and how == _BODY.decode() else ""


def unsubscribe(mail: StoredMail) -> None:
    """Asks as a program does: no cookies, no redirects followed. Raises CannotUnsubscribe."""
    address = urlsplit(unsubscribe_address(mail))
    if not address.hostname:
        raise CannotUnsubscribe("This mail offers no way to unsubscribe.")
    if address.hostname not in _HERE:
        raise CannotUnsubscribe(f"{address.hostname} is not on this machine, and nothing leaves it.")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    line = kind(address.hostname, address.port, timeout=_PATIENCE)
    try:
        target = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
        line.request("POST", target, _BODY, {"Content-Type": "application/x-www-form-urlencoded"})
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise CannotUnsubscribe(f"The sender's page did not answer: {error}. Try again.") from error
    finally:
        line.close()
    if not 200 <= status < 300:
        raise CannotUnsubscribe(f"The sender's page answered {status}.")
