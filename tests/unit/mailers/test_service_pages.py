"""docs/services says what the code asks for, and how much it sends."""

from pathlib import Path

import pytest

from campaigns.account import Service
from campaigns.smtp_services import SMTP_SERVICES
from mailers.api_profiles import GMAIL_FREE, GMAIL_WORKSPACE, GOOGLE_CALENDAR, MICROSOFT_365
from mailers.google_consent import GoogleConsent
from mailers.microsoft_consent import MicrosoftConsent
from mailers.smtp_profiles import limits_for

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


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("`smtp.gmail.com`, `smtp.googlemail.com`", "smtp.gmail.com"),
        ("`smtp.gmail.com`, `smtp.googlemail.com`", "smtp.googlemail.com"),
        ("`smtp-relay.gmail.com`", "smtp-relay.gmail.com"),
        ("`smtp.office365.com`", "smtp.office365.com"),
        ("`smtp-mail.outlook.com`", "smtp-mail.outlook.com"),
        ("Yahoo", "smtp.mail.yahoo.com"),
        ("Amazon SES", "email-smtp.eu-west-1.amazonaws.com"),
        ("SendGrid, Mailgun", "smtp.sendgrid.net"),
        ("SendGrid, Mailgun", "smtp.mailgun.org"),
        ("others", "smtp.acme.example"),
    ],
)
def test_the_table_of_mail_servers_has_the_limits_that_the_bot_assumes(name, host):
    """By the server's name: a minute, any 24 hours, connections at one time."""
    table = page(Service.SMTP).partition("## Limits")[2].partition("\n## ")[0]
    [row] = [line for line in table.splitlines() if line.startswith(f"| {name} | ")]
    a_minute, a_day, at_once = (cell.strip() for cell in row.split("|")[2:5])
    limits = limits_for(host)
    assert a_minute == (str(limits.per_minute) if limits.per_minute else "")
    assert a_day.startswith(f"{limits.per_day:,}" if limits.per_day else "none assumed")
    assert at_once == str(limits.connections)


def test_every_known_mail_service_is_listed():
    text = page(Service.SMTP)
    assert [one.host for one in SMTP_SERVICES if one.host.replace("{region}", "REGION") not in text] == []
