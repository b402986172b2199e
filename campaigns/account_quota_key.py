"""The access key with which Amazon SES is asked what an account may send, as typed on the connect page."""

import re
from collections.abc import Mapping
from dataclasses import replace

from campaigns.account import Credential, QuotaKey
from campaigns.account_hosts import is_this_machine
from campaigns.errors import Fault, InputError

QUOTA_KEY_FIELDS = ("ses_key_id", "ses_secret")
QUOTA_KEY_LONGEST = {"ses_key_id": 128, "ses_secret": 128}

_SES_HOST = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com")
_ID = re.compile(r"AKIA[A-Z0-9]{12,124}")
_SECRET = re.compile(r"[A-Za-z0-9/+=]{16,128}")
_ANOTHER_SERVER = (
    "This key is for Amazon SES only, whose mail server is email-smtp.REGION.amazonaws.com. Leave it empty."
)

FORGET_QUOTA_KEY = "ses_forget"
"""The box that is ticked so that the key of before is forgotten."""


def ses_region(host: str) -> str:
    """``eu-west-1`` of ``email-smtp.eu-west-1.amazonaws.com``; '' if this is no mail server of Amazon SES."""
    if is_this_machine(host):
        return "us-east-1"  # only to try out: what stands there stands in for Amazon
    found = _SES_HOST.fullmatch(host.lower().rstrip("."))
    return found[1] if found else ""


def read_quota_key(typed: Mapping[str, str], host: str, wrong: dict[str, str]) -> QuotaKey | None:
    """The key; None if neither half was typed, or after noting in ``wrong`` what is."""
    key_id, secret = typed["ses_key_id"], typed["ses_secret"]
    if not (key_id or secret):
        return None
    if host and not ses_region(host):
        wrong.setdefault("ses_key_id", _ANOTHER_SERVER)
    elif not key_id:
        wrong.setdefault("ses_key_id", "Enter the access key's ID as well, or leave both empty.")
    elif not _ID.fullmatch(key_id):
        wrong.setdefault("ses_key_id", "Enter the ID of an access key of an IAM user: it begins with AKIA.")
    if not secret:
        wrong.setdefault("ses_secret", "Enter the secret of this access key as well, or leave both empty.")
    elif not _SECRET.fullmatch(secret):
        wrong.setdefault("ses_secret", "Enter the secret access key as IAM showed it, all of it.")
    return QuotaKey(key_id, secret)


def same_quota_key(typed: Credential, before: Credential | None, form: Mapping[str, str]) -> Credential:
    """``typed`` with the key that the account has, unless another was typed or it is to be forgotten."""
    if typed.quota_key is not None or before is None or form.get(FORGET_QUOTA_KEY):
        return typed
    return replace(typed, quota_key=before.quota_key if ses_region(typed.host) else None)


def wrong_quota_key(fault: Fault) -> InputError:
    """The login is right, and the key is not, or could not be tried."""
    said = f"Sending works. But {fault.in_full}"
    return InputError(fields={"ses_key_id": f"{said} To connect without this key, leave both empty."})
