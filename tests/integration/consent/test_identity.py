"""Whose account it is: what the provider's identity says, and when it is not believed."""

import base64
import json

import pytest

from mailers.consent_answers import nonce
from mailers.google_auth import SEND_MAIL
from mailers.microsoft_auth import SEND_MAIL as GRAPH_MAIL
from playground.provider_answers import json_answer
from tests.integration.consent.visits import ANN, VERIFIER


def identity(visit, **claims):
    """The provider's answer with other claims in its identity."""
    standard = {"aud": visit.provider.client.client_id, "nonce": nonce(VERIFIER), "email": ANN}
    body = json.dumps(standard | claims).encode()
    scope = f"{SEND_MAIL} {GRAPH_MAIL}"
    token = f"e30.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.c2ln"
    answer = {
        "access_token": "x",
        "refresh_token": "y",
        "scope": scope,
        "expires_in": 3599,
        "id_token": token,
    }
    visit.provider.faults.refuse(json_answer(answer), on="token")


def test_an_identity_for_another_program_is_refused(visit):
    identity(visit, aud="somebody-else")
    assert "another program" in visit.refused().message


@pytest.mark.parametrize(
    "address", ["", "not an address", "ann@acme.example\r\nBcc: all@acme.example", "a@b, c@d"]
)
def test_an_identity_without_a_usable_address_is_refused(visit, address):
    identity(visit, email=address)
    assert "whose account" in visit.refused().message


def test_an_address_that_nobody_verified_is_refused(visit):
    identity(visit, email_verified=False)
    assert "not verified" in visit.refused().message


def test_the_mail_address_comes_before_the_name_to_sign_in_with(office):
    identity(office, email="events@acme.example", preferred_username="ann@acme.onmicrosoft.example")
    assert office.granted().address == "events@acme.example"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "a.!.c", f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c"]
)
def test_an_identity_that_cannot_be_read_is_refused(gmail, token):
    answer = {"access_token": "x", "refresh_token": "y", "scope": SEND_MAIL, "id_token": token}
    gmail.provider.faults.refuse(json_answer(answer), on="token")
    assert gmail.refused()
