"""What every store does with a letter that may have gone, while its delivery waits for another try."""

import pytest

from campaigns.answer import Answer, Said
from campaigns.model import Campaign, Delivery, Kind, Run, RunState
from campaigns.ports import Selection, Settlement
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import S, asked, bounce, lines, record, revise, sent, told, uid_of
from tests.contract.store_scene import LEASE, Scene, minutes, person
from tests.fakes.clocks import NOON

INVITE, UPDATE, CANCEL, _ = map(Selection, Kind)
ONE_DAY = minutes(60 * 24) - NOON


def lost(scene: Scene, delivery: Delivery) -> None:
    """Its reply was, and it waits for another try."""
    settlement = Settlement(S.QUEUED, "No reply", uid=uid_of(delivery), may_have_gone=True)
    with scene.store.writing() as work:
        assert work.deliveries.settle(delivery, settlement, NOON)


def waiting(scene: Scene, people: int = 1) -> tuple[Campaign, Run, Delivery]:
    """A run of which the first letter may have gone."""
    campaign = scene.campaign(people)
    run = scene.start(campaign)
    scene.open(run)
    (first,) = scene.claim(run, 1)
    lost(scene, first)
    return campaign, run, first


def doubtful(scene: Scene, delivery: Delivery) -> Delivery | None:
    with scene.store.reading() as work:
        return work.deliveries.doubtful(delivery.id)


def states(scene: Scene, run: Run) -> tuple[int, int, int]:
    """How many are queued, unsure and skipped."""
    with scene.store.reading() as work:
        counts = work.runs.progress(run.id).counts
    return counts.queued, counts.unsure, counts.skipped


def stop(scene: Scene, campaign: Campaign, run: Run) -> None:
    with scene.store.writing() as work:
        work.runs.skip_queued(run.id, "Stopped", NOON)


def take_off(scene: Scene, campaign: Campaign, run: Run) -> None:
    apply(scene, staged(scene, campaign, people(2)))


def never_invite(scene: Scene, campaign: Campaign, run: Run) -> None:
    with scene.store.writing() as work:
        assert work.runs.skip_person(run.id, person(1).key, "On the list", NOON)


class WaitingInDoubtContract:
    def test_who_may_hold_it_is_in_doubt_and_queued_all_the_same(self, scene):
        campaign, run, _ = waiting(scene, 2)
        assert told(scene, campaign) == (None, False, True)
        assert states(scene, run) == (2, 0, 0)
        assert scene.selected(campaign, CANCEL) == 1

    def test_who_only_waits_is_in_no_doubt(self, scene):
        run = scene.started(1)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED)
        assert scene.claim(run)[0].doubted is None
        with scene.store.reading() as work:
            assert [line.is_unsure for line in work.answers.people(run.campaign_id)] == [False]
        assert doubtful(scene, first) is None

    @pytest.mark.parametrize("end", [stop, take_off, never_invite])
    def test_who_is_not_tried_again_is_unsure_and_can_be_told_that_it_is_off(self, scene, end):
        campaign, run, _ = waiting(scene, 2)
        end(scene, campaign, run)
        assert states(scene, run)[1] == 1
        assert scene.selected(campaign, CANCEL) == 1

    def test_a_receipt_of_the_next_try_ends_it(self, scene):
        campaign, run, first = waiting(scene)
        (again,) = scene.claim(run)
        assert (again.doubted, again.sequence) == (0, first.sequence)
        scene.settle(again, S.SENT)
        assert told(scene, campaign) == (0, False, False)

    def test_a_no_to_the_same_letter_ends_it(self, scene):
        campaign, run, _ = waiting(scene)
        scene.settle(scene.claim(run)[0], S.FAILED, cause="The address is not valid")
        assert told(scene, campaign) == (None, False, False)
        assert scene.selected(campaign, CANCEL) == 0
        assert scene.selected(campaign, INVITE) == 1

    def test_a_try_that_tells_nothing_leaves_it(self, scene):
        campaign, run, _ = waiting(scene)
        scene.settle(scene.claim(run)[0], S.QUEUED, given_back=True)
        scene.revise(campaign, "Newer")
        (again,) = scene.claim(run)
        assert (again.doubted, again.sequence) == (0, 1)
        scene.settle(again, S.QUEUED, given_back=True)
        stop(scene, campaign, run)
        assert told(scene, campaign) == (None, False, True)

    def test_an_older_letter_that_comes_back_leaves_it(self, scene):
        campaign, (first,) = sent(scene, 1)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, UPDATE)
        scene.open(update)
        lost(scene, scene.claim(update)[0])
        bounce(scene, first)
        assert told(scene, campaign) == (None, False, True)

    def test_who_is_killed_at_the_next_try_is_unsure(self, scene):
        campaign, run, _ = waiting(scene)
        (again,) = scene.claim(run)
        scene.abandon(NOON + LEASE)
        assert (states(scene, run), told(scene, campaign)) == ((0, 1, 0), (None, False, True))
        assert scene.settle(again, S.SENT)
        assert told(scene, campaign) == (0, False, False)

    @pytest.mark.parametrize("is_lost_too", [False, True])
    def test_a_newer_letter_that_the_provider_does_not_hold_says_nothing_of_it(self, scene, is_lost_too):
        campaign, run, _ = waiting(scene)
        scene.revise(campaign, "Newer")
        if is_lost_too:
            lost(scene, scene.claim(run)[0])
        scene.claim(run)
        scene.abandon(NOON + LEASE)
        asked(scene, run)
        assert (states(scene, run), told(scene, campaign)) == ((1, 0, 0), (None, False, True))
        assert scene.claim(run)[0].doubted == 0

    def test_the_same_letter_that_the_provider_does_not_hold_ends_it(self, scene):
        campaign, run, _ = waiting(scene)
        scene.claim(run)
        scene.abandon(NOON + LEASE)
        asked(scene, run)
        assert told(scene, campaign) == (None, False, False)
        assert scene.claim(run)[0].doubted is None

    def test_who_is_sent_it_again_by_another_run_is_in_the_same_doubt(self, scene):
        campaign, run, _ = waiting(scene)
        scene.revise(campaign, "Newer")
        scene.settle(scene.claim(run)[0], S.UNSURE)
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        again = scene.start(campaign, Selection(Kind.INVITE, run.id, S.UNSURE))
        scene.open(again)
        assert scene.claim(again)[0].doubted == 0

    def test_a_receipt_that_comes_late_ends_the_waiting_too(self, scene):
        campaign, run, first = waiting(scene)
        assert scene.settle(first, S.SENT)
        assert (states(scene, run), told(scene, campaign)) == ((0, 0, 0), (0, False, False))

    def test_its_entry_is_known_and_its_letter_told(self, scene):
        campaign, run, first = waiting(scene)
        with scene.store.reading() as work:
            (holder,) = work.answers.holders(campaign.account_id, uid=uid_of(first))
            (posted,) = work.answers.posted_to(campaign.account_id, first.attendee.key)
        assert (holder.attendee.id, holder.held_sequence) == (first.attendee.id, 0)
        assert (posted.run_id, posted.state, posted.sequence) == (run.id, S.QUEUED, 0)

    def test_who_has_answered_it_holds_it_and_is_not_tried_again(self, scene):
        campaign, run, first = waiting(scene)
        known = doubtful(scene, first)
        assert known is not None
        assert (known.id, known.state) == (first.id, S.QUEUED)
        with scene.store.writing() as work:
            assert not work.deliveries.answer_unsure(known, S.QUEUED, reference="", cause="", now=NOON)
            assert work.deliveries.answer_unsure(known, S.SENT, reference="answered", cause="", now=NOON)
        assert scene.claim(run) == []
        assert told(scene, campaign) == (0, False, False)
        assert doubtful(scene, first) is None

    def test_an_unsure_one_is_doubtful_too(self, scene):
        run = scene.started(1)
        (letter,) = scene.outcomes(run, S.UNSURE)
        known = doubtful(scene, letter)
        assert known is not None
        assert (known.id, known.state) == (letter.id, S.UNSURE)

    def test_a_yes_to_the_new_time_outlives_the_try_that_finds_it(self, scene):
        campaign, (first,) = sent(scene, 1)
        event = campaign.event
        revise(scene, campaign, starts_at=event.starts_at + ONE_DAY, ends_at=event.ends_at + ONE_DAY)
        update = scene.start(campaign, UPDATE)
        scene.open(update)
        lost(scene, scene.claim(update)[0])
        assert record(scene, first.attendee.id, Answer(Said.ACCEPTED, 1, NOON))
        scene.settle(scene.claim(update)[0], S.SENT)
        (line,) = lines(scene, campaign)
        assert line.answer == Answer(Said.ACCEPTED, 1, NOON)
