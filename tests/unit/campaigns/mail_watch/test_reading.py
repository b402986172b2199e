"""How mailboxes are read, on every store: how far, how often, and what stops it."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account, AccountState
from campaigns.errors import Busy, Misconfigured, NoAccess, StorageTrouble
from campaigns.mail_watch import LISTEN_AFTER, LOOK_EVERY, LOOK_IN_TROUBLE, OF_SETTINGS, MailWatch
from campaigns.model import RunState
from campaigns.recurrence import Frequency, Recurrence
from tests.contract.store_scene import SUMMIT, form, roster
from tests.fakes.campaigns import FailingStore
from tests.fakes.clocks import NOON
from tests.fakes.incoming_mail import reply
from tests.unit.campaigns.watched import DOMAIN, ONE, UNKNOWN, counted


class Counting:
    """A store that notes in ``read`` whatever is asked of it while it is only read."""

    def __init__(self, store, read):
        self.writing, self._store, self._read = store.writing, store, read

    @contextmanager
    def reading(self):
        with self._store.reading() as work:
            yield CountedPart(work, self._read)


class CountedPart:
    """A transaction, or a part of it."""

    def __init__(self, part, read):
        self._part, self._read = part, read

    def __getattr__(self, name):
        found = getattr(self._part, name)
        if not callable(found):
            return CountedPart(found, self._read)
        self._read.append(name)
        return found


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

    def test_a_look_reaches_back_to_the_oldest_campaign_that_is_not_long_over(self, scene):
        """One that repeats is over after its last time, which only its rule tells."""
        account = scene.account("other@example.org")
        weekly = Recurrence(Frequency.WEEKLY, count=2)
        for day, lasts, recurrence in ((0, 0, weekly), (1, 0, None), (2, 30, None), (3, 60, None)):
            ends_at = SUMMIT.ends_at + timedelta(days=lasts)
            self.told(scene, account, replace(SUMMIT, ends_at=ends_at, recurrence=recurrence), day)
        scene.clock.time = SUMMIT.ends_at + timedelta(days=7) + LISTEN_AFTER
        scene.watch.look(account.id)
        assert scene.inbox.asked == [("", NOON + timedelta(days=2))]

    def test_a_look_asks_the_store_as_little_for_many_campaigns_as_for_one(self, scene):
        """It is asked of each account every minute."""
        read = []
        counting = Counting(scene.store, read)
        watch = MailWatch(counting, scene.clock, scene.alarm, scene.inboxes)
        watch.look(scene.mine.id)
        of_one = len(read)
        for day in range(5):
            self.told(scene, scene.mine, SUMMIT, day)
        read.clear()
        watch.look(scene.mine.id)
        assert len(read) == of_one

    def told(self, scene, account, event, day):
        """A campaign that was made on this day, and has had a run."""
        with scene.store.writing() as work:
            campaign = work.campaigns.add(
                replace(form(account), event=event),
                workspace="T1",
                owner="UOWNER",
                roster=roster(1),
                missing_values=0,
                now=NOON + timedelta(days=day),
            )
        scene.move(scene.start(campaign), RunState.STOPPED)

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
