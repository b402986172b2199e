"""Who is added later is invited by itself: in the run that is on, or in one of its own."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.adding import Adding
from campaigns.history import Deed
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.notices import NoticeKind
from campaigns.taking_in import TakingIn
from campaigns.timing import SendingHours, Timing
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.unit.campaigns.newcomers import Scene

DEED_OF_RUN = (Deed.TAKEN_IN, Deed.STARTED)


@pytest.fixture
def scene(house):
    return Scene(house)


def test_it_is_off_unless_somebody_wants_it(house):
    scene = Scene(house, takes_in=False)
    scene.finished()
    done = scene.add()
    assert (done.added, done.taken_in.run, done.taken_in.refusal) == (2, None, None)
    assert len(house.all_runs()) == 1
    assert scene.told() == []


def test_nothing_starts_before_a_person_has_sent_the_first_time(scene):
    done = scene.add()
    assert done.taken_in.run is None
    assert scene.house.all_runs() == []
    assert scene.told() == []


def test_the_run_that_is_on_takes_them_in_its_next_batch(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.carry_due()
    done = scene.add()
    assert (done.taken_in.run.id, done.taken_in.invites) == (run.id, 2)
    assert house.run(run).total == 6
    house.drain()
    assert len(scene.sent()) == 6
    assert house.run(run).state is RunState.FINISHED
    assert [row.seq for row in house.batches(run)] == [1, 2, 3]
    assert Deed.TAKEN_IN in scene.history()


@pytest.mark.parametrize("between", [(Kind.UPDATE,), (Kind.CANCEL, Kind.UPDATE)])
def test_a_run_that_was_replaced_was_not_stopped(scene, between):
    house = scene.house
    replaced = house.start(scene.campaign, per_batch=1, gap=10)
    house.carry_due()
    for kind in between:
        if kind is Kind.UPDATE:
            house.revise(scene.campaign, title=f"Summit, {len(house.all_runs())}")
        house.start(scene.campaign, kind=kind, submission=kind.value)
        house.carry_due()
    house.drain()
    assert house.run(replaced).state is RunState.STOPPED
    done = scene.add(1)
    assert (done.taken_in.invites, done.taken_in.refusal) == (1, None)
    house.drain()
    assert "new0@acme.com" in scene.sent()


def test_after_a_stopped_run_one_that_ended_well_counts(scene):
    house = scene.house
    stopped = house.start(scene.campaign, per_batch=1, gap=10)
    house.carry_due()
    house.runs.stop(OWNER, stopped.id)
    house.start(scene.campaign, submission="the others")
    house.drain()
    assert scene.add(1).taken_in.invites == 1


def test_who_comes_while_the_last_batch_is_open_gets_one_more(scene):
    house = scene.house
    run = house.start(scene.campaign)
    with house.store.writing() as work:
        work.batches.open(run.id, 1, None, house.clock.now())
    scene.add(1)
    house.drain()
    assert len(scene.sent()) == 5
    assert house.counts(run).total == 5


def test_a_paused_run_stays_paused(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    house.runs.pause(OWNER, run.id)
    assert scene.add().taken_in.invites == 2
    house.drain()
    assert scene.sent() == []
    assert house.run(run).state is RunState.PAUSED
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert len(scene.sent()) == 6


def test_an_update_run_takes_them_in_too(scene):
    house = scene.house
    scene.finished()
    house.revise(scene.campaign, title="Summit, moved")
    run = house.start(scene.campaign, per_batch=2, gap=10, kind=Kind.UPDATE, submission="update")
    assert scene.add().taken_in.run.id == run.id
    house.drain()
    assert house.counts(run).sent == 6


def test_after_a_finished_run_they_get_one_of_their_own_as_the_last_was(scene):
    house = scene.house
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "Europe/Madrid")
    last = scene.finished(per_batch=3, gap=7, timing=Timing(hours=hours))
    done = scene.add()
    run = house.run(done.taken_in.run)
    assert run.id != last.id
    assert (run.kind, run.pace, run.timing.hours) == (Kind.INVITE, last.pace, hours)
    assert (run.channel, run.started_by, run.total) == (last.channel, OWNER.user, 2)
    house.drain()
    assert len(scene.sent()) == 6
    assert scene.history()[:2] == list(DEED_OF_RUN)


def test_outside_the_hours_the_first_batch_waits(scene):
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "UTC")
    scene.finished(timing=Timing(hours=hours))
    scene.house.clock.time = NOON.replace(hour=20)
    run = scene.add().taken_in.run
    assert scene.house.batch(run).due_at == NOON.replace(hour=9) + timedelta(days=1)


def test_the_run_after_an_update_is_as_the_last_invite_run_was(scene):
    house = scene.house
    scene.finished(per_batch=3, gap=7)
    house.revise(scene.campaign, title="Summit, moved")
    scene.finished(kind=Kind.UPDATE, per_batch=1, gap=1)
    run = scene.add().taken_in.run
    assert (run.kind, run.pace.per_batch, run.pace.gap_minutes) == (Kind.INVITE, 3, 7)


def test_each_addition_is_invited_once(scene):
    scene.finished()
    for _ in range(3):
        scene.add()
        scene.house.drain()
    assert len(scene.sent()) == len(set(scene.sent())) == 10


def test_who_comes_one_by_one_is_invited_a_gap_after_the_last_batch_and_together(scene):
    """Not a run, a mail and a message in the channel for each of them."""
    house = scene.house
    last = scene.finished(per_batch=4, gap=30)
    ended_at = house.run(last).ended_at
    house.clock.advance(timedelta(minutes=10))
    run, *others = [scene.add(1).taken_in.run for _ in range(5)]
    assert {other.id for other in others} == {run.id}
    assert house.batch(run).due_at == ended_at + timedelta(minutes=30)
    assert len(scene.sent()) == 4
    house.drain()
    assert [row.seq for row in house.batches(run)] == [1, 2]
    assert len(scene.sent()) == 9


def test_after_a_run_at_once_they_come_together_as_well(scene):
    house = scene.house
    ended_at = house.run(scene.finished()).ended_at
    run = scene.add(1).taken_in.run
    assert house.batch(run).due_at == ended_at + timedelta(minutes=5)


def test_no_mail_says_that_a_run_begins_which_nobody_has_started(scene):
    scene.finished()
    before = len(scene.house.notices(NoticeKind.STARTED))
    assert before > 0
    scene.add()
    assert len(scene.house.notices(NoticeKind.STARTED)) == before


def test_a_run_that_ends_while_somebody_joins_is_followed_by_another(scene):
    """Read before its end was committed, locked after it."""
    ended = scene.finished()
    seen = replace(scene.house.run(ended), state=RunState.RUNNING, ended_at=None)

    class SawItRunning(TakingIn):
        def after(self, work, campaign, new, now):
            looked, truth = [seen], work.runs.latest
            work.runs.latest = lambda campaign_id: looked.pop() if looked else truth(campaign_id)
            return super().after(work, campaign, new, now)

    scene.adding = Adding(scene.house.store, scene.house.clock, scene.house.alarm, SawItRunning())
    done = scene.add(1)
    assert done.taken_in.run.id != ended.id
    scene.house.drain()
    assert len(scene.sent()) == 5


def test_what_was_not_committed_has_started_nothing(scene):
    """List, run and history are one transaction."""
    scene.finished()
    scene.adding = Adding(scene.house.store, scene.house.clock, scene.house.alarm, _Broken())
    with pytest.raises(RuntimeError):
        scene.add()
    assert len(scene.house.all_runs()) == 1
    with scene.house.store.reading() as work:
        assert work.campaigns.get(scene.campaign.id).attendees == 4


class _Broken(TakingIn):
    def after(self, work, campaign, new, now):
        super().after(work, campaign, new, now)
        raise RuntimeError


def test_a_skipped_person_of_the_run_that_is_on_is_not_taken_in_again(scene):
    house = scene.house
    run = house.start(scene.campaign, per_batch=2, gap=10)
    with house.store.writing() as work:
        person = work.campaigns.attendee_at(scene.campaign.id, 3)
        entry = Suppressed(person.key, "", NOON, Why.BY_HAND, "U1")
        work.suppressions.add_to_campaign(scene.campaign.id, entry)
        work.runs.skip_person(run.id, person.key, "x", NOON)
    scene.add(1)
    house.drain()
    states = house.states(run)
    assert states[person.address] is DeliveryState.SKIPPED
    assert replace(house.counts(run), skipped=0).total == 4
