"""A token is fetched while nobody is on the wire: who is killed over it leaves nobody unsure."""

import pytest

from campaigns.courier import Courier
from campaigns.errors import Busy, NoAccess
from campaigns.model import DeliveryState, Reason, RunState
from tests.fakes.mailers import OneMailer, ScriptedMailer


class TokenMailer(ScriptedMailer):
    """Needs a token that is good for ``lasts`` sends; ``look`` is called while it is fetched."""

    def __init__(self, clock, lasts):
        super().__init__(clock)
        self.lasts, self.left, self.fetched = lasts, 0, 0
        self.look, self.fault = None, None

    @property
    def is_open(self):
        return self.left > 0

    def open(self):
        self.fetched += 1
        self.look()
        if self.fault is not None:
            raise self.fault
        self.left = self.lasts

    def send(self, letter):
        self.left -= 1
        return super().send(letter)


@pytest.fixture
def tokened(house):
    house.mailer = TokenMailer(house.clock, lasts=3)
    house.courier = Courier(house.store, OneMailer(house.mailer), house.clock, house.desk, owner="test")
    return house


def test_nobody_is_on_the_wire_while_a_token_is_fetched(tokened):
    run, seen = tokened.start(tokened.campaign(8), per_batch=8), []
    tokened.mailer.look = lambda: seen.append(sorted(tokened.states(run).values()))
    tokened.drain()
    assert set(tokened.states(run).values()) == {DeliveryState.SENT}
    assert tokened.mailer.letters_per_address.most_common(1)[0][1] == 1
    queued, sent = DeliveryState.QUEUED, DeliveryState.SENT
    assert seen == [[queued] * 8, [queued] * 5 + [sent] * 3, [queued] * 2 + [sent] * 6]


def test_a_refusal_instead_of_a_token_pauses_before_anybody_is_claimed(tokened):
    run = tokened.start(tokened.campaign(4), per_batch=4)
    tokened.mailer.look, tokened.mailer.fault = lambda: None, NoAccess("Token revoked", hint="Renew it")
    tokened.drain()
    assert set(tokened.states(run).values()) == {DeliveryState.QUEUED}
    assert (tokened.run(run).state, tokened.run(run).reason) == (RunState.PAUSED, Reason.ACCESS)
    assert tokened.mailer.tried == []


def test_any_other_trouble_with_a_token_is_met_by_the_invite(tokened):
    """It knows how long to wait, and when to give up."""
    run = tokened.start(tokened.campaign(1))
    tokened.mailer.look, tokened.mailer.fault = lambda: None, Busy("Away", whole_account=True)
    tokened.mailer.trouble["p001@example.org"] = [tokened.mailer.fault]
    tokened.drain()
    assert set(tokened.states(run).values()) == {DeliveryState.SENT}
    assert tokened.mailer.tried == ["p001@example.org"] * 2
