"""Alert mails over a real SMTP server."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from campaigns.errors import BadAddress, Busy, ConfigError, NoAccess
from campaigns.model import Attachment
from mailers.alert_texts import AlertText
from mailers.alerts import AlertMailer, alert_mail
from mailers.smtp_account import parse_smtp_url
from playground.mailbox import Mailbox

WORDS = AlertText("Sending paused: café 🎉 day", "Hello\n.\nlast line\n", "<p>Hellö</p>\n")
DATE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIST = Attachment("not-sent.csv", "Line,Name\r\n3,Zoë\r\n".encode())


@pytest.fixture
def mailbox():
    with Mailbox(username="alerts", password="secret") as mailbox:
        yield mailbox


@pytest.fixture
def mailer(mailbox):
    account = parse_smtp_url(
        f"smtp://alerts:secret@127.0.0.1:{mailbox.port}?from=alerts@acme.example&name=Invites"
    )
    mailer = AlertMailer(account, "alerts@acme.example")
    yield mailer
    mailer.close()


def mail(to="ann@acme.example", *files):
    return alert_mail(
        WORDS, to=to, sender="alerts@acme.example", notice_id="n1", date=DATE, attachments=files
    )


def test_an_alert_arrives_with_text_html_and_its_list(mailer, mailbox):
    mailer.send(mail("ann@acme.example", LIST))
    read = email.message_from_bytes(mailbox.messages[0].content, policy=email.policy.SMTP)
    assert read["To"] == "ann@acme.example"
    assert read["From"] == "Invites <alerts@acme.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"] == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n") == WORDS.text
    assert read.get_body(("html",)).get_content().replace("\r\n", "\n") == WORDS.html
    (file,) = read.iter_attachments()
    assert file.get_filename() == "not-sent.csv"
    assert file.get_content_type() == "text/csv"
    assert file.get_payload(decode=True) == LIST.content


def test_the_same_notice_is_the_same_bytes(mailer, mailbox):
    """A notice told twice after a crash is one mail in most inboxes."""
    for _ in range(2):
        mailer.send(mail("ann@acme.example", LIST))
    first, second = (kept.content for kept in mailbox.messages)
    assert first == second


def test_another_notice_or_another_reader_has_another_message_id():
    ids = {
        alert_mail(WORDS, to=to, sender="alerts@acme.example", notice_id=notice, date=DATE).message_id
        for to in ("ann@acme.example", "bob@acme.example")
        for notice in ("n1", "n2")
    }
    assert len(ids) == 4


def test_an_alert_is_7_bit_with_crlf_and_short_lines(mailer):
    octets = mailer.octets(mail("ann@acme.example", LIST))
    assert octets.isascii()
    assert octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n")
    assert max(map(len, octets.split(b"\r\n"))) <= 78 + 40  # boundary parameters are one word


def test_an_address_that_could_break_out_is_refused(mailer, mailbox):
    with pytest.raises(BadAddress):
        mailer.send(mail("ann@acme.example\r\nBcc: eve@evil.example"))
    assert mailbox.messages == []


def test_its_faults_are_those_of_a_mailer(mailer, mailbox):
    mailbox.faults.refuse_logins(times=1)
    with pytest.raises(NoAccess):
        mailer.send(mail())
    mailbox.faults.refuse_recipients("ann", 451, "4.3.0 later", times=1)
    with pytest.raises(Busy):
        mailer.send(mail())
    mailer.send(mail())
    assert len(mailbox) == 1


def test_a_sender_that_is_no_address_is_a_matter_of_settings(mailbox):
    account = parse_smtp_url(f"smtp://127.0.0.1:{mailbox.port}?from=a@b.c")
    with pytest.raises(ConfigError, match="sender of alerts"):
        AlertMailer(account, "nobody")
