"""One campaign at Google Calendar over its whole life, and every event in the bot's calendar there.

As in ``life``; but the provider keeps the events and the answers, and what it lost is asked for.
"""

import tempfile
from functools import cache
from pathlib import Path

from campaigns import identity
from campaigns.answer import Said
from campaigns.holding import holds, is_current
from campaigns.mail_watch import MailWatch
from campaigns.model import DeliveryState
from mailers import google_events
from mailers.calendar_inbox import CalendarInbox
from mailers.google_auth import OWN_CALENDARS
from playground import google_errors
from scheduler import recovery
from tests.fakes.campaigns import House
from tests.fakes.provider_accounts import google_tokens
from tests.sim.life import Crash, Life

_LIVES = 3
_SAID = {said.value: said for said in Said} | {"needsAction": None}


class GoogleLife(Life):
    """``scene`` is a ``CalendarScene``: Google's stand-in, over HTTP."""

    def __init__(self, folder, scene):
        Path(folder, "house.db").write_bytes(_empty_house())
        super().__init__(folder)
        self.scene = scene
        self.replies = 0
        self.watch = MailWatch(self.house.store, self.house.clock, self.house.alarm, self)
        self._begin()

    def for_account(self, account):
        """As ``campaigns.answer_port.Inboxes``."""
        tokens = google_tokens(self.scene.google, OWN_CALENDARS)
        return CalendarInbox(
            tokens, calendar_id=self.scene.note, endpoint=self.scene.google.calendar_endpoint
        )

    # attendees

    def answer(self, address, said):
        """The attendee answers what their calendar shows, if anything."""
        event = self.events[address]
        if event is not None and event["status"] == "confirmed":
            self.scene.google.calendars.answer(event["id"], address, said)
            self.replies += 1

    def look(self):
        super().look()
        self._check_answers()

    # time and trouble

    def carry(self, troubles=(), crash_after=None):
        for name in troubles:
            self._meet(name)
        self._arm(crash_after)
        try:
            self.house.carry_due()
        except Crash:
            self._arm(None)
            self._begin()
            recovery.take_over(self.house.store, self.house.clock)
        finally:
            self._arm(None)
            self.scene.google.faults.clear()

    def settle_everything(self):
        for _ in range(8):
            self.press("resume")
            self.let_leases_end()
            self.let_it_run()
        self.look()
        self.check()

    def _begin(self):
        """A new process remembers nothing of what was lost."""
        self.scene.mailer.close()
        self.scene.mailer = self.house.mailer = self.scene.open_mailer()
        self.house.courier = self.house.new_courier()

    def _meet(self, name):
        """``lost insert``, say: the next one has its effect, and its reply never comes."""
        what, on = name.split()
        faults, on = self.scene.google.faults, f"events.{on}"
        match what:
            case "lost":
                faults.drop("after", on=on, times=1)
            case "unheard":
                faults.drop("before", on=on, times=1)
            case "failed":
                faults.refuse(google_errors.BACKEND_ERROR, on=on, times=1, when="after")

    # what must hold

    def check(self):
        """Raise AssertionError unless the ledger says of each attendee what stands in Google's calendar."""
        newest = self.now_campaign().revision
        events = self.events
        for row in self._attendees():
            if row.unsure or self._is_on_the_wire(row.address):
                continue
            event, who = events[row.address], row.address
            is_there = event is not None and event["status"] == "confirmed"
            assert holds(row) == is_there, f"{who}: the ledger and Google disagree on whether they have it"
            if not is_there:
                continue
            # the number of a letter that never came is used up
            assert google_events.sequence(event) <= row.held_sequence, f"{who}: another letter"
            assert event["summary"] == f"Summit {row.held_revision}", f"{who}: another version"
            if is_current(row, newest):
                words = f"Welcome, {row.fields.get('first_name') or 'nobody'}."
                assert event["description"].endswith(words), f"{who}: other words than the list has for them"

    def _check_answers(self):
        """Raise AssertionError unless each answer that Google shows has been heard."""
        rows, events = self._attendees(), self.events
        if any(self._is_on_the_wire(row.address) for row in rows):
            return  # it is all read again, when what became of that is known
        with self.house.store.reading() as work:
            lines = {line.attendee.address: line for line in work.answers.people(self.campaign.id)}
            mailbox = work.mailboxes.get(self.campaign.account_id)
        assert mailbox.replies <= self.replies, "an answer counted twice"
        assert not mailbox.strange
        for row in rows:
            event = events[row.address]
            if row.unsure or not holds(row) or row.address not in lines:
                continue
            shown = _SAID[event["attendees"][0].get("responseStatus", "needsAction")]
            heard = lines[row.address].answer
            assert (heard.said if heard else None) is shown, f"{row.address}: another answer than at Google"

    @property
    def events(self):
        """The event of each attendee, whichever of its lives it is in; None: there never was one."""
        known = {event["id"]: event for event in self.scene.events} if self.scene.kept else {}
        return {row.address: self._event(known, row.key) for row in self._attendees()}

    def _event(self, known, key):
        uid = identity.uid(self.campaign.seed, key, "example.org")
        lives = [known.get(google_events.event_id(uid, life)) for life in range(_LIVES)]
        there = [event for event in lives if event is not None]
        return next(
            (event for event in there if event["status"] == "confirmed"), there[-1] if there else None
        )

    def _is_on_the_wire(self, address):
        """Or was handed over by a process that is dead, and nobody knows yet."""
        rows = (row for run_id in self.runs for row in self.house.rows(self._run(run_id)))
        return any(row.address == address and row.state == DeliveryState.SENDING for row in rows)


TROUBLES = tuple(
    f"{what} {on}"
    for what in ("lost", "lost", "unheard", "failed")
    for on in ("insert", "patch", "delete", "get")
)


@cache
def _empty_house():
    """A database with its tables: to make them takes longer than a life."""
    with tempfile.TemporaryDirectory(prefix="sendinvites-empty-") as folder:
        House(folder).close()
        return Path(folder, "house.db").read_bytes()
