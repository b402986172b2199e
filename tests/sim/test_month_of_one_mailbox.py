"""A month of one mailbox that is connected twice, and of one in Google Calendar with all kinds of runs.

As ``test_month``: no rolling window is ever passed, whichever way the mail goes.
"""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account, Credential, How
from campaigns.errors import OverQuota
from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind, RunState
from campaigns.quota import MINUTE, windows
from scheduler.chores import prune_spends
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.sim.town import DAY, Town

HOUR = timedelta(hours=1)
OLGA = "olga@acme.example"
MONTH = 30 * DAY


class OneMailbox:
    """A month in which ``ways`` lead to one mailbox, each an account that campaigns send from."""

    def __init__(self, seed, ways, *, kinds=(Kind.UPDATE,), **limits):
        self.draw = random.Random(seed)
        self.kinds = kinds
        self.town = Town(pause=self._pause)
        self.accounts = [self._connect(kind, host, limits) for kind, host in ways]
        self.town.provider.refuse = self._refuse
        self.shut_until = NOON
        self.early = []
        self.campaigns = []

    def live(self):
        town = self.town
        while town.clock.now() < NOON + MONTH:
            self._something_happens()
            town.carry(until=town.clock.now() + timedelta(hours=self.draw.expovariate(1 / 6)))
            prune_spends(town.store, town.clock)
        town.provider.refuse = lambda _: None
        town.carry(until=NOON + 5 * MONTH)
        return self

    def account(self):
        with self.town.store.reading() as work:
            return work.accounts.get(self.accounts[0])

    def _pause(self):
        return timedelta(milliseconds=self.draw.randint(1, 900))

    def _connect(self, kind, host, limits):
        how = How.PASSWORD if host else How.CONSENT
        with self.town.store.writing() as work:
            known = Account(0, kind, OLGA, "Olga", workspace=OWNER.workspace, is_shared=True, **limits)
            account = work.accounts.upsert(known)
            work.accounts.keep_credential(account.id, Credential(how, "s", user=OLGA, host=host), None)
            return account.id

    def _something_happens(self):
        town, draw = self.town, self.draw
        what = draw.choice(["campaign", "again", "again", "test"])
        if what == "campaign" or not self.campaigns:
            town.account_id = draw.choice(self.accounts)
            self.campaigns.append(town.campaign(draw.randint(3, 45)))
            town.start(self.campaigns[-1], draw.choice([None, 3, 10]), draw.choice([0, 1, 30]))
        elif what == "again":
            campaign, kind = draw.choice(self.campaigns), draw.choice(self.kinds)
            if not town.is_sending(campaign):
                if kind is Kind.UPDATE:
                    town.revise(campaign, f"Gala {draw.random()}")
                town.start(campaign, draw.choice([None, 10]), 5, kind=kind)
        else:
            town.try_out(draw.choice(self.campaigns), draw.randint(1, 10**9))

    def _refuse(self, letter):
        now = self.town.clock.now()
        if now < self.shut_until:
            self.early.append((letter.key, now, self.shut_until))
        if self.draw.random() < 0.01:
            after = self.draw.choice([HOUR, 7 * HOUR])
            self.shut_until = now + after
            return OverQuota("Daily limit", after=after)
        return None


def overruns(sent, rule):
    """Where a stretch of the rule's length holds more than its limit; ``sent`` is (when, how many)."""
    counted, begin, within = [], 0, 0
    for at, count in sent:
        within += count
        while sent[begin][0] <= at - rule.length:
            within -= sent[begin][1]
            begin += 1
        if within > rule.limit:
            counted.append((at, within))
    return counted


def check(month):
    taken = month.town.provider.taken
    assert len(taken) > 500
    for rule in windows(month.account()):
        costs = [(at, REQUESTS[letter.invite.kind] if rule.of_requests else 1) for at, letter in taken]
        assert overruns(costs, rule) == [], rule
    assert month.early == []
    assert {month.town.run(run_id).state for run_id in month.town.began} == {RunState.FINISHED}


@pytest.mark.parametrize("seed", range(2))
def test_twins_never_pass_a_window_of_their_mailbox_and_are_closed_together(seed):
    ways = [("gmail", ""), ("smtp", "smtp.gmail.com")]
    month = OneMailbox(seed, ways, per_minute=5, per_day=90).live()
    began = [month.town.run(run_id) for run_id in month.town.began]
    with month.town.store.reading() as work:
        used = {work.campaigns.get(run.campaign_id).account_id for run in began}
    assert used == set(month.accounts)
    check(month)


@pytest.mark.parametrize("seed", range(2))
def test_no_minute_of_google_calendar_holds_more_requests_than_may_be(seed):
    kinds = (Kind.UPDATE, Kind.REMIND)
    month = OneMailbox(seed, [("google-calendar", "")], kinds=kinds, per_minute=7, per_day=300).live()
    assert {letter.invite.kind for _, letter in month.town.provider.taken} >= {Kind.INVITE, *kinds}
    check(month)


def test_a_window_that_is_passed_would_be_seen():
    rule = replace(windows(Account(1, "gmail", OLGA, "Olga", per_minute=3))[0])
    sent = [(NOON + n * timedelta(seconds=20), 1) for n in range(6)]
    assert overruns(sent, rule) == []
    assert overruns([*sent, (sent[-1][0], 1)], rule) == [(sent[-1][0], 4)]
    assert rule.length == MINUTE
