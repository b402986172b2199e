"""One campaign over its whole life, and every attendee's inbox with what really came.

People invite, edit, update, cancel and remind; the list changes; attendees answer and their servers bounce;
the provider loses replies and delivers twice; the power fails. What an inbox holds is compared with the
ledger.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from icalendar import Calendar

from campaigns import checkpoint
from campaigns.answer import Said
from campaigns.errors import BadAddress, Busy, StateError, Unsure
from campaigns.forms import form_of
from campaigns.hand_over import LEASE
from campaigns.holding import is_current
from campaigns.letters import InviteDesk
from campaigns.mail_watch import MailWatch
from campaigns.model import DeliveryState, Kind
from campaigns.uploaded_list import ListPurpose
from playground.mail_store import StoredMail
from playground.reply import reply_to
from playground.reply_bounce import FULL, bounce_of
from scheduler import recovery
from tests.fakes.campaigns import OWNER, SUMMIT, House, roster_of, someone
from tests.fakes.clocks import NOON
from tests.fakes.incoming_mail import HeldInbox, OneInbox
from tests.fakes.mailers import LostReply

PEOPLE = 4
FAR = replace(
    SUMMIT,
    starts_at=NOON + timedelta(days=400),
    ends_at=NOON + timedelta(days=400, hours=1),
    description="Welcome, {{first_name|nobody}}.",
)


class Crash(BaseException):
    """The process is gone. Not an Exception: nobody may catch it."""


@dataclass(frozen=True)
class Came:
    """A mail as an attendee's calendar program reads it."""

    mail: StoredMail
    method: str
    sequence: int
    stamped_at: datetime
    summary: str
    description: str
    starts_at: datetime

    @property
    def is_cancel(self):
        return self.method == "CANCEL"

    @property
    def revision(self):
        """The event's revision: each one has a title of its own."""
        return int(self.summary.rpartition(" ")[2])


class Life:
    """``inboxes``: what came to each address and did not bounce, in the order in which it came."""

    def __init__(self, folder):
        self.house = House(folder)
        self.house.desk = InviteDesk()
        self.house.courier = self.house.new_courier()
        self.inbox = HeldInbox()
        self.watch = MailWatch(self.house.store, self.house.clock, self.house.alarm, OneInbox(self.inbox))
        self.campaign = self.house.campaign(PEOPLE, event=replace(FAR, title="Summit 0"))
        self.said = {}
        self.bounced = set()
        self._returned = set()
        self.stories = 0
        self.runs = []
        self._came = []

    def close(self):
        checkpoint.install(None)
        self.house.close()

    # people

    def start(self, kind, per_batch):
        self.stories += 1
        with suppress(StateError):
            submission = f"submission-{self.stories}"
            self.runs.append(
                self.house.start(self.now_campaign(), per_batch, kind=kind, submission=submission).id
            )

    def send_again(self):
        self._again("send_again")

    def retry_failed(self):
        self._again("retry_failed")

    def edit(self, days=0):
        """The event gets another title, and is moved by so many days."""
        self.house.clock.minutes(1)
        with suppress(StateError):
            before = self.now_campaign()
            times = {name: getattr(before.event, name) + timedelta(days) for name in ("starts_at", "ends_at")}
            event = replace(before.event, title=f"Summit {before.revision + 1}", **times)
            self.house.editing.revise(OWNER, self.campaign.id, event)

    def put_on_the_list(self, numbers, word):
        """The list is these people now; ``word`` stands in a column of theirs."""
        people = [replace(someone(number), fields={"first_name": word}) for number in numbers]
        self.house.attachments.held = replace(roster_of(0), attendees=people)
        self.stories += 1
        upload = self.house.campaigns.submit(
            OWNER,
            form_of(self.now_campaign()),
            file={},
            view_id="",
            submission=f"upload-{self.stories}",
            purpose=ListPurpose.REPLACE,
            target=self.campaign.id,
        )
        self.house.campaigns.import_list(upload)
        self.house.editing.apply_list(OWNER, upload.id)

    def press(self, button):
        for run_id in self.runs[-1:]:
            with suppress(StateError):
                getattr(self.house.runs, button)(OWNER, run_id)

    # attendees, and their mail servers

    def answer(self, address, said, back=0):
        """The attendee answers what their calendar shows, or an older mail, if it can be answered."""
        self.house.clock.minutes(1)
        came = self.inboxes[address][: -back or None]
        if not came or came[-1].is_cancel:
            return
        letter = reply_to(came[-1].mail, said.upper(), "", self.house.clock.now())
        self.inbox.mails.append(letter.as_bytes())
        _, before = self.said.get(address, (None, came[-1]))
        if came[-1].sequence >= before.sequence:
            self.said[address] = (Said(said), came[-1])

    def bounce(self, address, back=0):
        """The mail server of this attendee sends back what came last, or before, and it is gone."""
        came = self.inboxes[address][: -back or None]
        if came:
            self.bounced.add(came[-1].mail.content)
            self._send_back()

    def _send_back(self):
        """What is sent back once is sent back whenever it comes."""
        for came in self._everything():
            if came.mail.content in self.bounced and came.mail.number not in self._returned:
                self._returned.add(came.mail.number)
                self.inbox.mails.append(bounce_of(came.mail, self.house.clock.now(), FULL))

    def again(self, index):
        """The network brings an old answer or bounce once more."""
        if self.inbox.mails:
            self.inbox.mails.append(self.inbox.mails[index % len(self.inbox.mails)])

    def look(self):
        self.watch.look(self.campaign.account_id)

    # time and trouble

    def carry(self, troubles=(), crash_after=None):
        self.house.mailer.script = [_entry(name) for name in troubles]
        self._arm(crash_after)
        try:
            self.house.carry_due()
        except Crash:
            self._arm(None)
            self.house.courier = self.house.new_courier()
            recovery.take_over(self.house.store, self.house.clock)
        finally:
            self._arm(None)
            self.house.mailer.script = []
            self._send_back()

    def let_it_run(self):
        """Nothing goes wrong for a while."""
        for _ in range(6):
            self.wait()
            self.carry()

    def wait(self):
        wake_at = self.house.queue.next_wake_at(self.house.clock.now())
        if wake_at is not None:
            self.house.clock.time = max(self.house.clock.now(), wake_at)

    def let_leases_end(self):
        self.house.clock.advance(LEASE + timedelta(seconds=1))
        recovery.abandon_expired(self.house.store, self.house.clock)

    def settle_everything(self):
        for _ in range(60):
            self.press("resume")
            self.wait()
            recovery.abandon_expired(self.house.store, self.house.clock)
            self.carry()
        self.look()
        self.check()

    # what must hold

    def check(self):
        """Raise AssertionError unless the ledger says of each attendee what their inbox says."""
        inboxes, newest = self.inboxes, self.now_campaign().revision
        with self.house.store.reading() as work:
            lines = {line.attendee.address: line for line in work.answers.people(self.campaign.id)}
            rows = {one.address: one for one in self._attendees()}
        for address, row in rows.items():
            came = inboxes[address]
            _in_order(address, self._all_that_came(address))
            line = lines.get(address)
            if row.unsure or self._is_on_the_wire(address) or self._bounce_unread(address):
                continue
            if not came:
                assert row.held_revision is None, f"{address} holds nothing, and the ledger says otherwise"
                continue
            last = came[-1]
            assert row.held_revision is not None, f"{address} holds {last.summary}, and nobody knows"
            assert row.held_cancelled == last.is_cancel, f"{address}: cancelled or not"
            if not last.is_cancel:
                assert row.held_revision == last.revision, f"{address}: another version"
            assert row.held_sequence >= last.sequence
            if is_current(row, newest):
                words = f"Welcome, {row.fields.get('first_name') or 'nobody'}."
                assert last.description == words, f"{address}: other words than the list has for them"
            if line is not None and self.inbox_is_read and address in self.said:
                self._check_answer(address, last, line.answer)

    def _check_answer(self, address, last, heard):
        said, to = self.said[address]
        later = [one for one in self._all_that_came(address) if one.sequence > to.sequence]
        if to.mail.content in self.bounced:
            return
        stayed = [one for one in later if one.mail.content not in self.bounced]
        # whoever is invited anew after a cancellation, or to another time, has said nothing of that yet
        if last in later and not last.is_cancel and last.starts_at != to.starts_at:
            assert heard is None, f"{address} has said nothing of the new time"
        elif not any(one.is_cancel or one.starts_at != to.starts_at for one in stayed):
            assert heard is not None, f"{address} has answered"
            assert heard.said is said, f"{address} has said something else"

    @property
    def inbox_is_read(self):
        with self.house.store.reading() as work:
            return work.mailboxes.get(self.campaign.account_id).cursor == str(len(self.inbox.mails))

    @property
    def inboxes(self):
        found = defaultdict(list)
        for came in self._everything():
            if came.mail.content not in self.bounced:
                found[came.mail.recipients[0]].append(came)
        return found

    def now_campaign(self):
        with self.house.store.reading() as work:
            return work.campaigns.get(self.campaign.id)

    def _again(self, how):
        self.stories += 1
        for run_id in self.runs[-1:]:
            with suppress(StateError):
                run = getattr(self.house.runs, how)(OWNER, run_id, submission=f"again-{self.stories}")
                self.runs.append(run.id)

    def _everything(self):
        for number, accepted in enumerate(self.house.mailer.accepted[len(self._came) :], len(self._came)):
            self._came.append(_read(number, accepted))
        return self._came

    def _all_that_came(self, address):
        return [came for came in self._everything() if came.mail.recipients[0] == address]

    def _attendees(self):
        return self.house.people(self.campaign)

    def _is_on_the_wire(self, address):
        """Or was handed over by a process that is dead, and nobody knows yet."""
        return any(
            row.address == address and row.state == DeliveryState.SENDING
            for run_id in self.runs
            for row in self.house.rows(self._run(run_id))
        )

    def _run(self, run_id):
        with self.house.store.reading() as work:
            return work.runs.get(run_id)

    def _bounce_unread(self, address):
        return not self.inbox_is_read and any(
            came.mail.content in self.bounced for came in self._all_that_came(address)
        )

    def _arm(self, crash_after):
        if crash_after is None:
            checkpoint.install(None)
            return
        left = iter(range(crash_after))

        def hook(name):
            if next(left, None) is None:
                raise Crash(name)

        checkpoint.install(hook)


def _in_order(address, came):
    """Of one person's mails each later one has a higher SEQUENCE, unless it is the same to the byte."""
    for earlier, later in pairwise(came):
        same = earlier.mail.content == later.mail.content
        assert same or later.sequence > earlier.sequence, f"{address}: {later.method} came out of order"


def _read(number, accepted):
    letter = accepted.letter
    mail = StoredMail(number, letter.sender, (letter.recipient,), accepted.at, 0.0, _content=letter.mime)
    calendar = Calendar.from_ical(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    return Came(
        mail,
        str(calendar["METHOD"]),
        int(event["SEQUENCE"]),
        event["DTSTAMP"].dt,
        str(event["SUMMARY"]),
        str(event["DESCRIPTION"]),
        event["DTSTART"].dt,
    )


def _entry(name):
    return {
        "busy": Busy("Greylisted"),
        "down": Busy("Server down", whole_account=True),
        "bad": BadAddress("No such mailbox"),
        "lost": LostReply(Unsure("The reply was lost")),
        "unclear": Unsure("The reply was lost"),
        "cut": LostReply(Crash()),
    }.get(name)


KINDS = tuple(Kind)
ANSWERS = tuple(said.value for said in Said)
TROUBLES = ("taken", "taken", "taken", "busy", "down", "bad", "lost", "unclear", "cut")
