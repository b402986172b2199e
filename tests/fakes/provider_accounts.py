"""Accounts at the stand-ins of Google and Microsoft, connected as the consent page leaves them."""

from datetime import UTC, datetime, timedelta

from mailers.google_auth import GoogleTokens
from mailers.microsoft_auth import SEND_MAIL, MicrosoftTokens
from playground.oauth_tokens import Grant

ANN = "ann@acme.example"
GRANTED = ("openid", "profile", "offline_access", "User.Read", "Mail.Send")
"""What a Microsoft account has allowed; msal asks for the first three by itself."""


def refresh_token(provider, *scopes, client_id=None):
    """A refresh token of Ann's, for these scopes."""
    grant = Grant(client_id or provider.client.client_id, ANN, scopes, scopes, datetime.now(UTC))
    return provider.tokens.give_refresh(grant, timedelta(days=90)).text


def google_tokens(google, *scopes, needed=None, **more):
    return GoogleTokens.of_person(
        client_id=google.client.client_id,
        client_secret=google.client.client_secret,
        refresh_token=refresh_token(google, *scopes),
        needed=needed or scopes,
        token_uri=f"{google.base_url}/token",
        **more,
    )


def microsoft_tokens(microsoft, *, keep=None, scopes=(SEND_MAIL,), **more):
    values = {
        "client_id": microsoft.client.client_id,
        "client_secret": microsoft.client.client_secret,
        "refresh_token": refresh_token(microsoft, *GRANTED),
        "authority": microsoft.authority,
        "certificate": str(microsoft.certificate),
    }
    return MicrosoftTokens(scopes=scopes, keep=keep or [].append, **(values | more))
