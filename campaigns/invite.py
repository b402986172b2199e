"""Event and attendee → one invite mail (iMIP, RFC 6047), built with the libraries that know the standards.

This is the reference: plain, slow (hundreds a second), and what the fast builder in ``invite_template`` must
match byte for byte. One message for each attendee: nobody learns another's address. The same facts always
give the same bytes, so a retry is a repeat and not a second invite.
"""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from campaigns import identity, unsubscribe
from campaigns.errors import BadAddress, Misconfigured
from campaigns.hand_over import InviteFacts, Letter
from campaigns.invite_calendar import CalendarFacts, calendar_octets, method_of
from campaigns.invite_clean import checked_address
from campaigns.invite_text import Also, Wording, Words
from campaigns.mime import base64_lines, mailbox_line, quoted_printable, subject_line
from campaigns.model import Attendee, Event, Kind, Organizer


class InviteBuilder:
    """Builds the letters of one event at one revision that do one deed.

    ``kind`` is the deed: a CANCEL takes an entry back, everything else asks to come. With ``is_cancelled`` a
    CANCEL says that the event was called off, without it that this person was taken off the list.
    ``also`` is what else its attendees have to hear.
    ``attach_ics``: some mail programs take only the attachment (CalConnect's best practice); without it the
    mail has the shape of Exchange's own and about 60% of the size. ``unsubscribe_base`` is what the links of
    this campaign begin with (``unsubscribe.base``); '' leaves them out.
    """

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
        self._event = event
        self._address = organizer_address(organizer)
        self._domain = identity.domain_of(self._address)
        self._revision = revision
        self._revised_at = revised_at
        self._created_at = created_at
        self._seed = seed
        self._kind = kind
        self._attach_ics = attach_ics
        self._unsubscribe_base = unsubscribe_base
        self._wording = Wording(event, organizer, kind, is_cancelled=is_cancelled, also=also)

    def letter(
        self, attendee: Attendee, dated_at: datetime, sequence: int | None = None, *, send_to: str = ""
    ) -> Letter:
        """The invite of ``attendee``, dated ``dated_at`` (when it was first claimed, also on a retry).

        ``sequence`` is its SEQUENCE, if that is not the revision (see ``Delivery.sequence``).
        ``send_to`` gets it instead of the attendee, in whose words it stays: for a test.
        """
        recipient = checked_address(send_to or attendee.address)
        words = self._wording.for_attendee(attendee, dated_at)
        sequence = self._revision if sequence is None else sequence
        message_id = identity.message_id(self._seed, attendee.key, self._kind, sequence, self._domain)
        key = identity.delivery_key(self._seed, attendee.key, self._kind, sequence)
        uid = identity.uid(self._seed, attendee.key, self._domain)
        message = self._message(words, self._calendar(words, recipient, uid, sequence), key)
        headers = letter_headers(
            organizer_line=mailbox_line("From", self._wording.organizer, self._address),
            to_line=mailbox_line("To", words.name, recipient),
            subject=words.subject,
            dated_at=dated_at,
            message_id=message_id,
            extra=unsubscribe_lines(self._unsubscribe_base, attendee.id, self._seed),
        )
        return Letter(
            key=key,
            sender=self._address,
            recipient=recipient,
            message_id=message_id,
            mime=headers + message.as_bytes(),
            invite=invite_facts(self._event, self._kind, sequence, uid, words, self._wording.organizer),
        )

    def _calendar(self, words: Words, recipient: str, uid: str, sequence: int) -> bytes:
        return calendar_octets(
            CalendarFacts(
                event=self._event,
                kind=self._kind,
                words=words,
                organizer_name=self._wording.organizer,
                organizer_address=self._address,
                recipient=recipient,
                uid=uid,
                sequence=sequence,
                revised_at=self._revised_at,
                created_at=self._created_at,
            )
        )

    def _message(self, words: Words, calendar: bytes, key: str) -> EmailMessage:
        alternative = EmailMessage(_AS_WRITTEN)
        alternative["Content-Type"] = multipart("alternative", key)
        for leaf in (
            _leaf("text/plain; charset=utf-8", quoted_printable(words.text), "quoted-printable"),
            _leaf("text/html; charset=utf-8", quoted_printable(words.html), "quoted-printable"),
            # Last in the alternative: a program that knows it prefers it (RFC 2046, 5.1.4).
            _leaf(calendar_type(self._kind), base64_lines(calendar), "base64"),
        ):
            alternative.attach(leaf)
        message = EmailMessage(_AS_WRITTEN)
        message["MIME-Version"] = "1.0"
        if not self._attach_ics:
            message["Content-Type"] = multipart("alternative", key)
            message.set_payload(alternative.get_payload())
            return message
        message["Content-Type"] = multipart("mixed", key)
        # The alternative stays first: Outlook looks for invites in the first child only.
        message.attach(alternative)
        name = file_name(self._kind)
        attachment = _leaf(f'application/ics; name="{name}"', base64_lines(calendar), "base64")
        attachment["Content-Disposition"] = f'attachment; filename="{name}"'
        message.attach(attachment)
        return message


def calendar_type(kind: Kind) -> str:
    """The Content-Type of the calendar part: without the method programs show an attachment and no invite."""
    return f"text/calendar; charset=UTF-8; method={method_of(kind)}"


def file_name(kind: Kind) -> str:
    """What the attachment is called."""
    return "cancel.ics" if kind is Kind.CANCEL else "invite.ics"


def organizer_address(organizer: Organizer) -> str:
    """The organizer's address, or Misconfigured: with a wrong one no invite at all could leave."""
    try:
        return checked_address(organizer.address)
    except BadAddress as fault:
        raise Misconfigured(
            "The organizer's address cannot be written in a mail",
            hint="Correct the organizer's address of this campaign.",
        ) from fault


def invite_facts(
    event: Event, kind: Kind, sequence: int, uid: str, words: Words, organizer_name: str
) -> InviteFacts:
    """The invite for a provider that makes its own mail of it."""
    # By position: this is made for every letter, and by name it takes half as long again.
    return InviteFacts(
        kind,
        sequence,
        uid,
        words.title,
        words.told,
        words.place,
        event.starts_at,
        event.ends_at,
        event.zone,
        words.name,
        organizer_name,
        event.is_all_day,
        event.recurrence,
        event.reminder_minutes,
    )


def unsubscribe_lines(base: str, attendee_id: int, seed: str) -> str:
    """The headers that give a mail program's own Unsubscribe button (RFC 8058); '' without a base."""
    if not base:
        return ""
    address = unsubscribe.address(base, attendee_id, seed)
    return f"List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def letter_headers(
    *,
    organizer_line: str,
    to_line: str,
    subject: str,
    dated_at: datetime,
    message_id: str,
    extra: str = "",
) -> bytes:
    """The header block, with ``extra`` whole lines last.

    ``To`` names the attendee and nobody else: Gmail ignores invites to a Cc or Bcc.
    """
    lines = (
        organizer_line,
        to_line,
        subject_line(subject),
        f"Date: {format_datetime(dated_at.astimezone(UTC))}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",  # stops autoresponders (RFC 3834)
        extra,
    )
    return "\r\n".join(lines).encode("ascii")


class _AsWritten(EmailPolicy):
    """Writes header values exactly as given, with CRLF everywhere.

    The default policy would leave bare LF in the calendar part (measured), and quotes ``method``.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        return name, value


_AS_WRITTEN = _AsWritten(linesep="\r\n", refold_source="none")


def multipart(subtype: str, key: str) -> str:
    """A multipart's Content-Type. Its boundary is made from the delivery's key, so that a retry is the same.

    ``=_`` can occur neither in base64 nor in quoted-printable.
    """
    return f'multipart/{subtype}; boundary="=_{subtype}_{key}"'


def _leaf(content_type: str, body: bytes, encoding: str) -> EmailMessage:
    part = EmailMessage(_AS_WRITTEN)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(body.decode("ascii"))
    return part
