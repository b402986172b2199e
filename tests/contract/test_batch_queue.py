"""The judge of every batch queue: which batches are due, for whom, and when to look again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.checkpoint import install
from campaigns.hand_over import LEASE
from campaigns.model import Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import BatchQueue, DueBatch
from campaigns.store_port import Store
from storage.claims import CLAIMED_AT_ONCE, SqlBatchQueue
from storage.memory import MemoryStore
from storage.memory_queue import MemoryBatchQueue
from storage.store import SqlStore
from tests.contract.store_scene import Scene, at_once, minutes
from tests.fakes.clocks import NOON


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


def queue_of(store: Store, owner: str) -> BatchQueue:
    match store:
        case MemoryStore():
            return MemoryBatchQueue(store)
        case SqlStore():
            return SqlBatchQueue(store.engine, owner)
    raise TypeError(store)


@pytest.fixture
def queue(scene: Scene) -> BatchQueue:
    return queue_of(scene.store, "one")


@pytest.fixture
def other(scene: Scene) -> BatchQueue:
    """The queue of a second process."""
    return queue_of(scene.store, "two")


def pause_for_quota(scene: Scene, run, until) -> None:
    """As the courier does it: the run pauses and its batch is due when the window opens."""
    with scene.store.writing() as work:
        work.runs.move(run.id, RunState.PAUSED, now=NOON, reason=Reason.QUOTA, detail="full", resume_at=until)
        work.batches.postpone(run.id, 1, until, stumbled=False)


def notices(scene: Scene, kind: NoticeKind) -> int:
    with scene.store.reading() as work:
        return sum(notice.kind is kind for notice in work.notices.due(minutes(9_999), 999))


class TestClaimingWhatIsDue:
    def test_a_run_that_waits_for_approval_is_not_due_until_it_has_it(self, scene, queue):
        campaign = scene.campaign()
        with scene.store.writing() as work:
            run = work.runs.start(campaign, replace(scene.new_run(), is_planned=True), NOON)
        assert queue.claim_due(minutes(99)) == []
        assert queue.next_wake_at(NOON) is None
        scene.move(run, RunState.RUNNING)
        assert queue.next_wake_at(NOON) == NOON
        assert [batch.run_id for batch in queue.claim_due(NOON)] == [run.id]

    def test_without_a_run_nothing_is_due_and_nobody_is_to_be_woken(self, queue):
        assert queue.claim_due(NOON) == []
        assert queue.next_wake_at(NOON) is None

    def test_a_started_run_is_due_at_once_and_belongs_to_who_claimed_it(self, scene, queue, other):
        run = scene.start(scene.campaign())
        assert queue.next_wake_at(NOON) == NOON
        assert queue.claim_due(NOON) == [DueBatch(run.id, 1, 1)]
        assert queue.claim_due(NOON) == []
        assert other.claim_due(NOON + LEASE - timedelta(seconds=1)) == []

    def test_a_batch_is_not_due_before_its_time(self, scene, queue):
        run = scene.started()
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, minutes(60))
        assert queue.next_wake_at(NOON) == minutes(60)
        assert queue.claim_due(minutes(59)) == []
        assert queue.claim_due(minutes(60)) == [DueBatch(run.id, 2, 1)]

    def test_a_dead_owners_batch_comes_back_when_its_lease_ends(self, scene, queue, other):
        run = scene.start(scene.campaign())
        queue.claim_due(NOON)
        assert other.next_wake_at(NOON) == NOON + LEASE
        assert other.claim_due(NOON + LEASE) == [DueBatch(run.id, 1, 2)]

    def test_a_renewed_lease_keeps_the_batch(self, scene, queue, other):
        run = scene.start(scene.campaign())
        queue.claim_due(NOON)
        with scene.store.writing() as work:
            work.batches.renew(run.id, 1, "one", minutes(10))
        assert other.claim_due(NOON + LEASE) == []
        assert other.next_wake_at(NOON) == minutes(10)

    def test_a_released_batch_is_due_again(self, scene, queue, other):
        run = scene.start(scene.campaign())
        queue.claim_due(NOON)
        with scene.store.writing() as work:
            work.batches.release(run.id, 1)
        assert other.claim_due(NOON) == [DueBatch(run.id, 1, 2)]

    def test_who_is_alone_ends_every_lease(self, scene, queue, other):
        runs = [scene.start(scene.campaign()) for _ in range(2)]
        queue.claim_due(NOON)
        with scene.store.writing() as work:
            work.batches.release_all()
        assert {due.run_id for due in other.claim_due(NOON)} == {run.id for run in runs}

    def test_a_postponed_batch_waits_without_an_owner(self, scene, queue, other):
        run = scene.start(scene.campaign())
        queue.claim_due(NOON)
        with scene.store.writing() as work:
            work.batches.postpone(run.id, 1, minutes(1), stumbled=True)
        assert other.next_wake_at(NOON) == minutes(1)
        assert other.claim_due(NOON) == []
        assert other.claim_due(minutes(1)) == [DueBatch(run.id, 1, 2)]

    def test_an_ended_batch_is_never_due_again(self, scene, queue):
        run = scene.start(scene.campaign())
        queue.claim_due(NOON)
        scene.end(run)
        assert queue.claim_due(minutes(99)) == []
        assert queue.next_wake_at(NOON) is None

    @pytest.mark.parametrize("state", [RunState.PAUSED, RunState.STOPPED, RunState.FINISHED])
    def test_only_running_runs_have_due_batches(self, scene, queue, state):
        run = scene.start(scene.campaign())
        scene.move(run, state, Reason.PERSON if state is RunState.PAUSED else None)
        assert queue.claim_due(minutes(99)) == []
        assert queue.next_wake_at(NOON) is None

    def test_a_resumed_run_goes_on_with_its_batch(self, scene, queue):
        run = scene.start(scene.campaign())
        scene.move(run, RunState.PAUSED, Reason.PERSON)
        scene.move(run, RunState.RUNNING)
        assert queue.claim_due(NOON) == [DueBatch(run.id, 1, 1)]

    def test_a_look_takes_a_bounded_number_and_the_rest_is_still_due(self, scene, queue):
        account = scene.account()
        runs = {scene.start(scene.campaign(1, account=account)).id for _ in range(CLAIMED_AT_ONCE + 2)}
        first, rest = queue.claim_due(NOON), queue.claim_due(NOON)
        assert (len(first), len(rest)) == (CLAIMED_AT_ONCE, 2)
        assert {due.run_id for due in first + rest} == runs

    def test_two_that_look_at_the_same_moment_never_get_the_same_batch(self, scene, queue, other):
        account = scene.account()
        runs = {scene.start(scene.campaign(1, account=account)).id for _ in range(CLAIMED_AT_ONCE)}

        def look_until_nothing_is_due(mine):
            claimed = []
            while due := mine.claim_due(NOON):
                claimed += [batch.run_id for batch in due]
            return claimed

        shares = at_once(
            lambda: look_until_nothing_is_due(queue),
            lambda: look_until_nothing_is_due(other),
            lambda: look_until_nothing_is_due(queue),
        )
        claimed = [run_id for share in shares for run_id in share]
        assert len(claimed) == len(set(claimed))
        assert set(claimed) == runs

    @pytest.fixture
    def passed(self) -> Iterator[list[str]]:
        names: list[str] = []
        install(names.append)
        yield names
        install(None)

    def test_a_claim_passes_its_checkpoint_and_an_empty_look_does_not(self, scene, queue, passed):
        queue.claim_due(NOON)
        assert passed == []
        scene.start(scene.campaign())
        queue.claim_due(NOON)
        assert passed == ["batch.claimed"]


class TestQuotaPauses:
    def test_a_quota_pause_ends_by_itself_when_the_window_opens(self, scene, queue):
        run = scene.start(scene.campaign())
        pause_for_quota(scene, run, minutes(30))
        assert queue.next_wake_at(NOON) == minutes(30)
        assert queue.claim_due(minutes(29)) == []
        assert queue.claim_due(minutes(30)) == [DueBatch(run.id, 1, 1)]
        with scene.store.reading() as work:
            assert replace(work.runs.get(run.id), detail="") == run

    def test_what_it_had_paused_for_stays_with_it_until_something_goes_through(self, scene, queue):
        run, never = scene.start(scene.campaign()), scene.start(scene.campaign())
        pause_for_quota(scene, run, minutes(30))
        with scene.store.writing() as work:
            assert not work.runs.is_through(run.id)  # it is paused still
        queue.claim_due(minutes(30))
        with scene.store.writing() as work:
            assert work.runs.get(run.id).detail == "full"
            assert [work.runs.is_through(of.id) for of in (run, run, never)] == [True, False, False]
            assert work.runs.get(run.id) == run

    def test_when_people_heard_of_a_limit_stays_with_the_run_until_that_is_over(self, scene, queue):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            work.runs.limit_told(run.id, NOON)
        pause_for_quota(scene, run, minutes(30))
        queue.claim_due(minutes(30))
        with scene.store.writing() as work:
            assert work.runs.is_through(run.id)
            assert work.runs.get(run.id) == replace(run, limit_told_at=NOON)
            work.runs.limit_told(run.id, None)
            assert work.runs.get(run.id) == run

    def test_going_on_by_itself_is_shown_and_told_to_nobody_before_something_goes_through(
        self, scene, queue, other
    ):
        run = scene.start(scene.campaign())
        pause_for_quota(scene, run, minutes(30))
        for looking in (queue, other, queue):
            looking.claim_due(minutes(30))
            looking.claim_due(minutes(31))
        assert notices(scene, NoticeKind.RESUMED) == 0
        assert notices(scene, NoticeKind.PROGRESS) == 1

    def test_one_goes_on_when_two_look_at_the_same_moment(self, scene, queue, other):
        pause_for_quota(scene, scene.start(scene.campaign()), minutes(30))
        shares = at_once(lambda: queue.claim_due(minutes(30)), lambda: other.claim_due(minutes(30)))
        assert sorted(len(share) for share in shares) == [0, 1]
        assert notices(scene, NoticeKind.PROGRESS) == 1

    def test_no_other_pause_ends_by_itself(self, scene, queue):
        for reason in (Reason.PERSON, Reason.ACCESS, Reason.FAULTS, Reason.OVER, Reason.STORAGE):
            scene.move(scene.start(scene.campaign()), RunState.PAUSED, reason)
        assert queue.next_wake_at(NOON) is None
        other_run = scene.start(scene.campaign())
        pause_for_quota(scene, scene.start(scene.campaign()), minutes(61))
        assert queue.claim_due(minutes(60)) == [DueBatch(other_run.id, 1, 1)]
        assert notices(scene, NoticeKind.RESUMED) == 0
