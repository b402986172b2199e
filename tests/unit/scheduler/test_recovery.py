"""What a dead process left behind gets an honest state and goes on."""

import pytest

from campaigns.hand_over import LEASE
from campaigns.model import DeliveryState, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import DueBatch
from scheduler.recovery import abandon_expired, take_over
from storage.memory import MemoryStore
from storage.memory_queue import MemoryBatchQueue
from tests.contract.store_scene import Scene, minutes
from tests.fakes.clocks import NOON, HandClock


@pytest.fixture
def scene():
    return Scene(MemoryStore())


@pytest.fixture
def batches(scene):
    return MemoryBatchQueue(scene.store)


@pytest.fixture
def clock():
    return HandClock()


def counts(scene, run):
    with scene.store.reading() as work:
        return work.runs.progress(run.id).counts


def notices(scene, at=NOON):
    with scene.store.reading() as work:
        return [(notice.kind, notice.run_id) for notice in work.notices.due(at, 99)]


def killed_on_the_way(scene, batches, people=3):
    """A run whose process was killed with the second invite on the wire."""
    run = scene.start(scene.campaign(people))
    batches.claim_due(NOON)
    scene.open(run)
    scene.outcomes(run, DeliveryState.SENT)
    scene.claim(run, 1)
    return run


def test_who_takes_over_ends_every_lease_and_calls_what_was_on_the_wire_unsure(scene, batches, clock):
    run, idle = killed_on_the_way(scene, batches), scene.start(scene.campaign())
    batches.claim_due(NOON)
    assert take_over(scene.store, clock) == 1
    assert (counts(scene, run).sent, counts(scene, run).unsure, counts(scene, run).queued) == (1, 1, 1)
    assert {due.run_id for due in batches.claim_due(NOON)} == {run.id, idle.id}
    assert notices(scene) == [(NoticeKind.PROGRESS, run.id)]


def test_taking_over_twice_changes_nothing_more(scene, batches, clock):
    run = killed_on_the_way(scene, batches)
    assert [take_over(scene.store, clock), take_over(scene.store, clock)] == [1, 0]
    assert counts(scene, run).unsure == 1


def test_a_living_workers_invite_is_left_to_it(scene, batches, clock):
    run = killed_on_the_way(scene, batches)
    clock.advance(LEASE / 2)
    assert abandon_expired(scene.store, clock) == 0
    assert counts(scene, run).sending == 1
    assert notices(scene, minutes(99)) == []


def test_a_dead_workers_invite_becomes_unsure_and_its_batch_is_due_at_once(scene, batches, clock):
    run = killed_on_the_way(scene, batches)
    with scene.store.writing() as work:
        work.batches.renew(run.id, 1, "dead too", minutes(60))
    clock.advance(LEASE)
    assert abandon_expired(scene.store, clock) == 1
    assert counts(scene, run).unsure == 1
    assert batches.claim_due(clock.now()) == [DueBatch(run.id, 1, 2)]
    assert notices(scene, clock.now()) == [(NoticeKind.PROGRESS, run.id)]


def test_a_stopped_run_is_told_about_and_stays_stopped(scene, batches, clock):
    run = killed_on_the_way(scene, batches)
    scene.move(run, RunState.STOPPED)
    clock.advance(LEASE)
    assert abandon_expired(scene.store, clock) == 1
    assert counts(scene, run).unsure == 1
    assert batches.claim_due(minutes(99)) == []


def test_a_batch_that_has_ended_is_not_opened_again(scene, batches, clock):
    run = killed_on_the_way(scene, batches)
    scene.end(run)
    take_over(scene.store, clock)
    with scene.store.reading() as work:
        assert work.batches.current(run.id).due_at is None
