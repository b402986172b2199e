"""What opens an account as JSON and back: sealed as a whole, so that a database tells not even the login."""

import json
from dataclasses import asdict

from campaigns.account import Credential, How, ImapServer, QuotaKey


def credential_to_json(credential: Credential) -> str:
    """Every field of ``credential``."""
    return json.dumps(asdict(credential))


def credential_of(kept: str) -> Credential:
    """A credential from what ``credential_to_json`` made of it, now or in an earlier release."""
    fields = json.loads(kept)
    imap = ImapServer(**fields["imap"]) if fields.get("imap") else None
    key = QuotaKey(**fields["quota_key"]) if fields.get("quota_key") else None
    known = {"how": How(fields["how"]), "scopes": tuple(fields["scopes"]), "imap": imap, "quota_key": key}
    return Credential(**{**fields, **known})
