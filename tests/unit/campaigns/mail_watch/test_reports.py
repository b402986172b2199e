"""What becomes of bounces and complaints, on every store: which are believed, and what follows."""

import logging

import pytest

from campaigns import identity
from campaigns.account_port import Suppressed, Why
from campaigns.model import DeliveryState, Kind
from campaigns.ports import Selection
from tests.fakes.clocks import NOON
from tests.fakes.incoming_mail import bounce, complaint, reply
from tests.unit.campaigns.watched import EVE, ONE, TWO, counted

S = DeliveryState


class TestReports:
    def test_a_hard_bounce_comes_back_and_is_never_tried_again(self, scene):
        first = scene.posted[0]
        mailbox = scene.look(bounce(ONE, scene.message_id(first)))
        assert counted(mailbox) == (0, 1, 0)
        assert scene.states() == [S.BOUNCED, S.SENT, S.SENT]
        assert scene.lines()[ONE].cause == "The mailbox doesn't exist"
        assert scene.suppressed() == {ONE: "bounced"}
        assert ("progress", f"progress:{first.run_id}") in scene.due()

    def test_what_their_mail_server_says_weighs_more_than_what_a_colleague_entered(self, scene):
        with scene.store.writing() as work:
            work.suppressions.add("T1", Suppressed(ONE, "Left the company", NOON, Why.BY_HAND, "U1"))
        scene.look(bounce(ONE, scene.message_id(scene.posted[0])))
        assert scene.suppressed() == {ONE: "bounced"}

    @pytest.mark.parametrize("spam_first", [True, False])
    def test_who_calls_it_spam_gets_no_cancellation_also_if_they_unsubscribed(self, scene, spam_first):
        """Mail programs offer both in one press."""
        report = complaint(ONE, scene.message_id(scene.posted[0]))
        if spam_first:
            scene.look(report)
        with scene.store.writing() as work:
            work.suppressions.add("T1", Suppressed(ONE, "Unsubscribed", NOON, Why.UNSUBSCRIBED))
        if not spam_first:
            scene.look(report)
        assert scene.suppressed() == {ONE: "complained"}
        assert scene.selected(scene.sent, Selection(Kind.CANCEL)) == 2

    def test_whose_address_is_gone_keeps_that_they_unsubscribed(self, scene):
        with scene.store.writing() as work:
            work.suppressions.add("T1", Suppressed(ONE, "Unsubscribed", NOON, Why.UNSUBSCRIBED))
        scene.look(bounce(ONE, scene.message_id(scene.posted[0])))
        assert scene.suppressed() == {ONE: "unsubscribed"}

    @pytest.mark.parametrize("status", ["5.2.2", "4.4.7", "5.7.1", "5.1.8"])
    def test_a_soft_one_comes_back_and_may_be_tried_again(self, scene, status):
        scene.look(bounce(ONE, scene.message_id(scene.posted[0]), status))
        assert scene.states() == [S.BOUNCED, S.SENT, S.SENT]
        assert scene.suppressed() == {}
        assert scene.selected(scene.sent, Selection(Kind.INVITE)) == 1

    @pytest.mark.parametrize("action", ["delayed", "relayed"])
    def test_a_letter_that_is_late_is_still_sent(self, scene, action):
        mailbox = scene.look(bounce(ONE, scene.message_id(scene.posted[0]), action=action))
        assert counted(mailbox) == (0, 0, 0)
        assert scene.states() == [S.SENT] * 3

    def test_a_report_that_comes_twice_counts_once(self, scene):
        report = bounce(ONE, scene.message_id(scene.posted[0]))
        assert counted(scene.look(report, report)) == (0, 1, 0)
        assert counted(scene.look(report)) == (0, 1, 0)

    def test_a_forged_report_changes_nothing(self, scene):
        first, second, _ = scene.posted
        forged = [
            bounce(ONE, scene.message_id(first, seed="guessed")),
            bounce(ONE, scene.message_id(second)),
            bounce(ONE, ""),
        ]
        assert counted(scene.look(*forged)) == (0, 0, 3)
        assert scene.states() == [S.SENT] * 3
        assert scene.suppressed() == {}

    def test_reports_about_the_organizers_other_mail_are_nobodys_business(self, scene):
        others = [
            bounce(EVE, "<abc@mail.example.org>"),
            bounce(ONE, "<abc@mail.example.org>"),
            bounce(EVE, ""),
        ]
        assert counted(scene.look(*others)) == (0, 0, 0)

    def test_a_letter_whose_message_id_was_replaced_is_known_by_its_boundary(self, scene):
        first = scene.posted[0]
        key = identity.delivery_key(scene.sent.seed, ONE, first.deed, first.sequence)
        scene.look(bounce(ONE, "<0100-0@eu-west-1.amazonses.com>", boundary=f"=_mixed_{key}"))
        assert scene.states()[0] is S.BOUNCED

    def test_the_letter_that_came_back_is_told_from_others_to_the_same_person(self, scene):
        (update, *_) = scene.update()
        scene.look(bounce(ONE, scene.message_id(update), "5.2.2"))
        assert (scene.lines()[ONE].state, scene.lines()[ONE].revision) == (S.BOUNCED, 0)

    def test_a_report_that_outruns_the_outcome_is_read_again(self, scene):
        campaign = scene.campaign(1, account=scene.mine)
        run = scene.start(campaign)
        scene.open(run)
        (delivery,) = scene.claim(run)
        report = bounce(ONE, scene.message_id(delivery, seed=campaign.seed))
        early = scene.look(report, bounce(TWO, scene.message_id(scene.posted[1], seed="guessed")))
        assert (early.cursor, counted(early)) == ("", (0, 0, 0))
        scene.settle(delivery, S.SENT)
        assert counted(scene.watch.look(scene.mine.id)) == (0, 1, 1)

    def test_what_waits_for_a_dead_address_is_skipped(self, scene):
        waiting = scene.start(scene.campaign(2, account=scene.mine))
        scene.look(bounce(ONE, scene.message_id(scene.posted[0])))
        with scene.store.reading() as work:
            counts = work.runs.progress(waiting.id).counts
        assert (counts.queued, counts.skipped) == (1, 1)

    def test_who_complains_is_left_alone_and_their_letter_stays_sent(self, scene):
        waiting = scene.start(scene.campaign(2, account=scene.mine))
        scene.look(complaint(ONE, scene.message_id(scene.posted[0])))
        assert scene.suppressed() == {ONE: "complained"}
        assert scene.states() == [S.SENT] * 3
        with scene.store.reading() as work:
            assert work.runs.progress(waiting.id).counts.skipped == 1

    def test_a_complaint_about_no_letter_of_ours_silences_nobody(self, scene):
        scene.look(complaint(ONE, scene.message_id(scene.posted[0], seed="guessed")))
        assert scene.suppressed() == {}

    def test_logs_name_no_address(self, scene, caplog):
        caplog.set_level(logging.INFO)
        first = scene.posted[0]
        scene.look(
            reply(scene.uid(ONE), EVE),
            reply(scene.uid(ONE), ONE),
            bounce(ONE, scene.message_id(first)),
            bounce(TWO, scene.message_id(first)),
        )
        said = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
        assert "elsewhere.example" in said
        assert "mailbox_read" in said
        assert all(f"{name}@" not in said for name in ("p1", "p2", "eve"))
