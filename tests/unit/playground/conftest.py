from collections.abc import Iterator

import pytest
import requests
from google.auth.transport.requests import Request
from slack_sdk import WebClient

from playground import Mailbox, Workspace
from playground.google_stand_in import GoogleStandIn
from playground.mail_store import MailStore
from tests.unit.playground.oauth_clients import (
    BACK,
    OWN_CALENDARS,
    ROOT,
    Clock,
    Events,
    Inbox,
    calendar,
    delegated,
)
from tests.unit.playground.tiny_bot import TinyBot


@pytest.fixture
def ws() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def client(ws) -> WebClient:
    return WebClient("xoxb-playground", base_url=ws.base_url)


@pytest.fixture
def bot(ws) -> Iterator[TinyBot]:
    with TinyBot(ws) as tiny:
        ws.connect_bot(tiny.url)
        yield tiny


@pytest.fixture
def ana(ws, bot):
    return ws.person("ana")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def plain_http(monkeypatch):
    """oauthlib refuses a token address without TLS, and a narrower scope, unless told otherwise."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")


@pytest.fixture
def google(inbox, clock, plain_http):
    with GoogleStandIn(inbox, redirect_uris=[BACK], now=clock) as stand_in:
        yield stand_in


@pytest.fixture
def web():
    with requests.Session() as session:
        yield Request(session)


@pytest.fixture
def mail():
    return MailStore()


@pytest.fixture
def calendar_google(mail):
    def deliver(sender, recipients, content):
        mail.keep(sender, recipients, content, None, is_encrypted=True)

    with GoogleStandIn(deliver, accounts=["ana@acme.example", "lou@acme.example"]) as stand_in:
        stand_in.service.delegated = {OWN_CALENDARS, f"{ROOT}calendar", f"{ROOT}calendar.events"}
        yield stand_in


@pytest.fixture
def service(google):
    with calendar(google, delegated(google, OWN_CALENDARS)) as made:
        yield made


@pytest.fixture
def own(service):
    """The secondary calendar that the program keeps."""
    return service.calendars().insert(body={"summary": "Invites", "timeZone": "Europe/Paris"}).execute()["id"]


@pytest.fixture
def events(service, own):
    return Events(service, own)
