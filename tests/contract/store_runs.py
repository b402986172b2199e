"""What every store does with runs and batches."""

import pytest

from campaigns.errors import NotFound, StateError
from campaigns.model import DeliveryState, Failure, Kind, Reason, Run, RunState
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.contract.store_scene import at_once, minutes, person
from tests.fakes.clocks import NOON

S = DeliveryState


class RunsContract:
    def test_a_run_starts_with_its_deliveries_and_a_first_batch_due_now(self, scene):
        campaign = scene.campaign(3)
        run = scene.start(campaign, size=2)
        with scene.store.reading() as work:
            assert work.runs.get(run.id) == run
            assert work.runs.latest(campaign.id) == run
            progress = work.runs.progress(run.id)
            assert (progress.counts.queued, progress.counts.total, progress.waiting) == (3, 3, 3)
            assert (progress.batch.seq, progress.batch.due_at, progress.batch.opened_at) == (1, NOON, None)
        assert (run.state, run.reason, run.total, run.pace) == (RunState.RUNNING, None, 3, Pace(2, 60))
        assert (run.kind, run.started_by, run.channel, run.created_at) == (Kind.INVITE, "UOWNER", "C1", NOON)

    def test_a_campaign_has_one_active_run(self, scene):
        campaign = scene.campaign()
        first = scene.start(campaign)
        for state, reason in ((RunState.RUNNING, None), (RunState.PAUSED, Reason.PERSON)):
            if state is RunState.PAUSED:
                scene.move(first, state, reason)
            with pytest.raises(StateError, match="already on"):
                scene.start(campaign)
        scene.move(first, RunState.STOPPED)
        second = scene.start(campaign)
        with scene.store.reading() as work:
            assert work.runs.latest(campaign.id) == second
            assert work.runs.active() == [second]

    def test_of_two_that_start_at_the_same_moment_one_is_refused(self, scene):
        campaign = scene.campaign()
        results = at_once(*[lambda: scene.start(campaign)] * 2)
        assert {type(result) for result in results} == {Run, StateError}
        with scene.store.reading() as work:
            assert len(work.runs.active()) == 1

    def test_the_same_submission_twice_is_the_same_run(self, scene):
        campaign = scene.campaign()
        first = scene.start(campaign, submission="press")
        assert scene.start(campaign, submission="press") == first
        with scene.store.reading() as work:
            assert work.runs.by_submission("press") == first
            assert work.runs.by_submission("another") is None
            assert work.runs.progress(first.id).counts.total == 3

    def test_the_same_submission_at_the_same_moment_is_the_same_run(self, scene):
        campaign = scene.campaign()
        first, second = at_once(*[lambda: scene.start(campaign, submission="press")] * 2)
        assert isinstance(first, Run)
        assert first == second

    def test_a_run_for_nobody_is_refused_and_leaves_nothing(self, scene):
        campaign = scene.campaign(1)
        with pytest.raises(StateError):
            scene.start(campaign, Selection(Kind.CANCEL))
        with scene.store.reading() as work:
            assert work.runs.latest(campaign.id) is None

    def test_whoever_goes_on_after_the_refusal_has_no_run_of_nobody_either(self, scene):
        """Nobody would be in it, and it would finish, by mail."""
        campaign = scene.campaign(1)
        with scene.store.writing() as work:
            with pytest.raises(StateError):
                work.runs.start(campaign, scene.new_run(Selection(Kind.CANCEL), submission="press"), NOON)
            assert work.runs.by_submission("press") is None
        with scene.store.reading() as work:
            assert work.runs.active() == []
        assert scene.start(campaign).total == 1

    def test_a_run_that_is_not_there_is_not_found(self, scene):
        with scene.store.reading() as work:
            with pytest.raises(NotFound):
                work.runs.get(1)
            with pytest.raises(NotFound):
                work.runs.standing(1)
            assert work.runs.latest(1) is None

    def test_how_a_run_stands_is_the_run_its_current_batch_and_its_refusals(self, scene):
        run = scene.started()
        scene.end(run, at=minutes(5))
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, minutes(60))
            work.batches.postpone(run.id, 2, minutes(61), stumbled=True)
            work.runs.count_refusal(run.id, "Refused")
            work.runs.count_refusal(run.id, "Refused")
        with scene.store.reading() as work:
            standing = work.runs.standing(run.id)
            assert (standing.run, standing.batch) == (run, work.batches.current(run.id))
            assert (standing.batch.seq, standing.batch.stumbles, standing.refusals) == (2, 1, 2)

    def test_a_step_the_state_does_not_allow_changes_nothing(self, scene):
        run = scene.start(scene.campaign())
        assert scene.move(run, RunState.RUNNING) is False
        assert scene.move(run, RunState.STOPPED) is True
        with scene.store.reading() as work:
            stopped = work.runs.get(run.id)
        for state, reason in (
            (RunState.RUNNING, None),
            (RunState.PAUSED, Reason.PERSON),
            (RunState.FINISHED, None),
            (RunState.STOPPED, None),
        ):
            assert scene.move(run, state, reason, at=minutes(9)) is False
        with scene.store.reading() as work:
            assert work.runs.get(run.id) == stopped

    def test_a_pause_keeps_why_and_until_when_and_going_on_forgets_it(self, scene):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            assert work.runs.move(
                run.id,
                RunState.PAUSED,
                now=NOON,
                reason=Reason.QUOTA,
                detail="full",
                resume_at=minutes(9),
                by="UADMIN",
            )
        with scene.store.reading() as work:
            paused = work.runs.get(run.id)
        assert (paused.state, paused.reason, paused.detail) == (RunState.PAUSED, Reason.QUOTA, "full")
        assert (paused.resume_at, paused.acted_by, paused.ended_at) == (minutes(9), "UADMIN", None)
        assert scene.move(run, RunState.RUNNING)
        with scene.store.reading() as work:
            assert work.runs.get(run.id) == run

    def test_of_two_that_pause_at_the_same_moment_one_did_it(self, scene):
        run = scene.start(scene.campaign())
        moved = at_once(*[lambda: scene.move(run, RunState.PAUSED, Reason.PERSON)] * 2)
        assert sorted(moved) == [False, True]

    def test_an_ended_run_says_when_and_is_no_longer_active(self, scene):
        finished, stopped = scene.start(scene.campaign()), scene.start(scene.campaign())
        scene.move(finished, RunState.FINISHED, at=minutes(3))
        scene.move(stopped, RunState.STOPPED, at=minutes(4))
        with scene.store.reading() as work:
            assert work.runs.get(finished.id).ended_at == minutes(3)
            assert work.runs.get(stopped.id).ended_at == minutes(4)
            assert work.runs.active() == []

    def test_only_the_queued_are_skipped(self, scene):
        run = scene.started(4)
        sent, _ = scene.claim(run, 2)
        scene.settle(sent, S.SENT)
        with scene.store.writing() as work:
            assert work.runs.skip_queued(run.id, "The run was stopped", NOON) == 2
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
        assert (counts.sent, counts.sending, counts.skipped, counts.queued) == (1, 1, 2, 0)

    def test_where_the_progress_message_stands_is_kept(self, scene):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            work.runs.posted(run.id, "C9", "17.5")
        with scene.store.reading() as work:
            assert (work.runs.get(run.id).posted_channel, work.runs.get(run.id).posted_ts) == ("C9", "17.5")

    def test_causes_are_counted_most_first_and_failures_come_in_the_lists_order(self, scene):
        run = scene.started(5)
        claimed = scene.claim(run)
        scene.settle(claimed[0], S.SENT)
        scene.settle(claimed[4], S.FAILED, cause="Refused", hint="Ask them")
        scene.settle(claimed[1], S.UNSURE, cause="Lost")
        scene.settle(claimed[3], S.FAILED, cause="Refused", hint="Ask them")
        with scene.store.reading() as work:
            assert work.runs.causes(run.id) == [("Refused", "Ask them", 2, 0), ("Lost", "", 1, 0)]
            failures = list(work.runs.failures(run.id))
        expected = [(2, S.UNSURE, "Lost"), (4, S.FAILED, "Refused"), (5, S.FAILED, "Refused")]
        assert failures == [
            Failure(person(n).name, person(n).address, n + 1, state, cause, "evidence", 1)
            for n, state, cause in expected
        ]

    def test_what_came_back_is_counted_among_its_cause_and_apart(self, scene):
        run = scene.started(4)
        failed, *back = scene.claim(run)
        scene.settle(failed, S.FAILED, cause="Full")
        for delivery in back:
            scene.settle(delivery, S.SENT)
        with scene.store.writing() as work:
            for cause, delivery in zip(("Full", "Gone", "Full"), back, strict=True):
                assert work.answers.bounce(delivery.id, cause=cause, evidence="", now=NOON)
            assert work.runs.causes(run.id) == [("Full", "", 3, 2), ("Gone", "", 1, 1)]

    def test_refusals_are_counted_in_a_row_for_one_cause(self, scene):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            streak = [work.runs.count_refusal(run.id, cause) for cause in ("a", "a", "b", "a", "a")]
            work.runs.clear_refusals(run.id)
            streak.append(work.runs.count_refusal(run.id, "a"))
        assert streak == [1, 2, 1, 1, 2, 1]


class BatchesContract:
    def test_a_batch_takes_its_members_once_and_in_the_lists_order(self, scene):
        run = scene.start(scene.campaign(5), size=2)
        assert scene.open(run, 1, 2, at=minutes(1)) == 2
        assert scene.open(run, 1, 2, at=minutes(2)) == 0
        with scene.store.reading() as work:
            assert work.batches.current(run.id).opened_at == minutes(1)
            assert work.runs.progress(run.id).waiting == 3
        assert [delivery.attendee.line for delivery in scene.claim(run)] == [2, 3]

    def test_a_batch_opened_by_two_at_the_same_moment_is_opened_once(self, scene):
        run = scene.start(scene.campaign(5), size=2)
        assert sorted(at_once(*[lambda: scene.open(run, 1, 2)] * 2)) == [0, 2]

    def test_without_a_size_everybody_is_in_it(self, scene):
        assert scene.open(scene.start(scene.campaign(5))) == 5

    def test_who_may_not_be_tried_yet_waits_for_a_later_batch(self, scene):
        run = scene.started(3)
        delivery, *others = scene.claim(run)
        scene.settle(delivery, S.QUEUED, not_before=minutes(60), leave_batch=True)
        for other in others:
            scene.settle(other, S.SENT)
        scene.end(run)
        with scene.store.writing() as work:
            assert work.batches.earliest_waiting(run.id) == minutes(60)
            work.batches.arm_next(run.id, 2, minutes(30))
        assert scene.open(run, 2, at=minutes(59)) == 0
        with scene.store.writing() as work:
            work.batches.end(run.id, 2, minutes(59))
            work.batches.arm_next(run.id, 3, minutes(60))
        assert scene.open(run, 3, at=minutes(60)) == 1

    def test_earliest_waiting_is_none_if_one_may_go_at_once(self, scene):
        run = scene.start(scene.campaign(2))
        scene.open(run, 1, 1)
        (delivery,) = scene.claim(run)
        scene.settle(delivery, S.QUEUED, not_before=minutes(60), leave_batch=True)
        with scene.store.reading() as work:
            assert work.batches.earliest_waiting(run.id) is None

    def test_a_batch_ends_once_and_is_due_no_more(self, scene):
        run = scene.started()
        assert [scene.end(run, at=minutes(5)), scene.end(run, at=minutes(6))] == [True, False]
        with scene.store.reading() as work:
            batch = work.batches.current(run.id)
        assert (batch.ended_at, batch.due_at) == (minutes(5), None)

    def test_a_batch_ended_by_two_at_the_same_moment_is_ended_once(self, scene):
        run = scene.started()
        assert sorted(at_once(*[lambda: scene.end(run)] * 2)) == [False, True]

    def test_the_next_batch_becomes_the_current_one(self, scene):
        run = scene.started()
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, minutes(60))
        with scene.store.reading() as work:
            batch = work.batches.current(run.id)
        assert (batch.seq, batch.due_at, batch.opened_at) == (2, minutes(60), None)

    def test_the_next_batch_goes_on_counting_stumbles(self, scene):
        run = scene.started()
        with scene.store.writing() as work:
            work.batches.postpone(run.id, 1, minutes(3), stumbled=True)
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, minutes(60))
            assert work.runs.standing(run.id).batch.stumbles == 1

    def test_where_a_run_stands_is_told_with_its_account_as_it_is(self, scene):
        run = scene.started()
        with scene.store.writing() as work:
            (account,) = work.accounts.all()
            work.accounts.close(account.id, minutes(5), "Daily limit")
            assert work.runs.standing(run.id).account == work.accounts.get(account.id) != account

    def test_two_batches_of_a_run_cannot_wait_at_once(self, scene):
        run = scene.started()
        with pytest.raises(Exception, match=r"uq_batch_waiting|batch\.run_id|while the one before"):  # noqa: SIM117
            with scene.store.writing() as work:
                work.batches.arm_next(run.id, 2, minutes(60))

    def test_a_postponed_batch_is_due_later_and_counts_its_stumbles(self, scene):
        run = scene.started()
        with scene.store.writing() as work:
            work.batches.postpone(run.id, 1, minutes(3), stumbled=True)
            work.batches.postpone(run.id, 1, minutes(4), stumbled=True)
            work.batches.postpone(run.id, 1, minutes(5), stumbled=False)
            batch = work.batches.current(run.id)
            assert (batch.due_at, batch.stumbles) == (minutes(5), 2)
            work.batches.progressed(run.id, 1)
            assert work.batches.current(run.id).stumbles == 0

    def test_an_ended_batch_cannot_be_postponed(self, scene):
        run = scene.started()
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.postpone(run.id, 1, minutes(3), stumbled=True)
            batch = work.batches.current(run.id)
        assert (batch.due_at, batch.stumbles) == (None, 0)
