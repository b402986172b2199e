"""Nothing goes once the event is over: a run that is on pauses, and whoever is left waits for a person."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from campaigns.account import Account, AccountState
from campaigns.errors import BadAddress, Busy, NoAccess, OverQuota, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.provider_quota import ProviderQuota, note_quota
from campaigns.recurrence import Frequency, Recurrence
from campaigns.renewal import lose_access, regain_access
from campaigns.timing import SendingHours, Timing
from tests.fakes.campaigns import OWNER, SUMMIT
from tests.fakes.clocks import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = replace(SUMMIT, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
LATER = {"starts_at": NOON + 9 * DAY, "ends_at": NOON + 9 * DAY + HOUR}
WAITS = (RunState.PAUSED, Reason.OVER)
ADVICE = "Change its date with Edit event, then press Resume, or press Stop."


@pytest.fixture
def soon(house):
    return house.campaign(6, event=SOON)


@pytest.fixture
def late(house, soon):
    """Confirmed with *Send anyway*: two of the six an hour, and the event ends when the last two are due."""
    run = house.start(soon, per_batch=2, gap=60, past_start_ok=True)
    house.drain()
    return run


def state(house, run):
    now = house.run(run)
    return now.state, now.reason


def test_a_run_pauses_when_the_event_is_over_whoever_said_send_anyway(house, late):
    assert house.mailer.times == [NOON, NOON, NOON + HOUR, NOON + HOUR]
    assert state(house, late) == WAITS
    assert (house.counts(late).sent, house.counts(late).queued) == (4, 2)
    assert house.batch(late).opened_at is None


def test_it_is_told_like_every_pause(house, late):
    """In the channel, to the owner and by mail, once; and the run's own message says it."""
    assert house.heard()["paused"] == 3
    told = house.notices("paused")[0].payload
    assert (told["reason"], told["hint"], told["resume_at"]) == ("over", ADVICE, "")
    assert house.run(late).detail == f"Nothing more is sent about an event that is over. {ADVICE}"
    assert house.notices("progress")[0].state == "due"


def test_resume_says_what_is_so_while_the_event_is_over(house, late):
    with pytest.raises(StateError, match="The event is over") as refused:
        house.runs.resume(OWNER, late.id)
    assert refused.value.hint == ADVICE
    assert state(house, late) == WAITS


def test_with_a_later_date_resume_goes_on_and_nobody_is_lost_or_invited_twice(house, soon, late):
    house.revise(soon, **LATER)
    assert state(house, late) == WAITS
    house.runs.resume(OWNER, late.id)
    house.drain()
    assert house.run(late).state is RunState.FINISHED
    assert house.mailer.letters_per_address == dict.fromkeys(house.states(late), 1)
    assert len(house.mailer.recipients) == 6


def test_stop_ends_it_for_whoever_is_left(house, late):
    house.runs.stop(OWNER, late.id)
    assert (house.counts(late).sent, house.counts(late).skipped) == (4, 2)


def test_an_open_batch_stops_in_the_middle_and_keeps_its_people(house, soon):
    house.mailer.takes = 50 * MINUTE
    run = house.start(soon, past_start_ok=True)
    house.drain()
    assert house.mailer.times == [NOON, NOON + 50 * MINUTE, NOON + 100 * MINUTE]
    assert state(house, run) == WAITS
    assert (house.batch(run).ended_at, house.counts(run).queued) == (None, 3)
    house.revise(soon, **LATER)
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert [batch.seq for batch in house.batches(run)] == [1]
    assert (house.run(run).state, len(house.mailer.letters_per_address)) == (RunState.FINISHED, 6)


def test_the_outcome_of_what_was_on_the_wire_at_the_end_is_kept(house, soon):
    house.mailer.takes = 3 * HOUR
    house.mailer.script = [BadAddress("No such mailbox")]
    run = house.start(soon, past_start_ok=True)
    house.drain()
    assert (house.counts(run).failed, house.counts(run).sending) == (1, 0)
    assert state(house, run) == WAITS


def test_a_run_of_which_nobody_is_left_finishes(house):
    house.mailer.takes = 3 * HOUR
    run = house.start(house.campaign(1, event=SOON), past_start_ok=True)
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert house.heard()["paused"] == 0


def test_a_batch_of_which_nobody_is_left_ends_and_the_next_one_does_not_go(house):
    house.mailer.takes = 3 * HOUR
    run = house.start(house.campaign(2, event=SOON), per_batch=1, gap=5, past_start_ok=True)
    house.drain()
    assert [batch.ended_at is not None for batch in house.batches(run)] == [True, False]
    assert (state(house, run), house.counts(run).queued) == (WAITS, 1)


def test_who_is_to_be_tried_again_waits_too(house, soon):
    house.mailer.script = [Busy("Greylisted", after=3 * HOUR)]
    run = house.start(soon, past_start_ok=True)
    house.drain()
    assert (len(house.mailer.accepted), house.counts(run).queued) == (5, 1)
    assert state(house, run) == WAITS


def test_while_the_hours_are_shut_it_pauses_and_promises_no_morning(house, soon):
    until_one = Timing(hours=SendingHours(time(9), time(13), (1, 2, 3, 4, 5), "UTC"))
    house.mailer.takes = 3 * HOUR
    run = house.start(soon, timing=until_one, past_start_ok=True)
    house.carry_due()
    assert state(house, run) == WAITS


# when the date is moved


def test_a_date_that_is_moved_while_a_batch_is_carried_counts_from_the_next_invite_on(house, soon):
    def move(_letter):
        house.clock.time = SOON.ends_at + HOUR
        house.revise(soon, **LATER)

    house.mailer.script = [move]
    run = house.start(soon, past_start_ok=True)
    house.carry_due()
    assert (house.run(run).state, house.counts(run).sent) == (RunState.FINISHED, 6)


def test_a_date_that_is_brought_forward_counts_too(house):
    campaign = house.campaign(6)

    def move(_letter):
        house.clock.advance(3 * HOUR)
        house.revise(campaign, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)

    house.mailer.script = [None, move]
    run = house.start(campaign)
    house.carry_due()
    assert (state(house, run), house.counts(run).sent) == (WAITS, 2)


def test_an_event_that_repeats_is_over_after_its_last_time(house):
    weekly = replace(SOON, recurrence=Recurrence(Frequency.WEEKLY, weekdays=(2,), count=2))
    run = house.start(house.campaign(6, event=weekly), per_batch=2, gap=5 * 24 * 60, past_start_ok=True)
    house.drain()
    assert house.mailer.times == [NOON, NOON, NOON + 5 * DAY, NOON + 5 * DAY]
    assert state(house, run) == WAITS


# whatever it tells people


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (Kind.UPDATE, ADVICE),
        (Kind.REMIND, ADVICE),
        (Kind.CANCEL, "Press Stop. Whoever is left still has it in their calendar."),
    ],
)
def test_every_kind_of_run_pauses_with_what_can_be_done_about_it(house, soon, kind, advice):
    """While people are told of a cancellation, the date cannot be changed."""
    house.start(soon)
    house.drain()
    if kind is Kind.UPDATE:
        house.revise(soon, place="Room 2")
    run = house.start(soon, per_batch=2, gap=60, kind=kind, submission="again", past_start_ok=True)
    house.drain()
    assert (state(house, run), house.counts(run).queued) == (WAITS, 2)
    assert house.notices("paused")[0].payload["hint"] == advice
    with pytest.raises(StateError) as refused:
        house.runs.resume(OWNER, run.id)
    assert refused.value.hint == advice


# nothing restarts it but a person


def test_a_limit_that_has_passed_after_the_event_starts_nothing(house, soon):
    house.mailer.script = [None, None, None, OverQuota("Enough for today", after=DAY)]
    run = house.start(soon, past_start_ok=True)
    house.drain()
    assert house.mailer.times == [NOON] * 3
    assert (state(house, run), house.counts(run).queued) == (WAITS, 3)
    assert house.heard()["resumed"] == 0
    assert "over" in house.run(run).detail
    house.clock.advance(DAY)
    assert house.carry_due() == []


def test_room_in_the_account_after_the_event_starts_nothing(house, soon):
    """Amazon says that others' sends have left the day: nobody is told that sending goes on."""
    account = house.account(per_day=None)
    with house.store.writing() as work:
        note_quota(work, account, ProviderQuota(2, None, 0), NOON)
    run = house.start(soon, past_start_ok=True)
    house.carry_due()
    assert state(house, run) == (RunState.PAUSED, Reason.QUOTA)
    house.clock.time = SOON.ends_at
    with house.store.writing() as work:
        note_quota(work, work.accounts.get(account.id), ProviderQuota(100, None, 2), house.clock.now())
    assert state(house, run) == (RunState.PAUSED, Reason.QUOTA)
    assert house.heard()["resumed"] == 0
    house.drain()
    assert (state(house, run), len(house.mailer.accepted)) == (WAITS, 2)


def test_a_renewed_account_starts_nothing(house, late):
    with house.store.writing() as work:
        account = work.accounts.get(house.account_id())
        lose_access(work, account, cause="Refused", hint="Renew it.", now=house.clock.now())
        assert regain_access(work, account, house.clock.now(), resume=True) == []
    assert state(house, late) == WAITS
    assert house.carry_due() == []


def test_a_resume_after_a_renewal_meets_the_truth(house, soon):
    house.mailer.script = [None, NoAccess("Refused", hint="Renew it.")]
    run = house.start(soon, past_start_ok=True)
    house.carry_due()
    house.clock.time = SOON.ends_at
    with house.store.writing() as work:
        account = work.accounts.get(house.account_id())
        assert regain_access(work, account, house.clock.now(), resume=True) == []
        assert work.accounts.get(account.id).state is AccountState.READY
    with pytest.raises(StateError) as refused:
        house.runs.resume(OWNER, run.id)
    assert refused.value.hint == ADVICE
    assert len(house.mailer.accepted) == 1


def test_a_resume_says_nothing_of_the_account(house, soon, late):
    """It says that the event is to come, not that a provider which wants quiet takes more."""
    closed_until = house.clock.now() + DAY
    with house.store.writing() as work:
        work.accounts.close(house.account_id(), closed_until, "Enough for today")
    house.revise(soon, **LATER)
    house.runs.resume(OWNER, late.id)
    with house.store.reading() as work:
        account: Account = work.accounts.get(house.account_id())
    assert account.closed_until == closed_until
