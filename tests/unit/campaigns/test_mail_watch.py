"""What becomes of the mail that comes in, on every store: whose word counts, and for what."""

import logging
from dataclasses import replace
from datetime import timedelta
from email.utils import formataddr, parseaddr

import pytest

from campaigns import identity
from campaigns.account import Account, AccountState
from campaigns.account_port import Suppressed, Why
from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import CalendarAnswer
from campaigns.errors import Busy, Misconfigured, NoAccess, StorageTrouble
from campaigns.history import Deed, NewEntry
from campaigns.mail_watch import LISTEN_AFTER, LOOK_EVERY, LOOK_IN_TROUBLE, OF_SETTINGS, MailWatch
from campaigns.model import DeliveryState, Kind
from campaigns.ports import ListQuery, Selection
from campaigns.recurrence import Frequency, Recurrence
from tests.contract.store_scene import SUMMIT, form, roster
from tests.fakes.campaigns import FailingStore
from tests.fakes.clocks import NOON
from tests.fakes.incoming_mail import bounce, complaint, reply
from tests.unit.campaigns.watched import DOMAIN, Watched

S = DeliveryState
ONE, TWO = "p1@example.org", "p2@example.org"
CAROL = "carol@example.org"
EVE = "eve@elsewhere.example"
UNKNOWN = "ffffffffffffffffffffffffffffffff"


@pytest.fixture
def scene(store):
    return Watched(store)


def counted(mailbox):
    return mailbox.replies, mailbox.bounces, mailbox.strange


class TestAnswers:
    def test_an_answer_is_kept_for_the_person_whose_entry_it_names(self, scene):
        mailbox = scene.look(reply(scene.uid(TWO), TWO, "DECLINED"))
        assert scene.said() == {TWO: "declined"}
        assert counted(mailbox) == (1, 0, 0)
        with scene.store.reading() as work:
            assert work.answers.counts([scene.sent.id])[scene.sent.id] == AnswerCounts(
                declined=1, unanswered=2
            )

    def test_the_later_answer_counts_in_whatever_order_they_come(self, scene):
        early = reply(scene.uid(ONE), ONE, "ACCEPTED", stamp="20261124T100000Z")
        late = reply(scene.uid(ONE), ONE, "DECLINED", stamp="20261124T110000Z")
        assert counted(scene.look(late, early)) == (1, 0, 0)
        assert scene.said() == {ONE: "declined"}

    def test_a_clock_that_is_ahead_does_not_outdo_a_later_answer(self, scene):
        scene.look(reply(scene.uid(ONE), ONE, "ACCEPTED", stamp="20991231T000000Z"))
        scene.clock.minutes(5)
        scene.look(reply(scene.uid(ONE), ONE, "DECLINED", stamp="20261124T120400Z"))
        assert scene.said() == {ONE: "declined"}

    @pytest.mark.parametrize(
        ("attendee", "sender"),
        [
            ("P1+calendar@Example.org", "p1+Calendar@example.org"),
            (EVE, ONE),
            (ONE, EVE),
            (ONE, CAROL),
        ],
    )
    def test_an_alias_or_a_delegate_answers_for_the_person(self, scene, attendee, sender):
        scene.look(reply(scene.uid(ONE), attendee, sender=sender))
        assert scene.said() == {ONE: "accepted"}

    @pytest.mark.parametrize(
        ("sender", "is_believed"),
        [
            ("ana.diaz@corp.example", True),
            ("diaz-ana@corp.example", True),
            ("AnaDiaz@corp.example", True),
            ("a_diaz@corp.example", True),
            (formataddr(("Díaz, Ana", "x17@corp.example")), True),
            ("Ana <x17@corp.example>", False),
            ("Ana Díaz <ana.diaz@elsewhere.example>", False),
            ("ana@corp.example", False),
            ("anna.diaz@corp.example", False),
            ("ana.maria.diaz@corp.example", False),
            ("events@corp.example", False),
        ],
    )
    def test_an_alias_is_one_of_the_same_domain_that_clearly_names_the_person(
        self, scene, sender, is_believed
    ):
        key = "adiaz@corp.example"
        scene.listed(key, "Ana Díaz")
        scene.look(reply(scene.uid(key), parseaddr(sender)[1], sender=sender))
        assert scene.said() == ({key: "accepted"} if is_believed else {})

    @pytest.mark.parametrize(
        ("attendee", "sender", "sent_by"),
        [
            (CAROL, CAROL, ""),
            (TWO, TWO, ""),
            (TWO, ONE, ""),
            (ONE, TWO, ""),
            (EVE, TWO, TWO),
            (TWO, TWO, ONE),
        ],
    )
    def test_a_colleague_answers_for_nobody(self, scene, attendee, sender, sent_by):
        mail = reply(scene.uid(ONE), attendee, "DECLINED", sender=sender, sent_by=sent_by)
        assert counted(scene.look(mail)) == (0, 0, 1)
        assert scene.said() == {}

    def test_a_colleague_on_the_list_answers_as_a_delegate(self, scene):
        scene.look(reply(scene.uid(ONE), ONE, "DECLINED", sender=TWO, sent_by=TWO))
        assert scene.said() == {ONE: "declined"}

    def test_an_alias_that_stands_on_a_list_itself_is_somebody_else(self, scene):
        alias = "ana.diaz@corp.example"
        scene.listed(alias, "Ana Díaz the younger")
        scene.listed("adiaz@corp.example", "Ana Díaz")
        assert counted(scene.look(reply(scene.uid("adiaz@corp.example"), alias))) == (0, 0, 1)

    def test_who_is_listed_by_a_tag_of_a_listed_mailbox_answers_from_the_mailbox(self, scene):
        scene.listed("ana@corp.example", "Ana", "ana+work@corp.example")
        scene.look(
            reply(scene.uid("ana+work@corp.example"), "ana+work@corp.example", sender="ana@corp.example")
        )
        assert scene.said() == {"ana+work@corp.example": "accepted"}

    @pytest.mark.parametrize("sequence", [1, 7])
    def test_a_raised_sequence_answers_what_is_held(self, scene, sequence):
        """Attendees must not raise it; some clients do."""
        assert counted(scene.look(reply(scene.uid(ONE), ONE, sequence=sequence))) == (1, 0, 0)
        assert scene.lines()[ONE].answer.sequence == 0
        scene.update()
        scene.look(reply(scene.uid(ONE), ONE, "DECLINED", sequence=1, stamp="20261124T113000Z"))
        assert scene.said() == {ONE: "declined"}

    def test_an_answer_that_outruns_the_outcome_is_read_again(self, scene):
        scene.sent = scene.campaign(1, account=scene.mine)
        run = scene.start(scene.sent)
        scene.open(run)
        (delivery,) = scene.claim(run)
        early = scene.look(reply(scene.uid(ONE), ONE))
        assert (early.cursor, counted(early)) == ("", (0, 0, 0))
        scene.settle(delivery, S.SENT)
        assert counted(scene.look()) == (1, 0, 0)
        assert scene.said() == {ONE: "accepted"}

    def test_an_answer_that_outruns_the_outcome_of_an_update_answers_the_update(self, scene):
        scene.revise(scene.sent, "Newer")
        run = scene.start(scene.sent, Selection(Kind.UPDATE))
        scene.open(run)
        first, *_ = scene.claim(run)
        assert scene.look(reply(scene.uid(ONE), ONE, sequence=first.sequence)).cursor == ""
        scene.settle(first, S.SENT)
        scene.look()
        assert scene.lines()[ONE].answer.sequence == first.sequence

    def test_an_answer_to_what_others_are_being_sent_waits_for_nothing(self, scene):
        scene.revise(scene.sent, "Newer")
        run = scene.start(scene.sent, Selection(Kind.UPDATE))
        scene.open(run)
        scene.claim(run, 1)
        mailbox = scene.look(reply(scene.uid(TWO), TWO, sequence=1), reply(f"{UNKNOWN}@{DOMAIN}", ONE))
        assert (mailbox.cursor, counted(mailbox)) == ("2", (1, 0, 1))

    @pytest.mark.parametrize("is_update", [False, True])
    def test_the_providers_word_that_outruns_the_outcome_is_heard_again(self, scene, is_update):
        if not is_update:
            scene.sent = scene.campaign(1, account=scene.mine)
        scene.revise(scene.sent, "Newer")
        run = scene.start(scene.sent, Selection(Kind.UPDATE if is_update else Kind.INVITE))
        scene.open(run)
        first, *_ = scene.claim(run)
        scene.inbox.answers = [CalendarAnswer(scene.uid(ONE), ONE, Answer(Said.TENTATIVE, 7, NOON))]
        scene.inbox.mails = [b"Subject: lunch?\r\n\r\n"]
        assert scene.look().cursor == ""
        scene.settle(first, S.SENT)
        assert counted(scene.look()) == (1, 0, 0)
        assert scene.lines()[ONE].answer.sequence == first.sequence

    @pytest.mark.parametrize(
        ("mail", "why"),
        [
            (lambda scene: reply(scene.uid(ONE), EVE), "somebody else"),
            (lambda _: reply(f"{UNKNOWN}@{DOMAIN}", ONE), "nobody"),
            (lambda _: reply(identity.uid("other seed", ONE, DOMAIN), ONE), "nobody"),
        ],
    )
    def test_what_looks_like_an_answer_and_is_none_is_counted_only(self, scene, mail, why, caplog):
        mailbox = scene.look(mail(scene))
        assert counted(mailbox) == (0, 0, 1)
        assert scene.said() == {}
        (line,) = [record for record in caplog.records if record.msg == "mail_not_taken"]
        assert why in line.why.lower()

    def test_somebody_at_the_same_public_mail_service_is_a_stranger(self, scene):
        scene.listed("a.na@gmail.com", "Ana Díaz")
        uid = scene.uid("a.na@gmail.com")
        assert counted(scene.look(reply(uid, "ana.diaz@gmail.com"))) == (0, 0, 1)
        assert counted(scene.look(reply(uid, "ana+events@googlemail.com"))) == (1, 0, 1)

    @pytest.mark.parametrize(
        "mail",
        [
            lambda _: reply("040000008200E00074C5B7101A82E008@example.com", EVE),
            lambda _: reply(f"{UNKNOWN}@other.example", EVE),
            lambda _: b"Subject: lunch?\r\n\r\nAt one?",
            lambda scene: reply(scene.uid(ONE), ONE, "NEEDS-ACTION"),
            lambda scene: reply(scene.uid(ONE), ONE, "DECLINED", extra="RECURRENCE-ID:20261225T120000Z\r\n"),
        ],
    )
    def test_the_organizers_other_mail_is_nobodys_business(self, scene, mail):
        assert counted(scene.look(mail(scene))) == (0, 0, 0)
        assert scene.said() == {}

    def test_an_answer_to_a_test_invite_is_ignored_quietly(self, scene):
        with scene.store.writing() as work:
            tested = NewEntry(scene.sent.id, Deed.TEST_SENT, "U1", facts={"domain": "elsewhere.example"})
            work.history.record(tested, NOON)
        uid = identity.uid(identity.trial_seed(scene.sent.seed, EVE, "nonce"), EVE, DOMAIN)
        assert counted(scene.look(reply(uid, EVE))) == (0, 0, 0)

    def test_whose_uid_was_never_noted_is_found_by_address(self, scene):
        campaign = scene.campaign(1, account=scene.mine)
        scene.sent = campaign
        scene.post(scene.start(campaign), notes_uid=False)
        assert counted(scene.look(reply(scene.uid(ONE), ONE))) == (1, 0, 0)
        assert scene.said() == {ONE: "accepted"}

    def test_who_answers_a_letter_in_doubt_has_got_it(self, scene):
        (first, *_) = scene.update(S.UNSURE)
        assert scene.lines()[ONE].is_unsure
        scene.look(reply(scene.uid(ONE), ONE, sequence=first.sequence))
        assert (scene.lines()[ONE].is_unsure, scene.lines()[ONE].state) == (False, S.SENT)

    def test_an_answer_to_an_older_letter_settles_no_doubt(self, scene):
        scene.update(S.UNSURE)
        scene.look(reply(scene.uid(ONE), ONE, sequence=0))
        assert scene.said() == {ONE: "accepted"}
        assert scene.lines()[ONE].is_unsure

    def test_the_providers_own_word_counts_with_the_version_that_is_held(self, scene):
        heard = CalendarAnswer(scene.uid(ONE), ONE, Answer(Said.TENTATIVE, 7, NOON))
        foreign = CalendarAnswer(scene.uid(TWO), EVE, Answer(Said.ACCEPTED, 0, NOON))
        taken_back = CalendarAnswer(scene.uid(TWO), TWO, None)
        scene.inbox.answers = [heard, foreign, taken_back, replace(heard, uid="other@google.com")]
        assert counted(scene.look()) == (1, 0, 0)
        assert scene.lines()[ONE].answer == Answer(Said.TENTATIVE, 0, NOON)
        assert scene.said() == {ONE: "tentative"}

    def test_the_progress_message_and_home_tabs_show_it(self, scene):
        with scene.store.writing() as work:
            work.homes.opened("T1", "UVIEWER", ListQuery(), NOON)
        scene.look(reply(scene.uid(ONE), ONE))
        run_id = scene.posted[0].run_id
        assert {("progress", f"progress:{run_id}"), ("home", "home:T1:UVIEWER")} <= scene.due()
        assert scene.alarm.rung == 1

    def test_what_says_nothing_wakes_nobody(self, scene):
        scene.look(b"Subject: lunch?\r\n\r\n")
        assert (scene.due(), scene.alarm.rung) == (set(), 0)


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


class TestReading:
    def test_a_long_mailbox_is_read_page_by_page(self, scene):
        mails = [b"Subject: lunch?\r\n\r\n"] * 120
        mailbox = scene.look(*mails, reply(scene.uid(ONE), ONE))
        assert mailbox.cursor == "121"
        assert [cursor for cursor, _ in scene.inbox.asked] == ["", "50", "100"]
        assert counted(mailbox) == (1, 0, 0)
        assert scene.inbox.closed == 1

    def test_the_first_look_reaches_back_to_the_oldest_campaign(self, scene):
        scene.look()
        assert scene.inbox.asked == [("", scene.sent.created_at)]

    def test_what_was_noted_and_how_far_was_read_are_one_step(self, scene):
        failing = FailingStore(scene.store)
        failing.failures = 1
        watch = MailWatch(failing, scene.clock, scene.alarm, scene.inboxes)
        scene.inbox.mails = [reply(scene.uid(ONE), ONE)]
        with pytest.raises(StorageTrouble):
            watch.look(scene.mine.id)
        with scene.store.reading() as work:
            assert work.mailboxes.get(scene.mine.id).cursor == ""
        assert scene.said() == {}
        assert counted(watch.look(scene.mine.id)) == (1, 0, 0)

    @pytest.mark.parametrize("fault", [NoAccess("Refused", hint="Renew it."), Misconfigured("Refused")])
    def test_a_mailbox_that_cannot_be_read_says_why_and_sending_goes_on(self, scene, fault):
        scene.look(reply(scene.uid(ONE), ONE))
        scene.inbox.fault = fault
        mailbox = scene.look()
        assert mailbox.trouble == f"Refused. {OF_SETTINGS}"
        assert (mailbox.cursor, counted(mailbox)) == ("1", (1, 0, 0))
        with scene.store.reading() as work:
            assert work.accounts.get(scene.mine.id).state is AccountState.READY
        scene.inbox.fault = None
        assert scene.look().trouble == ""

    def test_only_what_people_have_connected_is_renewed_in_slack(self, scene):
        """The account of the settings has no *Renew token*."""
        with scene.store.writing() as work:
            mine = work.accounts.upsert(
                Account(0, "gmail", "m@example.org", "Mine", workspace="T1", connected_by="U")
            )
        scene.post(scene.start(scene.campaign(1, account=mine)))
        scene.inbox.fault = NoAccess("Refused", hint="Press Renew token.")
        assert scene.watch.look(mine.id).trouble == "Refused. Press Renew token."
        assert "IMAP_URL" in scene.look().trouble
        assert "Renew token" not in scene.look().trouble

    def test_a_mailbox_that_is_busy_is_left_for_the_next_time(self, scene):
        before = scene.look()
        scene.clock.minutes(5)
        scene.inbox.fault = Busy("Away")
        assert scene.look() == before
        assert scene.inbox.closed == 2

    def test_a_mailbox_that_nobody_may_read_any_more_is_in_no_trouble(self, scene):
        scene.inbox.fault = NoAccess("Refused")
        assert scene.look().trouble == f"Refused. {OF_SETTINGS}"
        scene.inboxes.inbox = None
        assert scene.look().trouble == ""

    def test_accounts_that_sent_nothing_are_not_read(self, scene):
        other = scene.account("other@example.org")
        scene.campaign(2, account=other)
        assert scene.watch.look(other.id).looked_at is None
        assert scene.inbox.asked == []

    @pytest.mark.parametrize(
        ("recurrence", "days", "is_read"),
        [
            (None, 30, True),
            (None, 45, False),
            (Recurrence(Frequency.WEEKLY, count=4), 30 + 27, True),
            (Recurrence(Frequency.WEEKLY, count=4), 30 + 44, False),
            (Recurrence(Frequency.DAILY, until=(NOON + timedelta(days=60)).date()), 73, True),
            (Recurrence(Frequency.DAILY, until=(NOON + timedelta(days=60)).date()), 78, False),
            (Recurrence(Frequency.MONTHLY), 5_000, True),
            (Recurrence(Frequency.MONTHLY, interval=99, count=10**9), 5_000, True),
        ],
    )
    def test_a_mailbox_is_read_until_two_weeks_after_the_event(self, scene, recurrence, days, is_read):
        account = scene.account("other@example.org")
        with scene.store.writing() as work:
            campaign = work.campaigns.add(
                replace(form(account), event=replace(SUMMIT, recurrence=recurrence)),
                workspace="T1",
                owner="UOWNER",
                roster=roster(1),
                missing_values=0,
                now=NOON,
            )
        scene.post(scene.start(campaign))
        scene.clock.advance(timedelta(days=days))
        scene.watch.look(account.id)
        assert bool(scene.inbox.asked) is is_read
        assert timedelta(days=14) == LISTEN_AFTER

    def test_each_mailbox_has_its_turn_and_one_in_trouble_a_rarer_one(self, scene):
        assert scene.watch.look_at_all() == 1
        assert scene.watch.look_at_all() == 0
        scene.clock.advance(LOOK_EVERY)
        scene.inbox.fault = NoAccess("Refused")
        assert scene.watch.look_at_all() == 1
        scene.clock.advance(LOOK_EVERY)
        assert scene.watch.look_at_all() == 0
        scene.clock.advance(LOOK_IN_TROUBLE)
        assert scene.watch.look_at_all() == 1

    def test_an_odd_mailbox_does_not_hide_the_others(self, scene, caplog):
        other = scene.account("other@example.org")
        scene.post(scene.start(scene.campaign(1, account=other)))
        scene.inbox.fault = KeyError("surprise")
        assert scene.watch.look_at_all() == 2
        assert [record.account for record in caplog.records if record.msg == "mailbox_not_read"] == [
            scene.mine.id,
            other.id,
        ]

    def test_an_account_that_is_disconnected_or_refused_is_not_read(self, scene):
        with scene.store.writing() as work:
            work.accounts.move(scene.mine.id, AccountState.NEEDS_RENEWAL)
        assert scene.watch.look_at_all() == 0

    def test_two_processes_that_read_the_same_count_it_once(self, scene):
        class Slow:
            """While this one's page is on its way, another process reads the mailbox."""

            def fetch(self, cursor, *, since, limit):
                fetched = scene.inbox.fetch(cursor, since=since, limit=limit)
                scene.watch.look(scene.mine.id)
                return fetched

            def close(self):
                pass

        scene.inbox.mails = [reply(f"{UNKNOWN}@{DOMAIN}", ONE)]
        watch = MailWatch(scene.store, scene.clock, scene.alarm, type(scene.inboxes)(Slow()))
        assert counted(watch.look(scene.mine.id)) == (0, 0, 1)

    def test_a_watch_that_is_stopped_finishes_its_page(self, scene):
        scene.inbox.mails = [b"Subject: lunch?\r\n\r\n"] * 60
        scene.watch.stop()
        assert scene.watch.look(scene.mine.id).cursor == "50"
        assert scene.watch.look_at_all() == 0
