import re
from datetime import date

import icalendar
import pytest

from campaigns.errors import BadAddress, Misconfigured
from campaigns.invite import InviteBuilder
from campaigns.invite_template import InviteTemplate
from campaigns.model import Kind, Organizer
from campaigns.recurrence import Frequency, Recurrence
from tests.unit.campaigns.invites import (
    ORGANIZER,
    attendee,
    body,
    build,
    calendar,
    event,
    header,
    leaves,
    properties,
    text_value,
    unfolded,
)
from tests.unit.campaigns.repeating_events import all_day, repeating

NAMES = [
    "Bob Dee",
    "José Ñandú",
    "山田 太郎",
    "김 민준",
    "प्रिया शर्मा",
    "Łukasz Żółć",
    "مريم الزهراء",
    "דוד \u200fלוי",
    "👩‍👩‍👧 Family",
    'Bob "The \\ Builder" ^ Dee',
    "Dee, Bob; Jr: (Mr)",
    "O'Neil <o@evil.example>",
    "=?utf-8?q?fake?=",
    "x" * 300,
    "é" * 300,
    "",
]


@pytest.fixture(params=[InviteBuilder, InviteTemplate], ids=["reference", "fast"])
def builder(request):
    return request.param


def test_an_invite_has_the_structure_that_calendar_programs_look_for(builder):
    letter = build(builder)
    kinds = [part.get_content_type() for part in leaves(letter.mime)]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert letter.mime.count(b"multipart/mixed") == letter.mime.count(b"multipart/alternative") == 1


def test_without_the_attachment_the_mail_is_one_alternative(builder):
    mime = build(builder, attach_ics=False).mime
    assert [part.get_content_type() for part in leaves(mime)] == ["text/plain", "text/html", "text/calendar"]
    assert b"multipart/mixed" not in mime


def test_the_method_stands_in_the_part_and_in_the_calendar(builder):
    mime = build(builder).mime
    assert b"\r\nContent-Type: text/calendar; charset=UTF-8; method=REQUEST\r\n" in mime
    assert properties(mime)["METHOD"] == "METHOD:REQUEST"


def test_the_attachment_is_the_same_calendar(builder):
    first, second = (part.get_payload() for part in leaves(build(builder).mime)[2:])
    assert first.split() == second.split()


def test_the_mail_is_from_the_organizer_to_the_attendee_alone(builder):
    letter = build(builder)
    assert (letter.sender, letter.recipient) == ("ann@acme.example", "bob@example.com")
    assert header(letter.mime, "From") == "Ann Lee <ann@acme.example>"
    assert header(letter.mime, "To") == "Bob Dee <bob@example.com>"
    block = letter.mime.partition(b"\r\n\r\n")[0].lower()
    assert not re.search(rb"^(cc|bcc|sender|reply-to):", block, re.MULTILINE)


def test_only_the_attendee_and_the_organizer_are_named(builder):
    mime = build(builder).mime
    everything = mime + calendar(mime) + body(mime, "text/plain").encode() + body(mime, "text/html").encode()
    found = set(re.findall(rb"[\w.]+@[\w.]+", everything))
    own = {address for address in found if not re.match(rb"[0-9a-f]{32}@", address)}
    assert own == {b"bob@example.com", b"ann@acme.example"}


def test_the_calendar_says_what_a_request_must(builder):
    lines = properties(build(builder, revision=3, kind=Kind.UPDATE).mime)
    assert lines["UID"].endswith("@acme.example")
    assert lines["SEQUENCE"] == "SEQUENCE:3"
    assert lines["DTSTAMP"] == "DTSTAMP:20261102T093000Z"
    assert lines["DTSTART"] == "DTSTART:20261124T093000Z"
    assert lines["DTEND"] == "DTEND:20261124T103000Z"
    assert lines["ORGANIZER"] == 'ORGANIZER;CN="Ann Lee":mailto:ann@acme.example'
    assert lines["ATTENDEE"] == (
        'ATTENDEE;CN="Bob Dee";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE'
        ":mailto:bob@example.com"
    )
    assert lines["STATUS"] == "STATUS:CONFIRMED"
    assert lines["CALSCALE"] == "CALSCALE:GREGORIAN"


def test_there_is_exactly_one_attendee(builder):
    lines = unfolded(calendar(build(builder).mime))
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1


def test_icalendar_reads_the_same_event_back(builder):
    of = event(title="Café; 🎉, night", description="One\nTwo, three; four", place="Hall \\ B")
    read = icalendar.Calendar.from_ical(calendar(build(builder, of=of).mime)).events[0]
    assert read["SUMMARY"] == of.title
    assert read["DESCRIPTION"] == of.description
    assert read["LOCATION"] == of.place
    assert (read.start, read.end) == (of.starts_at, of.ends_at)
    assert read["ATTENDEE"].params["CN"] == "Bob Dee"


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_bytes_keep_the_rules_whatever_the_name(builder, name):
    mime = build(builder, attendee(name=name), of=event(title=f"For {name}", description=name * 5)).mime
    assert mime.isascii()
    assert mime.count(b"\n") == mime.count(b"\r") == mime.count(b"\r\n")
    assert max(len(line) for line in mime.split(b"\r\n")) <= 998
    octets = calendar(mime)
    assert octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n")
    for line in octets.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no split character
    assert len(icalendar.Calendar.from_ical(octets).events) == 1


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_header_line_is_short_and_its_words_decode_one_by_one(builder, name):
    block = build(builder, attendee(name=name)).mime.partition(b"\r\n\r\n")[0]
    to = next(line for line in re.sub(rb"\r\n ", b"\n ", block).split(b"\r\n") if line.startswith(b"To:"))
    for line in to.split(b"\n"):
        assert len(line) <= 78
        for word in re.findall(rb"=\?[^ ]*\?=", line):
            assert len(word) <= 75


def test_quotes_backslash_and_caret_never_reach_the_cn(builder):
    line = properties(build(builder, attendee(name='B "x" \\ ^n; y: z')).mime)["ATTENDEE"]
    assert line.startswith("ATTENDEE;CN=\"B 'x'  n; y: z\";".replace("  ", "  "))


def test_the_space_between_words_with_accents_survives(builder):
    """CPython's own folding loses it (measured on 3.11)."""
    title = "café 🎉 ünïcödé " * 8
    mime = build(builder, attendee(name="José Ñandú García"), of=event(title=title)).mime
    assert header(mime, "Subject") == title.strip()
    assert header(mime, "To") == "José Ñandú García <bob@example.com>"


def test_a_text_is_escaped_sign_by_sign(builder):
    lines = properties(build(builder, of=event(description='a;b,c\\d\ne:f^g"h', place="")).mime)
    assert lines["DESCRIPTION"] == r'DESCRIPTION:a\;b\,c\\d\ne:f^g"h'


def test_a_backslash_before_a_capital_n_stays_a_backslash(builder):
    """icalendar's own escaping makes a line end of it."""
    lines = properties(build(builder, of=event(description="C:\\New and C:\\new")).mime)
    assert text_value(lines["DESCRIPTION"]) == "C:\\New and C:\\new"


def test_without_place_and_description_there_are_no_empty_properties(builder):
    lines = properties(build(builder, of=event(place="", description="", greeting="")).mime)
    assert "LOCATION" not in lines
    assert "DESCRIPTION" not in lines


def test_the_same_facts_give_the_same_bytes(builder):
    assert build(builder) == build(builder)


def test_message_id_date_and_autoreply_header_are_set(builder):
    letter = build(builder)
    assert header(letter.mime, "Message-ID") == letter.message_id
    assert header(letter.mime, "Date") == "Tue, 03 Nov 2026 10:00:00 +0000"
    assert header(letter.mime, "Auto-Submitted") == "auto-generated"


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_cancel_says_so_in_the_part_and_in_the_calendar(builder, is_cancelled):
    """A mail with REQUEST in one of the two leaves the event where it is."""
    letter = build(builder, revision=4, kind=Kind.CANCEL, is_cancelled=is_cancelled)
    lines = properties(letter.mime)
    assert b"\r\nContent-Type: text/calendar; charset=UTF-8; method=CANCEL\r\n" in letter.mime
    assert b"REQUEST" not in calendar(letter.mime)
    assert lines["METHOD"] == "METHOD:CANCEL"
    assert lines["STATUS"] == "STATUS:CANCELLED"
    assert lines["SEQUENCE"] == "SEQUENCE:4"
    assert lines["TRANSP"] == "TRANSP:TRANSPARENT"
    assert lines["UID"] == properties(build(builder).mime)["UID"]
    assert lines["DTSTART"] == "DTSTART:20261124T093000Z"
    assert lines["ORGANIZER"] == 'ORGANIZER;CN="Ann Lee":mailto:ann@acme.example'
    assert lines["ATTENDEE"] == (
        'ATTENDEE;CN="Bob Dee";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION'
        ":mailto:bob@example.com"
    ), "nobody is asked for an answer"
    assert b'filename="cancel.ics"' in letter.mime


def test_only_a_request_has_a_reminder_and_only_where_one_was_asked_for(builder):
    """VALARM is forbidden in a CANCEL (RFC 5546, 3.2.5); unasked for it would override everybody's own."""
    assert b"VALARM" not in calendar(build(builder).mime)
    of = event(reminder_minutes=90)
    lines = unfolded(calendar(build(builder, of=of).mime))
    alarm = lines[lines.index("BEGIN:VALARM") : lines.index("END:VALARM")]
    assert alarm[1:] == ["ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT90M"]
    for kind in (Kind.UPDATE, Kind.REMIND):
        assert b"TRIGGER:-PT90M" in calendar(build(builder, of=of, kind=kind).mime)
    assert b"VALARM" not in calendar(build(builder, of=of, kind=Kind.CANCEL).mime)


def test_whole_days_are_days_and_end_on_the_day_after(builder):
    lines = properties(build(builder, of=all_day(2026, 12, 1, length=2)).mime)
    assert lines["DTSTART"] == "DTSTART;VALUE=DATE:20261201"
    assert lines["DTEND"] == "DTEND;VALUE=DATE:20261203"
    assert lines["X-MICROSOFT-CDO-ALLDAYEVENT"] == "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    assert "X-MICROSOFT-CDO-ALLDAYEVENT" not in properties(build(builder).mime)


def test_an_event_that_repeats_has_its_zone_before_it_and_one_that_does_not_has_none(builder):
    of = repeating(Recurrence(Frequency.WEEKLY, count=5, except_on=(date(2026, 12, 1),)))
    lines = unfolded(calendar(build(builder, of=of).mime))
    assert lines.index("TZID:Europe/Berlin") < lines.index("BEGIN:VEVENT")
    assert "DTSTART;TZID=Europe/Berlin:20261124T103000" in lines
    assert "DTEND;TZID=Europe/Berlin:20261124T113000" in lines
    assert "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU" in lines
    assert "EXDATE;TZID=Europe/Berlin:20261201T103000" in lines
    assert b"VTIMEZONE" not in calendar(build(builder).mime)


def test_a_letter_takes_the_sequence_it_is_given_and_its_keys_follow(builder):
    """Somebody whose calendar holds the number already gets the next one (Delivery.sequence)."""
    one, other, third = (build(builder, revision=2, sequence=sequence) for sequence in (None, 2, 5))
    assert one == other
    assert properties(third.mime)["SEQUENCE"] == "SEQUENCE:5"
    assert third.invite.sequence == 5
    assert len({one.key, third.key}) == len({one.message_id, third.message_id}) == 2
    assert properties(one.mime)["UID"] == properties(third.mime)["UID"]


def test_no_two_deeds_share_a_message_id(builder):
    letters = [build(builder, kind=kind) for kind in Kind]
    assert len({letter.message_id for letter in letters}) == len({letter.key for letter in letters}) == 4


def test_an_update_keeps_the_uid_and_takes_a_new_message_id(builder):
    first, second = build(builder), build(builder, revision=1, kind=Kind.UPDATE)
    assert properties(first.mime)["UID"] == properties(second.mime)["UID"]
    assert first.message_id != second.message_id
    assert first.key != second.key


@pytest.mark.parametrize(
    "address",
    [
        "bob@example.com\r\nBcc: eve@evil.example",
        "bob@example.com\n",
        "bob@example.com>",
        "bob@example.com, eve@evil.example",
        "bob eve@example.com",
        "jürgen@example.com",
        "bob@exämple.com",
        '"b@d"@example.com',
        "bob@",
        "@example.com",
        "bob",
        "",
        "x" * 260 + "@example.com",
        "bob@example.com\x00",
        "bob@[127.0.0.1]",
    ],
)
def test_an_address_that_could_break_out_is_refused(builder, address):
    with pytest.raises(BadAddress):
        build(builder, attendee(address))


def test_an_organizer_that_cannot_be_written_stops_the_run(builder):
    with pytest.raises(Misconfigured):
        build(builder, organizer=Organizer("Ann", "ann@acme.example\r\nBcc: eve@evil.example"))


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\x1c"]
)
def test_no_text_can_add_a_header_or_a_calendar_line(builder, end):
    evil = f"Party{end}Bcc: eve@evil.example{end}ATTENDEE:mailto:eve@evil.example{end}END:VEVENT"
    who = attendee(name=evil, first_name=evil)
    of = event(title=evil + "{{first_name}}", place=evil, description=evil, greeting=evil)
    mime = build(builder, who, of=of, organizer=Organizer(evil, ORGANIZER.address)).mime
    block = mime.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"\n(?:Bcc|ATTENDEE)", block)
    lines = unfolded(calendar(mime))
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1
    assert lines.count("END:VEVENT") == 1
    assert len(icalendar.Calendar.from_ical(calendar(mime)).events) == 1


def test_a_lone_surrogate_or_a_bidi_override_is_dropped(builder):
    mime = build(builder, attendee(name="A\ud800\u202eB"), of=event(title="x\udfff\u2066y")).mime
    assert header(mime, "To") == "AB <bob@example.com>"
    assert header(mime, "Subject") == "xy"
