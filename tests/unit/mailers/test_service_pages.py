"""docs/services says what the code asks for, and how much it sends."""

from pathlib import Path

import pytest

from campaigns.account import Service
from campaigns.smtp_services import SMTP_SERVICES
from mailers.api_profiles import GMAIL_FREE, GMAIL_WORKSPACE, GOOGLE_CALENDAR, MICROSOFT_365
from mailers.google_consent import GoogleConsent
from mailers.microsoft_consent import MicrosoftConsent

PAGES = Path(__file__).parents[3] / "docs" / "services"
BACK = "https://invites.example.com/connect/callback"
GOOGLE = GoogleConsent("id", "secret", BACK)
MICROSOFT = MicrosoftConsent("id", "secret", BACK, tenant="organizations")


def page(service):
    return (PAGES / f"{service.value}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("service", "consent"),
    [
        (Service.GMAIL, GOOGLE),
        (Service.GOOGLE_CALENDAR, GOOGLE),
        (Service.MICROSOFT_365, MICROSOFT),
        (Service.SMTP, GOOGLE),
        (Service.SMTP, MICROSOFT),
    ],
)
def test_every_scope_that_is_asked_for_is_explained(service, consent):
    asked = " ".join(one.scope for one in consent.permissions(service)).split()
    short = [scope.removeprefix("https://graph.microsoft.com/") for scope in asked]
    assert [scope for scope in short if f"`{scope}`" not in page(service)] == []


@pytest.mark.parametrize("service", Service)
def test_every_page_names_the_address_to_register(service):
    assert "PUBLIC_URL/connect/callback" in page(service)


@pytest.mark.parametrize(
    ("service", "limits"),
    [
        (Service.GMAIL, GMAIL_WORKSPACE),
        (Service.GMAIL, GMAIL_FREE),
        (Service.GOOGLE_CALENDAR, GOOGLE_CALENDAR),
        (Service.MICROSOFT_365, MICROSOFT_365),
    ],
)
def test_the_default_limits_are_those_of_the_profiles(service, limits):
    assert f"| a minute | {limits.per_minute} |" in page(service)
    if limits.per_day:
        [row] = [line for line in page(service).splitlines() if line.startswith("| any 24 hours |")]
        assert f"{limits.per_day:,}" in row


def test_every_known_mail_service_is_listed():
    text = page(Service.SMTP)
    assert [one.host for one in SMTP_SERVICES if one.host.replace("{region}", "REGION") not in text] == []
