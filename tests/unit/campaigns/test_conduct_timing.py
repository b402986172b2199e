"""When a run begins, and what it needs a yes for."""

from datetime import time, timedelta

import pytest

from campaigns.errors import BadAddress, InputError, StateError
from campaigns.history import Deed
from campaigns.model import Kind
from campaigns.timing import Pace, SendingHours, Timing
from tests.fakes.campaigns import ADMIN, OWNER
from tests.fakes.clocks import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNINGS = SendingHours(time(8), time(10), (1, 2, 3, 4, 5), "Europe/Madrid")
TOMORROW_MORNING = NOON + 19 * HOUR


@pytest.mark.parametrize(
    ("timing", "first"),
    [
        (Timing(), NOON),
        (Timing(starts_at=NOON - DAY), NOON),
        (Timing(starts_at=NOON + 90 * MINUTE), NOON + 90 * MINUTE),
        (Timing(hours=MORNINGS), TOMORROW_MORNING),
        (Timing(starts_at=NOON + 20 * HOUR, hours=MORNINGS), NOON + 20 * HOUR),
        (Timing(starts_at=NOON + 22 * HOUR, hours=MORNINGS), TOMORROW_MORNING + DAY),
    ],
)
def test_the_first_batch_goes_as_soon_as_the_timing_allows(house, timing, first):
    campaign = house.campaign(1)
    seen = house.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1), timing)
    run = house.start(campaign, per_batch=1, timing=timing)
    assert run.timing == timing
    assert seen.forecast.first_at == first
    assert house.drain() == [(first, 1)]


def test_a_run_that_waits_for_its_time_says_when_it_goes(house):
    run = house.start(house.campaign(3), per_batch=1, gap=60, timing=Timing(hours=MORNINGS))
    report = house.runs.report(OWNER, run.id)[1]
    assert report.next_at == TOMORROW_MORNING
    assert report.expected_end_at == TOMORROW_MORNING + DAY


def test_what_would_go_after_the_start_of_the_event_needs_a_yes(house):
    campaign = house.campaign(3)
    house.clock.time = campaign.event.starts_at - 100 * MINUTE
    with pytest.raises(InputError) as caught:
        house.start(campaign, per_batch=1, gap=60)
    assert list(caught.value.fields) == ["past_start_ok"]
    assert "after the event has started" in caught.value.message
    assert house.all_runs() == []
    assert house.start(campaign, per_batch=1, gap=49).total == 3


def test_with_a_yes_it_may_go_after_the_start_of_the_event(house):
    campaign = house.campaign(3)
    house.clock.time = campaign.event.starts_at - 100 * MINUTE
    run = house.start(campaign, per_batch=1, gap=60, past_start_ok=True)
    house.drain()
    assert house.counts(run).sent == 3


def test_what_other_campaigns_of_the_account_have_used_counts(house):
    account = house.account(per_day=2)
    first, second = house.campaign(2, account_id=account.id), house.campaign(2, account_id=account.id)
    house.clock.time = first.event.starts_at - 10 * HOUR
    assert not house.runs.preview(OWNER, second.id, Kind.INVITE, Pace(1)).runs_past_start
    house.start(first, submission="first")
    assert house.runs.preview(OWNER, second.id, Kind.INVITE, Pace(1)).runs_past_start, "still to be sent"
    house.carry_due()
    assert house.runs.preview(OWNER, second.id, Kind.INVITE, Pace(1)).runs_past_start, "just sent"
    with pytest.raises(InputError):
        house.start(second)


def test_the_same_submission_is_the_same_run_whatever_has_become_of_the_forecast(house):
    campaign = house.campaign(3)
    run = house.start(campaign, per_batch=1, gap=60, submission="view-1")
    house.clock.time = campaign.event.starts_at
    assert house.start(campaign, per_batch=1, gap=60, submission="view-1").id == run.id


def test_an_archived_campaign_sends_nothing(house):
    campaign = house.campaign()
    with house.store.writing() as work:
        work.campaigns.archive(campaign.id, NOON)
    for start in (
        lambda: house.start(campaign),
        lambda: house.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1)),
    ):
        with pytest.raises(StateError, match="archived") as caught:
            start()
        assert caught.value.hint == "Restore it first."


def test_a_retry_keeps_the_hours_and_forgets_the_start_time(house):
    run = house.start(house.campaign(2), timing=Timing(NOON + HOUR, MORNINGS))
    house.mailer.script = [BadAddress("No such mailbox")]
    house.drain()
    again = house.runs.retry_failed(OWNER, run.id, submission="retry")
    assert again.timing == Timing(hours=MORNINGS)


def test_a_retry_after_the_event_has_started_asks_nothing_more(house):
    campaign = house.campaign(2)
    run = house.start(campaign)
    house.mailer.script = [BadAddress("No such mailbox")]
    house.drain()
    house.clock.time = campaign.event.starts_at + MINUTE
    assert house.runs.retry_failed(OWNER, run.id, submission="retry").total == 1


def test_a_start_is_written_into_the_history_and_not_into_its_own_thread(house):
    run = house.start(house.campaign(3), per_batch=2, gap=10)
    with house.store.reading() as work:
        (line,) = work.history.of_campaign(run.campaign_id, limit=9)
    assert (line.deed, line.by, line.run_id, line.at) == (Deed.STARTED, OWNER.user, run.id, NOON)
    assert line.facts == {"kind": "invite", "invites": "3", "per_batch": "2", "gap_minutes": "10"}
    assert house.notices("deed") == []


def test_the_latest_run_is_the_newest_one_on_or_over(house):
    campaign = house.campaign(2)
    assert house.runs.latest_run(OWNER, campaign.id) is None
    first = house.start(campaign)
    house.runs.stop(OWNER, first.id)
    assert house.runs.latest_run(ADMIN, campaign.id).id == first.id
    second = house.start(campaign, submission="second")
    assert house.runs.latest_run(OWNER, campaign.id) == second
