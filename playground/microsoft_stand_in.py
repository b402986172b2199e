"""Microsoft 365 on your own machine: Entra's sign-in and Graph's mail, over TLS as msal wants it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Flask

from playground import microsoft_errors as errors
from playground import microsoft_graph, microsoft_oauth, microsoft_reading
from playground.mail_store import MailStore
from playground.microsoft_graph import Graph
from playground.microsoft_oauth import MicrosoftSignIn
from playground.microsoft_reading import GraphReading
from playground.oauth_consent import OAuthClient
from playground.oauth_tokens import TokenBook
from playground.provider_letters import Deliver
from playground.provider_mail import AccountMail
from playground.provider_stand_in import ProviderStandIn

ANA = "ana@acme.example"


def _now() -> datetime:
    return datetime.now(UTC)


class MicrosoftStandIn(ProviderStandIn):
    """Delivers what it accepts through `deliver(sender, recipients, content)`.

    What comes to an account's address in `store` is what it reads, as `reading` says; `mail` holds all of it.
    Its clients trust `certificate`: with `verify=` for requests, with `http_client=` for msal, or both with
    REQUESTS_CA_BUNDLE. msal also needs `instance_discovery=False`, or it would ask Microsoft itself about
    the authority.
    """

    def __init__(
        self,
        deliver: Deliver,
        *,
        accounts: Sequence[str] = (ANA,),
        redirect_uris: Sequence[str] = (),
        now: Callable[[], datetime] = _now,
        store: MailStore | None = None,
        port: int = 0,
    ) -> None:
        app = Flask("playground")
        super().__init__(app, TokenBook(now, "EwB.playground-"), is_tls=True, port=port)
        self.client = OAuthClient("00000000-feed-4000-8000-000000005e4d", "8Q~playground")
        self.sign_in = MicrosoftSignIn(
            self.client, list(accounts), self.tokens, list(redirect_uris), lambda: self.base_url
        )
        app.register_blueprint(microsoft_oauth.make_pages(self.sign_in, self.door))
        self.mail = AccountMail(MailStore() if store is None else store, now)
        self.reading = GraphReading(self.sign_in, self.door, self.mail)
        app.register_blueprint(microsoft_graph.make_pages(Graph(self.sign_in, self.door, deliver)))
        app.register_blueprint(microsoft_reading.make_pages(self.reading))

    @property
    def authority(self) -> str:
        """For msal."""
        return f"{self.base_url}/organizations"

    @property
    def graph_endpoint(self) -> str:
        return f"{self.base_url}/v1.0"

    # The panel's switches

    def refuse_reading(self) -> None:
        """As if the right to read had not been given."""
        self._refuse(errors.ACCESS_DENIED, ["messages"])
