"""What is known of mail services by heart."""

import pytest

from campaigns.smtp_services import SMTP_SERVICES
from mailers import api_profiles
from mailers.server_url import Security
from mailers.smtp_account import parse_smtp_url
from mailers.smtp_profiles import UNKNOWN, limits_for


@pytest.mark.parametrize("service", SMTP_SERVICES, ids=lambda one: one.name)
def test_each_service_has_limits_of_its_own_and_makes_an_account(service):
    host = service.host.format(region="eu-west-1")
    assert limits_for(host) != UNKNOWN
    account = parse_smtp_url(f"smtp://ann:secret@{host}?from=ann@acme.example")
    assert (account.host, account.port, account.security) == (host, 587, Security.STARTTLS)


def test_the_paces_are_those_the_providers_publish():
    paces = [
        (one.per_minute, one.per_day)
        for one in (
            api_profiles.GMAIL_WORKSPACE,
            api_profiles.GMAIL_FREE,
            api_profiles.GOOGLE_CALENDAR,
            api_profiles.MICROSOFT_365,
        )
    ]
    assert paces == [(60, 2000), (60, 500), (600, None), (30, 10_000)]
    assert api_profiles.MICROSOFT_365.connections == 4
