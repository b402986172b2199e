"""One mailbox has one book, however it is connected: what goes one way counts for the other."""

from datetime import timedelta

import pytest

from campaigns.account import Account, Credential, How
from campaigns.errors import OverQuota
from campaigns.mailbox_book import book_of
from campaigns.model import Kind, Reason, RunState
from campaigns.outlook import ahead_of
from campaigns.timing import AT_ONCE, Pace
from tests.fakes.clocks import NOON

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
GMAIL, MICROSOFT, CALENDAR, SMTP = "gmail", "microsoft365", "google-calendar", "smtp"


def connected(house, kind, host="", *, address="olga@acme.example", per_day=10, **known):
    """An account that was entered by sign-in, or at ``host`` by password."""
    how = How.PASSWORD if host else How.CONSENT
    with house.store.writing() as work:
        mine = {"workspace": "T1", "connected_by": "UOWNER", "is_shared": True} | known
        account = work.accounts.upsert(Account(0, kind, address, "Olga", per_day=per_day, **mine))
        return work.accounts.keep_credential(
            account.id, Credential(how, "secret", user=address, host=host), None
        )


def send_from(house, account, people=20):
    return house.start(house.campaign(people, account_id=account.id), submission=str(account.id))


def sent_in_a_day(house):
    """How many go in the first 24 hours, whatever is due then."""
    while (wake_at := house.queue.next_wake_at(house.clock.now())) is not None and wake_at < NOON + DAY:
        house.clock.time = max(house.clock.now(), wake_at)
        house.carry_due()
    return len(house.mailer.times)


@pytest.mark.parametrize(
    ("kind", "host"),
    [(GMAIL, "smtp.gmail.com"), (GMAIL, "SMTP.GoogleMail.com."), (MICROSOFT, "smtp.office365.com")],
)
def test_a_mailbox_that_is_connected_twice_sends_its_daily_limit_once(house, kind, host):
    for account in (connected(house, kind), connected(house, SMTP, host)):
        send_from(house, account)
    assert sent_in_a_day(house) == 10


@pytest.mark.parametrize(
    ("kind", "host"),
    [(CALENDAR, "smtp.gmail.com"), (GMAIL, "smtp.sendgrid.net"), (GMAIL, "smtp.office365.com")],
)
def test_what_the_provider_counts_apart_has_a_book_of_its_own(house, kind, host):
    for account in (connected(house, kind), connected(house, SMTP, host)):
        send_from(house, account)
    assert sent_in_a_day(house) == 20


def test_what_a_provider_says_of_the_mailbox_holds_whichever_way_it_is_asked(house):
    by_api, by_smtp = connected(house, GMAIL), connected(house, SMTP, "smtp.gmail.com")
    send_from(house, by_api)
    house.mailer.script = [OverQuota("Daily limit", after=10 * HOUR)]
    house.carry_due()
    run = send_from(house, by_smtp)
    house.carry_due()
    assert house.mailer.accepted == []
    assert (house.run(run).state, house.run(run).reason) == (RunState.PAUSED, Reason.QUOTA)
    assert house.run(run).resume_at == NOON + 10 * HOUR


def test_a_forecast_knows_what_the_other_way_has_sent_and_is_still_to_send(house):
    by_api, by_smtp = connected(house, GMAIL), connected(house, SMTP, "smtp.gmail.com")
    send_from(house, by_api, people=6)
    with house.store.writing() as work:
        work.accounts.spend(by_api.id, NOON - HOUR)
    campaign = house.campaign(4, account_id=by_smtp.id)
    with house.store.reading() as work:
        ahead = ahead_of(work, campaign, house.clock, house.clock.now(), kind=Kind.INVITE)
    seen = ahead(invites=4, pace=Pace(None), timing=AT_ONCE)
    assert [used.count for used in seen.used] == [1]
    (overrun,) = seen.overruns
    assert (overrun.allowed, overrun.wanted) == (10, 11)


def test_who_logs_in_is_counted_whatever_the_invites_say_that_they_are_from(house):
    connected(house, GMAIL)
    known = {"address": "events@acme.example", "workspace": "", "connected_by": ""}
    book = book_of(SMTP, "events@acme.example", host="smtp.gmail.com", user="olga@acme.example")
    with house.store.writing() as work:
        of_settings = work.accounts.upsert(Account(0, SMTP, label="Events", per_day=10, book=book, **known))
        work.accounts.spend(of_settings.id, NOON)
        assert [work.accounts.spent_since(one.id, NOON - HOUR) for one in work.accounts.all()] == [1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((GMAIL, "Ol.Ga+x@googlemail.com"), (SMTP, "olga@gmail.com", "smtp.gmail.com", "")),
        ((MICROSOFT, "O.L@acme.example"), (SMTP, "x@acme.example", "smtp.office365.com", "o.l@ACME.example")),
        ((SMTP, "o@acme.example", "mx.example", "1"), (SMTP, "O@acme.example", "MX.example.", "2")),
    ],
)
def test_one_mailbox_is_known_however_it_is_spelled(one, other):
    assert book(*one) == book(*other) != ""


def book(kind, address, host="", user=""):
    return book_of(kind, address, host=host, user=user)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((GMAIL, "o.l@acme.example"), (GMAIL, "ol@acme.example")),
        ((GMAIL, "o@acme.example"), (SMTP, "o@acme.example", "smtp-relay.gmail.com", "")),
        ((GMAIL, "o@acme.example"), (SMTP, "o@acme.example", "xsmtp.gmail.com", "")),
        ((MICROSOFT, "o@acme.example"), (GMAIL, "o@acme.example")),
    ],
)
def test_what_may_be_two_mailboxes_is_two(one, other):
    assert book(*one) != book(*other)
