"""Microsoft 365 on your own machine: Entra's sign-in and Graph's mail, over TLS as msal wants it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask

from playground import microsoft_errors as errors
from playground import microsoft_graph, microsoft_oauth, microsoft_reading
from playground.mail_store import MailStore
from playground.microsoft_graph import Graph
from playground.microsoft_oauth import MicrosoftSignIn
from playground.microsoft_reading import GraphReading
from playground.oauth_consent import OAuthClient
from playground.oauth_tokens import TokenBook
from playground.provider_door import ProviderDoor
from playground.provider_faults import Fault, ProviderFaults
from playground.provider_letters import Deliver
from playground.provider_mail import AccountMail
from playground.provider_server import ProviderServer

ANA = "ana@acme.example"


def _now() -> datetime:
    return datetime.now(UTC)


class MicrosoftStandIn:
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
        self.faults = ProviderFaults()
        self._refusal: Fault | None = None
        self.door = ProviderDoor(self.faults)
        self.tokens = TokenBook(now, "EwB.playground-")
        self.client = OAuthClient("00000000-feed-4000-8000-000000005e4d", "8Q~playground")
        self.sign_in = MicrosoftSignIn(
            self.client, list(accounts), self.tokens, list(redirect_uris), lambda: self.base_url
        )
        app = Flask("playground")
        app.register_blueprint(microsoft_oauth.make_pages(self.sign_in, self.door))
        self.mail = AccountMail(MailStore() if store is None else store, now)
        self.reading = GraphReading(self.sign_in, self.door, self.mail)
        app.register_blueprint(microsoft_graph.make_pages(Graph(self.sign_in, self.door, deliver)))
        app.register_blueprint(microsoft_reading.make_pages(self.reading))
        self._server = ProviderServer(app, is_tls=True, port=port)

    def start(self) -> Self:
        self.faults.traffic.open()
        self._server.start()
        return self

    def stop(self) -> None:
        """Nobody answers any more; `start()` comes back at the same place."""
        self.faults.traffic.close()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._server.remove()

    @property
    def base_url(self) -> str:
        return self._server.base_url

    @property
    def certificate(self) -> Path | None:
        return self._server.certificate

    @property
    def authority(self) -> str:
        """For msal."""
        return f"{self.base_url}/organizations"

    @property
    def graph_endpoint(self) -> str:
        return f"{self.base_url}/v1.0"

    # The panel's switches

    @property
    def is_reading_refused(self) -> bool:
        return self._refusal is not None

    def refuse_reading(self) -> None:
        """As if the right to read had not been given."""
        self.allow_reading()
        self._refusal = self.faults.refuse(errors.ACCESS_DENIED, on="messages")

    def allow_reading(self) -> None:
        if self._refusal:
            self.faults.withdraw(self._refusal)
        self._refusal = None

    @property
    def is_token_expired(self) -> bool:
        return self.tokens.is_revoked()

    def expire_token(self) -> None:
        """All that was allowed so far is revoked: access tokens and refresh tokens are refused."""
        self.tokens.revoke()

    def renew_token(self) -> None:
        """What was revoked is good again. Consent given anew makes a good token all the same."""
        self.tokens.restore()
