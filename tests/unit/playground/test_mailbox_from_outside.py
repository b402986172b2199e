"""The organizer's mailbox takes answers and bounces as a domain's own server does; tokens expire."""

import smtplib
import ssl

import pytest

from playground import Mailbox
from playground.reply_post import NotTaken, deliver

OWNER, PASSWORD = "events@acme.example", "s3cret"
LETTER = b"Subject: Hi\r\n\r\nHello\r\n"


@pytest.fixture
def owned():
    with Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER) as box:
        yield box


def connected(box):
    return smtplib.SMTP(box.host, box.port, timeout=10)


def test_anybody_may_write_to_the_owner_without_a_login(owned):
    with connected(owned) as line:
        line.sendmail("kim@people.example", ["Events@acme.example"], LETTER)
        line.sendmail("", [OWNER], LETTER)
    answer, bounce = owned.messages
    assert (answer.sender, answer.login, bounce.sender) == ("kim@people.example", None, "")


def test_nobody_may_write_to_anybody_else_without_a_login(owned):
    with connected(owned) as line:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            line.sendmail("kim@people.example", ["ben@people.example"], LETTER)
        assert refused.value.recipients["ben@people.example"][0] == 530
        assert line.sendmail("kim@people.example", [OWNER, "ben@people.example"], LETTER).keys() == {
            "ben@people.example"
        }
        line.login(OWNER, PASSWORD)
        line.sendmail(OWNER, ["ben@people.example"], LETTER)
    assert [mail.recipients for mail in owned.messages] == [(OWNER,), ("ben@people.example",)]


def test_what_goes_wrong_for_the_bot_does_not_for_mail_from_outside(owned):
    """A refusal that is meant for the next attendees must not be used up by an answer."""
    owned.faults.expire_token()
    refusal = owned.faults.refuse_recipients(times=5)
    drop = owned.faults.drop("after_dot")
    deliver(owned, "kim@people.example", OWNER, LETTER)
    assert (len(owned), refusal.times, drop.times) == (1, 5, 1)


def test_mail_from_outside_is_told_why_it_is_not_taken(owned):
    with pytest.raises(NotTaken, match="530"):
        deliver(owned, "kim@people.example", "ben@people.example", LETTER)
    owned.shut_down()
    with pytest.raises(NotTaken, match="refused"):
        deliver(owned, "kim@people.example", OWNER, LETTER)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_from_outside_comes_over_tls_too(tls):
    with Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER, tls=tls) as box:
        deliver(box, "kim@people.example", OWNER, LETTER)
        assert box.messages[0].is_encrypted
    with pytest.raises((NotTaken, ssl.SSLError, OSError)):
        deliver(box, "kim@people.example", OWNER, LETTER)


def test_a_token_that_expires_interrupts_an_open_session(owned):
    with connected(owned) as line:
        line.login(OWNER, PASSWORD)
        line.sendmail(OWNER, ["ben@people.example"], LETTER)
        owned.faults.expire_token()
        with pytest.raises(smtplib.SMTPSenderRefused) as sent_away:
            line.sendmail(OWNER, ["kim@people.example"], LETTER)
        assert sent_away.value.smtp_code == 421
    with connected(owned) as line, pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        line.login(OWNER, PASSWORD)
    assert (refused.value.smtp_code, refused.value.smtp_error[:5]) == (535, b"5.7.8")
    owned.faults.renew_token()
    with connected(owned) as line:
        line.login(OWNER, PASSWORD)
        line.sendmail(OWNER, ["kim@people.example"], LETTER)
    assert len(owned) == 2


def test_a_server_that_shuts_down_takes_what_is_on_the_wire_and_then_nothing(owned):
    with connected(owned) as line:
        line.login(OWNER, PASSWORD)
        line.mail(OWNER)
        line.rcpt("ben@people.example")
        owned.shut_down()
        assert line.data(LETTER)[0] == 250
        assert line.mail(OWNER)[0] == 421
    with pytest.raises(ConnectionRefusedError):
        connected(owned)
    assert owned.is_refusing_connections
    owned.come_back()
    with connected(owned) as line:
        line.login(OWNER, PASSWORD)
        line.sendmail(OWNER, ["kim@people.example"], LETTER)
    assert (len(owned), owned.is_refusing_connections) == (2, False)


def test_without_an_address_of_its_own_a_mailbox_asks_everybody_for_a_login():
    with Mailbox(username=OWNER, password=PASSWORD) as box, connected(box) as line:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            line.sendmail("kim@people.example", [OWNER], LETTER)
        assert refused.value.smtp_code == 530
