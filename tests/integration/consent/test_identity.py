"""Whose account it is: what the provider's identity says, and when it is not believed."""

import base64
import json

import pytest

from campaigns.account import Service
from mailers.consent_answers import nonce
from mailers.google_auth import SEND_MAIL
from mailers.microsoft_auth import SEND_MAIL as GRAPH_MAIL
from playground.provider_answers import json_answer
from tests.integration.consent.visits import ANN, VERIFIER, Visit, microsoft_consent


def identity(visit, **claims):
    """The provider's answer with other claims in its identity."""
    standard = {"aud": visit.provider.client.client_id, "nonce": nonce(VERIFIER), "email": ANN}
    standard |= {"preferred_username": ANN, "tid": "tenant-of-acme", "oid": "ann"}
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
    identity(visit, email=address, preferred_username=address)
    assert "whose account" in visit.refused().message


def test_an_address_that_nobody_verified_is_refused(visit):
    identity(visit, email_verified=False)
    assert "not verified" in visit.refused().message


EVENTS = {"email": "events@acme.example", "preferred_username": "ann@acme.onmicrosoft.example"}


@pytest.mark.parametrize(
    ("tenant", "said"),
    [
        ("acme.onmicrosoft.com", EVENTS),
        ("5f3c6a1e-0000-4000-8000-00000000acee", EVENTS),
        *(("organizations", EVENTS | {"xms_edov": yes}) for yes in (True, 1, "1", "true")),
        ("organizations", EVENTS | {"preferred_username": "u12345@ACME.example"}),
    ],
)
def test_the_mail_address_comes_before_the_name_to_sign_in_with_where_it_is_proved(microsoft, tenant, said):
    visit = Visit(microsoft, microsoft_consent(microsoft, tenant=tenant), Service.MICROSOFT_365)
    identity(visit, **said)
    assert visit.granted().address == "events@acme.example"


@pytest.mark.parametrize("tenant", ["organizations", "Organizations", "common", "consumers"])
@pytest.mark.parametrize("proof", [{}, {"xms_edov": False}, {"xms_edov": "0"}, {"xms_edov": None}])
def test_a_mail_address_that_any_tenant_may_have_written_is_nobodys(microsoft, tenant, proof):
    """Or whoever makes a tenant of their own could be anybody."""
    visit = Visit(microsoft, microsoft_consent(microsoft, tenant=tenant), Service.MICROSOFT_365)
    identity(visit, email=ANN, preferred_username="mallory@evil.onmicrosoft.example", **proof)
    assert visit.granted().address == "mallory@evil.onmicrosoft.example"


def test_a_mail_address_that_any_tenant_may_have_written_does_not_stand_in_for_a_name(office):
    identity(office, email=ANN, preferred_username="")
    assert "whose account" in office.refused().message


def test_microsoft_names_the_holder_by_what_no_other_person_gets(office):
    identity(office, tid="T-1", oid="O-1")
    assert office.granted().credential.holder == "t-1/o-1"


@pytest.mark.parametrize("missing", ["tid", "oid"])
@pytest.mark.parametrize("instead", [None, "", 7])
def test_an_identity_of_microsoft_that_could_not_be_known_again_is_refused(office, missing, instead):
    identity(office, **{missing: instead})
    assert "whose account" in office.refused().message


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "a.!.c", f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c"]
)
def test_an_identity_that_cannot_be_read_is_refused(gmail, token):
    answer = {"access_token": "x", "refresh_token": "y", "scope": SEND_MAIL, "id_token": token}
    gmail.provider.faults.refuse(json_answer(answer), on="token")
    assert gmail.refused()
