"""What every store does with notices, and with a transaction as a whole."""

from dataclasses import replace

import pytest

from campaigns.account import Account
from campaigns.errors import NotFound, StorageTrouble
from campaigns.model import Medium, RunState
from campaigns.notices import SPACING, Draft, NoticeKind
from tests.contract.store_scene import Scene, at_once, minutes
from tests.fakes.clocks import NOON

PROGRESS = Draft(NoticeKind.PROGRESS, "progress:1", (Medium.SLACK,))
FINISHED = Draft(NoticeKind.FINISHED, "finished:1", (Medium.SLACK, Medium.MAIL), payload={"batch": "3"})


def write(scene: Scene, draft: Draft, at=NOON) -> None:
    with scene.store.writing() as work:
        work.notices.write(draft, at)


def touch(scene: Scene, draft: Draft, at=NOON) -> None:
    with scene.store.writing() as work:
        work.notices.touch(draft, at)


def touch_gently(scene: Scene, draft: Draft, at=NOON) -> None:
    with scene.store.writing() as work:
        work.notices.touch_gently(draft, at)


def due(scene: Scene, at=NOON, limit=100):
    with scene.store.reading() as work:
        return work.notices.due(at, limit)


def tell(scene: Scene, notice, at=NOON) -> None:
    with scene.store.writing() as work:
        work.notices.told(notice, "C1 17.5", at)


class NoticesContract:
    def test_a_notice_is_written_once_for_each_of_its_media(self, scene):
        run = scene.start(scene.campaign())
        draft = replace(FINISHED, campaign_id=run.campaign_id, run_id=run.id)
        write(scene, draft, minutes(1))
        write(scene, replace(draft, payload={"batch": "4"}), minutes(2))
        slack, mail = sorted(due(scene, minutes(9)), key=lambda notice: notice.medium, reverse=True)
        assert (slack.medium, mail.medium) == (Medium.SLACK, Medium.MAIL)
        assert mail == replace(slack, id=mail.id, medium=Medium.MAIL)
        assert (slack.kind, slack.key, slack.payload) == (NoticeKind.FINISHED, "finished:1", {"batch": "3"})
        assert (slack.campaign_id, slack.run_id) == (run.campaign_id, run.id)
        assert (slack.attempts, slack.version) == (0, 0)
        assert slack.due_at == slack.created_at == minutes(1)

    def test_a_notice_that_nobody_is_to_hear_is_not_written(self, scene):
        for tell in (write, touch, touch_gently):
            tell(scene, replace(FINISHED, media=()))
        assert due(scene) == []

    def test_a_notice_written_by_two_at_the_same_moment_is_one(self, scene):
        assert at_once(*[lambda: write(scene, PROGRESS)] * 2) == [None, None]
        assert len(due(scene)) == 1

    def test_due_notices_come_by_time_and_up_to_the_limit(self, scene):
        for minute in (3, 1, 2):
            write(scene, replace(PROGRESS, key=f"progress:{minute}"), minutes(minute))
        assert [notice.key for notice in due(scene, minutes(2))] == ["progress:1", "progress:2"]
        assert [notice.key for notice in due(scene, minutes(9), 2)] == ["progress:1", "progress:2"]
        with scene.store.reading() as work:
            assert work.notices.next_due_at() == minutes(1)

    def test_what_somebody_must_hear_does_not_wait_behind_home_tabs(self, scene):
        homes = [Draft(NoticeKind.HOME, f"home:T1:U{number}", (Medium.HOME,)) for number in range(3)]
        for home in homes:
            touch_gently(scene, home)
        write(scene, FINISHED, minutes(1))
        keys = [notice.key for notice in due(scene, minutes(1), limit=3)]
        assert keys == ["finished:1", "finished:1", "home:T1:U0"]

    def test_what_is_due_is_asked_medium_by_medium(self, scene):
        """Each medium has its own thread: neither may see, and so tell, what is the other's."""
        write(scene, FINISHED)
        for media in ({Medium.SLACK, Medium.HOME}, {Medium.MAIL}):
            with scene.store.reading() as work:
                (found,) = work.notices.due(NOON, 9, media)
            assert found.medium in media
        assert len(due(scene)) == 2

    def test_lost_access_is_told_before_what_has_waited_longer(self, scene):
        write(scene, FINISHED)
        lost = Draft(NoticeKind.ACCESS_LOST, "access_lost:1", (Medium.SLACK, Medium.MAIL))
        write(scene, lost, minutes(1))
        first, second, *others = due(scene, minutes(2))
        assert (first.kind, second.kind) == (NoticeKind.ACCESS_LOST, NoticeKind.ACCESS_LOST)
        assert [notice.kind for notice in others] == [NoticeKind.FINISHED, NoticeKind.FINISHED]

    def test_what_was_told_is_not_due_any_more(self, scene):
        write(scene, PROGRESS)
        tell(scene, due(scene)[0])
        assert due(scene, minutes(99)) == []
        with scene.store.reading() as work:
            assert work.notices.next_due_at() is None

    def test_a_touch_makes_a_told_notice_due_again_at_once(self, scene):
        touch(scene, PROGRESS)
        (first,) = due(scene)
        tell(scene, first)
        touch(scene, PROGRESS, minutes(1))
        (again,) = due(scene, minutes(1))
        assert (again.id, again.version, again.due_at) == (first.id, 1, minutes(1))

    def test_what_was_touched_while_it_was_told_stays_due(self, scene):
        touch(scene, PROGRESS)
        (being_told,) = due(scene)
        touch(scene, PROGRESS, minutes(1))
        tell(scene, being_told, minutes(1))
        (again,) = due(scene, minutes(1))
        tell(scene, again, minutes(2))
        assert due(scene, minutes(99)) == []

    def test_a_gentle_touch_leaves_space_after_the_last_telling(self, scene):
        touch_gently(scene, PROGRESS)
        tell(scene, due(scene)[0], minutes(1))
        touch_gently(scene, PROGRESS, minutes(1))
        touch_gently(scene, PROGRESS, minutes(1))
        with scene.store.reading() as work:
            assert work.notices.next_due_at() == minutes(1) + SPACING
        assert due(scene, minutes(1)) == []
        tell(scene, due(scene, minutes(1) + SPACING)[0], minutes(2))
        touch_gently(scene, PROGRESS, minutes(30))
        with scene.store.reading() as work:
            assert work.notices.next_due_at() == minutes(30)

    def test_a_gentle_touch_of_what_is_due_keeps_its_time_and_keeps_it_due(self, scene):
        write(scene, PROGRESS)
        (being_told,) = due(scene)
        touch_gently(scene, PROGRESS, minutes(1))
        tell(scene, being_told)
        (still_due,) = due(scene, minutes(1))
        assert still_due.due_at == being_told.due_at

    def test_a_touch_makes_what_may_wait_due_now(self, scene):
        touch(scene, PROGRESS)
        tell(scene, due(scene)[0])
        touch_gently(scene, PROGRESS)
        touch(scene, PROGRESS)
        assert len(due(scene)) == 1

    def test_a_retry_counts_and_waits(self, scene):
        write(scene, PROGRESS)
        (notice,) = due(scene)
        with scene.store.writing() as work:
            work.notices.retry(notice, minutes(5))
        assert due(scene, minutes(4)) == []
        (again,) = due(scene, minutes(5))
        assert (again.attempts, again.version) == (1, 0)
        touch(scene, PROGRESS, minutes(6))
        assert due(scene, minutes(6))[0].attempts == 0

    def test_what_was_given_up_is_not_due_until_it_is_touched(self, scene):
        write(scene, PROGRESS)
        with scene.store.writing() as work:
            work.notices.give_up(due_one(work), "channel_not_found" * 99, NOON)
        assert due(scene, minutes(99)) == []
        touch(scene, PROGRESS, minutes(1))
        assert len(due(scene, minutes(1))) == 1

    def test_what_was_touched_meanwhile_is_not_given_up(self, scene):
        write(scene, PROGRESS)
        (notice,) = due(scene)
        touch(scene, PROGRESS)
        with scene.store.writing() as work:
            work.notices.give_up(notice, "channel_not_found", NOON)
        assert len(due(scene)) == 1


def due_one(work):
    return work.notices.due(NOON, 1)[0]


class TransactionsContract:
    def test_an_error_leaves_nothing_of_the_transaction(self, scene):
        run = scene.started(3)

        def change_everything_and_fail():
            with scene.store.writing() as work:
                work.deliveries.claim(run.id, 1, limit=2, owner="me", now=NOON, lease_until=minutes(2))
                work.runs.count_refusal(run.id, "Refused")
                work.accounts.spend(1, NOON)
                work.notices.write(replace(PROGRESS, run_id=run.id), NOON)
                work.runs.move(run.id, RunState.PAUSED, now=NOON, reason="person")
                work.batches.end(run.id, 1, NOON)
                work.batches.arm_next(run.id, 2, minutes(60))
                work.accounts.upsert(Account(0, "smtp", "out@example.org", "Renamed"))
                raise KeyError

        with pytest.raises(KeyError):
            change_everything_and_fail()
        with scene.store.writing() as work:
            assert work.runs.get(run.id) == run
            assert work.runs.progress(run.id).counts.queued == 3
            assert work.batches.current(run.id).seq == 1
            assert work.runs.count_refusal(run.id, "Refused") == 1
            assert work.accounts.spent_since(1, minutes(-1)) == 0
            assert work.accounts.in_flight(1) == 0
            assert work.accounts.get(1).label == "Outgoing"
            assert work.notices.next_due_at() is None

    def test_what_is_committed_is_seen_by_the_next(self, scene):
        scene.account()
        with scene.store.reading() as work:
            assert len(work.accounts.all()) == 1

    def test_a_transaction_sees_what_it_has_written(self, scene):
        with scene.store.writing() as work:
            account = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Outgoing"))
            work.accounts.spend(account.id, minutes(1))
            assert work.accounts.spent_since(account.id, NOON) == 1

    def test_reading_cannot_write(self, scene):
        account = scene.account()
        with pytest.raises(StorageTrouble), scene.store.reading() as work:
            work.accounts.spend(account.id, NOON)
        with scene.store.reading() as work:
            assert work.accounts.spent_since(account.id, minutes(-1)) == 0

    def test_an_answer_of_no_does_not_spoil_a_reader(self, scene):
        with scene.store.reading() as work:
            with pytest.raises(NotFound):
                work.runs.get(1)
            assert work.accounts.all() == []
