"""The inbox reads like a mail program, answers over the wire, and never runs what it shows."""

import contextlib
import http.client
import threading

import pytest
from icalendar import Calendar

from playground import Mailbox, Workspace
from playground.inbox_pages import make_inbox_pages
from tests.unit.playground.invites import ATTENDEE, OWNER, Browser, invite, keep

PATIENCE = 10.0


@pytest.fixture
def box():
    with Mailbox(username=OWNER, password="s3cret", own_address=OWNER) as mailbox:
        yield mailbox


@pytest.fixture
def alerts():
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def workspace(box, alerts):
    more = make_inbox_pages(alerts, at="/inbox/alerts", title="Alerts")
    with Workspace(mailbox=box, extra_pages=(more,)) as running:
        yield running


@pytest.fixture
def browser(workspace):
    return Browser(workspace)


def test_the_card_tells_the_time_in_the_events_own_zone(box, browser):
    keep(box, invite())
    page = browser.get("/inbox/1")
    assert "Invitation: Launch &lt;party&gt;" in page
    assert "Thursday 1 July 2027" in page
    assert "10:30 – 11:30 CEST (Europe/Berlin)" in page
    assert 'data-starts="2027-07-01T08:30:00+00:00"' in page
    assert "08:30" not in page.replace("T08:30:00", "")


def test_an_event_in_utc_is_told_in_the_zone_that_the_mail_names(box, browser):
    """The invites give the time in UTC, as the standard likes it, and the zone in their words."""
    text = "When: Thursday, 1 July 2027, 10:30 – 11:30 (CEST, Europe/Berlin)"
    keep(box, invite(start=":20270701T083000Z", end=":20270701T093000Z", text=text))
    keep(box, invite(start=":20270701T083000Z", end=":20270701T093000Z", text="and/or Nowhere/Land"))
    assert "10:30 – 11:30 CEST (Europe/Berlin)" in browser.get("/inbox/1")
    assert "08:30 – 09:30 UTC" in browser.get("/inbox/2")


def test_an_answer_is_told_in_the_zone_that_its_invite_names(box, browser):
    text = "When: Thursday, 1 July 2027, 10:30 – 11:30 (CEST, Europe/Berlin)"
    keep(box, invite(start=":20270701T083000Z", end=":20270701T093000Z", text=text))
    browser.post("/inbox/1/answer", partstat="ACCEPTED")
    assert "10:30 – 11:30 CEST (Europe/Berlin)" in browser.get("/inbox/2")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (";VALUE=DATE:20270701", ";VALUE=DATE:20270702", "Thursday 1 July 2027,</span> <span>all day"),
        (";VALUE=DATE:20270701", ";VALUE=DATE:20270703", "Thursday 1 July 2027 – Friday 2 July 2027"),
        (":20270701T103000", ":20270701T113000", "10:30 – 11:30 wherever you are"),
        (":20270701T220000Z", ":20270702T010000Z", "22:00 – Friday 2 July 2027, 01:00 UTC"),
    ],
)
def test_days_and_nights_are_told_as_a_person_would(box, browser, start, end, words):
    keep(box, invite(start=start, end=end))
    assert words in browser.get("/inbox/1")


def test_only_a_web_address_is_a_link(box, browser):
    keep(box, invite(place="https://meet.example.com/x"))
    keep(box, invite(place="javascript:alert(1)"))
    assert '<a href="https://meet.example.com/x" rel="noreferrer noopener"' in browser.get("/inbox/1")
    assert 'href="javascript' not in browser.get("/inbox/2")


def test_the_html_of_a_mail_is_shown_where_nothing_can_run(box, browser):
    keep(box, invite(html="<p>Hi</p><script>alert(1)</script>"))
    page = browser.get("/inbox/1?view=html")
    assert '<iframe title="The mail as HTML" sandbox src="/inbox/1/html">' in page
    assert "<script>alert" not in page
    _status, body, headers = browser.ask("GET", "/inbox/1/html")
    assert "<p>Hi</p>" in body
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


def test_source_and_calendar_can_be_looked_at_and_taken_away(box, browser):
    keep(box, invite(text="<b>You</b> are invited."))
    assert "&lt;b&gt;You&lt;/b&gt; are invited." in browser.get("/inbox/1")
    assert "Message-ID: &lt;REQUEST-0-" in browser.get("/inbox/1?view=source")
    assert browser.get("/inbox/1/raw").startswith("From: Ana Souza")
    _status, body, headers = browser.ask("GET", "/inbox/1/invite.ics")
    assert headers["Content-Disposition"] == "attachment; filename=invite.ics"
    assert body.startswith("BEGIN:VCALENDAR")
    assert browser.ask("GET", "/inbox/2")[0] == 404


def test_an_answer_goes_over_the_wire_to_the_organizer(box, browser):
    keep(box, invite())
    assert "You have not answered yet." in browser.get("/inbox/1")
    status, _body, headers = browser.post("/inbox/1/answer", partstat="ACCEPTED", comment="See you")
    assert (status, headers["Location"]) == (303, "/inbox/1")
    answer = box.messages[1]
    assert (answer.sender, answer.recipients, answer.login) == (ATTENDEE, (OWNER,), None)
    [event] = Calendar.from_ical(answer.calendar).walk("VEVENT")
    assert (event["UID"], event["ATTENDEE"].params["PARTSTAT"]) == (f"uid-of-{ATTENDEE}", "ACCEPTED")
    assert "<strong>You accepted.</strong>" in browser.get("/inbox/1")
    answers = browser.get("/inbox/answers")
    assert "Accepted: Launch &lt;party&gt;" in answers
    assert 'href="/inbox/1"' not in answers
    assert "Accepted: Launch &lt;party&gt;" not in browser.get("/inbox")


def test_the_last_answer_counts(box, browser):
    keep(box, invite())
    for partstat in ("ACCEPTED", "TENTATIVE", "DECLINED"):
        assert browser.post("/inbox/1/answer", partstat=partstat)[0] == 303
    assert "<strong>You declined.</strong>" in browser.get("/inbox/1")
    assert browser.get("/inbox/answers").count("data-row") == 3
    assert '<span class="tag answer">Tentative</span>' in browser.get("/inbox/3")


def test_an_answer_that_the_mail_server_does_not_take_is_told(box, browser):
    keep(box, invite())
    box.shut_down()
    status, page, _headers = browser.post("/inbox/1/answer", partstat="ACCEPTED")
    assert status == 502
    assert "did not take it" in page
    assert "You have not answered yet." in page
    assert browser.post("/inbox/1/answer", partstat="PERHAPS")[0] == 409


def test_a_bounce_goes_back_to_the_sender(box, browser):
    keep(box, invite())
    assert browser.post("/inbox/1/bounce")[0] == 303
    assert (box.messages[1].sender, box.messages[1].recipients) == ("", (OWNER,))
    assert "<strong>Bounced.</strong>" in browser.get("/inbox/1")
    assert "Undelivered Mail" in browser.get("/inbox/answers")
    assert browser.post("/inbox/2/bounce")[0] == 409


def test_an_update_supersedes_what_it_changes(box, browser):
    keep(box, invite())
    browser.post("/inbox/1/answer", partstat="ACCEPTED")
    keep(box, invite(sequence=1))
    older, newer = browser.get("/inbox/1"), browser.get("/inbox/3")
    assert "Superseded." in older
    assert 'href="/inbox/3" data-open>read the newer one' in older
    assert 'name="partstat"' not in older
    assert 'aria-label="Updated invitation: Launch &lt;party&gt;"' in newer
    assert "You accepted before this update." in newer
    assert "revision 0, superseded" in newer
    rows = browser.get("/inbox")
    assert 'href="/inbox/3" data-row' in rows
    assert 'href="/inbox/1" data-row' not in rows


def test_a_cancelled_event_can_no_longer_be_answered(box, browser):
    keep(box, invite())
    keep(box, invite(method="CANCEL", sequence=1))
    page = browser.get("/inbox/2")
    assert 'aria-label="Cancelled: Launch &lt;party&gt;"' in page
    assert 'name="partstat"' not in page
    assert "Superseded." in browser.get("/inbox/1")


def test_the_same_event_of_two_people_are_two_rows(box, browser):
    keep(box, invite())
    keep(box, invite(attendee="ben@people.example"), attendee="ben@people.example")
    assert browser.get("/inbox").count("data-row") == 2
    found = browser.get("/inbox?q=BEN@")
    assert found.count("data-row") == 1
    assert "ben@people.example" in found
    assert 'href="/inbox/2?q=BEN%40" data-row' in found
    opened = browser.get("/inbox/2?q=ben%40")
    assert opened.count("data-row") == 1
    assert 'href="/inbox/2?q=ben%40&amp;view=source"' in opened
    assert browser.post("/inbox/2/answer?q=ben%40", partstat="ACCEPTED")[2]["Location"] == "/inbox/2?q=ben%40"
    assert "No mail here for “nobody”" in browser.get("/inbox?q=nobody")


def test_a_long_list_is_shown_in_parts(box, browser):
    for number in range(101):
        address = f"person{number}@people.example"
        keep(box, invite(attendee=address), attendee=address)
    page = browser.get("/inbox")
    assert page.count("data-row") == 100
    assert 'href="/inbox?rows=200"' in page
    assert browser.get("/inbox?rows=200").count("data-row") == 101


def test_alerts_are_read_in_the_same_program(box, alerts, browser):
    alerts.store.keep(
        "alerts@acme.example",
        ["ana@acme.example"],
        b"Subject: Renew\r\n\r\nThe token\r\n",
        None,
        is_encrypted=False,
    )
    assert (
        '<a href="/inbox/alerts" ><span>Alerts</span> <span class="count" aria-label="1 mails">1'
        in browser.get("/inbox")
    )
    assert "Renew" in browser.get("/inbox/alerts")
    page = browser.get("/inbox/alerts/1")
    assert "The token" in page
    assert 'name="partstat"' not in page
    assert browser.ask("GET", "/inbox/alerts/answers")[0] == 404


def test_an_emptied_inbox_is_empty(box, browser):
    keep(box, invite())
    assert "data-row" in browser.get("/inbox")
    box.forget()
    keep(box, invite(attendee="ben@people.example"), attendee="ben@people.example")
    page = browser.get("/inbox")
    assert "ben@people.example" in page
    assert ATTENDEE not in page


def test_new_mail_of_either_mailbox_is_told_at_once(box, alerts, browser):
    for mailbox in (box, alerts):
        stamp = browser.get("/inbox").partition('data-stamp="')[2].partition('"')[0]
        told = []
        waiting = threading.Thread(
            target=lambda stamp=stamp, told=told: told.append(browser.get(f"/inbox/changes?since={stamp}"))
        )
        waiting.start()
        keep(mailbox, invite())
        waiting.join(PATIENCE)
        assert told
        assert stamp not in told[0]


def test_a_reader_who_waits_for_mail_does_not_hold_up_the_end(box):
    """A stop joins every request; one that waited its whole time would make Ctrl+C seem broken."""
    workspace = Workspace(mailbox=box).start()
    stamp = Browser(workspace).get("/inbox").partition('data-stamp="')[2].partition('"')[0]
    waiting = threading.Thread(target=_ask_until_cut_off, args=(workspace, f"/inbox/changes?since={stamp}"))
    waiting.start()
    while not box.store.condition._waiters:
        assert waiting.is_alive()
    ending = threading.Thread(target=workspace.stop)
    ending.start()
    ending.join(PATIENCE)
    assert not ending.is_alive()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def _ask_until_cut_off(workspace, path):
    with contextlib.suppress(OSError, http.client.HTTPException):
        Browser(workspace).ask("GET", path)


def test_another_web_page_cannot_answer_for_the_reader(box, browser):
    keep(box, invite())
    headers = {"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", "/inbox/1/answer", "partstat=ACCEPTED", headers)[0] == 403
    assert len(box) == 1


def test_the_switches_are_turned_over_http(box, browser):
    said = '{"switch": "refuse_recipients", "pattern": "@gone", "code": 550, "text": "No"}'
    json = {"Content-Type": "application/json"}
    assert browser.ask("POST", "/inbox/faults", said, json)[0] == 200
    assert box.faults.refusal("recipient", "x@gone.example") == "550 No"
    assert browser.ask("POST", "/inbox/faults", '{"switch": "clear"}', json)[0] == 400
    assert browser.ask("DELETE", "/inbox/faults")[0] == 200
    assert box.faults.refusal("recipient", "x@gone.example") is None
