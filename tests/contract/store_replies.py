"""What every store does with answers: whose counts, and which one."""

from dataclasses import replace

from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import Holder
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import (
    YES,
    S,
    cancelled,
    counted,
    lines,
    record,
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
