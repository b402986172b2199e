"""Connects a real account by hand and prints its settings for these tests. See README.md beside it."""

import os
import secrets
import sys
from urllib.parse import parse_qs, urlsplit

from campaigns.account import Service
from campaigns.consent_port import Consent
from campaigns.errors import SendInvitesError
from mailers.google_consent import GoogleConsent
from mailers.microsoft_consent import MicrosoftConsent

BACK = "http://localhost/connect/callback"
NAMES = {
    Service.GMAIL: "GMAIL",
    Service.GOOGLE_CALENDAR: "CALENDAR",
    Service.MICROSOFT_365: "MICROSOFT",
}


def consent_for(service: Service) -> Consent:
    if service is Service.MICROSOFT_365:
        tenant = os.environ.get("LIVE_MICROSOFT_TENANT", "organizations")
        return MicrosoftConsent(*_client("MICROSOFT"), BACK, tenant=tenant, **_stand_in("MICROSOFT"))
    return GoogleConsent(*_client("GOOGLE"), BACK, **_stand_in("GOOGLE"))


def connect(service: Service) -> str:
    """The settings, after the person has been to the provider's page and back."""
    consent, state, verifier = consent_for(service), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    page = consent.page(service, state=state, verifier=verifier)
    say(f"Open this page and allow everything:\n\n{page}\n")
    say("The browser then cannot open a page at localhost. Paste its address here and press Enter:")
    back = {
        name: values[0] for name, values in parse_qs(urlsplit(sys.stdin.readline().strip()).query).items()
    }
    if back.get("state") != state or "code" not in back:
        return f"That address brings nothing: {back.get('error', 'no code for this visit')}."
    try:
        granted = consent.accept(service, code=back["code"], verifier=verifier)
    except SendInvitesError as error:
        return str(error)
    name = NAMES[service]
    return f"LIVE_{name}_ADDRESS={granted.address}\nLIVE_{name}_REFRESH_TOKEN={granted.credential.secret}"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _client(provider: str) -> tuple[str, str]:
    return os.environ[f"LIVE_{provider}_CLIENT_ID"], os.environ[f"LIVE_{provider}_CLIENT_SECRET"]


def _stand_in(provider: str) -> dict[str, str]:
    """For a rehearsal with the playground."""
    where = os.environ.get(f"LIVE_{provider}_URL", "")
    return {"base_url": where, "certificate": os.environ.get("LIVE_CERTIFICATE", "")} if where else {}


if __name__ == "__main__":
    say(connect(Service(sys.argv[1])))
