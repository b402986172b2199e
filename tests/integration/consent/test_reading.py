"""Reading answers and bounces: asked for only when that is wanted."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import Service
from mailers.google_auth import FULL_MAIL, READ_MAIL, SEND_MAIL
from mailers.microsoft_auth import READ_IMAP
from mailers.microsoft_auth import READ_MAIL as GRAPH_READ
from tests.integration.consent.visits import VERIFIER, Visit, google_consent, microsoft_consent

READING = [
    (Service.GMAIL, READ_MAIL),
    (Service.SMTP, FULL_MAIL),
]


@pytest.mark.parametrize(("service", "scope"), READING)
def test_google_is_asked_to_read_only_when_that_is_wanted(google, service, scope):
    consent = google_consent(google)
    visit = Visit(google, consent, service)
    assert consent.reading(service).scope == scope
    asked = parse_qs(urlsplit(visit.page(reads=True)).query)["scope"][0].split()
    assert asked.count(scope) == 1
    code = visit.back(page=visit.page(reads=True))["code"]
    credential = consent.accept(service, code=code, verifier=VERIFIER, reads=True).credential
    assert credential.reads
    assert scope in credential.scopes
    assert (credential.imap is not None) == (service is Service.SMTP)


def test_a_calendar_needs_no_more_to_be_read(google):
    assert google_consent(google).reading(Service.GOOGLE_CALENDAR) is None


def test_google_without_the_box_reads_nothing(google):
    credential = Visit(google, google_consent(google), Service.SMTP).granted().credential
    assert not credential.reads
    assert credential.imap is None


def test_whoever_unticks_reading_at_google_can_send_all_the_same(google):
    consent = google_consent(google)
    visit = Visit(google, consent, Service.GMAIL)
    code = visit.back(page=visit.page(reads=True), without=[READ_MAIL])["code"]
    credential = consent.accept(Service.GMAIL, code=code, verifier=VERIFIER, reads=True).credential
    assert not credential.reads
    assert credential.scopes == (SEND_MAIL,)


@pytest.mark.parametrize(
    ("service", "scope"), [(Service.MICROSOFT_365, GRAPH_READ), (Service.SMTP, READ_IMAP)]
)
def test_microsoft_is_asked_to_read_only_when_that_is_wanted(microsoft, service, scope):
    consent = microsoft_consent(microsoft)
    visit = Visit(microsoft, consent, service)
    assert consent.reading(service).scope == scope
    assert scope not in parse_qs(urlsplit(visit.page()).query)["scope"][0].split()
    code = visit.back(page=visit.page(reads=True))["code"]
    credential = consent.accept(service, code=code, verifier=VERIFIER, reads=True).credential
    assert credential.reads
    assert credential.scopes[1:] == (scope,)
    assert (credential.imap is not None) == (service is Service.SMTP)
    assert not visit.granted().credential.reads
