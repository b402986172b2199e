"""What every store does with answers: whose counts, which one, and when a person is asked anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import Holder
from campaigns.model import Kind
from campaigns.ports import Selection, Settlement
from campaigns.recurrence import Frequency, Recurrence
from tests.contract.store_lists import apply, people, staged
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
from tests.contract.store_scene import at_once, minutes
from tests.fakes.clocks import NOON


class RepliesContract:
    def test_a_holder_is_found_by_uid_and_by_key(self, scene):
        account = scene.account()
        campaign, (first, *_) = sent(scene, account=account)
        holder = Holder(campaign.id, first.attendee, uid_of(first), 0)
        with scene.store.reading() as work:
            assert work.answers.holders(account.id, uid=uid_of(first)) == [holder]
            assert work.answers.holders(account.id, key=first.attendee.key) == [holder]
            assert work.answers.holders(account.id, uid="other@example.org") == []
            assert work.answers.holders(account.id, key="other@example.org") == []

    def test_holders_are_those_of_the_accounts_own_campaigns_who_were_written_to(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        campaign, (first, *_) = sent(scene, account=mine)
        sent(scene, account=other)
        scene.campaign(3, account=mine)
        with scene.store.reading() as work:
            assert [one.campaign_id for one in work.answers.holders(mine.id, key=first.attendee.key)] == [
                campaign.id
            ]
            assert work.answers.holders(other.id, uid=uid_of(first)) == []

    def test_who_is_or_was_on_a_list_is_known_by_key(self, scene):
        campaign, other = scene.campaign(2), scene.campaign(3)
        apply(scene, staged(scene, campaign, people(1)))
        keys = [f"p{number}@example.org" for number in (1, 2, 3)]
        with scene.store.reading() as work:
            assert work.answers.listed(campaign.id, keys) == set(keys[:2])
            assert work.answers.listed(other.id, [*keys, ""]) == set(keys)
            assert work.answers.listed(campaign.id, []) == set()

    def test_who_may_hold_it_is_a_holder_also_without_a_uid(self, scene):
        account = scene.account()
        run = scene.started(1, account=account)
        (delivery,) = scene.claim(run)
        scene.abandon(minutes(60))
        with scene.store.reading() as work:
            assert work.answers.holders(account.id, key=delivery.attendee.key) == [
                Holder(run.campaign_id, delivery.attendee, "", 0)
            ]

    def test_the_answer_to_the_newest_letter_counts_and_of_those_the_latest(self, scene):
        campaign, (first, *_) = sent(scene)
        attendee_id = first.attendee.id
        newest = Answer(Said.DECLINED, 1, minutes(1))
        assert record(scene, attendee_id)
        assert record(scene, attendee_id, newest)
        assert not record(scene, attendee_id, Answer(Said.ACCEPTED, 0, minutes(99)))
        assert not record(scene, attendee_id, Answer(Said.ACCEPTED, 1, NOON))
        assert lines(scene, campaign)[0].answer == newest
        later = Answer(Said.TENTATIVE, 1, minutes(2))
        assert record(scene, attendee_id, later)
        assert lines(scene, campaign)[0].answer == later

    def test_the_same_answer_again_is_no_news(self, scene):
        _, (first, *_) = sent(scene)
        assert [record(scene, first.attendee.id) for _ in range(2)] == [True, False]

    def test_of_two_answers_in_one_second_the_one_that_came_last_counts(self, scene):
        campaign, (first, *_) = sent(scene)
        record(scene, first.attendee.id)
        assert record(scene, first.attendee.id, replace(YES, said=Said.DECLINED))
        assert lines(scene, campaign)[0].answer == replace(YES, said=Said.DECLINED)

    def test_the_word_that_a_calendar_goes_on_showing_is_no_news(self, scene):
        campaign, (first, *_) = sent(scene)

        def shown(said, sequence, minute):
            with scene.store.writing() as work:
                answer = Answer(said, sequence, minutes(minute))
                return work.answers.record(first.attendee.id, answer, is_shown=True)

        assert shown(Said.ACCEPTED, 0, 1)
        assert not shown(Said.ACCEPTED, 0, 2)
        assert not shown(Said.ACCEPTED, 1, 3)
        assert lines(scene, campaign)[0].answer == Answer(Said.ACCEPTED, 0, minutes(1))
        assert not shown(Said.DECLINED, 0, 0)
        assert shown(Said.DECLINED, 0, 4)
        assert not shown(Said.ACCEPTED, 0, 3)
        assert lines(scene, campaign)[0].answer == Answer(Said.DECLINED, 0, minutes(4))

    def test_of_the_same_answer_read_twice_at_once_one_is_news(self, scene):
        _, (first, *_) = sent(scene)
        recorded = at_once(*[lambda: record(scene, first.attendee.id)] * 3)
        assert sorted(recorded) == [False, False, True]

    def test_answers_are_counted_by_campaign(self, scene):
        said = [Said.ACCEPTED, Said.DECLINED, Said.TENTATIVE, Said.ACCEPTED]
        first, deliveries = sent(scene, 6)
        for delivery, word in zip(deliveries, said, strict=False):
            record(scene, delivery.attendee.id, Answer(word, 0, NOON))
        second, _ = sent(scene, 2)
        unsent = scene.campaign(2)
        assert counted(scene, first, second, unsent) == [
            AnswerCounts(accepted=2, declined=1, tentative=1, unanswered=2),
            AnswerCounts(unanswered=2),
            AnswerCounts(),
        ]
        assert counted(scene) == []

    def test_only_holders_on_the_list_are_counted(self, scene):
        campaign, deliveries = sent(scene, 4, S.SENT, S.FAILED, S.UNSURE)
        record(scene, deliveries[0].attendee.id)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1, unanswered=1)]
        apply(scene, staged(scene, campaign, people(1)))
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]

    def test_who_was_sent_a_cancel_holds_nothing(self, scene):
        campaign, deliveries = sent(scene, 2)
        record(scene, deliveries[0].attendee.id)
        cancelled(scene, campaign)
        assert counted(scene, campaign) == [AnswerCounts()]
        assert [line.is_cancelled for line in lines(scene, campaign)] == [True, True]


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
