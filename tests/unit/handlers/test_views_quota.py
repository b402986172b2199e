"""What Amazon SES says, wherever limits are shown."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account, KnownQuota
from campaigns.accounts_desk import AccountView
from campaigns.errors import OverQuota
from campaigns.faults import said_of
from campaigns.forecast import forecast
from campaigns.model import Kind
from campaigns.quota import DAY, MINUTE, Window
from campaigns.roles import Actor
from campaigns.timing import AT_ONCE, Pace
from handlers.limits_entries import limits_form
from handlers.views_forecast import limit_lines
from handlers.views_services import ServicesSeen, email_services
from tests.fakes.clocks import NOON

QUOTA = KnownQuota(50_000, 14, 1_240, NOON)
ACCOUNT = Account(1, "smtp", "out@acme.example", "Out", workspace="T1", connected_by="U1", quota=QUOTA)


def services(account, spent=120, **more):
    seen = ServicesSeen([AccountView(account, spent, 0, 0, may_keep=True, **more)], {})
    return json.dumps(email_services(seen, Actor("T1", "U1")), ensure_ascii=False)


def limits(account):
    return json.dumps(limits_form(account, "[1]"), ensure_ascii=False)


def test_the_account_shows_its_limits_and_what_others_have_sent():
    shown = services(ACCOUNT)
    assert "120 of 50,000 sent in 24 hours · at most 14 a second" in shown
    assert "Amazon SES was asked for its limits <!date^" in shown
    assert ": 1,240 sent by others count too" in shown
    assert "others" not in services(replace(ACCOUNT, quota=replace(QUOTA, others=0)))


def test_what_a_person_has_typed_is_shown_instead():
    shown = services(replace(ACCOUNT, per_day=900, per_minute=20))
    assert "120 of 900 sent in 24 hours · at most 20 a minute" in shown


@pytest.mark.parametrize(
    ("quota", "says"),
    [
        (replace(QUOTA, trouble="Amazon SES did not answer."), "did not answer. The last known limits stay."),
        (KnownQuota(trouble="Amazon does not know the access key."), "does not know the access key."),
    ],
)
def test_a_key_that_does_not_work_is_told_where_the_limits_are(quota, says):
    assert says in services(replace(ACCOUNT, quota=quota))


def test_a_closed_account_says_until_when():
    assert "takes nothing until" not in services(ACCOUNT)
    said = f"Its mail service takes nothing until <!date^{int(NOON.timestamp())}^"
    assert said in services(ACCOUNT, closed_until=NOON)


def test_a_provider_that_named_no_time_is_promised_none():
    cause = said_of(OverQuota("Daily limit", after=timedelta(hours=1), is_probe=True))
    shown = services(replace(ACCOUNT, closed_until=NOON, closed_cause=cause), closed_until=NOON)
    assert f"Its mail service takes nothing now: it is tried again <!date^{int(NOON.timestamp())}^" in shown
    assert "sending goes on then" not in shown


@pytest.mark.parametrize("account", [ACCOUNT, replace(ACCOUNT, per_day=900, quota=None)])
def test_what_is_kept_free_is_shown_whoever_has_set_the_limit(account):
    assert "40 a day kept free" in services(replace(account, reserve=40))
    assert "kept free" not in services(replace(account, quota=None, per_day=None, reserve=40))


@pytest.mark.parametrize(
    ("kind", "says"),
    [("gmail", "Access ends <!date^"), ("microsoft365", "Access ends after 90 days without use")],
)
def test_access_that_each_use_prolongs_has_no_date_on_which_it_ends(kind, says):
    assert says in services(replace(ACCOUNT, kind=kind, quota=None, token_ends_at=NOON + 90 * DAY))


def test_an_account_without_a_key_says_nothing_of_it():
    assert "Amazon" not in services(replace(ACCOUNT, quota=None)) + limits(replace(ACCOUNT, quota=None))


def test_the_form_says_what_counts_while_it_is_empty():
    assert "Empty: what Amazon SES allows, now 50,000." in limits(ACCOUNT)
    assert "Empty: what Amazon SES allows, now 14 a second." in limits(ACCOUNT)
    assert "Empty: no limit of ours." in limits(replace(ACCOUNT, quota=KnownQuota(trouble="Nobody answers.")))


def test_a_forecast_says_how_many_are_the_others():
    def lines(now):
        seen = forecast(
            invites=10,
            pace=Pace(None),
            timing=AT_ONCE,
            now=now,
            minute=MINUTE,
            rules=(Window(50_000, DAY, 1_240, NOON),),
            event_starts_at=NOON + 30 * DAY,
            spent=[NOON] * 500,
        )
        return limit_lines(seen, Kind.INVITE, now)

    (said,) = lines(NOON + timedelta(hours=1))
    assert said == (
        "Fits this account's limits. 1,740 of 50,000 in the last 24 hours are used, 1,240 of these by others."
    )
    (said,) = lines(NOON + DAY)
    assert said == "Fits this account's limits. 0 of 50,000 in the last 24 hours are used."
