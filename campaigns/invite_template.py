"""The fast builder: an invite's constant lines are made once, each attendee's own lines by hand.

Same arguments, same bytes as ``InviteBuilder`` (held by a fuzz over thousands of attendees), many times as
fast: for relays, dry runs and previews of long lists. The first letter is built both ways; should a library
ever write something differently, the reference builds them all.
"""

from datetime import datetime

from campaigns import identity
from campaigns.hand_over import Letter
from campaigns.ical_lines import escaped, folded, utc_stamp
from campaigns.ical_times import time_lines, zone_lines
from campaigns.invite import (
    InviteBuilder,
    calendar_type,
    file_name,
    invite_facts,
    letter_headers,
    multipart,
    organizer_address,
    unsubscribe_lines,
)
from campaigns.invite_calendar import ALARM_TEXT, PRODID, method_of
from campaigns.invite_clean import checked_address
from campaigns.invite_text import Also, Wording, Words
from campaigns.mime import base64_lines, mailbox_line, quoted_printable
from campaigns.model import Attendee, Event, Kind, Organizer

_TEXT = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_HTML = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_BASE64 = "Content-Transfer-Encoding: base64"
_INVITED = ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION"
_END = b"END:VEVENT\r\nEND:VCALENDAR\r\n"


class InviteTemplate:
    """As InviteBuilder, and what should be used."""

    def __init__(
        self,
        *,
        event: Event,
        organizer: Organizer,
        revision: int,
        revised_at: datetime,
        created_at: datetime,
        seed: str,
        kind: Kind,
        attach_ics: bool = True,
        unsubscribe_base: str = "",
        is_cancelled: bool = False,
        also: Also | None = None,
    ) -> None:
        self._reference = InviteBuilder(
            event=event,
            organizer=organizer,
            revision=revision,
            revised_at=revised_at,
            created_at=created_at,
            seed=seed,
            kind=kind,
            attach_ics=attach_ics,
            unsubscribe_base=unsubscribe_base,
            is_cancelled=is_cancelled,
            also=also,
        )
        self._event = event
        self._address = organizer_address(organizer)
        self._domain = identity.domain_of(self._address)
        self._wording = Wording(event, organizer, kind, is_cancelled=is_cancelled, also=also)
        self._revision = revision
        self._seed = seed
        self._kind = kind
        self._attach_ics = attach_ics
        self._unsubscribe_base = unsubscribe_base
        self._agrees: bool | None = None
        self._organizer_line = mailbox_line("From", self._wording.organizer, self._address)
        self._folded: dict[str, bytes] = {}
        self._calendar_part = f"Content-Type: {calendar_type(kind)}\r\n{_BASE64}\r\n\r\n".encode("ascii")
        self._attachment = (
            f'Content-Type: application/ics; name="{file_name(kind)}"\r\n{_BASE64}\r\n'
            f'Content-Disposition: attachment; filename="{file_name(kind)}"\r\n\r\n'
        ).encode("ascii")
        self._write_event(revised_at, created_at)

    def _write_event(self, revised_at: datetime, created_at: datetime) -> None:
        """The lines of the calendar part that are the same for everybody."""
        event, stamp = self._event, utc_stamp(revised_at)
        is_cancel = self._kind is Kind.CANCEL
        self._head = (
            f"BEGIN:VCALENDAR\r\nPRODID:{PRODID}\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n"
            f"METHOD:{method_of(self._kind)}\r\n{zone_lines(event)}BEGIN:VEVENT\r\nDTSTAMP:{stamp}\r\n"
        ).encode("ascii")
        self._times = time_lines(event)
        status, transp = ("CANCELLED", "TRANSPARENT") if is_cancel else ("CONFIRMED", "OPAQUE")
        cn = self._wording.organizer or self._address
        self._middle = (
            folded(f'ORGANIZER;CN="{cn}":mailto:{self._address}')
            + f"STATUS:{status}\r\nTRANSP:{transp}\r\nCREATED:{utc_stamp(created_at)}\r\n"
            f"LAST-MODIFIED:{stamp}\r\n".encode("ascii")
        )
        self._invited = f"{_INVITED}:mailto:" if is_cancel else f"{_INVITED};RSVP=TRUE:mailto:"
        self._end = _END if is_cancel else _alarm(event.reminder_minutes) + _END

    def letter(self, attendee: Attendee, dated_at: datetime, sequence: int | None = None) -> Letter:
        """As InviteBuilder.letter."""
        if self._agrees:
            return self._quick(attendee, dated_at, sequence)
        exact = self._reference.letter(attendee, dated_at, sequence)
        if self._agrees is None:
            self._agrees = self._quick(attendee, dated_at, sequence) == exact
        return exact

    def _quick(self, attendee: Attendee, dated_at: datetime, sequence: int | None = None) -> Letter:
        recipient = checked_address(attendee.address)
        words = self._wording.for_attendee(attendee, dated_at)
        sequence = self._revision if sequence is None else sequence
        message_id = identity.message_id(self._seed, attendee.key, self._kind, sequence, self._domain)
        key = identity.delivery_key(self._seed, attendee.key, self._kind, sequence)
        headers = letter_headers(
            organizer_line=self._organizer_line,
            to_line=mailbox_line("To", words.name, recipient),
            subject=words.subject,
            dated_at=dated_at,
            message_id=message_id,
            extra=unsubscribe_lines(self._unsubscribe_base, attendee.id, self._seed),
        )
        uid = identity.uid(self._seed, attendee.key, self._domain)
        calendar = base64_lines(self._calendar(words, recipient, uid, sequence))
        return Letter(
            key=key,
            sender=self._address,
            recipient=recipient,
            message_id=message_id,
            mime=headers + self._body(words, calendar, key.encode("ascii")),
            invite=invite_facts(self._event, self._kind, sequence, uid, words, self._wording.organizer),
        )

    def _calendar(self, words: Words, recipient: str, uid: str, sequence: int) -> bytes:
        return b"".join(
            (
                self._head,
                b"SEQUENCE:%d\r\n" % sequence,
                self._times,
                self._text_line("SUMMARY", words.title),
                self._text_line("DESCRIPTION", words.notes),
                self._text_line("LOCATION", words.place),
                self._middle,
                folded(f"UID:{uid}"),
                folded(f'ATTENDEE;CN="{words.name or recipient}"{self._invited}{recipient}'),
                self._end,
            )
        )

    def _text_line(self, name: str, text: str) -> bytes:
        """One folded line; the last one of each name is kept, as most events have no merge fields."""
        if not text:
            return b""
        kept = self._folded.get(text)
        if kept is None or not kept.startswith(name.encode("ascii")):
            kept = folded(f"{name}:{escaped(text)}")
            if len(self._folded) > len(("SUMMARY", "DESCRIPTION", "LOCATION")):
                self._folded.clear()
            self._folded[text] = kept
        return kept

    def _body(self, words: Words, calendar: bytes, key: bytes) -> bytes:
        between = b"\r\n--=_alternative_" + key
        alternative = b"".join(
            (
                between[2:] + b"\r\n" + _TEXT,
                quoted_printable(words.text),
                between + b"\r\n" + _HTML,
                quoted_printable(words.html),
                between + b"\r\n" + self._calendar_part,
                calendar,
                between + b"--\r\n",
            )
        )
        head = b"MIME-Version: 1.0\r\nContent-Type: "
        name = key.decode("ascii")
        inner = multipart("alternative", name).encode("ascii")
        if not self._attach_ics:
            return head + inner + b"\r\n\r\n" + alternative
        outside = b"\r\n--=_mixed_" + key
        return b"".join(
            (
                head + multipart("mixed", name).encode("ascii") + b"\r\n\r\n",
                outside[2:] + b"\r\nContent-Type: " + inner + b"\r\n\r\n",
                alternative,
                outside + b"\r\n" + self._attachment,
                calendar,
                outside + b"--\r\n",
            )
        )


def _alarm(minutes: int | None) -> bytes:
    if minutes is None:
        return b""
    return (
        f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:{ALARM_TEXT}\r\n"
        f"TRIGGER:-PT{minutes}M\r\nEND:VALARM\r\n"
    ).encode("ascii")
