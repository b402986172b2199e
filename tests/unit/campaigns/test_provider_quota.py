"""What the provider itself says an account may send, from its word to the invites that may go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.account import Account, Credential, How, KnownQuota, QuotaKey
from campaigns.account_book import AccountBook
from campaigns.account_quota_key import ses_region
from campaigns.errors import Busy
from campaigns.forecast import forecast
from campaigns.model import Reason, RunState
from campaigns.preflight import Level, preflight
from campaigns.provider_quota import ProviderQuota, note_quota, note_trouble
from campaigns.quota import DAY, MINUTE, SECOND, Window, allowance, by_minute, one_more, windows
from campaigns.timing import AT_ONCE, Pace
from tests.fakes.campaigns import House
from tests.fakes.clocks import NOON

SES = Account(1, "smtp", "a@example.org", "A", quota=KnownQuota(200, 1, 150, NOON))
KEY = Credential(How.PASSWORD, "pw", host="email-smtp.eu-west-1.amazonaws.com", quota_key=QuotaKey("A", "s"))


# as rules


def test_what_it_says_counts_as_long_as_nobody_has_typed_anything():
    a_second, a_day = Window(1, SECOND), Window(200, DAY, 150, NOON)
    assert windows(SES) == (a_second, a_day)
    assert windows(replace(SES, per_day=90)) == (a_second, Window(90, DAY))
    assert windows(replace(SES, per_minute=30)) == (Window(30, MINUTE), a_day)
    assert windows(replace(SES, reserve=10))[1] == replace(a_day, limit=a_day.limit - 10)
    assert windows(replace(SES, per_minute=30, per_day=90, reserve=10)) == (
        Window(30, MINUTE),
        Window(80, DAY),
    )
    assert [account.day_limit for account in (SES, replace(SES, per_day=90))] == [200, 90]


def test_no_limit_of_the_providers_is_no_rule():
    assert windows(replace(SES, quota=KnownQuota(None, None, 7, NOON))) == ()
    assert windows(replace(SES, quota=KnownQuota(trouble="It does not answer."))) == ()


def test_a_forecast_counts_a_second_by_the_minute():
    assert by_minute(windows(SES)) == (Window(60, MINUTE), Window(200, DAY, 150, NOON))
    assert by_minute((Window(30, MINUTE), Window(9, DAY))) == (Window(30, MINUTE), Window(9, DAY))


moments = st.integers(0, 90).map(lambda hours: NOON + timedelta(hours=hours))


@given(
    st.integers(1, 12),
    st.integers(0, 14),
    moments,
    st.lists(moments, max_size=12),
    st.integers(0, 3),
    st.integers(0, 24),
)
def test_others_count_as_if_they_had_sent_at_the_moment_they_were_counted(
    limit, taken, taken_at, spent, in_flight, later
):
    """So the book of our own, with as many more sends at that moment, must give the same answers."""
    now = max([taken_at, *spent]) + timedelta(hours=later)

    def ask(rule, book):
        return allowance(
            (rule,),
            wanted=9,
            in_flight=in_flight,
            now=now,
            spent_since=lambda since: sum(at > since for at in book),
            nth_newest=lambda n: sorted(book, reverse=True)[n - 1] if n <= len(book) else None,
        )

    with_others, plain = Window(limit, DAY, taken, taken_at), Window(limit, DAY)
    found, right = ask(with_others, spent), ask(plain, [*spent, *[taken_at] * taken])
    assert (found.count, found.opens_at) == (right.count, right.opens_at)

    book, slow = AccountBook((with_others,), spent), AccountBook((plain,), [*spent, *[taken_at] * taken])
    assert book.free(now, 9) == slow.free(now, 9)
    if book.used[0] >= limit:
        assert book.shut() == slow.shut()


# as the provider's word


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def account(house):
    with house.store.writing() as work:
        new = Account(0, "smtp", "out@example.org", "Outgoing", workspace="T1", connected_by="UOWNER")
        return work.accounts.keep_credential(work.accounts.upsert(new).id, KEY, None)


def say(house, account, per_day=200, per_second=None, sent=0):
    with house.store.writing() as work:
        note_quota(work, account, ProviderQuota(per_day, per_second, sent), house.clock.now())
        return work.accounts.get(account.id).quota


def spend(house, account, count):
    with house.store.writing() as work:
        for _ in range(count):
            work.accounts.spend(account.id, house.clock.now())


def test_others_are_what_is_not_in_our_own_book(house, account):
    spend(house, account, 30)
    assert say(house, account, sent=50).others == 20
    assert say(house, account, sent=30).others == 0
    assert say(house, account, sent=12).others == 0, "the provider counts with a delay"


def test_trouble_leaves_the_numbers_as_they_are_until_it_answers_again(house, account):
    before = say(house, account, sent=50)
    with house.store.writing() as work:
        note_trouble(work, account, Busy("Amazon SES did not answer"))
        assert work.accounts.get(account.id).quota == replace(before, trouble="Amazon SES did not answer.")
    assert say(house, account, sent=50) == before


def test_the_newest_word_counts_in_the_middle_of_a_batch(house, account):
    say(house, account, sent=0)
    with house.store.reading() as work:
        as_it_was = work.accounts.get(account.id)
    say(house, account, sent=200)
    with house.store.writing() as work:
        assert one_more(work, as_it_was, house.clock.now()).count == 0


def test_a_run_waits_for_what_others_have_taken_and_goes_on_when_there_is_room_sooner(house, account):
    say(house, account, sent=197)
    counted_at = house.clock.now()
    run = house.start(house.campaign(5, account_id=account.id))
    house.carry_due()
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.QUOTA)
    assert paused.resume_at == counted_at + DAY
    assert house.counts(run).sent == 3
    house.clock.advance(timedelta(hours=1))
    say(house, account, sent=200)
    assert house.run(run).state is RunState.PAUSED
    house.clock.advance(timedelta(hours=1))
    say(house, account, sent=120)
    assert house.run(run).state is RunState.RUNNING
    house.drain()
    assert house.counts(run).sent == 5
    assert house.notices("resumed")


def test_a_run_that_nobody_looks_after_goes_on_when_the_others_must_have_left(house, account):
    say(house, account, sent=197)
    run = house.start(house.campaign(5, account_id=account.id))
    house.carry_due()
    house.drain()
    assert house.counts(run).sent == 5
    assert house.clock.now() == NOON + DAY


def test_a_pause_that_the_provider_itself_forced_is_not_ended_by_its_numbers(house, account):
    """It may refuse for another reason than these numbers, and would again."""
    say(house, account, sent=0)
    run = house.start(house.campaign(2, account_id=account.id))
    with house.store.writing() as work:
        later = house.clock.now() + DAY
        assert work.runs.move(
            run.id, RunState.PAUSED, now=house.clock.now(), reason=Reason.QUOTA, resume_at=later
        )
    say(house, account, sent=0)
    assert house.run(run).state is RunState.PAUSED


def test_the_pace_of_a_second_is_kept(house, account):
    say(house, account, per_second=2)
    run = house.start(house.campaign(7, account_id=account.id))
    house.drain()
    assert house.counts(run).sent == 7
    sent = [(at - NOON) / SECOND for at in house.mailer.times]
    assert sent == [0, 0, 1, 1, 2, 2, 3]


# as words


def test_a_forecast_counts_the_others_in():
    rules = by_minute(windows(SES))
    seen = forecast(
        invites=100,
        pace=Pace(None),
        timing=AT_ONCE,
        now=NOON + MINUTE,
        minute=MINUTE,
        rules=rules,
        event_starts_at=NOON + 30 * DAY,
        spent=[NOON + SECOND] * 10,
    )
    assert [one.count for one in seen.used] == [10, 160]
    (overrun,) = seen.overruns
    assert (overrun.wanted, overrun.allowed) == (260, 200)
    assert overrun.opens_at == NOON + DAY
    assert seen.ends_at >= NOON + DAY


def said(quota, house):
    campaign = house.campaign(1)
    account = replace(SES, quota=quota)
    found = preflight(account, campaign, None, gmail=0, invites=1, spent_today=0, can_unsubscribe=True)
    return [(one.level, f"{one.said} {one.advice}") for one in found if "Amazon" in one.said]


def test_the_sandbox_is_called_by_its_name(house):
    ((level, words),) = said(KnownQuota(200, 1, 0, NOON), house)
    assert level is Level.WARNING
    assert "the limits of its sandbox" in words
    assert "addresses that you have verified" in words


@pytest.mark.parametrize(
    ("quota", "level", "words"),
    [
        (KnownQuota(50_000, 14, 0, NOON), Level.FINE, "allows 50,000 invites in 24 hours, 14 a second."),
        (KnownQuota(None, 14, 0, NOON), Level.FINE, "allows any number of invites in 24 hours, 14 a"),
        (
            KnownQuota(50_000, 14, 0, NOON, "Amazon SES did not answer."),
            Level.HINT,
            "Amazon SES did not answer. You can start all the same, and the last known limits count.",
        ),
        (KnownQuota(trouble="Amazon SES did not answer."), Level.HINT, "You can start all the same. Another"),
    ],
)
def test_the_check_says_what_it_allows_or_why_it_is_not_known(house, quota, level, words):
    ((found, text),) = said(quota, house)
    assert found is level
    assert words in text


def test_an_account_that_is_not_asked_for_is_not_spoken_of(house):
    assert said(None, house) == []


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("email-smtp.eu-west-1.amazonaws.com", "eu-west-1"),
        ("Email-SMTP.us-gov-west-1.amazonaws.com.", "us-gov-west-1"),
        ("email-smtp-fips.us-east-1.amazonaws.com", "us-east-1"),
        ("email-smtp.eu-west-1.amazonaws.com.evil.example", ""),
        ("email-smtp.a/b.amazonaws.com", ""),
        ("smtp.gmail.com", ""),
        ("amazonaws.com", ""),
        ("", ""),
    ],
)
def test_the_region_stands_in_the_name_of_the_mail_server(host, region):
    assert ses_region(host) == region
