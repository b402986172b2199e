"""What every store does with runs that wait, their timing and pace, and how sending is spread over time."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from campaigns.errors import StateError
from campaigns.model import DeliveryState, Reason, RunState
from campaigns.ports import SentAt
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from tests.contract.store_scene import Scene, minutes
from tests.fakes.clocks import NOON

HOURS = SendingHours(time(9, 30), time(17), (1, 2, 5), "Europe/Madrid", (date(2026, 12, 25),))
S = DeliveryState


def start(scene: Scene, campaign, **changes):
    with scene.store.writing() as work:
        return work.runs.start(work.campaigns.get(campaign.id), replace(scene.new_run(), **changes), NOON)


class PlansContract:
    @pytest.mark.parametrize(
        "timing",
        [AT_ONCE, Timing(minutes(90)), Timing(hours=HOURS), Timing(minutes(9), replace(HOURS, closed_on=()))],
        ids=["at once", "later", "by the hours", "both"],
    )
    def test_the_timing_of_a_run_comes_back_as_it_was_given(self, scene, timing):
        run = start(scene, scene.campaign(), timing=timing)
        assert run.timing == timing
        with scene.store.reading() as work:
            assert work.runs.get(run.id) == run
            assert work.runs.standing(run.id).run == run

    def test_a_planned_run_has_its_deliveries_and_is_the_campaigns_active_one(self, scene):
        campaign = scene.campaign(3)
        run = start(scene, campaign, is_planned=True)
        assert (run.state, run.total) == (RunState.PLANNED, 3)
        with pytest.raises(StateError, match="already on"):
            scene.start(campaign)
        with scene.store.reading() as work:
            assert work.runs.active() == [run]
            assert work.batches.current(run.id).due_at == NOON
            assert work.runs.progress(run.id).waiting == 3

    def test_a_planned_run_that_is_approved_runs_and_one_that_is_declined_is_over(self, scene):
        approved, declined = (start(scene, scene.campaign(), is_planned=True) for _ in range(2))
        assert scene.move(approved, RunState.RUNNING) is True
        assert scene.move(declined, RunState.STOPPED, at=minutes(2)) is True
        with scene.store.reading() as work:
            assert work.runs.get(approved.id).state is RunState.RUNNING
            assert work.runs.get(declined.id).ended_at == minutes(2)

    def test_the_pace_of_a_run_changes_until_it_is_over(self, scene):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            assert work.runs.change_pace(run.id, Pace(7, 15)) is True
            assert work.runs.get(run.id) == replace(run, pace=Pace(7, 15))
            assert work.runs.change_pace(run.id, Pace(None)) is True
            assert work.runs.get(run.id).pace == Pace(None, 0)
        scene.move(run, RunState.STOPPED)
        with scene.store.writing() as work:
            assert work.runs.change_pace(run.id, Pace(1, 1)) is False
            assert work.runs.change_pace(99, Pace(1, 1)) is False
            assert work.runs.get(run.id).pace == Pace(None, 0)

    def test_a_batch_that_has_ended_says_when(self, scene):
        run = scene.started()
        with scene.store.reading() as work:
            assert work.batches.ended_at(run.id, 1) is None
            assert work.batches.ended_at(run.id, 2) is None
        scene.end(run, at=minutes(4))
        with scene.store.reading() as work:
            assert work.batches.ended_at(run.id, 1) == minutes(4)


class OutlookContract:
    def upcoming(self, scene, account):
        with scene.store.reading() as work:
            return work.runs.upcoming(account.id)

    def test_what_an_account_has_still_to_send_is_what_its_runs_have_left(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        first = start(scene, scene.campaign(4, account=mine), timing=Timing(hours=HOURS), pace=Pace(2, 30))
        scene.open(first)
        scene.outcomes(first, S.SENT, S.FAILED)
        scene.claim(first, 1)
        second = scene.start(scene.campaign(1, account=mine))
        scene.start(scene.campaign(account=other))
        one, two = self.upcoming(scene, mine)
        assert (one.campaign_id, one.left, one.pace, one.next_at) == (first.campaign_id, 2, Pace(2, 30), NOON)
        assert one.timing == Timing(hours=HOURS)
        assert (two.campaign_id, two.left, two.timing) == (second.campaign_id, 1, AT_ONCE)

    def test_a_paused_run_is_counted_and_one_that_waits_for_approval_or_is_over_is_not(self, scene):
        account = scene.account()
        paused, stopped, _planned, emptied = (
            start(scene, scene.campaign(1, account=account), is_planned=number == 2) for number in range(4)
        )
        with scene.store.writing() as work:
            quota = {"reason": Reason.QUOTA, "resume_at": minutes(600)}
            work.runs.move(paused.id, RunState.PAUSED, now=NOON, **quota)
        scene.move(stopped, RunState.STOPPED)
        scene.open(emptied)
        scene.outcomes(emptied, S.SENT)
        (only,) = self.upcoming(scene, account)
        assert (only.campaign_id, only.left, only.next_at) == (paused.campaign_id, 1, minutes(600))

    def sent_at(self, scene, moments, people=None):
        run = scene.started(people or len(moments))
        for moment in moments:
            (claimed,) = scene.claim(run, 1)
            scene.settle(claimed, S.SENT, at=moment)
        return run

    def stretches(self, scene, run, number):
        with scene.store.reading() as work:
            return work.runs.sent_over_time(run.id, stretches=number)

    def test_what_was_sent_is_counted_in_equal_stretches_also_in_empty_ones(self, scene):
        run = self.sent_at(scene, [minutes(m) for m in (0, 1, 2, 9, 9.5, 30)], people=7)
        scene.settle(scene.claim(run, 1)[0], S.FAILED, at=minutes(90))
        assert self.stretches(scene, run, 3) == [
            SentAt(NOON, 5),
            SentAt(minutes(10), 0),
            SentAt(minutes(20), 1),
        ]

    def test_moments_within_one_second_are_one_stretch(self, scene):
        run = self.sent_at(scene, [NOON + timedelta(milliseconds=m) for m in (1, 500, 999)])
        assert self.stretches(scene, run, 40) == [SentAt(NOON, 3)]

    def test_where_nothing_was_sent_there_is_no_stretch(self, scene):
        assert self.stretches(scene, scene.started(), 40) == []

    def test_no_more_stretches_than_asked_for_hold_everything_that_was_sent(self, scene):
        run = self.sent_at(scene, [NOON + timedelta(seconds=7 * n) for n in range(50)])
        stretches = self.stretches(scene, run, 8)
        assert len(stretches) == 8
        assert sum(stretch.count for stretch in stretches) == 50
        assert stretches[0].at == NOON

    def test_what_a_person_says_was_sent_counts_when_they_say_it(self, scene):
        run = scene.started(1)
        scene.outcomes(run, S.UNSURE)
        with scene.store.writing() as work:
            work.deliveries.settle_unsure(run.id, S.SENT, "", minutes(5))
        assert self.stretches(scene, run, 4) == [SentAt(minutes(5), 1)]
