"""What every store does with letters that came back, and with how far mailboxes were read."""

from dataclasses import replace

import pytest

from campaigns.answer import AnswerCounts
from campaigns.answer_port import Mailbox, PersonLine, Posted
from campaigns.model import Kind
from campaigns.ports import Selection
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import (
    YES,
    S,
    asked,
    bounce,
    cancelled,
    counted,
    lines,
    post,
    record,
    sent,
    settle,
    told,
)
from tests.contract.store_scene import minutes
from tests.fakes.clocks import NOON


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

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_who_got_none_of_two_letters_holds_nothing(self, scene, order):
        campaign, (first, *_) = sent(scene, 1)
        scene.revise(campaign, "Newer")
        letters = (first, *post(scene, scene.start(campaign, Selection(Kind.UPDATE))))
        assert [bounce(scene, letters[place]) for place in order] == [True, True]
        assert told(scene, campaign) == (None, False, False)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1

    @pytest.mark.parametrize("order", [(1, 2), (2, 1)])
    def test_who_got_the_first_of_three_letters_holds_that(self, scene, order):
        campaign, letters = sent(scene, 1)
        for title in ("Newer", "Newest"):
            scene.revise(campaign, title)
            letters += post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        for place in order:
            bounce(scene, letters[place])
        assert told(scene, campaign) == (0, False, False)
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1

    def test_an_update_that_came_back_leaves_a_cancel_as_it_was(self, scene):
        campaign, letters = sent(scene, 1)
        cancelled(scene, campaign)
        scene.revise(campaign, "Held after all")
        (again,) = post(scene, scene.start(campaign))
        bounce(scene, again)
        assert told(scene, campaign) == (1, True, False)
        bounce(scene, letters[0])
        assert told(scene, campaign) == (1, True, False), "what is cancelled is cancelled"

    def test_who_may_hold_a_newer_letter_holds_nothing_if_the_older_one_came_back(self, scene):
        campaign, (first, *_) = sent(scene, 1)
        scene.revise(campaign, "Newer")
        post(scene, scene.start(campaign, Selection(Kind.UPDATE)), S.UNSURE)
        bounce(scene, first)
        assert told(scene, campaign) == (None, False, True)
        assert scene.selected(campaign, Selection(Kind.CANCEL)) == 1

    def test_a_doubt_that_a_newer_letter_has_settled_does_not_come_back(self, scene):
        campaign, _ = sent(scene, 1, S.UNSURE)
        for title in ("Newer", "Newest"):
            scene.revise(campaign, title)
            (newest,) = post(scene, scene.start(campaign, Selection(Kind.UPDATE)))
        bounce(scene, newest)
        assert told(scene, campaign) == (1, False, False)


class SentAgainContract:
    """A letter that may have gone, and was sent again: as it was, or as a newer one after an edit."""

    def sent_again(self, scene, *states, is_edited=True):
        """The doubtful letter of the one person on the list, and the one that was sent instead."""
        account = scene.account()
        campaign, (doubtful,) = sent(scene, 1, S.UNSURE, account=account)
        if is_edited:
            scene.revise(campaign, "Newer")
        again = scene.start(campaign, Selection(Kind.INVITE, doubtful.run_id, S.UNSURE))
        return campaign, doubtful, post(scene, again, *states)[0]

    def test_the_doubt_is_back_if_the_newer_letter_comes_back(self, scene):
        campaign, _, newer = self.sent_again(scene)
        assert told(scene, campaign) == (1, False, False)
        bounce(scene, newer)
        assert told(scene, campaign) == (None, False, True)
        assert scene.selected(campaign, Selection(Kind.CANCEL)) == 1

    def test_nothing_is_left_in_doubt_if_the_same_letter_comes_back(self, scene):
        campaign, doubtful, same = self.sent_again(scene, is_edited=False)
        assert same.sequence == doubtful.sequence
        bounce(scene, same)
        assert told(scene, campaign) == (None, False, False)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_nothing_is_left_in_doubt_if_both_come_back(self, scene, order):
        campaign, *letters = self.sent_again(scene)
        assert [bounce(scene, letters[place]) for place in order] == [True, True]
        assert told(scene, campaign) == (None, False, False)
        with scene.store.reading() as work:
            counts = [work.runs.progress(letter.run_id).counts for letter in letters]
        assert [(one.bounced, one.skipped, one.total) for one in counts] == [(1, 0, 1), (1, 0, 1)]

    def test_a_report_finds_the_doubtful_letter_too(self, scene):
        campaign, doubtful, newer = self.sent_again(scene)
        with scene.store.reading() as work:
            posted = work.answers.posted_to(campaign.account_id, doubtful.attendee.key)
        assert [(one.delivery_id, one.sequence) for one in posted] == [(newer.id, 1), (doubtful.id, 0)]

    def test_who_surely_has_not_got_the_newer_one_may_have_the_older(self, scene):
        campaign, _, newer = self.sent_again(scene, S.UNSURE)
        run = scene.start(campaign, Selection(Kind.INVITE, newer.run_id, S.UNSURE))
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        asked(scene, run)
        assert told(scene, campaign) == (None, False, True)

    def test_who_surely_has_not_got_the_same_one_holds_nothing(self, scene):
        campaign, doubtful = sent(scene, 1, S.UNSURE)
        run = scene.start(campaign, Selection(Kind.INVITE, doubtful[0].run_id, S.UNSURE))
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        asked(scene, run)
        assert told(scene, campaign) == (None, False, False)


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
