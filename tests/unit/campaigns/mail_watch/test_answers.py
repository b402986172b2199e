"""Which answers are believed, on every store: whose word counts, and for which entry."""

from dataclasses import replace
from datetime import timedelta
from email.utils import formataddr, parseaddr
from pathlib import Path

import pytest

from campaigns import identity
from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import CalendarAnswer
from campaigns.history import Deed, NewEntry
from campaigns.mail_judge import Judge
from campaigns.mail_reading import read_mail
from campaigns.model import DeliveryState, Kind
from campaigns.ports import ListQuery, Selection
from tests.contract.store_posted import revise
from tests.fakes.clocks import NOON
from tests.fakes.incoming_mail import reply
from tests.unit.campaigns.watched import CAROL, DOMAIN, EVE, ONE, TWO, UNKNOWN, counted

S = DeliveryState
ANA = "ana@example.org"
CORPUS = Path(__file__).parents[3] / "corpus"
REPLIES = sorted(path.stem for path in CORPUS.glob("reply_*.eml"))


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
        ("attendee", "sender", "sent_by"),
        [
            ("P1+calendar@Example.org", "p1+Calendar@example.org", ""),
            (ONE, "p1+calendar@example.org", ""),
            (EVE, ONE, ""),
            (ONE, f"{ONE} <{ONE}>", ""),
            (ONE, CAROL, CAROL),
            (ONE, ONE, CAROL),
            (ONE, "Ana <noreply@email.apple.com>", ""),
            (ONE, "Google Calendar <calendar-notification@google.com>", ""),
        ],
    )
    def test_who_writes_from_their_mailbox_or_for_them_is_believed(self, scene, attendee, sender, sent_by):
        scene.look(reply(scene.uid(ONE), attendee, sender=sender, sent_by=sent_by))
        assert scene.said() == {ONE: "accepted"}

    @pytest.mark.parametrize(
        ("attendee", "sender", "sent_by"),
        [
            (ONE, EVE, ""),
            (ONE, EVE, EVE),
            (ONE, EVE, ONE),
            (ONE, f'"{ONE}" <{EVE}>', ""),
            (ONE, f"{ONE} <{EVE}>", ""),
            (ONE, f"{ONE}, {EVE}", ""),
            (ONE, f"{ONE}\r\nFrom: {EVE}", ""),
            (ONE, CAROL, ""),
            (ONE, CAROL, ONE),
            (EVE, "noreply@email.apple.com", ""),
            (ONE, "noreply@apple.example", ""),
        ],
    )
    def test_nobody_becomes_the_attendee_by_writing_so_into_the_answer(
        self, scene, attendee, sender, sent_by
    ):
        """Whoever got the invite forwarded can write any ATTENDEE; From is what mail servers check."""
        mail = reply(scene.uid(ONE), attendee, "DECLINED", sender=sender, sent_by=sent_by)
        assert counted(scene.look(mail)) == (0, 0, 1)
        assert scene.said() == {}

    def test_nobody_is_a_delegate_by_the_same_public_mail_service(self, scene):
        scene.listed("ana@gmail.com", "Ana Díaz")
        eve = "eve@gmail.com"
        mail = reply(scene.uid("ana@gmail.com"), "ana@gmail.com", "DECLINED", sender=eve, sent_by=eve)
        assert counted(scene.look(mail)) == (0, 0, 1)

    @pytest.mark.parametrize("name", REPLIES)
    def test_the_replies_of_real_mail_programs_are_believed(self, scene, name):
        scene.listed(ANA, "Ana Diaz")
        read = read_mail((CORPUS / f"{name}.eml").read_bytes())
        # the corpus names nobody's real domain
        sender = read.sender.replace("email.apple.example", "email.apple.com")
        with scene.store.writing() as work:
            judge = Judge(work, scene.mine, NOON)
            judge.judge(replace(read, uid=scene.uid(ANA), sender=sender))
            judge.carry_out()
        assert (judge.replies, judge.strange) == (0 if read.is_one_occurrence else 1, 0)

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
    @pytest.mark.parametrize("attendee", ["", "adiaz@corp.example"])
    def test_an_alias_is_one_of_the_same_domain_that_clearly_names_the_person(
        self, scene, attendee, sender, is_believed
    ):
        key = "adiaz@corp.example"
        scene.listed(key, "Ana Díaz")
        scene.look(reply(scene.uid(key), attendee or parseaddr(sender)[1], sender=sender))
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
        uid = scene.uid("adiaz@corp.example")
        assert counted(scene.look(reply(uid, alias))) == (0, 0, 1)
        assert counted(scene.look(reply(uid, "adiaz@corp.example", sender=alias))) == (0, 0, 2)

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

    @pytest.mark.parametrize("lines_since", [0, 200])
    def test_an_answer_to_a_test_invite_is_ignored_quietly(self, scene, lines_since):
        """However many people were added since, and whoever had another test."""
        with scene.store.writing() as work:
            for domain in ("elsewhere.example", "third.example"):
                tested = NewEntry(scene.sent.id, Deed.TEST_SENT, "U1", facts={"domain": domain})
                work.history.record(tested, NOON)
            for _ in range(lines_since):
                work.history.record(NewEntry(scene.sent.id, Deed.LIST_CHANGED, "The API"), NOON)
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

    def shown(self, scene, said, sequence, minute):
        """The provider shows this answer; its time is that of whatever changed there last."""
        stamped_at = NOON + timedelta(minutes=minute)
        scene.inbox.answers = [CalendarAnswer(scene.uid(ONE), ONE, Answer(said, sequence, stamped_at))]
        scene.inbox.mails = []
        with scene.store.writing() as work:
            work.mailboxes.keep(replace(work.mailboxes.get(scene.mine.id), cursor=""))
        return counted(scene.look(b"Subject: lunch?\r\n\r\n"))

    def test_a_word_that_the_provider_only_repeats_is_no_new_answer(self, scene):
        """It shows every event that was written to, with the answer of before."""
        assert self.shown(scene, Said.ACCEPTED, 0, 1) == (1, 0, 0)
        told = scene.lines()[ONE].answer
        scene.update()
        before = scene.alarm.rung
        assert self.shown(scene, Said.ACCEPTED, 1, 2) == (1, 0, 0)
        assert scene.lines()[ONE].answer == told == Answer(Said.ACCEPTED, 0, NOON + timedelta(minutes=1))
        assert scene.alarm.rung == before
        assert self.shown(scene, Said.DECLINED, 1, 3) == (2, 0, 0)
        assert scene.lines()[ONE].answer == Answer(Said.DECLINED, 1, NOON + timedelta(minutes=3))
        assert self.shown(scene, Said.ACCEPTED, 1, 4) == (3, 0, 0)

    def test_the_same_word_to_another_time_is_a_new_answer(self, scene):
        self.shown(scene, Said.ACCEPTED, 0, 1)
        revise(scene, scene.sent, zone="UTC")
        scene.post(scene.start(scene.sent, Selection(Kind.UPDATE)))
        assert scene.said() == {}
        assert self.shown(scene, Said.ACCEPTED, 1, 2) == (2, 0, 0)
        assert scene.lines()[ONE].answer == Answer(Said.ACCEPTED, 1, NOON + timedelta(minutes=2))

    @pytest.mark.parametrize(("is_moved", "answered_in"), [(False, 1), (True, 2)])
    def test_a_word_that_the_provider_repeats_shows_that_a_doubtful_letter_came(
        self, scene, is_moved, answered_in
    ):
        self.shown(scene, Said.ACCEPTED, 0, 1)
        revise(scene, scene.sent, **({"zone": "UTC"} if is_moved else {"title": "Newer"}))
        run = scene.start(scene.sent, Selection(Kind.UPDATE))
        scene.post(run, S.UNSURE)
        with scene.store.writing() as work:
            for notice in work.notices.due(NOON + timedelta(days=1), 50):
                work.notices.told(notice, "ts", scene.clock.now())
        assert self.shown(scene, Said.ACCEPTED, 1, 2) == (answered_in, 0, 0)
        line = scene.lines()[ONE]
        assert (line.is_unsure, line.state) == (False, S.SENT)
        assert line.answer == Answer(Said.ACCEPTED, answered_in - 1, NOON + timedelta(minutes=answered_in))
        with scene.store.reading() as work:
            due = {one.key for one in work.notices.due(NOON + timedelta(days=1), 50)}
        assert f"progress:{run.id}" in due

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
