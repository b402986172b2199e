"""A provider that does as it is told, and letters small enough to read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.hand_over import InviteFacts, Letter, Receipt
from campaigns.invite_clean import checked_address

AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Accepted:
    """A letter the provider took, and when."""

    letter: Letter
    at: datetime


class ScriptedMailer:
    """Implements ``campaigns.mailer_port.Mailer``: each send meets the next of ``script``, or is taken.

    An entry of the script is None (taken), an exception (raised instead), or a function of the letter, which
    may do anything before it returns None (taken) or an exception. ``trouble`` maps an address to entries for
    its sends only. A letter in ``lost_replies`` is taken although the caller is told otherwise.
    """

    def __init__(self, clock, takes=AT_ONCE):
        self._clock = clock
        self.takes = takes
        self.script = []
        self.trouble = {}
        self.tried = []
        self.accepted = []

    def send(self, letter):
        checked_address(letter.recipient)
        self.tried.append(letter.recipient)
        entry = self._next_entry(letter.recipient)
        if callable(entry) and not isinstance(entry, BaseException):
            entry = entry(letter)
        if isinstance(entry, LostReply):
            self._accept(letter)
            raise entry.error
        if isinstance(entry, BaseException):
            self._clock.advance(self.takes)
            raise entry
        self._accept(letter)
        return Receipt(f"taken-{len(self.accepted)}")

    def check(self):
        """The account is fine."""

    def close(self):
        """Nothing is open."""

    @property
    def recipients(self):
        return [one.letter.recipient for one in self.accepted]

    @property
    def letters_per_address(self):
        return Counter(self.recipients)

    @property
    def times(self):
        return [one.at for one in self.accepted]

    def _accept(self, letter):
        self.accepted.append(Accepted(letter, self._clock.now()))
        self._clock.advance(self.takes)

    def _next_entry(self, address):
        own = self.trouble.get(address)
        if own:
            return own.pop(0)
        return self.script.pop(0) if self.script else None


@dataclass(frozen=True)
class LostReply:
    """An entry of a script: the provider takes the letter, and then ``error`` is all that is heard."""

    error: BaseException


class OneMailer:
    """Implements ``campaigns.mailer_port.Mailers`` with the same mailer for every account."""

    def __init__(self, mailer):
        self._mailer = mailer

    def for_account(self, account):
        return self._mailer


class PlainPen:
    """Implements ``campaigns.letters.Pen``: what a letter must depend on, in one line."""

    def __init__(self, campaign, deed, revision, broken):
        self._head = f"{campaign.id}/{revision}/{deed}"
        self._campaign, self._deed = campaign, deed
        self._sender = campaign.organizer.address
        self._broken = broken

    def letter(self, attendee, dated_at, sequence):
        if attendee.address in self._broken:
            raise ZeroDivisionError
        key = f"{self._head}/{sequence}/{attendee.key}"
        mime = f"{key} {dated_at.isoformat()}".encode()
        facts = self._facts(attendee, sequence)
        return Letter(key, self._sender, attendee.address, f"<{key}@test>", mime, facts)

    def _facts(self, attendee, sequence):
        event = self._campaign.event
        return InviteFacts(
            self._deed,
            sequence,
            f"{attendee.key}@test",
            event.title,
            event.description,
            event.place,
            event.starts_at,
            event.ends_at,
            event.zone,
            attendee.name,
            self._campaign.organizer.name,
        )


class PlainDesk:
    """Implements ``campaigns.letters.Desk``; the pen breaks over the addresses in ``broken``."""

    def __init__(self):
        self.broken = set()

    def pen(self, work, run, delivery):
        return PlainPen(work.campaigns.get(run.campaign_id), delivery.deed, delivery.revision, self.broken)
