"""What attendees and their mail servers do from the inbox page, over the wire, and how events then stand."""

import threading

import pytest
from icalendar import Calendar

from playground import Mailbox, Workspace
from playground.google_stand_in import GoogleStandIn
from playground.imap_server import ImapServer
from playground.inbox_everybody import SILENT, everybody_answers
from playground.inbox_shelf import Shelf
from playground.reply_post import NotTaken
from playground.script_answers import answer_for_everybody
from tests.unit.playground.invites import OWNER, Browser, invite, keep
from tests.unit.playground.oauth_clients import OWN_CALENDARS, TALK, Events, calendar, delegated
from tests.unit.playground.test_reply_reports import Page

PATIENCE = 10.0


@pytest.fixture
def box():
    with Mailbox(username=OWNER, password="s3cret", own_address=OWNER) as mailbox:
        yield mailbox


@pytest.fixture
def browser(box):
    with Workspace(mailbox=box) as workspace:
        yield Browser(workspace)


def keep_for(box, *names, **how):
    for name in names:
        address = f"{name}@people.example"
        keep(box, invite(attendee=address, **how), attendee=address)


def test_an_answer_is_written_as_the_program_chosen_writes_it(box, browser):
    keep(box, invite())
    assert '<option value="outlook">Outlook</option>' in browser.get("/inbox/1")
    assert browser.post("/inbox/1/answer", partstat="TENTATIVE", program="outlook")[0] == 303
    assert b"Microsoft Exchange Server 2010" in box.messages[1].calendar
    assert "<strong>You answered: tentative.</strong>" in browser.get("/inbox/1")
    assert browser.post("/inbox/1/answer", partstat="TENTATIVE", program="pigeon")[0] == 400


@pytest.mark.parametrize(
    ("kind", "subject", "is_final"),
    [("hard", "Undelivered", True), ("full", "Undelivered", True), ("late", "Delayed", False)],
)
def test_a_mail_that_bounced_for_good_can_no_longer_be_answered(box, browser, kind, subject, is_final):
    keep(box, invite())
    assert browser.post("/inbox/1/bounce", kind=kind)[0] == 303
    assert (box.messages[1].sender, box.messages[1].subject[:7]) == ("", subject[:7])
    page = browser.get("/inbox/1")
    assert ("<strong>Bounced.</strong>" in page) == is_final
    assert ("<strong>Delayed.</strong>" in page) != is_final
    for action in ("answer", "bounce", "complain"):
        assert (f'action="/inbox/1/{action}"' in page) != is_final
    assert browser.post("/inbox/1/bounce", kind="soft")[0] == 400


def test_a_spam_report_goes_to_the_sender_once(box, browser):
    keep(box, invite())
    assert "Report as spam</button>" in browser.get("/inbox/1")
    assert browser.post("/inbox/1/complain")[0] == 303
    assert b"Feedback-Type: abuse" in box.messages[1].content
    page = browser.get("/inbox/1")
    assert "<strong>Reported as spam.</strong>" in page
    assert "Report as spam</button>" not in page
    assert '<span class="tag spam-report">Spam report</span>' in browser.get("/inbox/answers")
    assert browser.post("/inbox/2/complain")[0] == 409


def test_unsubscribing_asks_the_senders_page(box, browser):
    with Page(200) as page:
        address = f"http://127.0.0.1:{page.server_port}/u/1"
        ways = f"List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        keep(box, invite(headers=ways))
        keep(box, invite(attendee="ben@people.example"), attendee="ben@people.example")
        assert "Unsubscribe</button>" in browser.get("/inbox/1")
        assert "Unsubscribe</button>" not in browser.get("/inbox/2")
        assert browser.post("/inbox/1/unsubscribe")[0] == 303
        assert [came[0] for came in page.came] == ["/u/1"]
        page.status = 404
        assert "answered 404" in browser.post("/inbox/1/unsubscribe")[1]
    opened = browser.get("/inbox/1")
    assert "<strong>Unsubscribed.</strong>" in opened
    assert "Unsubscribe</button>" not in opened
    assert len(box) == 2
    keep_for(box, *(f"person{number}" for number in range(3, 30)))
    tally = everybody_answers(Shelf(box), box, most=5)
    assert (tally.counts.total() - tally.counts[SILENT], len(box)) == (5, 34)


def test_the_higher_version_stands_whichever_mail_came_last(box, browser):
    keep(box, invite(sequence=2, place="Hall 2"))
    keep(box, invite(sequence=1, place="Hall 1"))
    assert 'href="/inbox/1" data-row' in browser.get("/inbox")
    assert "Superseded." in browser.get("/inbox/2")
    assert 'name="partstat"' in browser.get("/inbox/1")


def test_of_two_mails_with_one_sequence_the_later_stamp_stands(box, browser):
    keep(box, invite(sequence=1, stamp="20270302T080000Z"))
    keep(box, invite(sequence=1, stamp="20270301T080000Z"))
    assert 'href="/inbox/1" data-row' in browser.get("/inbox")
    assert "Superseded." in browser.get("/inbox/2")
    keep(box, invite(sequence=1, stamp="20270302T080000Z"))
    assert "Superseded." not in browser.get("/inbox/1")


def test_an_update_says_what_it_has_changed(box, browser):
    keep(box, invite())
    keep(box, invite(sequence=1, place="Room 2", start=":20270701T113000Z", end=":20270701T123000Z"))
    assert "<strong>Changed:</strong> time, place." in browser.get("/inbox/2")
    keep(box, invite(sequence=2, method="CANCEL"))
    assert "<strong>Cancelled.</strong>" in browser.get("/inbox/3")
    keep(box, invite(sequence=3))
    page = browser.get("/inbox/4")
    assert 'name="partstat"' in page
    assert "Cancelled" in page


def test_what_comes_first_is_an_invitation_whatever_its_number(box, browser):
    """Who is added to the list after an edit gets the newest version as a first invite."""
    keep(box, invite(sequence=3))
    assert 'aria-label="Invitation: Launch &lt;party&gt;"' in browser.get("/inbox/1")
    keep(box, invite(sequence=4))
    assert 'aria-label="Updated invitation: Launch &lt;party&gt;"' in browser.get("/inbox/2")


def test_everybody_answers_who_has_not(box, browser):
    keep_for(box, *(f"person{number}" for number in range(40)))
    browser.post("/inbox/1/answer", partstat="DECLINED")
    assert "39 have not" in browser.get("/inbox")
    status, page, _headers = browser.post("/inbox/everybody")
    assert status == 200
    said = page.partition('<p class="note" role="status">')[2].partition("</p>")[0]
    counts = {name: int(count) for count, name in (one.split(" ", 1) for one in said.rstrip(".").split(", "))}
    assert sum(counts.values()) == 39
    assert counts.keys() == {"accepted", "tentative", "declined", "bounced", SILENT}
    assert len(box) == 40 + 1 + 39 - counts[SILENT]
    answers = [mail for mail in box.messages[40:] if mail.calendar]
    uids = {str(next(iter(Calendar.from_ical(mail.calendar).walk("VEVENT")))["UID"]) for mail in answers}
    assert len(uids) == 1 + counts["accepted"] + counts["tentative"] + counts["declined"]
    assert {mail.login for mail in answers} == {None}
    # Who was silent stays so.
    assert f">{counts[SILENT]} {SILENT}.</p>" in browser.post("/inbox/everybody")[1]


class HeldCalendars:
    """Calendars that take an answer only when they may."""

    def __init__(self):
        self.is_asked, self.may_go_on = threading.Event(), threading.Event()

    def respond(self, *_):
        self.is_asked.set()
        assert self.may_go_on.wait(PATIENCE)
        return True

    def response(self, *_):
        return ""


def test_nobody_answers_for_a_list_that_is_being_answered_already(box):
    keep_for(box, "ben", "kim", "lou", "mia")
    held = HeldCalendars()
    with Workspace(mailbox=box, calendars=held) as workspace:
        first = threading.Thread(target=Browser(workspace).post, args=("/inbox/everybody",))
        first.start()
        assert held.is_asked.wait(PATIENCE)
        status, page, _headers = Browser(workspace).post("/inbox/everybody")
        held.may_go_on.set()
        first.join(PATIENCE)
    assert status == 409
    assert "being written already" in page


def test_everybody_is_told_of_a_mail_server_that_is_down(box, browser):
    keep_for(box, "person1")
    box.shut_down()
    status, page, _headers = browser.post("/inbox/everybody")
    assert status == 502
    assert "did not take it" in page
    with pytest.raises(NotTaken):
        everybody_answers(Shelf(box), box)


def test_a_script_has_everybody_answer_too(box):
    keep_for(box, *(f"person{number}" for number in range(20)))
    tally = answer_for_everybody(box)
    assert tally.counts.total() == 20
    assert len(box) == 40 - tally.counts[SILENT]


def test_it_ends_when_it_is_told_to(box):
    keep_for(box, "person1", "person2")
    assert (
        everybody_answers(Shelf(box), box, is_over=lambda: True).words() == "There is nobody left to answer."
    )
    assert len(box) == 2


def test_answers_are_there_for_who_reads_the_organizers_mail(box, browser):
    with ImapServer(box) as imap:
        keep(box, invite())
        browser.post("/inbox/1/answer", partstat="ACCEPTED")
        browser.post("/inbox/1/bounce")
        assert [one.mail for one in imap.folder.mails()] == box.messages[1:]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "Every week on Tuesday"),
        (
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=10",
            "Every 2 weeks on Monday, Wednesday and Friday, 10 times",
        ),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every week on weekdays"),
        ("RRULE:FREQ=DAILY;UNTIL=20270801T215959Z", "Every day, until 1 August 2027"),
        ("RRULE:FREQ=DAILY;UNTIL=20270801T220000Z", "Every day, until 2 August 2027"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=15", "Every month on day 15"),
        ("RRULE:FREQ=MONTHLY;BYDAY=2TU", "Every month on the second Tuesday"),
        ("RRULE:FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "Every month on the last Friday"),
        ("RRULE:FREQ=MONTHLY;INTERVAL=3", "Every 3 months"),
        ("RRULE:FREQ=SECONDLY", "cannot be told in words"),
        (
            "RRULE:FREQ=WEEKLY;BYDAY=TH\nEXDATE;TZID=Europe/Berlin:20270708T103000,20270715T103000",
            "Every week on Thursday, except on 8 July 2027 and 15 July 2027",
        ),
    ],
)
def test_a_card_tells_how_an_event_repeats(box, browser, rule, words):
    keep(box, invite(more=f"{rule}\n"))
    assert words in browser.get("/inbox/1")


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("-PT15M", "15 minutes before"),
        ("-PT1H", "1 hour before"),
        ("-P1D", "1 day before"),
        ("PT0S", "when it starts"),
    ],
)
def test_a_card_tells_of_a_reminder(box, browser, trigger, words):
    alarm = f"BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\nTRIGGER:{trigger}\nEND:VALARM\n"
    keep(box, invite(more=alarm))
    assert f"<dt>Reminder</dt><dd>{words}</dd>" in browser.get("/inbox/1")


@pytest.fixture
def google(box):
    with GoogleStandIn(box.deliver, store=box.store, accounts=[OWNER]) as stand_in:
        stand_in.service.delegated = {OWN_CALENDARS}
        yield stand_in


def test_where_google_keeps_the_event_the_answer_stands_in_its_calendar(box, google):
    with (
        Workspace(mailbox=box, calendars=google.answers) as workspace,
        calendar(google, delegated(google, OWN_CALENDARS, subject=OWNER)) as service,
    ):
        browser = Browser(workspace)
        own = service.calendars().insert(body={"summary": "Invites"}).execute()["id"]
        events = Events(service, own)
        guests = [{"email": f"person{number}@beta.example"} for number in range(12)]
        before = events.insert(TALK | {"attendees": guests}, sendUpdates="all")
        page = browser.get("/inbox/1")
        assert "calendar keeps the answer" in page
        assert "Bounce" not in page
        stamp = page.partition('data-stamp="')[2].partition('"')[0]
        assert browser.post("/inbox/1/answer", partstat="DECLINED", comment="Away")[0] == 303
        first = events.get(eventId=TALK["id"])["attendees"][0]
        assert (first["responseStatus"], first["comment"]) == ("declined", "Away")
        assert "<strong>You declined.</strong>" in browser.get("/inbox/1")
        assert stamp not in browser.get(f"/inbox/changes?since={stamp}")
        assert browser.post("/inbox/everybody")[0] == 200
        after = events.get(eventId=TALK["id"])
        assert after["updated"] > before["updated"]
        said = [one["responseStatus"] for one in after["attendees"]]
        assert said.count("needsAction") < 11
        assert len(box) == 12
        assert not google.answers.respond("other", "person1@beta.example", "ACCEPTED", "")
        assert not google.answers.respond(after["iCalUID"], "other@beta.example", "ACCEPTED", "")
