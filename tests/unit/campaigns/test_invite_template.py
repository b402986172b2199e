"""The fast builder against the reference, byte by byte."""

import random
from datetime import date
from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from campaigns.ical_lines import folded
from campaigns.invite import InviteBuilder
from campaigns.invite_template import InviteTemplate
from campaigns.model import Attendee, Kind, Organizer
from campaigns.recurrence import Frequency, Recurrence
from tests.unit.campaigns.invites import CREATED, DATED, REVISED, event
from tests.unit.campaigns.repeating_events import all_day, any_event, repeating

EVENTS = [
    event(),
    event(
        title="{{first_name}} and {{company}}: café 🎉", place="{{company}} https://m.example/{{first_name}}"
    ),
    event(description="Line {{first_name}}\n\nhttps://x.example/?a=1&b=2 " + "Ünïcode wörds; " * 40),
    event(place="", description="", greeting="", title="x" * 300),
    event(description="\\" * 80 + "^" * 80 + "\\N\\n;,", title="\\" * 200),
    repeating(
        Recurrence(
            Frequency.WEEKLY,
            interval=99,
            weekdays=(1, 2, 3, 4, 5, 6, 7),
            until=date(2029, 6, 30),
            except_on=(date(2026, 11, 29), date(2026, 11, 26)),
        ),
        zone="America/Argentina/Buenos_Aires",
        title="For {{first_name}}",
        reminder_minutes=90,
    ),
    all_day(2026, 12, 1, length=3, zone="Asia/Tokyo", reminder_minutes=0),
]
KINDS = (Kind.INVITE, Kind.UPDATE, Kind.CANCEL, Kind.REMIND)
ALPHABETS = [
    "abcdefghij klmnopqrstuvwxyz'-.",
    "àéîõüßñøåç ŁŻŹĆĘĄ",
    "山田太郎佐藤花子 王小明",
    "김민준이서연 박지훈",
    "प्रियाशर्मा राहुल",
    "مريمالزهراء محمد\u200f",
    "👩\u200d👩\u200d👧🎉🏳\ufe0f\u200d🌈 e\u0301",
    '"\\^;:,<>()[]@=?_ ',
    "\r\n\t\x00\x0b\x85\u2028\ud800\u202e ab",
]


def pair(of, *, kind=Kind.INVITE, attach_ics=True, organizer=None, unsubscribe_base="", is_cancelled=False):
    values = {
        "event": of,
        "organizer": organizer or Organizer("Ann Léé", "ann@acme.example"),
        "revision": 2,
        "revised_at": REVISED,
        "created_at": CREATED,
        "seed": "s",
        "kind": kind,
        "attach_ics": attach_ics,
        "unsubscribe_base": unsubscribe_base,
        "is_cancelled": is_cancelled,
    }
    return InviteBuilder(**values), InviteTemplate(**values)


@pytest.mark.parametrize("number", range(len(EVENTS)))
@pytest.mark.parametrize("attach_ics", [True, False])
def test_both_builders_write_the_same_bytes_for_people_of_all_scripts(number, attach_ics):
    """7 events x 2 shapes x 330 people = 4,620 letters of all kinds."""
    chance = random.Random(number)
    base = "https://invites.acme.example/unsubscribe/7" if number % 3 else ""
    pairs = [
        pair(EVENTS[number], kind=kind, attach_ics=attach_ics, unsubscribe_base=base, is_cancelled=off)
        for kind in KINDS
        for off in (False, True)
    ]

    def words(most):
        alphabet = chance.choice(ALPHABETS)
        return "".join(chance.choices(alphabet, k=chance.randrange(most)))

    for line in range(330):
        local = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789+_-", k=chance.randrange(1, 60)))
        address = f"{local}@{chance.choice(['example.com', 'xn--bcher-kva.example', 'a.b.c.example'])}"
        columns = {"first_name": words(60), "company": words(90)}
        who = Attendee(address, address, words(160), line, columns, id=line * 7_919)
        sequence = chance.choice((None, 0, 2, 3, 1_000))
        reference, fast = pairs[line % len(pairs)]
        expected = reference.letter(who, DATED, sequence)
        assert fast.letter(who, DATED, sequence) == expected
        assert fast._quick(who, DATED, sequence) == expected
        assert (b"\r\nList-Unsubscribe: <https://" in expected.mime) == bool(base)


@settings(max_examples=300, deadline=None)
@given(title=st.text(), place=st.text(), description=st.text(max_size=400), name=st.text(), who=st.text())
def test_both_builders_write_the_same_bytes_for_any_text(title, place, description, name, who):
    for braces in ("{{", "}}"):
        title, place = title.replace(braces, ""), place.replace(braces, "")
        description = description.replace(braces, "")
    of = event(title=title, place=place, description=description, greeting="Dear {{first_name}}")
    reference, fast = pair(of, organizer=Organizer(name, "ann@acme.example"))
    person = Attendee("bob@example.com", "bob@example.com", name, 1, {"first_name": who})
    assert fast._quick(person, DATED) == reference.letter(person, DATED)


@settings(max_examples=300, deadline=None)
@given(of=any_event(), kind=st.sampled_from(Kind), off=st.booleans(), sequence=st.integers(0, 9_999))
def test_both_builders_write_the_same_bytes_for_any_times(of, kind, off, sequence):
    reference, fast = pair(of, kind=kind, is_cancelled=off)
    person = Attendee("bob@example.com", "bob@example.com", "Bob")
    assert fast._quick(person, DATED, sequence) == reference.letter(person, DATED, sequence)


def test_the_fast_builder_asks_the_reference_once_and_then_trusts_itself():
    _, fast = pair(EVENTS[0])
    person = Attendee("bob@example.com", "bob@example.com")
    fast.letter(person, DATED)
    fast._reference = None
    assert fast.letter(person, DATED).recipient == "bob@example.com"


def test_should_they_ever_differ_the_reference_builds_every_letter():
    reference, fast = pair(EVENTS[0])
    fast._head = b"BEGIN:VCALENDAR\r\nX-NEW-LIBRARY:1\r\n"
    for number in range(3):
        person = Attendee(f"p{number}@example.com", f"p{number}@example.com")
        assert fast.letter(person, DATED) == reference.letter(person, DATED)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_folded_lines_unfold_to_what_they_were_and_are_never_too_long(line):
    octets = folded(line)
    assert octets.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode() == line
    for piece in octets.split(b"\r\n"):
        assert len(piece) <= 75
        piece.decode()


def test_a_letter_says_in_facts_what_its_calendar_part_says():
    of = event(title="Talk for {{first_name}}", place="Hall 2", description="Line\n{{company}}")
    person = Attendee("ana@b.example", "ana@b.example", "Ana", fields={"first_name": "Ana", "company": "B"})
    for builder in pair(of, kind=Kind.UPDATE):
        letter = builder.letter(person, DATED)
        facts = letter.invite
        [entry] = Calendar.from_ical(_calendar_part(letter)).walk("VEVENT")
        assert (facts.kind, facts.sequence, facts.zone) == (Kind.UPDATE, entry["SEQUENCE"], of.zone)
        assert (facts.uid, facts.summary) == (entry["UID"], entry["SUMMARY"]) == (facts.uid, "Talk for Ana")
        assert (facts.place, facts.description) == (entry["LOCATION"], entry["DESCRIPTION"])
        assert (facts.starts_at, facts.ends_at) == (entry["DTSTART"].dt, entry["DTEND"].dt)
        assert facts.attendee_name == entry["ATTENDEE"].params["CN"]
        assert facts.organizer_name == entry["ORGANIZER"].params["CN"]


def _calendar_part(letter):
    [part] = [
        one for one in message_from_bytes(letter.mime).walk() if one.get_content_type() == "text/calendar"
    ]
    return part.get_payload(decode=True)
