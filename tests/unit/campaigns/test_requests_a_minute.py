"""Google Calendar counts the requests of a minute: an invite is one, whatever changes an event takes two."""

from datetime import timedelta

import pytest

from campaigns.account import Account
from campaigns.forecast import forecast
from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind
from campaigns.outlook import ahead_of
from campaigns.quota import DAY, MINUTE, Window, one_more, windows
from campaigns.timing import AT_ONCE, Pace
from tests.fakes.clocks import NOON
from tests.fakes.mailers import AT_ONCE as NO_TIME

SECOND = timedelta(seconds=1)


def calendar(house, **limits):
    with house.store.writing() as work:
        known = Account(0, "google-calendar", "olga@acme.example", "Olga", **limits)
        return work.accounts.upsert(known)


def invited(house, people, **limits):
    """A campaign whose people were all invited, a while ago."""
    campaign = house.campaign(people, account_id=calendar(house).id)
    house.start(campaign)
    house.drain()
    house.clock.advance(2 * DAY)
    calendar(house, **limits)
    house.mailer.accepted.clear()
    return campaign


def requests_in_any(house, length):
    """The most that were asked in a stretch of this length."""
    asked = [(one.at, REQUESTS[one.letter.invite.kind]) for one in house.mailer.accepted]
    return max(sum(n for at, n in asked if begin <= at < begin + length) for begin, _ in asked)


def test_only_its_minute_is_of_requests():
    mine = Account(1, "google-calendar", "olga@acme.example", "Olga", per_minute=600, per_day=500)
    assert windows(mine) == (Window(600, MINUTE, of_requests=True), Window(500, DAY))


@pytest.mark.parametrize(
    ("kind", "limit", "a_minute", "minutes"),
    [
        (Kind.INVITE, 6, 6, 1),
        (Kind.UPDATE, 6, 3, 3),
        (Kind.REMIND, 6, 3, 3),
        (Kind.CANCEL, 7, 3, 3),
        (Kind.UPDATE, 1, 1, 9),
    ],
)
def test_no_minute_holds_more_requests_than_the_limit_and_the_forecast_knows_it(
    house, kind, limit, a_minute, minutes
):
    people = a_minute * minutes
    if kind is Kind.INVITE:
        campaign = house.campaign(people, account_id=calendar(house, per_minute=limit).id)
    else:
        campaign = invited(house, people, per_minute=limit)
    if kind is Kind.UPDATE:
        house.revise(campaign, title="Another hall")
    begun_at = house.clock.now()
    with house.store.reading() as work:
        ahead = ahead_of(work, campaign, house.clock, begun_at, kind=kind)
    seen = ahead(invites=people, pace=Pace(None), timing=AT_ONCE)
    house.start(campaign, kind=kind)
    house.drain()
    assert len(house.mailer.accepted) == people
    assert requests_in_any(house, MINUTE) <= max(limit, REQUESTS[kind])
    assert house.mailer.times[-1] == begun_at + (minutes - 1) * MINUTE
    assert seen.ends_at == house.mailer.times[-1]


def test_a_day_counts_people(house):
    campaign = invited(house, 6, per_minute=600, per_day=5)
    house.revise(campaign, title="Another hall")
    begun_at = house.clock.now()
    house.start(campaign, kind=Kind.UPDATE)
    house.drain()
    assert [at - begun_at for at in house.mailer.times] == [NO_TIME] * 5 + [DAY]


def test_one_that_needs_more_room_than_is_left_waits_for_it(house):
    account = calendar(house, per_minute=4)
    with house.store.writing() as work:
        for after, deed in ((0, Kind.INVITE), (1, Kind.UPDATE)):
            work.accounts.spend(account.id, NOON + after * SECOND, deed)
        now = NOON + 2 * SECOND
        assert one_more(work, account, now, Kind.INVITE).count == 1
        shut = one_more(work, account, now, Kind.UPDATE)
        assert (shut.count, shut.opens_at) == (0, NOON + MINUTE)
        assert one_more(work, account, NOON + MINUTE, Kind.UPDATE).count == 1


def test_a_forecast_knows_what_was_asked_already_and_what_others_will_ask(house):
    rules = (Window(4, MINUTE, of_requests=True),)
    known = {"timing": AT_ONCE, "now": NOON, "minute": MINUTE, "rules": rules, "event_starts_at": NOON + DAY}
    asked = [NOON - SECOND] * 2
    seen = forecast(
        invites=3, pace=Pace(None), kind=Kind.CANCEL, spent=[NOON - SECOND], requests=asked, **known
    )
    # one now, one when the minute of the two is over, and the last a minute after the first
    assert seen.ends_at == NOON + MINUTE
    assert [used.count for used in seen.used] == [2]
