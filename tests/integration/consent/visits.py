"""A person at Google's and Microsoft's consent pages, over real HTTP: the way there and back."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.consent_port import ConsentRefused
from mailers.google_consent import GoogleConsent
from mailers.microsoft_consent import MicrosoftConsent
from playground.oauth_person import answer_consent

ANN = "ann@acme.example"
BEA = "bea@acme.example"
BACK = "https://invites.example.com/connect/callback"
VERIFIER = "verifier-" + "v" * 40
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Visit:
    """One person's way through the page: where they come back, and with what."""

    def __init__(self, provider, consent, service):
        self.provider, self.consent, self.service = provider, consent, service

    def page(self, **more):
        return self.consent.page(self.service, **({"state": "s1", "verifier": VERIFIER} | more))

    def back(self, *, page=None, **answer):
        url = answer_consent(page or self.page(), certificate=self.provider.certificate, **answer)
        assert url.startswith(f"{BACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def granted(self, *, code=None, verifier=VERIFIER, **answer):
        return self.consent.accept(self.service, code=code or self.back(**answer)["code"], verifier=verifier)

    def refused(self, kind=ConsentRefused, **more):
        with pytest.raises(kind) as caught:
            self.granted(**more)
        return caught.value


def google_consent(google, **more):
    client = google.client
    where = {"base_url": google.base_url, "certificate": str(google.certificate or "")}
    return GoogleConsent(client.client_id, client.client_secret, BACK, now=lambda: NOW, **(where | more))


def microsoft_consent(microsoft, client_secret="", **more):
    client = microsoft.client
    where = {"base_url": microsoft.base_url, "certificate": str(microsoft.certificate)}
    return MicrosoftConsent(
        client.client_id,
        client_secret or client.client_secret,
        BACK,
        now=lambda: NOW,
        **({"tenant": "organizations"} | where | more),
    )
