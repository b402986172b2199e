"""Amazon SES is asked what an account may send, over real HTTP; and what becomes of its word in the store."""

import socket
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.account_mailers import AccountMailers
from bot.account_opening import Providers
from campaigns.account import Account, Credential, How, KnownQuota, QuotaKey
from campaigns.errors import Busy, NoAccess
from campaigns.provider_quota import ProviderQuota, QuotaWatch
from mailers.ses_quota import SesQuotas
from playground.mailbox import Mailbox
from playground.ses_quota import SesStandIn
from storage.memory import MemoryStore
from tests.fakes.clocks import HandClock

OUT = "out@acme.example"
PASSWORD = "pw-of-out"
HOST = "email-smtp.eu-west-1.amazonaws.com"
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


class Seconds:
    """A stop-watch that is moved by hand."""

    def __init__(self):
        self.at = 1_000.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def amazon(clock):
    with SesStandIn(region="eu-west-1", now=clock.now) as stand_in:
        yield stand_in


@pytest.fixture
def quotas(amazon, clock, seconds):
    return SesQuotas(endpoint=amazon.base_url, now=clock.now, clock=seconds)


def credential(amazon, *, host=HOST, **changes):
    key = replace(QuotaKey(amazon.key_id, amazon.secret), **changes)
    return Credential(How.PASSWORD, PASSWORD, user="u", host=host, port=587, quota_key=key)


def test_a_key_that_is_good_hears_the_numbers(amazon, quotas):
    amazon.sent = 1_240.0
    assert quotas.quota(credential(amazon)) == ProviderQuota(50_000, 14, 1_240)


@pytest.mark.parametrize("part", [{"id": "AKIA" + "X" * 16}, {"secret": "s" * 40}])
def test_half_a_key_is_refused(amazon, quotas, part):
    with pytest.raises(NoAccess) as refused:
        quotas.quota(credential(amazon, **part))
    assert amazon.secret not in repr(refused.value)
    assert refused.value.evidence in {"403 InvalidClientTokenId", "403 SignatureDoesNotMatch"}


def test_the_region_is_that_of_the_mail_server(amazon, quotas):
    with pytest.raises(NoAccess) as refused:
        quotas.quota(credential(amazon, host="email-smtp.us-east-2.amazonaws.com"))
    assert refused.value.evidence == "403 SignatureDoesNotMatch"


def test_without_the_policy_it_says_which(amazon, quotas):
    amazon.is_allowed = False
    with pytest.raises(NoAccess, match="ses:GetSendQuota"):
        quotas.quota(credential(amazon))


def test_a_clock_that_is_wrong_is_told_as_that(amazon, clock):
    ahead = SesQuotas(endpoint=amazon.base_url, now=lambda: clock.now() + timedelta(hours=1))
    with pytest.raises(NoAccess, match="do not agree on the time"):
        ahead.quota(credential(amazon))


@pytest.mark.parametrize("trouble", ["is_throttling", "is_away"])
def test_amazons_own_trouble_is_no_refusal(amazon, quotas, trouble):
    setattr(amazon, trouble, True)
    with pytest.raises(Busy, match="did not answer"):
        quotas.quota(credential(amazon))
    assert amazon.asked == 1


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Hotel</title>", b"x" * 5_000_000])
def test_a_page_in_its_place_is_no_answer(amazon, quotas, page):
    amazon.instead = page
    with pytest.raises(Busy, match="did not answer"):
        quotas.quota(credential(amazon))


def test_nobody_at_the_other_end_is_trouble_and_no_more(amazon, quotas):
    amazon.stop()
    with pytest.raises(Busy, match="did not answer"):
        quotas.quota(credential(amazon))


def test_a_redirect_is_not_followed(clock):
    """It would take the signature elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            line, _ = door.accept()
            with line:
                line.recv(65_536)
                line.sendall(
                    b"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
                )

        waiting = threading.Thread(target=answer)
        waiting.start()
        quotas = SesQuotas(endpoint=f"http://127.0.0.1:{door.getsockname()[1]}", now=clock.now)
        given = Credential(How.PASSWORD, "", host=HOST, quota_key=QuotaKey("AKIA" + "X" * 16, "s" * 40))
        with pytest.raises(Busy) as caught:
            quotas.quota(given)
        waiting.join()
    assert caught.value.evidence == "307"


def test_no_key_is_used_more_often_than_amazon_allows(amazon, quotas, seconds):
    given = credential(amazon)
    assert quotas.quota(given) is not None
    seconds.at += 1.0
    assert quotas.quota(given) is None
    assert amazon.asked == 1
    seconds.at += 1.0
    assert quotas.quota(given) is not None
    assert amazon.asked == 2


def test_threads_that_ask_at_once_ask_once(amazon, quotas):
    given, heard = credential(amazon), []
    threads = [threading.Thread(target=lambda: heard.append(quotas.quota(given))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in heard) == amazon.asked == 1


# in the store


@pytest.fixture
def store():
    return MemoryStore()


def connected(store, given):
    with store.writing() as work:
        account = work.accounts.upsert(Account(0, "smtp", OUT, "Out", workspace="T1", connected_by="U1"))
        return work.accounts.keep_credential(account.id, given, None)


def known(store, account):
    with store.reading() as work:
        return work.accounts.get(account.id).quota


def test_what_was_heard_is_the_accounts_limit_less_what_others_have_sent(amazon, quotas, store, clock):
    given = credential(amazon)
    account = connected(store, given)
    with store.writing() as work:
        for ago in (1 * MINUTE, 2 * MINUTE, DAY + MINUTE):
            work.accounts.spend(account.id, clock.now() - ago)
    amazon.sent = 42.0
    QuotaWatch(store, quotas, clock.now).look(account, given)
    assert known(store, account) == KnownQuota(50_000, 14, 40, clock.now())


def test_when_amazon_is_away_the_last_numbers_stay_and_it_is_said(amazon, quotas, store, clock, seconds):
    given = credential(amazon)
    account, watch = connected(store, given), QuotaWatch(store, quotas, clock.now)
    watch.look(account, given)
    before, seconds.at = known(store, account), seconds.at + 60
    amazon.is_away = True
    clock.advance(MINUTE)
    watch.look(account, given)
    assert known(store, account) == replace(before, trouble="Amazon SES did not answer.")
    amazon.is_away, seconds.at = False, seconds.at + 60
    watch.look(account, given)
    assert known(store, account) == replace(before, asked_at=clock.now())


@pytest.mark.parametrize("becomes", ["another", "disconnected"])
def test_an_answer_for_a_credential_that_is_gone_is_dropped(amazon, quotas, store, clock, becomes):
    given = credential(amazon)
    account = connected(store, given)
    with store.writing() as work:
        if becomes == "another":
            work.accounts.keep_credential(account.id, replace(given, quota_key=None), None)
        else:
            work.accounts.forget_credential(account.id)
    QuotaWatch(store, quotas, clock.now).look(account, given)
    assert amazon.asked == 1
    assert known(store, account) is None


@pytest.fixture
def open_house():
    """Amazon, a mail server on this machine, and the mailers of the bot, by the machine's own clock."""
    with SesStandIn() as amazon, Mailbox(username=OUT, password=PASSWORD) as post:
        store = MemoryStore()
        given = replace(credential(amazon, host="127.0.0.1"), user=OUT, port=post.port, security="plain")
        with closing(AccountMailers(store, Providers(ses_url=amazon.base_url))) as mailers:
            yield amazon, store, mailers, connected(store, given)


def test_whoever_checks_an_account_has_amazon_asked_as_well(open_house):
    """Before a run's start, by *Test*, and once an hour: all of them check."""
    _, store, mailers, account = open_house
    mailers.for_account(account).check()
    assert known(store, account).per_day == 50_000


def test_a_key_that_is_refused_later_keeps_nobody_from_sending(open_house):
    amazon, store, mailers, account = open_house
    amazon.is_allowed = False
    mailers.for_account(account).check()
    assert known(store, account) == KnownQuota(
        trouble="The access key may not ask for the sending limits. "
        "Give the key's user in IAM a policy that allows ses:GetSendQuota."
    )
