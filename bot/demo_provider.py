"""The provider of a demo: its stand-in delivers to the stage's inbox, and the bot is told where it is."""

from campaigns.account import Service
from playground.google_stand_in import GoogleStandIn
from playground.mailbox import Mailbox
from playground.microsoft_stand_in import MicrosoftStandIn

StandIn = GoogleStandIn | MicrosoftStandIn

PERSON = "ana@acme.example"
"""Whose account is connected."""


def make_stand_in(service: Service, post: Mailbox, public_url: str) -> StandIn | None:
    """Not started. None for SMTP, whose server is the stage's own."""
    back = [f"{public_url}/connect/callback"]
    match service:
        case Service.SMTP:
            return None
        case Service.GMAIL | Service.GOOGLE_CALENDAR:
            # With TLS as the real one: some of its client's calls go to https whatever they are told.
            return GoogleStandIn(
                post.deliver, accounts=[PERSON], redirect_uris=back, is_tls=True, store=post.store
            )
        case Service.MICROSOFT_365:
            return MicrosoftStandIn(post.deliver, accounts=[PERSON], redirect_uris=back, store=post.store)


def settings_of(stand_in: StandIn) -> dict[str, str]:
    """What the bot's settings say about it, once it is started."""
    name = "GOOGLE" if isinstance(stand_in, GoogleStandIn) else "MICROSOFT"
    return {
        f"{name}_URL": stand_in.base_url,
        f"{name}_CLIENT_ID": stand_in.client.client_id,
        f"{name}_CLIENT_SECRET": stand_in.client.client_secret,
        "PROVIDER_CERTIFICATE": str(stand_in.certificate),
    }
