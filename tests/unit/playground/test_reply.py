"""An answer and a bounce are real mails: iTIP and a delivery report that any reader can parse."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from icalendar import Calendar

from playground import Mailbox
from playground.reply import reply_to
from playground.reply_asked import CannotReply
from playground.reply_bounce import bounce_of
from tests.unit.playground.invites import ATTENDEE, OWNER, invite, keep

NOBODYS = b"""Content-Type: text/calendar

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
END:VEVENT
END:VCALENDAR
"""
NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)


def taken(letter, **where):
    return keep(Mailbox(), letter, **where)


def event_in(letter):
    [part] = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REPLY"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == "REPLY"
    [event] = calendar.walk("VEVENT")
    return event


def read(letter):
    return message_from_bytes(letter.as_bytes(), policy=default)


def test_an_answer_repeats_the_event_and_says_who_and_what():
    asked = taken(invite(sequence=2))
    letter = read(reply_to(asked, "ACCEPTED", "See you; bring Ötzi, too", NOW))
    event = event_in(letter)
    assert (event["UID"], event["SEQUENCE"]) == (f"uid-of-{ATTENDEE}", 2)
    assert event["ORGANIZER"] == f"mailto:{OWNER}"
    assert event["ATTENDEE"] == f"mailto:{ATTENDEE}"
    assert event["ATTENDEE"].params == {"CN": "Kim Park", "PARTSTAT": "ACCEPTED"}
    assert event["DTSTAMP"].dt == NOW
    assert event["COMMENT"] == "See you; bring Ötzi, too"
    assert event["DTSTART"].dt == datetime(2027, 7, 1, 8, 30, tzinfo=UTC)
    assert (letter["To"], letter["Subject"]) == (OWNER, "Accepted: Launch <party>")
    assert letter["From"] == f"Kim Park <{ATTENDEE}>"
    assert letter["In-Reply-To"] == f"<REQUEST-2-{ATTENDEE}>"
    assert "Ötzi" in letter.get_body(("plain",)).get_content()


def test_an_answer_names_the_address_that_was_written_to_if_the_invite_does_not():
    asked = taken(invite(), attendee="alias@people.example")
    letter = read(reply_to(asked, "DECLINED", "", NOW))
    assert event_in(letter)["ATTENDEE"] == "mailto:alias@people.example"
    assert "COMMENT" not in event_in(letter)


@pytest.mark.parametrize(
    ("letter", "partstat", "why"),
    [
        (invite(), "PERHAPS", "one of"),
        (invite(method="CANCEL"), "ACCEPTED", "Only an invitation"),
        (b"Subject: Hi\r\n\r\nNo invite\r\n", "ACCEPTED", "no invite"),
        (b"Content-Type: text/calendar\r\n\r\nBEGIN:VEV", "ACCEPTED", "cannot be read"),
        (NOBODYS, "ACCEPTED", "no organizer"),
    ],
)
def test_what_cannot_be_answered_says_why(letter, partstat, why):
    with pytest.raises(CannotReply, match=why):
        reply_to(taken(letter), partstat, "", NOW)


def test_a_bounce_is_a_delivery_report_about_that_mail():
    report = message_from_bytes(bounce_of(taken(invite()), NOW), policy=default)
    assert (report.get_content_type(), report.get_param("report-type")) == (
        "multipart/report",
        "delivery-status",
    )
    assert report["To"] == OWNER
    _words, status, original = report.iter_parts()
    _about_mail, about_recipient = status.get_payload()
    assert about_recipient["Final-Recipient"] == f"rfc822; {ATTENDEE}"
    assert (about_recipient["Action"], about_recipient["Status"]) == ("failed", "5.1.1")
    assert original.get_payload()[0]["Message-ID"] == f"<REQUEST-0-{ATTENDEE}>"
    assert "You are invited" not in report.as_string()
