"""What becomes of people, batches and runs when the provider says no."""

from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, StorageTrouble, Unsure
from campaigns.faults import MAX_ATTEMPTS, MAX_STUMBLES
from campaigns.model import DeliveryState, Reason, RunState
from tests.fakes.campaigns import OWNER, FailingStore
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVERY_MEDIUM = 3
FIRST, SECOND_ONE, THIRD = (f"p00{n}@example.org" for n in (1, 2, 3))


def test_a_short_retry_keeps_its_batch_open(house):
    run = house.start(house.campaign(4), per_batch=3, gap=10)
    house.mailer.trouble[FIRST] = [Busy("Greylisted", after=60 * SECOND)]
    house.carry_due()
    assert house.mailer.recipients == [SECOND_ONE, THIRD]
    assert (house.batch(run).seq, house.batch(run).due_at) == (1, NOON + MINUTE)
    assert house.drain() == [(NOON + MINUTE, 1), (NOON + 11 * MINUTE, 2)]
    assert house.counts(run).sent == 4
    assert [row.tries for row in house.rows(run)] == [2, 1, 1, 1]


def test_a_retry_is_the_same_letter_to_the_byte(house):
    tried = []
    house.start(house.campaign(1))
    house.mailer.trouble[FIRST] = [lambda letter: (tried.append(letter), Busy("Greylisted"))[1]]
    house.drain()
    assert house.mailer.accepted[0].letter == tried[0]
    assert house.mailer.accepted[0].at == NOON + 30 * SECOND


def test_a_long_retry_is_left_to_a_later_batch(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.mailer.trouble[FIRST] = [Busy("Mailbox full", after=5 * MINUTE)]
    assert house.drain() == [(NOON, 1), (NOON + 10 * MINUTE, 2), (NOON + 20 * MINUTE, 3)]
    assert [row.batch_seq for row in house.rows(run)] == [2, 1, 2, 3]
    assert house.counts(run).sent == 4


def test_nobody_left_for_later_is_lost_at_the_end(house):
    run = house.start(house.campaign(2), per_batch=2, gap=1)
    for address in (FIRST, SECOND_ONE):
        house.mailer.trouble[address] = [Busy("Mailbox full", after=3 * HOUR)]
    assert house.drain() == [(NOON, 1), (NOON + 3 * HOUR, 2)]
    assert house.counts(run).sent == 2


def test_who_stays_busy_fails_after_the_last_try_and_the_run_ends(house):
    run = house.start(house.campaign(2), per_batch=1, gap=0)
    house.mailer.trouble[FIRST] = [Busy("Mailbox full", evidence="452") for _ in range(99)]
    house.drain()
    assert house.mailer.tried.count(FIRST) == MAX_ATTEMPTS
    (failure,) = house.failures(run)
    assert (failure.cause, failure.evidence) == ("Mailbox full (gave up after 8 tries)", "452")
    assert failure.attempts == MAX_ATTEMPTS
    assert house.run(run).state is RunState.FINISHED


def test_a_busy_account_holds_the_batch_and_takes_no_try_from_anybody(house):
    run = house.start(house.campaign(2), per_batch=2)
    house.mailer.script = [Busy("Server down", whole_account=True) for _ in range(3)]
    assert [at - NOON for at, _ in house.drain()] == [0 * SECOND, 5 * SECOND, 15 * SECOND, 35 * SECOND]
    assert house.mailer.tried == [FIRST, FIRST, FIRST, FIRST, SECOND_ONE]
    assert [(row.tries, row.attempt) for row in house.rows(run)] == [(1, 4), (1, 1)]
    assert house.counts(run).sent == 2


def test_what_goes_through_starts_the_count_of_holds_again(house):
    run = house.start(house.campaign(3), per_batch=3)
    down = Busy("Server down", whole_account=True)
    house.mailer.script = [down, down, None, down]
    assert [at - NOON for at, _ in house.drain()] == [0 * SECOND, 5 * SECOND, 15 * SECOND, 20 * SECOND]
    assert house.counts(run).sent == 3


def test_an_account_that_stays_busy_pauses_the_run_with_everybody_still_queued(house):
    run = house.start(house.campaign(2), per_batch=2)
    house.mailer.script = [Busy("Server down", whole_account=True) for _ in range(MAX_STUMBLES + 1)]
    house.drain()
    paused = house.run(run)
    assert (paused.state, paused.reason, paused.resume_at) == (RunState.PAUSED, Reason.FAULTS, None)
    assert house.counts(run).queued == 2
    assert [row.tries for row in house.rows(run)] == [0, 0]
    assert house.heard()["paused"] == EVERY_MEDIUM


def test_a_resume_gives_a_busy_account_all_its_patience_again(house):
    run = house.start(house.campaign(2), per_batch=2)
    down = Busy("Server down", whole_account=True)
    house.mailer.script = [down] * (MAX_STUMBLES + 1)
    house.drain()
    house.runs.resume(OWNER, run.id)
    house.mailer.script = [down]
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert house.counts(run).sent == 2


def test_workers_that_stumble_together_count_as_one(house):
    run = house.start(house.campaign(3), per_batch=3)
    down = Busy("Server down", whole_account=True)
    other = house.new_courier(owner="other")
    house.mailer.script = [lambda _: (other.send_chunk(run.id, 1), down)[1], down]
    house.carry_due()
    assert house.mailer.tried == [FIRST, SECOND_ONE]
    assert (house.batch(run).stumbles, house.batch(run).due_at) == (1, NOON + 5 * SECOND)


def test_a_spent_quota_pauses_the_run_until_the_provider_says(house):
    run = house.start(house.campaign(3), per_batch=2, gap=10)
    house.mailer.script = [None, OverQuota("Daily limit", after=6 * HOUR)]
    house.carry_due()
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.QUOTA)
    assert paused.resume_at == NOON + 6 * HOUR
    assert (house.counts(run).sent, house.counts(run).queued) == (1, 2)
    assert house.drain() == [(NOON + 6 * HOUR, 1), (NOON + 6 * HOUR + 10 * MINUTE, 2)]
    assert house.counts(run).sent == 3
    assert [row.tries for row in house.rows(run)] == [1, 1, 1]
    assert house.heard()["resumed"] == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (NoAccess("Login refused", hint="Renew the password."), Reason.ACCESS),
        (Misconfigured("Sender not allowed", hint="Change the sender."), Reason.FAULTS),
    ],
)
def test_what_a_person_must_mend_pauses_at_once_and_resume_goes_on_with_the_same_person(house, fault, reason):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [None, fault]
    house.drain()
    paused = house.run(run)
    assert (paused.state, paused.reason, paused.resume_at) == (RunState.PAUSED, reason, None)
    # a refused login is told by its reason; what to do about it remains to be said
    assert paused.detail == (fault.hint if reason is Reason.ACCESS else f"{fault.cause}. {fault.hint}")
    kind = "access_lost" if reason is Reason.ACCESS else "paused"
    told = house.notices(kind)
    assert [row.medium for row in told] == ["slack", "direct", "mail"]
    assert {row.payload["hint"] for row in told} == {fault.hint}
    assert [row.tries for row in house.rows(run)] == [1, 0, 0]
    house.clock.minutes(60 * 24 * 7)
    assert house.carry_due() == []
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert house.mailer.tried == [FIRST, SECOND_ONE, SECOND_ONE, THIRD]
    assert [row.tries for row in house.rows(run)] == [1, 1, 1]
    assert house.heard()[kind] == EVERY_MEDIUM


def test_each_pause_is_alerted_once_for_itself(house):
    run = house.start(house.campaign(2), per_batch=2)
    house.mailer.script = [NoAccess("Login refused"), NoAccess("Login refused")]
    house.drain()
    house.clock.minutes(5)
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert house.heard()["access_lost"] == 2 * EVERY_MEDIUM


def test_a_bad_address_fails_and_the_others_go_on(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.trouble[SECOND_ONE] = [BadAddress("No such mailbox", evidence="550 5.1.1")]
    house.drain()
    assert house.mailer.recipients == [FIRST, THIRD]
    (failure,) = house.failures(run)
    assert (failure.address, failure.state, failure.cause) == (
        SECOND_ONE,
        DeliveryState.FAILED,
        "No such mailbox",
    )
    assert house.mailer.tried.count(SECOND_ONE) == 1


def refusal(cause="Spam suspected", *, policy=True):
    return BadAddress(cause, policy=policy)


def test_five_equal_refusals_that_speak_of_the_sender_brake_the_run(house):
    run = house.start(house.campaign(9), per_batch=9)
    house.mailer.script = [refusal() for _ in range(6)]
    house.drain()
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.FAULTS)
    assert (house.counts(run).failed, house.counts(run).queued) == (5, 4)
    house.runs.resume(OWNER, run.id)
    house.drain()
    # the count starts again: one more refusal does not brake
    assert (house.counts(run).failed, house.counts(run).sent) == (6, 3)


@pytest.mark.parametrize(
    "between",
    [None, refusal("Rate suspected")],
    ids=["one was taken", "another reason"],
)
def test_only_equal_refusals_in_a_row_brake(house, between):
    house.account(brake_percent=100)
    run = house.start(house.campaign(9), per_batch=9)
    house.mailer.script = [refusal() for _ in range(4)] + [between] + [refusal() for _ in range(4)]
    house.drain()
    assert house.run(run).state is RunState.FINISHED


def test_refusals_that_speak_of_the_mailbox_are_no_streak(house):
    house.account(brake_percent=100)
    run = house.start(house.campaign(9), per_batch=9)
    house.mailer.script = [refusal("No such mailbox", policy=False) for _ in range(9)]
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert house.counts(run).failed == 9


def test_a_lost_reply_is_doubt_and_nobody_sends_again(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [None, LostReply(Unsure("The reply was lost"))]
    house.drain()
    assert house.states(run)[SECOND_ONE] is DeliveryState.UNSURE
    assert house.mailer.tried == [FIRST, SECOND_ONE, THIRD]
    assert house.counts(run).sent == 2


def test_the_unexpected_in_a_mailer_is_doubt_too_and_the_run_goes_on(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [KeyError("surprise")]
    house.drain()
    (failure,) = house.failures(run)
    assert (failure.state, failure.evidence) == (DeliveryState.UNSURE, "KeyError")
    assert house.counts(run).sent == 2
    assert house.run(run).state is RunState.FINISHED


def test_where_the_unexpected_happened_stands_in_the_log_once(house, caplog):
    run = house.start(house.campaign(4), per_batch=4)
    house.mailer.script = [KeyError("surprise"), KeyError("again"), None, ValueError("another")]
    house.drain()
    assert house.counts(run).unsure == 3
    traces = [line.exc_info[0] for line in caplog.records if line.exc_info]
    assert traces == [KeyError, ValueError]


def test_the_unexpected_in_the_pen_fails_that_person_and_the_run_goes_on(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.desk.broken.add(FIRST)
    house.drain()
    (failure,) = house.failures(run)
    assert (failure.address, failure.state) == (FIRST, DeliveryState.FAILED)
    assert failure.evidence == "ZeroDivisionError"
    assert house.mailer.tried == [SECOND_ONE, THIRD]


def test_a_try_that_ends_after_the_run_was_stopped_does_not_go_back_to_its_queue(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [lambda _: (house.runs.stop(OWNER, run.id), Busy("Greylisted"))[1]]
    house.drain()
    assert set(house.states(run).values()) == {DeliveryState.SKIPPED}


def test_a_pause_by_the_provider_does_not_revive_a_stopped_run(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [lambda _: (house.runs.stop(OWNER, run.id), NoAccess("Login refused"))[1]]
    house.drain()
    assert house.run(run).state is RunState.STOPPED
    assert house.counts(run).left == 0
    assert house.heard()["paused"] == 0


def test_with_nothing_on_the_wire_trouble_with_the_database_is_the_callers(house):
    failing = FailingStore(house.store)
    failing.failures = 1
    run = house.start(house.campaign(1))
    with pytest.raises(StorageTrouble):
        house.new_courier(store=failing).send_chunk(run.id, 1)
    house.drain()
    assert house.counts(run).sent == 1


def test_resuming_a_spent_quota_early_tries_at_once(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [OverQuota("Daily limit", after=6 * HOUR)]
    house.carry_due()
    house.runs.resume(OWNER, run.id)
    house.carry_due()
    assert house.counts(run).sent == 3
    assert house.clock.now() == NOON
