"""Bounces, delays, spam reports and unsubscribing: what mail servers and programs do by themselves."""

import threading
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from playground import Mailbox
from playground.inbox_glance import Kind, glance_at
from playground.reply_bounce import FULL, HARD, LATE, bounce_of
from playground.reply_complaint import complaint_about
from playground.reply_unsubscribe import CannotUnsubscribe, unsubscribe, unsubscribe_address
from tests.unit.playground.invites import ATTENDEE, OWNER, invite, keep

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def taken(letter):
    return keep(Mailbox(), letter)


@pytest.mark.parametrize(
    ("kind", "status", "action"),
    [(HARD, "5.1.1", "failed"), (FULL, "5.2.2", "failed"), (LATE, "4.4.1", "delayed")],
)
def test_a_delivery_report_says_what_became_of_the_mail(kind, status, action):
    raw = bounce_of(taken(invite()), NOW, kind)
    report = message_from_bytes(raw, policy=default)
    assert report.get_param("report-type") == "delivery-status"
    _words, state, original = report.iter_parts()
    about = state.get_payload()[1]
    assert (about["Final-Recipient"], about["Status"], about["Action"]) == (
        f"rfc822; {ATTENDEE}",
        status,
        action,
    )
    assert original.get_payload()[0]["Message-ID"] == f"<REQUEST-0-{ATTENDEE}>"
    glance = glance_at(keep(Mailbox(), raw, attendee=OWNER))
    assert glance.kind is (Kind.DELAY if kind is LATE else Kind.BOUNCE)
    assert glance.about_id == f"<REQUEST-0-{ATTENDEE}>"


def test_a_spam_report_is_an_abuse_report():
    raw = complaint_about(taken(invite()), NOW)
    report = message_from_bytes(raw, policy=default)
    assert (report.get_content_type(), report.get_param("report-type"), report["To"]) == (
        "multipart/report",
        "feedback-report",
        OWNER,
    )
    _words, feedback, original = report.iter_parts()
    assert feedback.get_content_type() == "message/feedback-report"
    fields = feedback.as_string()
    for line in ("Feedback-Type: abuse", "Version: 1", f"Original-Rcpt-To: <{ATTENDEE}>"):
        assert line in fields
    assert original.get_payload()[0]["Message-ID"] == f"<REQUEST-0-{ATTENDEE}>"
    assert glance_at(keep(Mailbox(), raw, attendee=OWNER)).kind is Kind.COMPLAINT


class Page(HTTPServer):
    """The sender's page: notes what comes, and answers as it was told to."""

    def __init__(self, status):
        self.came = []
        self.status = status
        super().__init__(("127.0.0.1", 0), _Handler)

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, body, self.headers["Cookie"], self.headers["Content-Type"]))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


def mail_with(address, post=ONE_CLICK):
    return taken(b"List-Unsubscribe: <mailto:x@x.example>,\r\n <%b>\r\n" % address.encode() + post + invite())


def test_unsubscribing_is_one_post_without_cookies():
    with Page(200) as page:
        unsubscribe(mail_with(f"http://127.0.0.1:{page.server_port}/u/1.2.ab?x=y"))
    form = "application/x-www-form-urlencoded"
    assert page.came == [("/u/1.2.ab?x=y", b"List-Unsubscribe=One-Click", None, form)]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_page_that_does_not_take_it_is_told_and_not_followed(status):
    with Page(status) as page, pytest.raises(CannotUnsubscribe, match=str(status)):
        unsubscribe(mail_with(f"http://127.0.0.1:{page.server_port}/u"))
    assert len(page.came) == 1
    with pytest.raises(CannotUnsubscribe, match="did not answer"):
        unsubscribe(mail_with(f"http://127.0.0.1:{page.server_port}/u"))


def test_only_one_click_is_followed_and_only_on_this_machine():
    assert unsubscribe_address(mail_with("https://x.example/u", post=b"")) == ""
    with pytest.raises(CannotUnsubscribe, match="no way"):
        unsubscribe(taken(invite()))
    with pytest.raises(CannotUnsubscribe, match="not on this machine"):
        unsubscribe(mail_with("https://unsubscribe.example/u"))
