"""What every store does with the answer of a person who was asked anew since, or may have been."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.model import Kind
from campaigns.ports import Selection, Settlement
from campaigns.recurrence import Frequency, Recurrence
from tests.contract.store_posted import (
    YES,
    S,
    bounce,
    cancelled,
    counted,
    lines,
    post,
    record,
    revise,
    sent,
    uid_of,
)
from tests.contract.store_scene import minutes
from tests.fakes.clocks import NOON


class AskedAnewContract:
    """Whoever is sent another time, or is invited after a cancellation, has said nothing of that yet."""

    def test_who_is_invited_anew_after_a_cancel_has_not_answered_yet(self, scene):
        campaign, letters = sent(scene, 2)
        record(scene, letters[0].attendee.id)
        cancelled(scene, campaign)
        with scene.store.writing() as work:
            work.campaigns.revise(campaign.id, campaign.event, missing_values=0, now=NOON)
        again = post(scene, scene.start(scene.reread(campaign)))
        assert counted(scene, campaign) == [AnswerCounts(unanswered=2)]
        record(scene, letters[0].attendee.id, replace(YES, sequence=again[0].sequence))
        # its receipt, told once more, is no new invitation
        with scene.store.writing() as work:
            work.deliveries.settle(again[0], Settlement(S.SENT), NOON)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1, unanswered=1)]

    def test_an_answer_from_before_the_cancel_that_comes_once_more_counts_no_more(self, scene):
        campaign, (first, *_) = sent(scene, 2)
        heard = Answer(Said.ACCEPTED, 0, minutes(1))
        assert record(scene, first.attendee.id, heard)
        cancelled(scene, campaign)
        scene.revise(campaign, "Held after all")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        for old in (heard, replace(heard, said=Said.DECLINED), Answer(Said.DECLINED, 0, NOON)):
            assert not record(scene, first.attendee.id, old)
        assert counted(scene, campaign) == [AnswerCounts(unanswered=2)]
        new = Answer(Said.DECLINED, 2, minutes(2))
        assert record(scene, first.attendee.id, new)
        assert lines(scene, campaign)[0].answer == new

    @pytest.mark.parametrize(
        "change",
        [
            {"starts_at": NOON + timedelta(days=30, minutes=15)},
            {"ends_at": NOON + timedelta(days=30, hours=2)},
            {"zone": "UTC"},
            {"is_all_day": True},
            {"recurrence": Recurrence(Frequency.WEEKLY, count=3)},
        ],
    )
    def test_who_was_sent_another_time_has_not_answered_it_yet(self, scene, change):
        campaign, letters = sent(scene, 2)
        for letter in letters:
            record(scene, letter.attendee.id)
        revise(scene, campaign, **change)
        revise(scene, campaign, title="With a new title, at the new time")
        (moved, *_) = post(scene, scene.start(campaign, Selection(Kind.UPDATE)), S.SENT, S.FAILED)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1, unanswered=1)]
        assert scene.selected(campaign, Selection(Kind.REMIND)) == 1
        record(scene, letters[0].attendee.id, replace(YES, sequence=moved.sequence))
        assert counted(scene, campaign) == [AnswerCounts(accepted=2)]

    def test_an_answer_to_an_earlier_letter_of_the_same_time_counts(self, scene):
        """Whatever happened to the times of other campaigns."""
        other, _ = sent(scene, 2)
        revise(scene, other, zone="UTC")
        campaign, (first, *_) = sent(scene, 2)
        scene.revise(campaign, "With a new title")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert record(scene, first.attendee.id)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1, unanswered=1)]

    def test_the_same_word_shown_of_another_time_is_news(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        record(scene, first.attendee.id)
        revise(scene, campaign, zone="UTC")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        new = replace(YES, sequence=1, stamped_at=minutes(5))
        with scene.store.writing() as work:
            assert work.answers.record(first.attendee.id, new, is_shown=True)
        assert lines(scene, campaign)[0].answer == new

    @pytest.mark.parametrize("change", [{"title": "Newer"}, {"place": "Elsewhere"}, {"greeting": "Dear"}])
    def test_an_answer_outlives_new_words(self, scene, change):
        campaign, (first, *_) = sent(scene, 1)
        record(scene, first.attendee.id)
        revise(scene, campaign, **change)
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
        later = Answer(Said.DECLINED, 0, minutes(5))
        assert record(scene, first.attendee.id, later)
        assert lines(scene, campaign)[0].answer == later

    def test_a_date_that_was_put_right_before_it_was_sent_takes_no_answer_away(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        record(scene, first.attendee.id)
        revise(scene, campaign, zone="UTC")
        revise(scene, campaign, zone=campaign.event.zone)
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
        assert record(scene, first.attendee.id, Answer(Said.DECLINED, 0, minutes(99)))

    def test_a_time_that_was_sent_in_between_asks_anew(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        record(scene, first.attendee.id)
        for zone in ("UTC", campaign.event.zone):
            revise(scene, campaign, zone=zone)
            post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        assert not record(scene, first.attendee.id, Answer(Said.DECLINED, 0, minutes(99)))

    def test_an_answer_to_the_old_time_that_comes_late_says_nothing_of_the_new(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        revise(scene, campaign, zone="UTC")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert not record(scene, first.attendee.id, Answer(Said.ACCEPTED, 0, minutes(99)))
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        post(scene, scene.start(campaign, Selection(Kind.REMIND)))
        assert not record(scene, first.attendee.id, Answer(Said.ACCEPTED, 0, minutes(99)))
        assert record(scene, first.attendee.id, Answer(Said.ACCEPTED, 1, minutes(99)))

    def test_an_answer_to_what_was_cancelled_that_comes_late_says_nothing_of_the_next(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        cancelled(scene, campaign)
        scene.revise(campaign, "Held after all")
        post(scene, scene.start(campaign))
        assert not record(scene, first.attendee.id, Answer(Said.ACCEPTED, 0, minutes(99)))
        assert record(scene, first.attendee.id, Answer(Said.ACCEPTED, 2, minutes(99)))

    def test_an_answer_to_the_old_time_counts_for_who_did_not_get_the_new(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        revise(scene, campaign, zone="UTC")
        (moved,) = post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        bounce(scene, moved)
        assert record(scene, first.attendee.id, Answer(Said.ACCEPTED, 0, minutes(99)))

    def test_an_answer_to_a_new_time_stays_when_its_letter_is_no_more_in_doubt(self, scene):
        """The answer is there before the outcome: it is what settles it."""
        campaign, (first, *_) = sent(scene, 1)
        revise(scene, campaign, zone="UTC")
        update = scene.start(campaign, Selection(Kind.UPDATE))
        (moved,) = post(scene, update, S.UNSURE)
        record(scene, first.attendee.id, Answer(Said.ACCEPTED, moved.sequence, minutes(1)))
        with scene.store.writing() as work:
            (unsure,) = work.deliveries.unsure(update.id, after=0, limit=9)
            assert work.deliveries.answer_unsure(unsure, S.SENT, reference="", cause="", now=NOON)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]


class AnsweredInDoubtContract:
    """Who answers a letter that nobody knows to have come may be sent another one instead of it."""

    def test_who_was_sent_another_time_instead_has_not_answered_it_yet(self, scene):
        campaign, waiting, again = _answered_and_overtaken(scene, zone="UTC")
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        assert not record(scene, waiting.attendee.id, Answer(Said.DECLINED, 0, minutes(99)))
        assert record(scene, waiting.attendee.id, replace(YES, sequence=again.sequence))

    def test_an_answer_outlives_the_new_words_that_were_sent_instead(self, scene):
        campaign, waiting, _ = _answered_and_overtaken(scene, title="Newer")
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
        assert record(scene, waiting.attendee.id, Answer(Said.DECLINED, 0, minutes(99)))

    def test_what_was_said_of_a_doubtful_new_time_says_nothing_of_the_old_one(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        revise(scene, campaign, zone="UTC")
        _overtaken(scene, scene.start(campaign, Selection(Kind.UPDATE)), zone=campaign.event.zone)
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        assert not record(scene, first.attendee.id, Answer(Said.DECLINED, 1, minutes(99)))

    def test_what_was_said_of_a_letter_that_is_sent_again_says_nothing_of_a_new_time(self, scene):
        campaign, (unsure,) = sent(scene, 1, S.UNSURE)
        record(scene, unsure.attendee.id)
        revise(scene, campaign, zone="UTC")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        assert not record(scene, unsure.attendee.id, Answer(Said.DECLINED, 0, minutes(99)))


def _answered_and_overtaken(scene, **change):
    campaign = scene.campaign(1)
    return campaign, *_overtaken(scene, scene.start(campaign), **change)


def _overtaken(scene, run, **change):
    """The run's letter may have gone and is answered; what is sent in its place is as of ``change``."""
    scene.open(run)
    (waiting,) = scene.claim(run)
    lost = Settlement(S.QUEUED, "No reply", uid=uid_of(waiting), may_have_gone=True)
    with scene.store.writing() as work:
        assert work.deliveries.settle(waiting, lost, NOON)
        campaign = work.campaigns.get(run.campaign_id)
    assert record(scene, waiting.attendee.id, replace(YES, sequence=waiting.sequence))
    revise(scene, campaign, **change)
    (again,) = scene.claim(run)
    assert again.sequence > waiting.sequence
    scene.settle(again, S.SENT)
    return waiting, again
