"""The real client libraries, pointed at the stand-ins."""

import base64
import json
from datetime import UTC, datetime

import google_auth_httplib2
import httplib2
import msal
import pytest
import requests
from google.oauth2 import service_account
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from playground.oauth_person import answer_consent

BACK = "http://127.0.0.1:9/connect/back"
ROOT = "https://www.googleapis.com/auth/"
SEND = f"{ROOT}gmail.send"
EMAIL = f"{ROOT}userinfo.email"
OWN_CALENDARS = f"{ROOT}calendar.app.created"
LETTER = (
    b"From: ana@acme.example\r\nTo: Ben <ben@beta.example>\r\nSubject: Hi\r\n\r\nna\xc3\xafve\r\n.dot\r\n"
)


class Clock:
    """The stand-in's time, which tests move; it sets out from the real one, which the libraries keep."""

    def __init__(self):
        self.at = datetime.now(UTC)

    def __call__(self):
        return self.at


class Inbox(list):
    """What was delivered: sender, recipients, content."""

    def __call__(self, sender, recipients, content):
        self.append((sender, recipients, content))

    def to(self, address):
        return [content for _, recipients, content in self if address in recipients]


def flow(google, *scopes):
    return Flow.from_client_config(google.client_config, scopes=list(scopes), redirect_uri=BACK)


def consented(google, *scopes, without=(), **ask):
    """Credentials as the web flow brings them: the person has pressed Allow."""
    made = flow(google, *scopes)
    url, _ = made.authorization_url(**({"access_type": "offline", "prompt": "consent"} | ask))
    back = answer_consent(url, without=without, certificate=google.certificate)
    made.fetch_token(
        authorization_response=back.replace("http://", "https://"),
        verify=str(google.certificate or "") or True,
    )
    made.oauth2session.close()
    return made.credentials


def exchange(google, **form):
    client = {"client_id": google.client.client_id, "client_secret": google.client.client_secret}
    return requests.post(f"{google.base_url}/token", data=client | form, timeout=10)


def delegated(google, *scopes, subject="ana@acme.example"):
    """Credentials of the service account, for somebody of the domain or for itself."""
    made = service_account.Credentials.from_service_account_info(google.service_account_info, scopes=scopes)
    return made.with_subject(subject) if subject else made


def wire(google, credentials, timeout=10):
    """The transport of the client library: httplib2 with the token, trusting the stand-in."""
    trusted = str(google.certificate) if google.certificate else None
    return google_auth_httplib2.AuthorizedHttp(
        credentials, http=httplib2.Http(ca_certs=trusted, timeout=timeout)
    )


def gmail(google, credentials, timeout=10):
    return build(
        "gmail",
        "v1",
        http=wire(google, credentials, timeout),
        static_discovery=True,
        client_options={"api_endpoint": google.gmail_endpoint},
    )


def calendar(google, credentials):
    return build(
        "calendar",
        "v3",
        http=wire(google, credentials),
        static_discovery=True,
        client_options={"api_endpoint": google.calendar_endpoint},
    )


def raw(letter=LETTER):
    return {"raw": base64.urlsafe_b64encode(letter).decode()}


def send(service, letter=LETTER):
    return service.users().messages().send(userId="me", body=raw(letter)).execute(num_retries=0)


TALK = {
    "id": "abc0123456789",
    "summary": "Town hall",
    "start": {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Paris"},
    "end": {"dateTime": "2026-12-01T11:00:00+01:00", "timeZone": "Europe/Paris"},
    "attendees": [{"email": "ben@beta.example"}],
}


class Events:
    """events() of one calendar; each call is carried out at once."""

    def __init__(self, service, calendar_id):
        self.service = service
        self.calendar_id = calendar_id

    def __getattr__(self, name):
        return lambda **args: getattr(self.service.events(), name)(
            calendarId=self.calendar_id, **args
        ).execute()

    def insert(self, body=TALK, **args):
        return self.service.events().insert(calendarId=self.calendar_id, body=body, **args).execute()


def refusal(work, *args, **more):
    """How Google refuses this: status, reason, message."""
    with pytest.raises(HttpError) as caught:
        work(*args, **more)
    error = json.loads(caught.value.content)["error"]
    return caught.value.resp.status, error["errors"][0]["reason"], error["message"]


class Msal:
    """msal over TLS, and a session for Graph; both trust the stand-in's certificate."""

    scopes = ("Mail.Send", "User.Read")

    def __init__(self, microsoft, secret=None, client_id=None):
        self.microsoft = microsoft
        self.session = requests.Session()
        self.session.verify = str(microsoft.certificate)
        self.session.trust_env = False  # REQUESTS_CA_BUNDLE, where it is set, would win over verify
        self.app = msal.ConfidentialClientApplication(
            client_id or microsoft.client.client_id,
            client_credential=secret or microsoft.client.client_secret,
            authority=microsoft.authority,
            instance_discovery=False,
            http_client=self.session,
        )

    def start(self, **ask):
        return self.app.initiate_auth_code_flow(
            list(self.scopes), redirect_uri=BACK, **({"response_mode": "form_post"} | ask)
        )

    def consented(self, **answer):
        """The result of the web flow."""
        begun = self.start()
        return self.finish(
            begun, answer_consent(begun["auth_uri"], certificate=self.microsoft.certificate, **answer)
        )

    def finish(self, begun, back):
        fields = dict(
            requests.compat.unquote_plus(pair).split("=", 1) for pair in back.split("?")[1].split("&")
        )
        return self.app.acquire_token_by_auth_code_flow(begun, fields)

    def refreshed(self, refresh_token):
        return self.app.acquire_token_by_refresh_token(refresh_token, list(self.scopes))

    def send(self, token, letter=LETTER, **more):
        return self.session.post(
            f"{self.microsoft.graph_endpoint}/me/sendMail",
            data=base64.b64encode(letter),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"},
            timeout=10,
            **more,
        )
