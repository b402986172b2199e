"""Gmail and Google Calendar as they really are, and not as the stand-in has them."""

import os

import pytest

from campaigns.account import Service
from campaigns.calendar_note import calendar_in
from campaigns.consent_port import ConsentRefused
from campaigns.errors import Misconfigured, NoAccess
from campaigns.model import Kind
from mailers.gmail import GmailMailer
from mailers.google_auth import OWN_CALENDARS, SEND_MAIL, TOKEN_URI, GoogleTokens
from mailers.google_calendar import GoogleCalendarMailer
from mailers.google_consent import GoogleConsent

CLIENT = ("LIVE_GOOGLE_CLIENT_ID", "LIVE_GOOGLE_CLIENT_SECRET")
VERIFIER = "v" * 43


@pytest.fixture
def client(settings):
    return settings(*CLIENT)


@pytest.fixture
def open_tokens(client, stand_in):
    opened = []

    def make(refresh_token, scope, client_secret=client[1]):
        tokens = GoogleTokens.of_person(
            client_id=client[0],
            client_secret=client_secret,
            refresh_token=refresh_token,
            needed=[scope],
            token_uri=f"{stand_in['google']}/token" if stand_in["google"] else TOKEN_URI,
            certificate=stand_in["certificate"],
        )
        opened.append(tokens)
        return tokens

    yield make
    for tokens in opened:
        tokens.close()


@pytest.fixture
def where(stand_in):
    """The arguments of a mailer; none but in a rehearsal."""

    def of(path):
        url = stand_in["google"]
        return {"endpoint": f"{url}{path}", "certificate": stand_in["certificate"]} if url else {}

    return of


@pytest.fixture
def gmail(open_tokens, settings, where):
    mailer = GmailMailer(open_tokens(*settings("LIVE_GMAIL_REFRESH_TOKEN"), SEND_MAIL), **where("/"))
    yield mailer
    mailer.close()


@pytest.fixture
def calendar(open_tokens, settings, where):
    """With a calendar of its own, which is deleted afterwards unless LIVE_CALENDAR_ID names a lasting one."""
    tokens = open_tokens(*settings("LIVE_CALENDAR_REFRESH_TOKEN"), OWN_CALENDARS)
    made = []

    def keep(calendar_id, _):
        made.append(calendar_id)
        return calendar_id

    lasting = os.environ.get("LIVE_CALENDAR_ID", "")
    mailer = GoogleCalendarMailer(tokens, calendar_id=lasting, keep_calendar=keep, **where("/calendar/v3/"))
    yield mailer
    for calendar_id in {*map(calendar_in, made)} - {""}:
        mailer._service.ask(mailer._service.resource.calendars().delete(calendarId=calendar_id))
    mailer.close()


def test_gmail_lets_us_in_and_takes_an_invite(gmail, letters, settings):
    [sender] = settings("LIVE_GMAIL_ADDRESS")
    gmail.check()
    assert gmail.send(letters(sender)).reference.startswith("gmail ")


def test_google_calendar_invites_once_updates_and_cancels(calendar, letters, settings):
    """The second insert is answered by 409; what is compared then is what Google really keeps."""
    [sender] = settings("LIVE_CALENDAR_ADDRESS")
    first = letters(sender)
    receipt = calendar.send(first)
    assert calendar.send(first) == receipt
    assert calendar.find(first) == receipt
    update = letters(sender, kind=Kind.UPDATE, revision=1, place="Somewhere else")
    assert calendar.send(update) == receipt
    assert calendar.find(update) == receipt
    cancel = letters(sender, kind=Kind.CANCEL, revision=2)
    assert calendar.find(cancel) is None
    assert calendar.send(cancel) == receipt
    assert calendar.find(update) is None
    assert calendar.find(cancel) == receipt
    calendar.check()


def test_a_refresh_token_that_google_never_gave_is_no_access(open_tokens):
    with pytest.raises(NoAccess) as caught:
        open_tokens("1//never-given", SEND_MAIL).access()
    assert "invalid_grant" in caught.value.evidence


def test_a_wrong_secret_is_the_settings_trouble(open_tokens, settings):
    with pytest.raises(Misconfigured):
        open_tokens(*settings("LIVE_GMAIL_REFRESH_TOKEN"), SEND_MAIL, client_secret="wrong").access()


def test_a_code_that_google_never_gave_is_refused(client, stand_in):
    consent = GoogleConsent(
        *client,
        "http://localhost/connect/callback",
        base_url=stand_in["google"],
        certificate=stand_in["certificate"],
    )
    with pytest.raises(ConsentRefused):
        consent.accept(Service.GMAIL, code="4/never-given", verifier=VERIFIER)
