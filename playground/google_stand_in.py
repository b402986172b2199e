"""Google on your own machine: sign-in, Gmail and Calendar, as the real client libraries call them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Flask

from playground import google_calendar, google_gmail, google_gmail_reading, google_oauth
from playground import google_errors as errors
from playground.google_answers import GoogleAnswers
from playground.google_calendar import GoogleCalendars
from playground.google_gmail import Gmail
from playground.google_gmail_reading import GmailReading
from playground.google_invitations import Invitations
from playground.google_oauth import GoogleSignIn
from playground.google_service import ServiceAccount
from playground.mail_store import MailStore
from playground.oauth_consent import OAuthClient
from playground.oauth_tokens import TokenBook
from playground.provider_answers import Json
from playground.provider_letters import Deliver
from playground.provider_mail import AccountMail
from playground.provider_stand_in import ProviderStandIn

ANA = "ana@acme.example"


def _now() -> datetime:
    return datetime.now(UTC)


class GoogleStandIn(ProviderStandIn):
    """Delivers what it accepts through `deliver(sender, recipients, content)`.

    What comes to an account's address in `store` is what it reads, as `reading` says; `mail` holds all of it.
    `faults` says what goes wrong, `tokens` what befalls what was allowed, `calendars` holds the events,
    `answers` what guests say to them.
    Gmail's upload call goes to https whatever its endpoint says, so it needs `is_tls`.
    """

    def __init__(
        self,
        deliver: Deliver,
        *,
        accounts: Sequence[str] = (ANA,),
        redirect_uris: Sequence[str] = (),
        now: Callable[[], datetime] = _now,
        is_tls: bool = False,
        is_testing: bool = False,
        store: MailStore | None = None,
        port: int = 0,
    ) -> None:
        app = Flask("playground")
        super().__init__(app, TokenBook(now, "ya29.playground-"), is_tls=is_tls, port=port)
        self.client = OAuthClient("playground.apps.googleusercontent.example", "GOCSPX-playground")
        self.service = ServiceAccount(now)
        self.sign_in = GoogleSignIn(
            self.client, list(accounts), self.tokens, self.service, list(redirect_uris), is_testing
        )
        self.mail = AccountMail(MailStore() if store is None else store, now)
        self.gmail = Gmail(self.sign_in, self.door, deliver, self.mail)
        self.reading = GmailReading(self.sign_in, self.door, self.mail)
        self.calendars = GoogleCalendars(self.sign_in, self.door, Invitations(deliver, now))
        self.answers = GoogleAnswers(self.calendars)
        app.register_blueprint(google_oauth.make_pages(self.sign_in, self.door))
        app.register_blueprint(google_gmail.make_pages(self.gmail))
        app.register_blueprint(google_gmail_reading.make_pages(self.reading))
        app.register_blueprint(google_calendar.make_pages(self.calendars))

    # What its clients are told

    @property
    def client_config(self) -> Json:
        """What the console hands out for a program, for `Flow.from_client_config`."""
        return {
            "web": {
                "client_id": self.client.client_id,
                "client_secret": self.client.client_secret,
                "auth_uri": f"{self.base_url}/o/oauth2/v2/auth",
                "token_uri": f"{self.base_url}/token",
                "redirect_uris": list(self.sign_in.redirect_uris),
            }
        }

    @property
    def service_account_info(self) -> Json:
        """The service account's key file, for `Credentials.from_service_account_info`."""
        return self.service.key_file(self.base_url)

    @property
    def gmail_endpoint(self) -> str:
        return f"{self.base_url}/"

    @property
    def calendar_endpoint(self) -> str:
        return f"{self.base_url}/calendar/v3/"

    # The panel's switches

    def refuse_reading(self) -> None:
        """As if the right to read, in mail or calendar, had not been given."""
        self._refuse(errors.TOO_FEW_SCOPES, ["gmail.list", "gmail.get", "events.list"])
