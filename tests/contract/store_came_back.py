"""What every store does with answers, with letters that came back, and with how far mailboxes were read."""

from dataclasses import replace
from datetime import datetime

import pytest

from campaigns.account import Account
from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import Holder, Mailbox, PersonLine, Posted
from campaigns.model import Campaign, Delivery, DeliveryState, Kind, Run, RunState
from campaigns.ports import Selection, Settlement
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_scene import Scene, at_once, minutes
from tests.fakes.clocks import NOON

S = DeliveryState
YES = Answer(Said.ACCEPTED, 0, NOON)


def uid_of(delivery: Delivery) -> str:
    return f"{delivery.attendee.id}@example.org"


def settle(scene: Scene, delivery: Delivery, state: DeliveryState = S.SENT, *, at: datetime = NOON) -> None:
    with scene.store.writing() as work:
        assert work.deliveries.settle(delivery, Settlement(state, uid=uid_of(delivery)), at)


def sent(
    scene: Scene, people: int = 3, *states: DeliveryState, account: Account | None = None
) -> tuple[Campaign, list[Delivery]]:
    """A campaign that everybody on it was invited to, in a run that is over."""
    campaign = scene.campaign(people, account=account)
    return campaign, post(scene, scene.start(campaign), *states)


def post(scene: Scene, run: Run, *states: DeliveryState) -> list[Delivery]:
    scene.open(run)
    claimed = scene.claim(run)
    for place, delivery in enumerate(claimed):
        settle(scene, delivery, states[place] if place < len(states) else S.SENT)
    scene.end(run)
    scene.move(run, RunState.FINISHED)
    return claimed


def cancelled(scene: Scene, campaign: Campaign) -> list[Delivery]:
    """The letters of a run that tells everybody that the event is off."""
    with scene.store.writing() as work:
        work.campaigns.revise(campaign.id, campaign.event, missing_values=0, now=NOON, is_cancelled=True)
    return post(scene, scene.start(campaign, Selection(Kind.CANCEL)))


def record(scene: Scene, attendee_id: int, answer: Answer = YES) -> bool:
    with scene.store.writing() as work:
        return work.answers.record(attendee_id, answer)


def bounce(scene: Scene, delivery: Delivery) -> bool:
    with scene.store.writing() as work:
        return work.answers.bounce(delivery.id, cause="No mailbox", evidence="550 5.1.1", now=minutes(9))


def counted(scene: Scene, *campaigns: Campaign) -> list[AnswerCounts]:
    with scene.store.reading() as work:
        counts = work.answers.counts([campaign.id for campaign in campaigns])
    return [counts[campaign.id] for campaign in campaigns]


def lines(scene: Scene, campaign: Campaign) -> list[PersonLine]:
    with scene.store.reading() as work:
        return list(work.answers.people(campaign.id))


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

    def test_who_was_sent_a_cancel_holds_nothing(self, scene):
        campaign, deliveries = sent(scene, 2)
        record(scene, deliveries[0].attendee.id)
        cancelled(scene, campaign)
        assert counted(scene, campaign) == [AnswerCounts()]
        assert [line.is_cancelled for line in lines(scene, campaign)] == [True, True]


class ReturnedContract:
    def test_letters_to_a_person_are_told_latest_first(self, scene):
        account = scene.account()
        campaign, (first, *_) = sent(scene, 2, account=account)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, Selection(Kind.UPDATE))
        (second, *_) = post(scene, update, S.UNSURE)
        with scene.store.reading() as work:
            posted = work.answers.posted_to(account.id, first.attendee.key)
        assert posted == [
            Posted(second.id, update.id, campaign.id, first.attendee, Kind.UPDATE, 1, S.UNSURE),
            Posted(first.id, first.run_id, campaign.id, first.attendee, Kind.INVITE, 0, S.SENT),
        ]

    def test_what_never_went_and_what_others_sent_is_not_told(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        _, (failed, *_) = sent(scene, 2, S.FAILED, account=mine)
        scene.started(2, account=mine)
        sent(scene, 2, account=other)
        with scene.store.reading() as work:
            assert work.answers.posted_to(mine.id, failed.attendee.key) == []

    def test_a_letter_on_the_wire_or_come_back_is_told_too(self, scene):
        account = scene.account()
        _, (back, *_) = sent(scene, 1, account=account)
        bounce(scene, back)
        run = scene.started(1, account=account)
        scene.claim(run)
        with scene.store.reading() as work:
            posted = work.answers.posted_to(account.id, back.attendee.key)
        assert [(one.run_id, one.state) for one in posted] == [(run.id, S.SENDING), (back.run_id, S.BOUNCED)]

    @pytest.mark.parametrize("state", [S.SENT, S.UNSURE])
    def test_a_letter_comes_back_once(self, scene, state):
        campaign, (first, *_) = sent(scene, 2, state)
        assert [bounce(scene, first), bounce(scene, first)] == [True, False]
        (line, _) = lines(scene, campaign)
        assert (line.state, line.cause, line.revision, line.is_unsure) == (
            S.BOUNCED,
            "No mailbox",
            None,
            False,
        )
        with scene.store.reading() as work:
            assert work.runs.progress(first.run_id).counts.bounced == 1
            assert work.runs.progress(first.run_id).counts.total == 2

    @pytest.mark.parametrize("state", [S.FAILED, S.SENDING])
    def test_what_was_not_sent_does_not_come_back(self, scene, state):
        run = scene.started(1)
        (delivery,) = scene.claim(run)
        if state is S.FAILED:
            settle(scene, delivery, state)
        assert not bounce(scene, delivery)
        with scene.store.reading() as work:
            assert work.runs.progress(run.id).counts.bounced == 0

    def test_who_did_not_get_the_invite_may_be_invited_again(self, scene):
        campaign, (first, *_) = sent(scene, 2)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 0
        bounce(scene, first)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1
        assert counted(scene, campaign) == [AnswerCounts(unanswered=1)]
        (again,) = post(scene, scene.start(campaign))
        assert (again.attendee, again.sequence) == (first.attendee, 1), "no number comes twice"

    def test_who_did_not_get_an_update_holds_what_they_held_before(self, scene):
        campaign, _ = sent(scene, 2)
        scene.revise(campaign, "Newer")
        (second, *_) = post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert lines(scene, campaign)[0].revision == 1
        bounce(scene, second)
        assert lines(scene, campaign)[0].revision == 0
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1

    def test_who_did_not_get_a_cancel_holds_the_event_still(self, scene):
        campaign, _ = sent(scene, 2)
        (cancel, *_) = cancelled(scene, campaign)
        bounce(scene, cancel)
        assert [line.is_cancelled for line in lines(scene, campaign)] == [False, True]

    def test_an_older_letter_that_comes_back_late_takes_nothing_away(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        scene.revise(campaign, "Newer")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        assert bounce(scene, first)
        assert lines(scene, campaign)[0].revision == 1

    def test_another_letter_in_doubt_stays_in_doubt(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        scene.revise(campaign, "Newer")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)), S.UNSURE)
        bounce(scene, first)
        assert lines(scene, campaign)[0].is_unsure


class PeopleContract:
    def test_everybody_is_told_with_what_is_known_of_them(self, scene):
        campaign, deliveries = sent(scene, 3, S.SENT, S.UNSURE, S.FAILED)
        record(scene, deliveries[0].attendee.id)
        told = lines(scene, campaign)
        assert told == [
            PersonLine(
                deliveries[0].attendee,
                revision=0,
                is_cancelled=False,
                is_unsure=False,
                answer=YES,
                state=S.SENT,
                cause="",
            ),
            PersonLine(
                deliveries[1].attendee,
                revision=None,
                is_cancelled=False,
                is_unsure=True,
                answer=None,
                state=S.UNSURE,
                cause="",
            ),
            PersonLine(
                deliveries[2].attendee,
                revision=None,
                is_cancelled=False,
                is_unsure=False,
                answer=None,
                state=S.FAILED,
                cause="",
            ),
        ]

    def test_a_list_that_was_never_sent_to_is_told_as_it_is(self, scene):
        campaign = scene.campaign(2)
        told = lines(scene, campaign)
        assert [line.attendee for line in told] == scene.attendees(campaign)
        assert {(line.revision, line.state, line.answer, line.cause) for line in told} == {
            (None, None, None, "")
        }

    def test_who_was_taken_off_comes_last_and_only_while_they_hold_something(self, scene):
        campaign, _ = sent(scene, 4, S.SENT, S.FAILED, S.UNSURE, S.SENT)
        apply(scene, staged(scene, campaign, people(4)))
        told = lines(scene, campaign)
        assert [line.attendee.key for line in told] == [
            "p4@example.org",
            "p1@example.org",
            "p3@example.org",
        ]
        assert [line.is_listed for line in told] == [True, False, False]

    def test_the_latest_delivery_is_told(self, scene):
        campaign, _ = sent(scene, 2)
        scene.revise(campaign, "Newer")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)), S.FAILED)
        assert [line.state for line in lines(scene, campaign)] == [S.FAILED, S.SENT]


class MailboxesContract:
    def test_a_mailbox_that_was_never_read_is_new(self, scene):
        account = scene.account()
        with scene.store.reading() as work:
            assert work.mailboxes.get(account.id) == Mailbox(account.id)

    def test_a_mailbox_comes_back_as_it_was_kept(self, scene):
        account, other = scene.account(), scene.account("other@example.org")
        first = Mailbox(account.id, "12:34", NOON, "No permission.", 1, 2, 3)
        second = replace(first, cursor="12:99", looked_at=minutes(1), trouble="", replies=9)
        for mailbox in (first, second):
            with scene.store.writing() as work:
                work.mailboxes.keep(mailbox)
            with scene.store.reading() as work:
                assert work.mailboxes.get(account.id) == mailbox
                assert work.mailboxes.get(other.id) == Mailbox(other.id)
