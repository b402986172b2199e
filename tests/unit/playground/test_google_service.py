"""The service account, as google-auth signs for it."""

from datetime import timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request

from playground.google_stand_in import GoogleStandIn
from playground.oauth_signing import private_pem
from tests.unit.playground.oauth_clients import OWN_CALENDARS, SEND, Clock, Inbox, delegated, gmail, send


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def google(inbox, clock):
    with GoogleStandIn(inbox, now=clock) as stand_in:
        yield stand_in


@pytest.fixture
def web():
    with requests.Session() as session:
        yield Request(session)


def test_a_service_account_sends_for_whom_it_was_given_the_domain(google, inbox):
    google.service.delegated = {SEND}
    send(gmail(google, delegated(google, SEND)))
    assert inbox[0][0] == "ana@acme.example"


@pytest.mark.parametrize(
    ("scopes", "subject", "words"),
    [
        ([SEND, OWN_CALENDARS], "ana@acme.example", "unauthorized_client"),
        ([SEND], "nobody@acme.example", "Invalid email or User ID"),
        (["https://www.googleapis.com/auth/nonsense"], "ana@acme.example", "invalid_scope"),
    ],
)
def test_delegation_reaches_no_further_than_it_was_given(google, web, scopes, subject, words):
    google.service.delegated = {SEND}
    with pytest.raises(RefreshError, match=words):
        delegated(google, *scopes, subject=subject).refresh(web)


def test_an_assertion_signed_with_another_key_is_refused(google, web):
    other = rsa.generate_private_key(65537, 2048)
    google.service.delegated = {SEND}
    made = delegated(google, SEND)
    forged = made.from_service_account_info(
        google.service_account_info | {"private_key": private_pem(other)}, scopes=[SEND]
    ).with_subject("ana@acme.example")
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        forged.refresh(web)


def test_an_assertion_from_another_hour_is_refused(google, web, clock):
    clock.at += timedelta(days=400)
    with pytest.raises(RefreshError, match="short-lived token"):
        delegated(google, SEND, subject="").refresh(web)
