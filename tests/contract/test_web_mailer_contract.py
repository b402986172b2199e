"""The mailers that log in with tokens, over HTTP and SMTP, against the playground's stand-ins."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from mailers.gmail import GmailMailer
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, SEND_MAIL
from mailers.google_calendar import GoogleCalendarMailer
from mailers.microsoft365 import Microsoft365Mailer
from mailers.smtp import SmtpMailer
from mailers.smtp_account import parse_smtp_url
from playground import google_errors, microsoft_errors
from playground.google_stand_in import GoogleStandIn
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.contract.mailer_suite import (
    AskableProviderContract,
    EventContract,
    PostContract,
    SilentProviderContract,
)
from tests.contract.test_mailer_contract import MailboxProvider
from tests.fakes.provider_accounts import ANN, google_tokens, microsoft_tokens
from tests.fakes.token_mailbox import TokenMailbox


class _WebProvider:
    bad_address = "The address is not valid"

    def __init__(self, stand_in, call, bad_address, quota):
        self._stand_in = stand_in
        self._call = call
        self._bad_address = bad_address
        self._quota = quota
        self._is_down = False

    def refuse_address(self):
        self._stand_in.faults.refuse(self._bad_address, on=self._call, pattern="bob")

    def refuse_login(self):
        self._stand_in.expire_token()

    def reach_quota(self):
        self._stand_in.faults.refuse(self._quota, on=self._call)

    def talk_garbage(self):
        # Of the sign-in, before an invite is on its way; an invite's own are in the tests of each provider.
        self._stand_in.faults.garble(on="token", times=None)

    def drop_before_taking(self):
        # A call that has left this machine may have had its effect, whatever the provider did with it.
        self._stand_in.stop()
        self._is_down = True

    def drop_after_taking(self):
        self._stand_in.faults.drop("after", on=self._call, times=None)

    def recover(self):
        self._stand_in.faults.clear()
        if self._is_down:
            self._stand_in.start()

    def restart(self):
        self._stand_in.stop()
        self._stand_in.start()


@pytest.fixture
def inbox():
    return []


@pytest.fixture
def google(inbox):
    with GoogleStandIn(lambda *mail: inbox.append(mail), accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def microsoft(inbox):
    with MicrosoftStandIn(lambda *mail: inbox.append(mail), accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def took(inbox):
    return lambda: [content for _, _, content in inbox]


class TestGmailMailer(PostContract, SilentProviderContract):
    @pytest.fixture
    def mailer(self, google):
        mailer = GmailMailer(google_tokens(google, SEND_MAIL), endpoint=google.gmail_endpoint)
        yield mailer
        mailer.close()

    @pytest.fixture
    def provider(self, google):
        until = datetime.now(UTC) + timedelta(hours=3)
        return _WebProvider(
            google, "gmail.send", google_errors.BAD_RECIPIENT, google_errors.mail_sending_limit(until)
        )


class TestMicrosoft365Mailer(PostContract, SilentProviderContract):
    @pytest.fixture
    def mailer(self, microsoft):
        mailer = Microsoft365Mailer(
            microsoft_tokens(microsoft),
            endpoint=microsoft.graph_endpoint,
            certificate=str(microsoft.certificate),
        )
        yield mailer
        mailer.close()

    @pytest.fixture
    def provider(self, microsoft):
        return _WebProvider(
            microsoft, "sendMail", microsoft_errors.BAD_RECIPIENT, microsoft_errors.MESSAGE_LIMIT
        )


class TestGoogleCalendarMailer(EventContract, AskableProviderContract):
    @pytest.fixture
    def mailer(self, google):
        mailer = GoogleCalendarMailer(
            google_tokens(google, OWN_CALENDARS),
            calendar_id="",
            keep_calendar=lambda made, _: made,
            endpoint=google.calendar_endpoint,
        )
        yield mailer
        mailer.close()

    @pytest.fixture
    def took(self, google):
        return lambda: [
            _as_taken(event) for event in google.calendars.events() if event["status"] != "cancelled"
        ]

    @pytest.fixture
    def form(self):
        return _as_sent

    @pytest.fixture
    def provider(self, google):
        return _WebProvider(google, "events.insert", google_errors.BAD_ATTENDEE, google_errors.USAGE_LIMITS)


def _as_taken(event):
    return (
        [(one["email"], one["displayName"]) for one in event["attendees"]],
        event["summary"],
        event.get("description", ""),
        event.get("location", ""),
        *(_at(event[which]) for which in ("start", "end")),
        event.get("recurrence", []),
        event["guestsCanSeeOtherGuests"],
        event["guestsCanInviteOthers"],
        event["status"],
    )


def _at(said):
    if "date" in said:
        return date.fromisoformat(said["date"])
    return datetime.fromisoformat(said["dateTime"]), said["timeZone"]


def _as_sent(letter):
    facts = letter.invite
    times = [(facts.starts_at, facts.zone), (facts.ends_at, facts.zone)]
    if facts.is_all_day:
        times = [date(2026, 12, 1), date(2026, 12, 3)]
    return (
        [(letter.recipient, facts.attendee_name)],
        facts.summary,
        facts.description,
        facts.place,
        *times,
        ["RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU"] if facts.recurrence else [],
        False,
        False,
        "confirmed",
    )


class TestSmtpMailerWithTokens(PostContract, SilentProviderContract):
    @pytest.fixture
    def mailbox(self, google):
        def is_good(token):
            given = google.tokens.access(token)
            return given is not None and FULL_MAIL in given.scopes

        with TokenMailbox(is_good, username=ANN, password="unused") as mailbox:
            yield mailbox

    @pytest.fixture
    def mailer(self, google, mailbox):
        account = parse_smtp_url(f"smtp://127.0.0.1:{mailbox.port}?from={ANN}")
        mailer = SmtpMailer(dataclasses.replace(account, user=ANN, tokens=google_tokens(google, FULL_MAIL)))
        yield mailer
        mailer.close()

    @pytest.fixture
    def took(self, mailbox):
        return lambda: [mail.content for mail in mailbox.messages]

    @pytest.fixture
    def provider(self, google, mailbox):
        return _TokenMailboxProvider(mailbox, google)


class _TokenMailboxProvider(MailboxProvider):
    def __init__(self, mailbox, google):
        super().__init__(mailbox)
        self._google = google

    def refuse_login(self):
        self._google.expire_token()
