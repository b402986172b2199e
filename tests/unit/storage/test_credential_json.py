import json

import pytest

from campaigns.account import Credential, How, ImapServer
from storage.credential_json import credential_of, credential_to_json


@pytest.mark.parametrize(
    "credential",
    [
        Credential(How.PASSWORD, "pw", user="ann", host="smtp.example.com", port=587, security="starttls"),
        Credential(
            How.PASSWORD,
            "pw",
            reads=True,
            imap=ImapServer("imap.example.com", 993, "tls", "there", "secret there"),
        ),
        Credential(How.CONSENT, "token", provider="google", scopes=("send", "read"), reads=True),
        Credential(How.CONSENT, "token", provider="microsoft", holder="tenant/person"),
    ],
)
def test_a_credential_comes_back_as_it_was(credential):
    assert credential_of(credential_to_json(credential)) == credential


def test_what_an_earlier_release_kept_is_read_and_reads_no_mail():
    fields = json.loads(credential_to_json(Credential(How.CONSENT, "token", provider="google")))
    del fields["reads"], fields["imap"], fields["holder"]
    assert credential_of(json.dumps(fields)) == Credential(How.CONSENT, "token", provider="google")


def test_no_secret_shows_when_printed():
    credential = Credential(How.PASSWORD, "canary", imap=ImapServer("h", 993, "tls", "u", "canary"))
    assert "canary" not in repr(credential)
