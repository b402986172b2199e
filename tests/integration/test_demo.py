"""`sendinvites demo --once` as a process: what it prints, what it leaves in its outbox, how it ends."""

import email
import email.policy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from icalendar import Calendar

from benchmarks.workbook import people, workbook
from bot.demo import Wishes, run_once

COMMAND = Path(sys.executable).with_name("sendinvites")
FIELDS = {
    "attendees",
    "problems",
    "batches",
    "sent",
    "failed",
    "unsure",
    "seconds",
    "first_batch_after_s",
    "gaps_s",
    "answers",
}
MINUTE = 0.2
PEOPLE = """\
Name,Email,Company
Ana,ana@people.example,Acme
Ben,ben@people.example,
Ana again,ANA@people.example,Acme
Nobody,not-an-address,
Empty,,
Dot,dot..dot@people.example,
Cem,cem@people.example,Çelik & Co
Dee,dee@bücher.example,
"""
INVITED = ["ana@people.example", "ben@people.example", "cem@people.example", "dee@xn--bcher-kva.example"]


def demo(*options):
    """How it ended, what it printed but for the last line, and that line as data."""
    ended = subprocess.run(
        [COMMAND, "demo", "--once", "--minute-lasts", str(MINUTE), *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stderr == ""
    assert "Traceback" not in ended.stdout
    *said, last = ended.stdout.splitlines()
    summary = json.loads(last)
    assert summary.keys() == FIELDS
    return ended.returncode, "\n".join(said), summary


def demo_here(capsys, **wishes):
    """The same in this process: the bot is one of its own all the same, and no interpreter starts twice."""
    asked = {"attendees": None, "per_batch": "3", "gap": "1"} | wishes
    code = run_once(Wishes(**asked, minute_lasts=MINUTE, outbox=None))
    *said, last = capsys.readouterr().out.splitlines()
    summary = json.loads(last)
    assert summary.keys() == FIELDS
    return code, "\n".join(said), summary


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A list with problems and a duplicate, sent two at a time; with the folder of its outbox."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    options = ("--attendees", folder / "people.csv", "--per-batch", "2", "--gap", "2")
    return *demo(*options, "--outbox", folder / "outbox"), folder / "outbox"


def invites(outbox):
    return {path.name: path.read_bytes() for path in sorted(outbox.glob("*.eml"))}


def test_everybody_who_can_be_invited_is_sent_and_it_ends_with_0(mixed):
    code, said, summary, _ = mixed
    assert code == 0
    counts = {
        name: summary[name] for name in ("attendees", "problems", "batches", "sent", "failed", "unsure")
    }
    assert counts == {"attendees": 4, "problems": 3, "batches": 2, "sent": 4, "failed": 0, "unsure": 0}
    assert "4 invites in 2 batches of 2, 2 minutes apart." in said
    assert "All 4 sent" in said


def test_the_first_batch_goes_at_once_and_the_next_after_the_whole_gap(mixed):
    summary = mixed[2]
    assert len(summary["gaps_s"]) == summary["batches"] - 1
    assert min(summary["gaps_s"]) >= 2 * MINUTE
    assert 0 < summary["first_batch_after_s"] < summary["seconds"] - sum(summary["gaps_s"])


def test_each_is_invited_once_and_by_an_invite_of_their_own(mixed):
    wanted = []
    for content in invites(mixed[3]).values():
        message = email.message_from_bytes(content, policy=email.policy.SMTP)
        (to,) = message["To"].addresses
        wanted.append(to.addr_spec)
        for part in message.walk():
            if part.get_content_type() in {"text/calendar", "application/ics"}:
                calendar = Calendar.from_ical(part.get_payload(decode=True))
                (event,) = calendar.events
                assert calendar["METHOD"] == "REQUEST"
                assert event["ATTENDEE"] == f"mailto:{to.addr_spec}"
                assert event["ORGANIZER"] == "mailto:events@acme.example"
                assert event["SEQUENCE"] == 0
    assert sorted(wanted) == INVITED


def test_every_invite_is_7_bit_with_crlf_only_and_a_calendar_part(mixed):
    for content in invites(mixed[3]).values():
        assert content.isascii()
        assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
        assert re.search(rb"^Content-Type: text/calendar; [^\r]*method=REQUEST", content, re.MULTILINE)
        assert re.search(rb"^Message-ID: <\w+@acme\.example>\r$", content, re.MULTILINE)


def test_the_outbox_has_the_start_and_the_confirmation_as_mails(mixed):
    notices = [
        email.message_from_bytes(content, policy=email.policy.SMTP)
        for content in invites(mixed[3] / "notices").values()
    ]
    subjects = [notice["Subject"] for notice in notices]
    assert any("started" in subject.lower() for subject in subjects), subjects
    assert any("processed" in subject for subject in subjects), subjects
    assert {notice["To"] for notice in notices} == {"ana@acme.example"}


def test_an_excel_list_is_sent_like_any_other(capsys, tmp_path):
    (tmp_path / "people.xlsx").write_bytes(workbook(people(5)))
    code, _, summary = demo_here(capsys, attendees=tmp_path / "people.xlsx")
    assert (code, summary["sent"], summary["batches"], summary["problems"]) == (0, 5, 2, 0)


def test_without_a_list_120_people_that_were_made_up_are_invited():
    code, said, summary = demo("--per-batch", "60", "--gap", "1")
    assert (code, summary["attendees"], summary["sent"], summary["batches"]) == (0, 120, 120, 2)
    assert "Ana types /sendinvites in #events" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty. Upload a list with one attendee on each row."),
        (
            "[/b],[red]\nAna,1\n",
            "There is no column with e-mail addresses. The first row holds: “[/b]”, “[red]”",
        ),
    ],
    ids=["empty", "no address column, and brackets that rich would take for its own"],
)
def test_a_list_that_cannot_be_used_ends_it_with_the_products_own_words(capsys, tmp_path, content, words):
    (tmp_path / "people.csv").write_text(content, encoding="utf-8")
    code, said, summary = demo_here(capsys, attendees=tmp_path / "people.csv")
    assert code == 1
    assert "Not sent. List not used" in said
    assert words in said
    assert "Nothing was stored." in said
    assert (summary["attendees"], summary["sent"], summary["first_batch_after_s"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"per_batch": "0"}, "Invites per Batch: Enter a whole number from 1 to 10,000"),
        ({"gap": "-1"}, "Time Gap Between Batches (in minutes): Enter whole minutes from 0 to 10,080"),
    ],
)
def test_numbers_that_cannot_be_used_end_it_with_the_products_own_words(capsys, wishes, words):
    code, said, summary = demo_here(capsys, **wishes)
    assert code == 1
    assert words in said
    assert summary["sent"] == 0


def test_a_list_that_is_not_there_ends_it_before_anything_is_started():
    code, said, summary = demo("--attendees", "/no/such/[list].csv")
    assert code == 1
    assert said.strip() == "/no/such/[list].csv cannot be read: No such file or directory.\nCheck the path."
    assert summary["sent"] == 0
