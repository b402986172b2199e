import base64
import json

import pytest

from campaigns.consent_port import ConsentRefused
from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.consent_answers import address_in, challenge, for_the_person, identity_in, nonce, nonce_seed

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def identity(**claims):
    standard = {"aud": "bot", "nonce": nonce(VERIFIER), "email": "ann@acme.example"}
    body = json.dumps(standard | claims).encode()
    return f"e30.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.c2ln"


def whose(token):
    return address_in(identity_in(token, client_id="bot", verifier=VERIFIER), "email")


def test_the_challenge_is_the_one_of_rfc_7636():
    """Its appendix B."""
    assert challenge(VERIFIER) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_nonce_gives_neither_the_verifier_nor_the_challenge_away():
    assert len({nonce(VERIFIER), nonce_seed(VERIFIER), challenge(VERIFIER), VERIFIER}) == 4
    assert VERIFIER not in nonce(VERIFIER)


def test_an_identity_may_name_several_programs():
    assert whose(identity(aud=["another", "bot"])) == "ann@acme.example"


@pytest.mark.parametrize("audience", [None, "", "another", ["another"], [], {"bot": 1}])
def test_an_identity_that_does_not_name_this_bot_is_refused(audience):
    with pytest.raises(ConsentRefused, match="another program"):
        whose(identity(aud=audience))


def test_nobody_at_the_page_is_told_to_renew_what_is_not_there_yet():
    refused = for_the_person(NoAccess("withdrawn", evidence="invalid_grant"), "Google")
    assert isinstance(refused, ConsentRefused)
    assert "Renew" not in str(refused)


def test_other_faults_stay_what_they_are():
    broken = Misconfigured("Google does not know this bot", hint="Check the client ID.")
    assert for_the_person(broken, "Google") is broken
    assert broken.hint == "Check the client ID."
    assert for_the_person(Busy("cannot be reached"), "Google").hint == ConsentRefused.hint
