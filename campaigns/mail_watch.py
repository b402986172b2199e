"""Reads what comes back to accounts: answers, bounces and complaints, while anybody waits for them."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.account import Account, AccountState
from campaigns.account_round import AccountRound
from campaigns.answer_port import Fetched, Inbox, Inboxes, Mailbox
from campaigns.errors import Busy, Misconfigured, NoAccess
from campaigns.mail_judge import Judge
from campaigns.mail_reading import read_mail
from campaigns.ports import Alarm, Clock
from campaigns.starting import is_over
from campaigns.store_port import Store, UnitOfWork

_log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=1)
LOOK_IN_TROUBLE = timedelta(minutes=15)
LISTEN_AFTER = timedelta(days=14)
"""So long after its end people still answer an event, and mail servers still give up."""

OF_SETTINGS = "An admin checks IMAP_URL in the bot's settings; many services want an app password."
"""Faults advise for accounts that people have connected; nobody renews this one in Slack."""

_AT_ONCE = 50
_MOST_ROUNDS = 40


class MailWatch:
    """Reads the mailboxes of accounts that have sent something which is not long over."""

    def __init__(self, store: Store, clock: Clock, alarm: Alarm, inboxes: Inboxes) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._inboxes = inboxes
        self._round = AccountRound(clock)

    def stop(self) -> None:
        """Finish what was fetched, and fetch no more."""
        self._round.stop()

    def look(self, account_id: int) -> Mailbox:
        """Read what has come in since the last look, and note it; returns how far that is. Raises NotFound.

        A mailbox that cannot be read is noted as such: what it sends is another matter, and goes on. One
        that is busy is left for the next time.
        """
        now = self._clock.now()
        self._round.begin(account_id)
        with self._store.reading() as work:
            account = work.accounts.get(account_id)
            mailbox = work.mailboxes.get(account_id)
            since = _listening_since(work, account, now)
        if since is None:
            return mailbox
        try:
            inbox = self._inboxes.for_account(account)
            if inbox is None:
                return self._keep_trouble(account, "") if mailbox.trouble else mailbox
            try:
                return self._read(account, mailbox, inbox, since)
            finally:
                inbox.close()
        except (NoAccess, Misconfigured) as fault:
            _log.warning("mailbox_refused", extra={"account": account_id, "evidence": fault.evidence})
            hint = OF_SETTINGS if account.is_of_settings else fault.hint
            return self._keep_trouble(account, f"{fault.cause}. {hint}" if hint else fault.cause)
        except Busy as fault:
            facts = {"account": account_id, "cause": fault.cause, "evidence": fault.evidence}
            _log.info("mailbox_busy", extra=facts)
            with self._store.reading() as work:
                return work.mailboxes.get(account_id)

    def look_at_all(self) -> int:
        """Look at each account whose turn it is; returns how many were. To be called often."""
        with self._store.reading() as work:
            accounts = [account for account in work.accounts.all() if account.state is AccountState.READY]
            due = [account.id for account in accounts if self._is_due(work.mailboxes.get(account.id))]
        return self._round.go(due, self.look, failed="mailbox_not_read")

    def _is_due(self, mailbox: Mailbox) -> bool:
        every = LOOK_IN_TROUBLE if mailbox.trouble else min(LOOK_EVERY, self._clock.minute)
        return self._round.is_due(mailbox.account_id, every)

    def _read(self, account: Account, mailbox: Mailbox, inbox: Inbox, since: datetime) -> Mailbox:
        for _ in range(_MOST_ROUNDS):
            fetched = inbox.fetch(mailbox.cursor, since=since, limit=_AT_ONCE)
            before, mailbox = mailbox, self._take(account, mailbox, fetched)
            if not fetched.is_more or self._round.is_stopping or mailbox.cursor == before.cursor:
                break
        return mailbox

    def _take(self, account: Account, read_from: Mailbox, fetched: Fetched) -> Mailbox:
        """Note what was fetched, and how far that was, in one transaction."""
        mails = [read_mail(octets) for octets in fetched.mails]
        now = self._clock.now()
        with self._store.writing() as work:
            work.accounts.lock(account.id)
            mailbox = work.mailboxes.get(account.id)
            if mailbox.cursor != read_from.cursor:
                return mailbox  # another process has read the same: it counts once
            judge = Judge(work, account, now)
            for mail in mails:
                judge.judge(mail)
            for said in fetched.answers:
                judge.hear(said)
            judge.carry_out()
            kept = replace(
                mailbox,
                cursor=mailbox.cursor if judge.comes_early else fetched.cursor,
                looked_at=now,
                trouble="",
                replies=mailbox.replies + judge.replies,
                bounces=mailbox.bounces + judge.bounces,
                strange=mailbox.strange + (0 if judge.comes_early else judge.strange),
            )
            work.mailboxes.keep(kept)
        if fetched.mails or fetched.answers:
            facts = {
                "account": account.id,
                "mails": len(fetched.mails) + len(fetched.answers),
                "replies": judge.replies,
                "bounces": judge.bounces,
                "strange": judge.strange,
            }
            _log.info("mailbox_read", extra=facts)
        if judge.replies or judge.bounces:
            self._alarm.wake()
        return kept

    def _keep_trouble(self, account: Account, trouble: str) -> Mailbox:
        with self._store.writing() as work:
            work.accounts.lock(account.id)
            kept = replace(work.mailboxes.get(account.id), looked_at=self._clock.now(), trouble=trouble)
            work.mailboxes.keep(kept)
        return kept


def _listening_since(work: UnitOfWork, account: Account, now: datetime) -> datetime | None:
    """Since when mail to ``account`` is of interest; None if none of it is."""
    if not account.is_current:
        return None
    long_ago = now - LISTEN_AFTER
    events = work.campaigns.events_told(account.id, ends_after=long_ago)
    return next((made_at for made_at, event in events if not is_over(event, long_ago)), None)
