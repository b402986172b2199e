"""Each mail program answers in its own shape; every one can be read by anybody, and says the same."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
import vobject
from icalendar import Calendar

from playground import Mailbox
from playground.reply import Program, reply_to
from tests.unit.playground.invites import ATTENDEE, OWNER, invite, keep

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
COMMENT = 'See you; bring "Ötzi", too\r\nand a pen'
UTC_TIMES = {"start": ":20270701T083000Z", "end": ":20270701T093000Z"}
ALL_DAY = {"start": ";VALUE=DATE:20270701", "end": ";VALUE=DATE:20270702"}


def answered(program, partstat="ACCEPTED", comment="", **asked):
    letter = reply_to(keep(Mailbox(), invite(**asked)), partstat, comment, NOW, program)
    return message_from_bytes(letter.as_bytes(), policy=default)


def part_of(letter):
    [part] = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    return part


def text_of(letter):
    return part_of(letter).get_payload(decode=True).decode()


def event_of(letter):
    [event] = Calendar.from_ical(text_of(letter)).walk("VEVENT")
    return event


@pytest.mark.parametrize("program", Program)
@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
@pytest.mark.parametrize("asked", [{}, UTC_TIMES, ALL_DAY], ids=["zone", "utc", "day"])
def test_every_program_says_who_answers_what_and_how(program, partstat, asked):
    letter = answered(program, partstat, COMMENT, sequence=3, **asked)
    assert part_of(letter).get_param("method") == "REPLY"
    assert (letter["To"], letter["From"]) == (OWNER, f"Kim Park <{ATTENDEE}>")
    event = event_of(letter)
    assert (event["UID"], event["SEQUENCE"], event["DTSTAMP"].dt) == (f"uid-of-{ATTENDEE}", 3, NOW)
    assert event["ATTENDEE"].lower() == f"mailto:{ATTENDEE}"
    assert event["ATTENDEE"].params["PARTSTAT"] == partstat
    # An independent reader agrees.
    other = vobject.readOne(text_of(letter)).vevent
    assert (other.uid.value, other.attendee.partstat_param) == (event["UID"], partstat)


@pytest.mark.parametrize("program", Program)
def test_no_line_of_an_answer_is_too_long_or_ends_wrongly(program):
    """The calendar is ended by CR LF, and folded at 75 octets (RFC 5545, 3.1), never inside a character."""
    raw = part_of(answered(program, comment="ö" * 200)).get_payload(decode=True)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 and line.decode() is not None for line in raw.split(b"\r\n"))


@pytest.mark.parametrize("program", [Program.PLAIN, Program.OUTLOOK, Program.APPLE])
def test_a_comment_comes_as_it_was_typed(program):
    assert str(event_of(answered(program, comment=COMMENT))["COMMENT"]).split() == COMMENT.split()


def test_gmail_writes_in_the_persons_name_and_the_calendar_twice():
    letter = answered(Program.GMAIL, "TENTATIVE", "Maybe later")
    assert letter["Sender"] == "Google Calendar <calendar-notification@google.com>"
    assert letter["Subject"].strip() == f"Tentatively Accepted: Launch <party> @ Thu Jul 1, 2027 ({OWNER})"
    assert letter["In-Reply-To"] is None
    [file] = [part for part in letter.walk() if part.get_content_type() == "application/ics"]
    assert file.get_payload(decode=True) == part_of(letter).get_payload(decode=True)
    assert event_of(letter)["ATTENDEE"].params["X-RESPONSE-COMMENT"] == "Maybe later"
    assert "COMMENT" not in event_of(letter)


def test_outlook_names_no_organizer_and_its_own_zones():
    in_zone, in_utc = answered(Program.OUTLOOK), answered(Program.OUTLOOK, **UTC_TIMES)
    assert "ORGANIZER" not in text_of(in_zone)
    assert "DTSTART;TZID=W. Europe Standard Time:20270701T103000" in text_of(in_zone)
    assert "\r\nTZID:W. Europe Standard Time\r\n" in text_of(in_zone)
    assert "DTSTART;TZID=UTC:20270701T083000" in text_of(in_utc)
    assert event_of(in_zone)["SUMMARY"] == "Accepted: Launch <party>"
    assert f"MAILTO:{ATTENDEE}" in text_of(in_zone)
    assert in_zone["In-Reply-To"] == f"<REQUEST-0-{ATTENDEE}>"
    assert "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE" in text_of(answered(Program.OUTLOOK, **ALL_DAY))


def test_apple_puts_the_calendar_in_a_file():
    part = part_of(answered(Program.APPLE, "DECLINED"))
    assert (part.get_content_disposition(), part.get_filename()) == ("inline", "iCal-20270302-090000.ics")


def test_a_title_can_break_no_line():
    letter = keep(Mailbox(), invite().replace(b"SUMMARY:", b"SUMMARY:a\\nATTENDEE:mailto:x@x.example\\n"))
    for program in Program:
        made = message_from_bytes(reply_to(letter, "ACCEPTED", "", NOW, program).as_bytes(), policy=default)
        assert event_of(made)["ATTENDEE"].lower() == f"mailto:{ATTENDEE}"
