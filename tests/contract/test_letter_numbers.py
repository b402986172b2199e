"""A letter's number names its words, in every store: two letters with one SEQUENCE are the same one."""

from dataclasses import replace
from itertools import count

import pytest

from campaigns.model import Attendee, Kind, RunState
from campaigns.ports import Selection, Settlement
from campaigns.store_port import Store
from tests.contract.store_lists import apply, staged
from tests.contract.store_posted import S, bounce, cancelled, post, revise, sent, settle, told
from tests.contract.store_scene import LEASE, Scene, minutes, person
from tests.fakes.clocks import NOON

SAID_ANEW = {"first_name": "friend"}
_NUMBERS = count(1)


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


def correct(scene, campaign, one: Attendee | None = None) -> None:
    """The first person stands on the list in other words now."""
    corrected = one or replace(person(1), fields=SAID_ANEW)
    apply(scene, staged(scene, campaign, [corrected], submission=f"correction {next(_NUMBERS)}"))


def started(scene, people=1):
    campaign = scene.campaign(people)
    run = scene.start(campaign)
    scene.open(run)
    return campaign, run


def send_again(scene, campaign, earlier):
    again = scene.start(campaign, Selection(Kind.INVITE, earlier.run_id, S.UNSURE))
    scene.open(again)
    return scene.claim(again)[0]


def behind(scene, campaign) -> int:
    return scene.whom(campaign, Selection(Kind.UPDATE)).updates


class TestNumbers:
    def test_a_retry_keeps_its_number(self, scene):
        _, run = started(scene)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED)
        assert scene.claim(run)[0].sequence == first.sequence == 0

    def test_a_retry_in_other_words_is_another_letter(self, scene):
        campaign, run = started(scene)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED)
        correct(scene, campaign)
        (second,) = scene.claim(run)
        scene.settle(second, S.QUEUED)
        correct(scene, campaign, person(1))
        (third,) = scene.claim(run)
        assert [first.sequence, second.sequence, third.sequence] == [0, 1, 2], "no number comes twice"
        assert (second.attendee.fields, third.attendee.fields) == (SAID_ANEW, first.attendee.fields)

    def test_a_try_given_back_keeps_its_number_only_in_the_same_words(self, scene):
        campaign, run = started(scene)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED, given_back=True)
        (second,) = scene.claim(run)
        scene.settle(second, S.QUEUED, given_back=True)
        correct(scene, campaign)
        assert [second.sequence, scene.claim(run)[0].sequence] == [0, 1]

    def test_an_address_written_otherwise_is_another_letter(self, scene):
        campaign, run = started(scene)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED)
        correct(scene, campaign, replace(person(1), address="P1@example.org"))
        (second,) = scene.claim(run)
        assert (second.attendee.address, second.sequence) == ("P1@example.org", 1)

    def test_an_unsure_one_sent_again_is_the_same_letter(self, scene):
        campaign, (unsure,) = sent(scene, 1, S.UNSURE)
        again = send_again(scene, campaign, unsure)
        assert (again.sequence, again.first_claimed_at) == (unsure.sequence, unsure.first_claimed_at)

    def test_an_unsure_one_sent_again_in_other_words_is_another_letter(self, scene):
        campaign, (unsure,) = sent(scene, 1, S.UNSURE)
        correct(scene, campaign)
        again = send_again(scene, campaign, unsure)
        assert again.sequence == unsure.sequence + 1
        settle(scene, again)
        assert told(scene, campaign) == (0, False, False)
        assert behind(scene, campaign) == 0
        bounce(scene, again)
        assert told(scene, campaign) == (None, False, True), "the first one is in doubt still"

    def test_what_is_sent_again_twice_keeps_its_number_as_well(self, scene):
        campaign, (unsure,) = sent(scene, 1, S.UNSURE)
        again = send_again(scene, campaign, unsure)
        settle(scene, again, S.UNSURE)
        with scene.store.reading() as work:
            run = work.runs.get(again.run_id)
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        assert send_again(scene, campaign, again).sequence == unsure.sequence

    def test_a_newer_run_takes_no_number_that_may_have_gone(self, scene):
        """A provider that was busy may have done it all the same."""
        campaign, run = started(scene)
        (busy,) = scene.claim(run)
        scene.settle(busy, S.QUEUED)
        with scene.store.writing() as work:
            work.runs.skip_queued(run.id, "Stopped", NOON)
        scene.move(run, RunState.STOPPED)
        correct(scene, campaign)
        (newer,) = post(scene, scene.start(campaign))
        assert newer.sequence == busy.sequence + 1

    def test_an_invite_that_takes_nothing_back_any_more_is_another_letter(self, scene):
        """An invite says so if it follows a cancellation; that one came back while the invite waited."""
        campaign, _ = sent(scene, 1)
        (cancel,) = cancelled(scene, campaign)
        scene.revise(campaign, "Held after all")
        run = scene.start(campaign)
        scene.open(run)
        (first,) = scene.claim(run)
        scene.settle(first, S.QUEUED)
        bounce(scene, cancel)
        (second,) = scene.claim(run)
        assert (first.cancelled_at, second.cancelled_at) == (1, None)
        assert second.sequence > first.sequence

    def test_who_is_left_out_takes_no_number(self, scene):
        campaign, run = started(scene, 2)
        scene.claim(run, 1)
        scene.settle(scene.claim(run, 1)[0], S.SENT)
        scene.abandon(minutes(9))
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        revise(scene, campaign, title="Newer")
        update = scene.start(campaign, Selection(Kind.UPDATE))
        scene.open(update)
        with scene.store.writing() as work:
            work.runs.skip_queued(update.id, "Stopped", NOON)
        scene.move(update, RunState.STOPPED)
        later = scene.start(campaign, Selection(Kind.UPDATE))
        scene.open(later)
        assert [one.sequence for one in scene.claim(later)] == [1, 1]


class TestWords:
    """What is held is what went, not what the list says by the time that anybody knows."""

    def test_an_abandoned_letter_is_held_in_the_words_it_went_in(self, scene):
        campaign, run = started(scene)
        scene.claim(run)
        correct(scene, campaign)
        scene.abandon(NOON + LEASE)
        with scene.store.writing() as work:
            (unsure,) = work.deliveries.unsure(run.id, after=0, limit=9)
            assert work.deliveries.answer_unsure(unsure, S.SENT, reference="", cause="", now=NOON)
        assert behind(scene, campaign) == 1, "the inbox has the words of before"

    def test_a_persons_word_on_an_abandoned_letter_is_about_the_words_it_went_in(self, scene):
        campaign, run = started(scene)
        scene.claim(run)
        correct(scene, campaign)
        scene.abandon(NOON + LEASE)
        with scene.store.writing() as work:
            assert work.deliveries.settle_unsure(run.id, S.SENT, "Left", NOON) == 1
        assert behind(scene, campaign) == 1
        correct(scene, campaign, person(1))
        assert behind(scene, campaign) == 0

    def test_a_late_receipt_is_for_the_words_that_went(self, scene):
        campaign, run = started(scene)
        (late,) = scene.claim(run)
        correct(scene, campaign)
        scene.abandon(NOON + LEASE)
        with scene.store.writing() as work:
            assert work.deliveries.settle(late, Settlement(S.SENT), minutes(9))
        assert behind(scene, campaign) == 1

    def test_after_a_bounce_the_words_of_before_are_held(self, scene):
        campaign, _ = sent(scene, 1)
        correct(scene, campaign)
        (update,) = post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert behind(scene, campaign) == 0
        bounce(scene, update)
        assert behind(scene, campaign) == 1
        correct(scene, campaign, person(1))
        assert behind(scene, campaign) == 0

    def test_what_never_came_leaves_the_words_of_before(self, scene):
        campaign, _ = sent(scene, 1)
        correct(scene, campaign)
        update = scene.start(campaign, Selection(Kind.UPDATE))
        scene.open(update)
        scene.outcomes(update, S.UNSURE)
        with scene.store.writing() as work:
            (unsure,) = work.deliveries.unsure(update.id, after=0, limit=9)
            assert work.deliveries.answer_unsure(unsure, S.QUEUED, reference="", cause="", now=NOON)
            work.runs.skip_queued(update.id, "Stopped", NOON)
        scene.move(update, RunState.STOPPED)
        assert behind(scene, campaign) == 1
        correct(scene, campaign, person(1))
        assert behind(scene, campaign) == 0
