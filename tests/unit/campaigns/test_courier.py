"""How batches go out when nothing is wrong with the provider."""

from datetime import timedelta

from campaigns.model import DeliveryState, Reason, RunState
from tests.fakes.campaigns import OWNER, FailingStore
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_a_run_goes_out_in_batches_of_the_chosen_size(house):
    run = house.start(house.campaign(7), per_batch=3, gap=10)
    assert house.drain() == [(NOON, 1), (NOON + 10 * MINUTE, 2), (NOON + 20 * MINUTE, 3)]
    assert [row.batch_seq for row in house.rows(run)] == [1, 1, 1, 2, 2, 2, 3]
    assert house.mailer.recipients == [f"p{n:03}@example.org" for n in range(1, 8)]
    assert house.run(run).state is RunState.FINISHED


def test_the_gap_counts_from_the_end_of_a_batch(house):
    house.mailer.takes = 30 * SECOND
    house.start(house.campaign(6), per_batch=4, gap=10)
    assert house.drain() == [(NOON, 1), (NOON + 12 * MINUTE, 2)]


def test_a_minute_of_the_gap_is_as_long_as_the_clock_says(house):
    house.clock.minute = SECOND
    house.start(house.campaign(2), per_batch=1, gap=10)
    assert house.drain() == [(NOON, 1), (NOON + 10 * SECOND, 2)]


def test_without_a_gap_the_next_batch_is_due_at_once_and_still_a_batch_of_its_own(house):
    run = house.start(house.campaign(5), per_batch=2, gap=0)
    assert house.drain() == [(NOON, 1), (NOON, 2), (NOON, 3)]
    assert [batch.seq for batch in house.batches(run)] == [1, 2, 3]


def test_all_at_once_is_one_batch(house):
    run = house.start(house.campaign(5))
    assert house.drain() == [(NOON, 1)]
    assert house.counts(run).sent == 5


def test_a_downtime_of_ten_hours_causes_no_burst(house):
    house.start(house.campaign(9), per_batch=3, gap=10)
    house.carry_due()
    house.clock.advance(10 * HOUR)
    assert [seq for _, seq in house.carry_due()] == [2]
    assert house.carry_due() == []
    assert house.drain() == [(NOON + 10 * HOUR + 10 * MINUTE, 3)]


def test_a_batch_is_not_due_before_its_time(house):
    house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    house.clock.advance(10 * MINUTE - timedelta(microseconds=1))
    assert house.carry_due() == []
    house.clock.advance(timedelta(microseconds=1))
    assert [seq for _, seq in house.carry_due()] == [2]


def test_a_letter_is_made_for_each_attendee_and_dated_when_it_was_claimed(house):
    campaign = house.campaign(2)
    house.mailer.takes = 30 * SECOND
    run = house.start(campaign)
    house.drain()
    first, second = (one.letter for one in house.mailer.accepted)
    assert (first.recipient, second.recipient) == ("p001@example.org", "p002@example.org")
    assert first.mime.endswith(NOON.isoformat().encode())
    assert second.mime.endswith((NOON + 30 * SECOND).isoformat().encode())
    assert [row.reference for row in house.rows(run)] == ["taken-1", "taken-2"]


def test_a_pause_takes_effect_within_one_invite_and_a_resume_goes_on(house):
    run = house.start(house.campaign(5), per_batch=5)
    house.mailer.script = [None, lambda _: (house.runs.pause(OWNER, run.id), None)[1]]
    house.drain()
    assert len(house.mailer.accepted) == 2
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.PERSON)
    assert (house.counts(run).sent, house.counts(run).queued) == (2, 3)
    house.clock.minutes(60)
    assert house.carry_due() == []
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert house.counts(run).sent == 5
    assert set(house.mailer.letters_per_address.values()) == {1}


def test_a_run_paused_between_batches_goes_on_with_the_next_one(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    house.runs.pause(OWNER, run.id)
    house.clock.minutes(60)
    assert house.carry_due() == []
    house.runs.resume(OWNER, run.id)
    assert [seq for _, seq in house.carry_due()] == [2]
    assert house.run(run).state is RunState.FINISHED


def test_a_resume_before_its_time_does_not_shorten_the_gap(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    house.runs.pause(OWNER, run.id)
    house.runs.resume(OWNER, run.id)
    assert house.drain() == [(NOON + 10 * MINUTE, 2)]


def test_a_stop_skips_who_is_queued_and_keeps_what_is_on_the_wire(house):
    run = house.start(house.campaign(5), per_batch=3, gap=10)
    house.mailer.script = [None, lambda _: (house.runs.stop(OWNER, run.id), None)[1]]
    house.drain()
    assert house.run(run).state is RunState.STOPPED
    counts = house.counts(run)
    assert (counts.sent, counts.skipped, counts.left) == (2, 3, 0)
    assert {row.cause for row in house.rows(run) if row.state == "skipped"} == {"The run was stopped"}


def test_who_was_skipped_can_be_invited_later(house):
    campaign = house.campaign(5)
    run = house.start(campaign, per_batch=3, gap=10)
    house.carry_due()
    house.runs.stop(OWNER, run.id)
    again = house.start(campaign, submission="again")
    house.drain()
    assert again.total == 2
    assert set(house.mailer.letters_per_address.values()) == {1}
    assert len(house.mailer.accepted) == 5


def test_a_courier_told_to_stop_settles_what_is_on_the_wire_and_frees_the_batch(house):
    run = house.start(house.campaign(5), per_batch=3)
    house.mailer.script = [lambda _: house.courier.stop()]
    house.carry_due()
    assert (house.counts(run).sent, house.counts(run).queued) == (1, 4)
    house.courier = house.new_courier()
    house.drain()
    assert house.counts(run).sent == 5


def test_carrying_a_batch_again_is_harmless(house):
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    house.courier.send_chunk(run.id, 1)
    house.courier.send_chunk(run.id, 7)
    assert house.counts(run).sent == 2
    house.drain()
    house.courier.send_chunk(run.id, 2)
    assert len(house.mailer.accepted) == 4
    assert house.heard()["finished"] == 2


def test_two_workers_carry_one_batch_without_meeting_on_a_person(house):
    run = house.start(house.campaign(6), per_batch=6, gap=10)
    other = house.new_courier(owner="other")
    house.mailer.script = [None, lambda _: other.send_chunk(run.id, 1)]
    house.drain()
    assert set(house.mailer.letters_per_address.values()) == {1}
    assert house.counts(run).sent == 6
    assert house.run(run).state is RunState.FINISHED
    assert house.heard()["finished"] == 2


def test_whoever_settles_the_last_invite_closes_the_batch(house):
    """The other worker found nothing left to claim, and one invite still on the wire."""
    run = house.start(house.campaign(3), per_batch=2, gap=10)
    other = house.new_courier(owner="other")
    seen = []

    def meanwhile(_):
        other.send_chunk(run.id, 1)
        seen.append(house.batch(run).ended_at)

    house.mailer.script = [None, meanwhile]
    house.carry_due()
    assert seen == [None]
    assert house.batch(run).seq == 2
    assert house.batch(run).due_at == NOON + 10 * MINUTE


def test_an_invite_goes_out_with_the_event_as_it_is_when_it_is_claimed(house):
    campaign = house.campaign(2)
    run = house.start(campaign, per_batch=1, gap=10)
    house.carry_due()
    house.revise(campaign, title="Summit, moved")
    house.drain()
    assert [row.revision for row in house.rows(run)] == [0, 1]
    assert [row.held_revision for row in house.rows(run)] == [0, 1]


def test_an_outcome_is_kept_while_the_database_is_away(house):
    """The first three commits after the hand-over fail; nobody is asked to send again."""
    failing = FailingStore(house.store)
    house.courier = house.new_courier(store=failing)
    run = house.start(house.campaign(2))

    def away(_):
        failing.failures = 3

    house.mailer.script = [away]
    house.drain()
    assert house.clock.waits == [1 * SECOND, 2 * SECOND, 4 * SECOND]
    assert house.mailer.recipients == ["p001@example.org", "p002@example.org"]
    assert house.states(run) == dict.fromkeys(house.mailer.recipients, DeliveryState.SENT)


def test_the_wait_for_the_database_grows_to_half_a_minute_and_no_further(house):
    failing = FailingStore(house.store)
    house.courier = house.new_courier(store=failing)
    house.start(house.campaign(1))
    house.mailer.script = [lambda _: setattr(failing, "failures", 8)]
    house.drain()
    assert [wait.total_seconds() for wait in house.clock.waits] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert house.mailer.recipients == ["p001@example.org"]
