"""What every store does with deliveries: who claims, who may settle, and what the attendee holds after."""

import pytest

from campaigns.model import DeliveryState, Kind
from campaigns.ports import Selection, Whom
from tests.contract.store_scene import LEASE, at_once, minutes
from tests.fakes.clocks import NOON

S = DeliveryState


class DeliveriesContract:
    def test_claims_follow_the_list_and_stop_at_the_limit(self, scene):
        run = scene.started(5)
        assert [d.attendee.line for d in scene.claim(run, 2)] == [2, 3]
        assert [d.attendee.line for d in scene.claim(run, 9)] == [4, 5, 6]
        assert scene.claim(run, 9) == []

    def test_a_claim_says_who_which_try_and_which_revision(self, scene):
        campaign = scene.campaign(1)
        scene.revise(campaign, "Newer")
        run = scene.start(campaign)
        scene.open(run)
        (claimed,) = scene.claim(run, at=minutes(3))
        assert (claimed.run_id, claimed.batch_seq, claimed.state) == (run.id, 1, S.SENDING)
        assert (claimed.attempt, claimed.tries, claimed.revision) == (1, 1, 1)
        assert claimed.first_claimed_at == minutes(3)
        assert claimed.attendee.address == "p1@example.org"
        assert claimed.attendee.fields == {"first_name": "P1"}

    def test_only_members_of_the_batch_are_claimed(self, scene):
        run = scene.start(scene.campaign(3), size=1)
        scene.open(run, 1, 1)
        assert len(scene.claim(run, 9)) == 1
        assert scene.claim(run, 9, seq=2) == []

    def test_who_may_not_be_tried_yet_is_passed_over(self, scene):
        run = scene.started(2)
        first, _ = scene.claim(run)
        scene.settle(first, S.QUEUED, not_before=minutes(5))
        assert scene.claim(run, at=minutes(4.9)) == []
        (again,) = scene.claim(run, at=minutes(5))
        assert (again.id, again.attempt, again.tries) == (first.id, 2, 2)
        assert again.first_claimed_at == NOON

    def test_threads_that_claim_at_once_never_get_the_same_row(self, scene):
        run = scene.started(60)

        def claim_until_none_is_left():
            mine = []
            while got := scene.claim(run, 3):
                mine += [delivery.id for delivery in got]
            return mine

        shares = at_once(*[claim_until_none_is_left] * 4)
        claimed = [delivery_id for share in shares for delivery_id in share]
        assert len(claimed) == len(set(claimed)) == 60

    def test_a_claim_taken_back_with_its_transaction_was_never_made(self, scene):
        run = scene.started(1)

        def be_interrupted():
            with scene.store.writing() as work:
                work.deliveries.claim(run.id, 1, limit=1, owner="me", now=NOON, lease_until=NOON + LEASE)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            be_interrupted()
        (claimed,) = scene.claim(run)
        assert (claimed.attempt, claimed.tries) == (1, 1)

    def test_a_try_given_back_does_not_count_and_fences_all_the_same(self, scene):
        run = scene.started(1)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED, given_back=True)
        (second,) = scene.claim(run)
        assert (second.attempt, second.tries) == (2, 1)
        assert scene.settle(first, S.SENT) is False
        assert scene.settle(second, S.SENT) is True

    def test_a_late_outcome_of_an_earlier_try_is_refused(self, scene):
        run = scene.started(1)
        (zombie,) = scene.claim(run)
        scene.settle(zombie, S.QUEUED)
        (owner,) = scene.claim(run)
        for state in (S.SENT, S.FAILED, S.QUEUED, S.UNSURE):
            assert scene.settle(zombie, state) is False
        assert scene.settle(owner, S.FAILED, cause="No such mailbox") is True
        with scene.store.reading() as work:
            assert work.runs.progress(run.id).counts.failed == 1

    def test_an_outcome_is_recorded_once(self, scene):
        run = scene.started(1)
        (claimed,) = scene.claim(run)
        assert sorted(at_once(*[lambda: scene.settle(claimed, S.SENT)] * 2)) == [False, True]

    def test_a_receipt_that_comes_late_settles_an_unsure_and_nothing_else_does(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (claimed,) = scene.claim(run)
        scene.abandon(NOON + LEASE)
        for state in (S.FAILED, S.QUEUED, S.UNSURE):
            assert scene.settle(claimed, state) is False
        assert scene.settle(claimed, S.SENT) is True
        scene.revise(campaign, "Newer")
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 0
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1

    def test_whose_receipt_came_late_is_in_doubt_no_more(self, scene):
        campaign = scene.campaign(2)
        scene.revise(campaign, "Newer")
        run = scene.start(campaign)
        scene.open(run)
        late, _ = scene.claim(run)
        scene.abandon(NOON + LEASE)
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 2
        scene.settle(late, S.SENT)
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1

    def test_who_leaves_the_batch_waits_in_none(self, scene):
        run = scene.started(2)
        first, second = scene.claim(run)
        scene.settle(first, S.QUEUED, not_before=minutes(9), leave_batch=True)
        with scene.store.reading() as work:
            assert work.deliveries.next_retry_at(run.id, 1, NOON) is None
            assert work.runs.progress(run.id).waiting == 1
            assert work.deliveries.sending(run.id, 1) == 1
        scene.settle(second, S.SENT)
        with scene.store.reading() as work:
            assert work.deliveries.sending(run.id, 1) == 0

    def test_the_next_retry_is_the_earliest_or_now(self, scene):
        run = scene.started(3)
        first, second, third = scene.claim(run)
        with scene.store.reading() as work:
            assert work.deliveries.next_retry_at(run.id, 1, NOON) is None
        scene.settle(first, S.QUEUED, not_before=minutes(9))
        scene.settle(second, S.QUEUED, not_before=minutes(4))
        with scene.store.reading() as work:
            assert work.deliveries.next_retry_at(run.id, 1, NOON) == minutes(4)
        scene.settle(third, S.QUEUED)
        with scene.store.reading() as work:
            assert work.deliveries.next_retry_at(run.id, 1, minutes(1)) == minutes(1)

    def test_only_what_is_leased_no_longer_than_asked_becomes_unsure(self, scene):
        early, late = scene.started(2), scene.started(1)
        scene.settle(scene.claim(early, 1)[0], S.SENT)
        scene.claim(early, at=minutes(1))
        scene.claim(late, at=minutes(2))
        assert scene.abandon(minutes(1)) == []
        assert scene.abandon(minutes(1) + LEASE) == [early.id]
        assert scene.abandon(minutes(9)) == [late.id]
        with scene.store.reading() as work:
            assert work.runs.causes(early.id) == [("stopped on the way", "", 1, 0)]
            counts = work.runs.progress(early.id).counts
            assert (counts.sent, counts.unsure) == (1, 1)

    def test_a_persons_word_settles_the_unsure_of_one_run(self, scene):
        campaign = scene.campaign(3)
        run, other = scene.start(campaign), scene.started(1)
        scene.open(run)
        scene.claim(run, 2)
        scene.claim(other)
        scene.abandon(minutes(9))
        with scene.store.writing() as work:
            assert work.deliveries.settle_unsure(run.id, S.SENT, "left as it is", NOON) == 2
            assert work.deliveries.settle_unsure(run.id, S.SENT, "left as it is", NOON) == 0
            assert work.runs.progress(other.id).counts.unsure == 1
        scene.revise(campaign, "Newer")
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1
        assert scene.whom(campaign, Selection(Kind.UPDATE)) == Whom(invites=1, updates=2)

    def test_the_unsure_sent_again_keep_their_first_date_and_leave_the_old_run(self, scene):
        campaign = scene.campaign(3)
        run = scene.start(campaign)
        scene.open(run)
        first, second, _ = scene.claim(run, at=minutes(1))
        scene.settle(first, S.SENT)
        scene.settle(second, S.FAILED, cause="No such mailbox")
        scene.abandon(minutes(9))
        scene.move(run, "finished")
        again = scene.start(campaign, Selection(Kind.INVITE, run.id, S.UNSURE))
        assert again.total == 1
        with scene.store.reading() as work:
            old = work.runs.progress(run.id).counts
            assert (old.unsure, old.skipped, old.sent, old.failed) == (0, 1, 1, 1)
        scene.open(again, at=minutes(60))
        (claimed,) = scene.claim(again, at=minutes(60))
        assert claimed.attendee.line == 4
        assert (claimed.first_claimed_at, claimed.attempt, claimed.tries) == (minutes(1), 1, 1)

    def test_the_failed_tried_again_start_afresh(self, scene):
        campaign = scene.campaign(2)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.FAILED, S.SENT)
        scene.move(run, "finished")
        again = scene.start(campaign, Selection(Kind.INVITE, run.id, S.FAILED))
        scene.open(again, at=minutes(60))
        (claimed,) = scene.claim(again, at=minutes(60))
        assert (claimed.attendee.line, claimed.first_claimed_at) == (2, minutes(60))
        with scene.store.reading() as work:
            assert work.runs.progress(run.id).counts.failed == 1

    def test_a_long_list_starts_and_opens_whole(self, scene):
        run = scene.start(scene.campaign(10_000), size=500)
        assert run.total == 10_000
        assert scene.open(run, 1, 500) == 500
        assert [d.attendee.line for d in scene.claim(run, 3)] == [2, 3, 4]
        with scene.store.reading() as work:
            assert work.runs.progress(run.id).waiting == 9_500
            assert sum(1 for _ in work.campaigns.attendees(run.campaign_id)) == 10_000
