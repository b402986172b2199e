"""The job store in a real scheduler: what is due is run, and nothing that goes wrong stops the clock."""

import queue
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.base import STATE_RUNNING, BaseScheduler

from campaigns.hand_over import LEASE
from campaigns.model import RunState
from campaigns.ports import DueBatch
from scheduler.jobstore import POLL, BatchJobStore
from scheduler.timetable import Chore, make_timetable
from storage.memory import MemoryStore
from storage.memory_queue import MemoryBatchQueue
from tests.contract.store_scene import Scene, minutes
from tests.fakes.clocks import NOON

_HANG = 30  # seconds after which a test gives up waiting; nothing is measured with it


class AheadQueue:
    """The queue as it will be ``ahead`` of now, and in trouble as often as it is told."""

    def __init__(self, inner: MemoryBatchQueue) -> None:
        self._inner = inner
        self.ahead = timedelta(0)
        self.troubles: dict[str, int] = {}
        self.before_claim: Callable[[], object] = lambda: None

    def claim_due(self, now: datetime) -> list[DueBatch]:
        self._stumble("claim_due")
        self.before_claim()
        return self._inner.claim_due(now + self.ahead)

    def next_wake_at(self, now: datetime) -> datetime | None:
        self._stumble("next_wake_at")
        return self._inner.next_wake_at(now + self.ahead)

    def _stumble(self, name: str) -> None:
        if self.troubles.get(name):
            self.troubles[name] -= 1
            raise OSError(name)


class Stage:
    """A scheduler whose jobs note what they were called with, and do as ``then`` says."""

    def __init__(self) -> None:
        self.scene = Scene(MemoryStore())
        self.queue = AheadQueue(MemoryBatchQueue(self.scene.store))
        self.carried: queue.Queue[tuple[int, int]] = queue.Queue()
        self.then: Callable[[], object] = lambda: None
        self.jobs = BatchJobStore(self.queue, self._carry, lambda: datetime.now(UTC))
        self.timetable: BaseScheduler = make_timetable(self.jobs, [], runs_at_once=2)

    def next_carried(self) -> tuple[int, int]:
        return self.carried.get(timeout=_HANG)

    def start_run(self) -> tuple[int, int]:
        """A run due at once, whatever the time is."""
        run = self.scene.start(self.scene.campaign(1))
        with self.scene.store.writing() as work:
            work.batches.postpone(run.id, 1, datetime(2020, 1, 1, tzinfo=UTC), stumbled=False)
        return run.id, 1

    def _carry(self, run_id: int, seq: int) -> None:
        self.carried.put((run_id, seq))
        self.then()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    if stage.timetable.running:
        stage.timetable.shutdown()


def test_what_is_due_at_the_start_is_carried_at_once(stage):
    due = stage.start_run()
    stage.timetable.start()
    assert stage.next_carried() == due


def test_what_becomes_due_later_is_carried_after_a_wake_up(stage):
    stage.timetable.start()
    due = stage.start_run()
    stage.timetable.wakeup()
    assert stage.next_carried() == due


def test_every_due_batch_is_carried_once(stage):
    due = [stage.start_run() for _ in range(5)]
    stage.timetable.start()
    assert sorted(stage.next_carried() for _ in due) == due
    for _ in range(3):
        stage.timetable.wakeup()
    stage.timetable.shutdown()
    assert stage.carried.empty()


def test_a_batch_whose_job_died_comes_back_when_its_lease_ends(stage):
    def die():
        raise RuntimeError("the worker is gone")

    stage.then = die
    due = stage.start_run()
    stage.timetable.start()
    assert stage.next_carried() == due
    stage.queue.ahead = LEASE
    stage.timetable.wakeup()
    assert stage.next_carried() == due


def test_a_batch_comes_back_even_while_its_first_job_still_hangs(stage):
    """An equal job id would be skipped in silence: "maximum number of running instances reached"."""
    let_go = threading.Event()
    stage.then = lambda: let_go.wait(_HANG)
    due = stage.start_run()
    stage.timetable.start()
    assert stage.next_carried() == due
    stage.queue.ahead = LEASE
    stage.timetable.wakeup()
    assert stage.next_carried() == due
    let_go.set()


@pytest.mark.parametrize("call", ["claim_due", "next_wake_at"])
def test_trouble_with_the_queue_does_not_end_the_schedulers_thread(stage, call):
    stage.queue.troubles[call] = 1
    stage.timetable.start()
    due = stage.start_run()
    carried = None
    while carried is None:
        stage.timetable.wakeup()
        try:
            carried = stage.carried.get(timeout=0.1)
        except queue.Empty:
            assert any(thread.name == "APScheduler" for thread in threading.enumerate())
    assert carried == due
    assert stage.queue.troubles[call] == 0


def test_stopped_while_it_hands_a_batch_over_it_carries_it_and_ends_without_an_error(stage):
    def stop_meanwhile():
        stopping.start()
        while stage.timetable.state == STATE_RUNNING:
            stopping.join(0.001)

    stopping = threading.Thread(target=stage.timetable.shutdown)
    stage.queue.before_claim = stop_meanwhile
    due = stage.start_run()
    stage.timetable.start()
    assert stage.next_carried() == due
    stopping.join(_HANG)
    assert not stopping.is_alive()
    stage.timetable.remove_job("handed over at the last moment")


def test_the_scheduler_sleeps_until_the_next_batch_and_never_longer_than_the_poll():
    now = NOON
    scene = Scene(MemoryStore())
    jobs = BatchJobStore(MemoryBatchQueue(scene.store), lambda *_: None, lambda: now)
    assert jobs.last_looked_at is None
    assert jobs.get_next_run_time() == NOON + POLL
    assert jobs.last_looked_at == NOON
    run = scene.started()
    scene.end(run)
    with scene.store.writing() as work:
        work.batches.arm_next(run.id, 2, minutes(60))
    assert jobs.get_next_run_time() == NOON + POLL
    now = minutes(60) - timedelta(seconds=5)
    assert jobs.get_next_run_time() == minutes(60)
    scene.move(run, RunState.STOPPED)
    assert jobs.get_next_run_time() == now + POLL


def test_the_store_keeps_no_job_of_its_own(stage):
    jobs = stage.jobs
    assert (jobs.lookup_job("run:1:1:1"), jobs.get_all_jobs()) == (None, [])
    stage.start_run()
    jobs.remove_job("run:1:1:1")
    assert stage.queue.next_wake_at(datetime.now(UTC)) is not None


@pytest.mark.parametrize("change", [lambda s: s.add_job(None), lambda s: s.update_job(None)])
def test_a_batch_is_changed_by_its_row_and_not_here(stage, change):
    with pytest.raises(TypeError, match="row"):
        change(stage.jobs)
    with pytest.raises(TypeError, match="row"):
        stage.jobs.remove_all_jobs()


def test_chores_are_called_beside_the_batches_and_are_never_dropped_for_being_late():
    called = threading.Event()
    jobs = BatchJobStore(MemoryBatchQueue(MemoryStore()), lambda *_: None, lambda: datetime.now(UTC))
    timetable = make_timetable(jobs, [Chore("sweep", called.set, every_seconds=3600)], runs_at_once=1)
    timetable.start(paused=True)
    (chore,) = timetable.get_jobs()
    assert (chore.id, chore.executor, chore._jobstore_alias) == ("sweep", "chores", "chores")
    assert (chore.misfire_grace_time, chore.coalesce) == (None, True)
    chore.modify(next_run_time=datetime.now(UTC))
    timetable.resume()
    assert called.wait(_HANG)
    timetable.shutdown()


def test_a_slow_chore_begins_at_once_and_no_other_waits_for_it():
    begun, called, came = threading.Event(), threading.Event(), []

    def look():
        begun.set()
        came.append(called.wait(_HANG))

    jobs = BatchJobStore(MemoryBatchQueue(MemoryStore()), lambda *_: None, lambda: datetime.now(UTC))
    chores = [Chore("look", look, every_seconds=3600, is_slow=True), Chore("sweep", called.set, 3600)]
    timetable = make_timetable(jobs, chores, runs_at_once=1)
    timetable.start()
    assert begun.wait(_HANG)
    timetable.modify_job("sweep", next_run_time=datetime.now(UTC))
    assert called.wait(_HANG)
    timetable.shutdown()
    assert came == [True]
