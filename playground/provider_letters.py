"""What a provider reads in a message that it is given to send: for whom it is, and from whom."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import getaddresses

Deliver = Callable[[str, list[str], bytes], None]
"""Takes sender, recipients and content, as an inbox does."""
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+")


def recipients_of(letter: bytes) -> list[str]:
    """To, Cc and Bcc: there is no envelope beside the message."""
    return _addresses(letter, "To", "Cc", "Bcc")


def authors_of(letter: bytes) -> list[str]:
    return _addresses(letter, "From")


def _addresses(letter: bytes, *names: str) -> list[str]:
    parsed = message_from_bytes(letter)
    values = [str(value) for name in names for value in parsed.get_all(name, [])]
    return [address for _, address in getaddresses(values) if address]


def without_bcc(letter: bytes) -> bytes:
    """The message as its readers get it; byte for byte if it has no Bcc."""
    parsed = message_from_bytes(letter, policy=default)
    if parsed["Bcc"] is None or not isinstance(parsed, EmailMessage):
        return letter
    del parsed["Bcc"]
    return parsed.as_bytes(policy=SMTP)
