"""The mail server keeps what it takes byte for byte, and fails as it is told to."""

import smtplib
import socket
import ssl

import pytest

from playground import Mailbox

LETTER = b"Subject: Hi\r\nTo: ben@acme.example\r\n\r\n.one dot\r\n..two dots\r\n.\r\nna\xc3\xafve\r\n"
ICS = (
    b"Subject: Invite\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
)


def connected(box, **kwargs):
    return smtplib.SMTP(box.host, box.port, timeout=10, **kwargs)


def send(box, *recipients, letter=LETTER):
    with connected(box) as line:
        return line.sendmail("ana@acme.example", list(recipients) or ["ben@acme.example"], letter)


def test_a_letter_is_kept_byte_for_byte_with_its_envelope(box):
    send(box, "Ben@Acme.example", "kim@acme.example")
    [mail] = box.messages
    assert mail.content == LETTER
    assert (mail.number, mail.sender) == (1, "ana@acme.example")
    assert mail.recipients == ("Ben@Acme.example", "kim@acme.example")
    assert mail.received_at.utcoffset().total_seconds() == 0
    assert box.by_recipient("ben@acme.EXAMPLE") == box.by_recipient("kim@acme.example") == [mail]
    assert (mail.subject, mail.is_encrypted, mail.login, mail.calendar) == ("Hi", False, None, None)


def test_mail_can_be_awaited(box):
    with pytest.raises(TimeoutError, match="0 came"):
        box.wait_for_count(1, timeout=0.01)
    send(box)
    assert len(box.wait_for_count(1)) == 1
    box.forget()
    assert len(box) == 0


def test_the_inbox_is_written_to_files_with_safe_names(box, tmp_path):
    send(box, "a/../b@acme.example")
    send(box, letter=ICS)
    first, second = box.write_to(tmp_path / "out")
    assert first.name == "0001-a_.._b.at.acme.example.eml"
    assert second.name == "0002-ben.at.acme.example.eml"
    assert first.read_bytes() == LETTER
    assert b"METHOD:REQUEST" in box.messages[1].calendar


def test_with_a_spool_the_mail_is_on_disk(tmp_path):
    with Mailbox(spool=tmp_path) as box:
        send(box)
        assert box.messages[0].content == LETTER
    assert (tmp_path / "0000001.eml").read_bytes() == LETTER
    assert '"to": ["ben@acme.example"]' in (tmp_path / "index.jsonl").read_text()


def test_it_announces_what_it_is_told_to(box):
    with connected(box) as line:
        line.ehlo()
        assert line.has_extn("8bitmime")
        assert line.esmtp_features["size"] == str(25 * 1024 * 1024)
        assert not line.has_extn("smtputf8")
        assert not line.has_extn("auth")
    with Mailbox(smtputf8=True) as other, connected(other) as line:
        line.ehlo()
        assert line.has_extn("smtputf8")


def test_a_login_is_required_where_there_is_a_user():
    with Mailbox(username="ana", password="s3cret") as box:
        with connected(box) as line:
            with pytest.raises(smtplib.SMTPSenderRefused) as refused:
                line.sendmail("a@b.example", ["c@d.example"], LETTER)
            assert refused.value.smtp_code == 530
            with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
                line.login("ana", "guess")
            assert (wrong.value.smtp_code, wrong.value.smtp_error[:5]) == (535, b"5.7.8")
            line.login("ana", "s3cret")
            line.sendmail("a@b.example", ["c@d.example"], LETTER)
        assert box.messages[0].login == "ana"


def test_starttls_and_implicit_tls_with_its_own_certificate():
    with Mailbox(username="ana", password="s3cret", tls="starttls") as box:
        trust = ssl.create_default_context(cafile=str(box.certificate))
        with connected(box) as line:
            line.ehlo()
            assert not line.has_extn("auth")
            line.starttls(context=trust)
            line.login("ana", "s3cret")
            line.sendmail("a@b.example", ["c@d.example"], LETTER)
        assert box.messages[0].is_encrypted
    with Mailbox(tls="implicit") as box:
        trust = ssl.create_default_context(cafile=str(box.certificate))
        with smtplib.SMTP_SSL("localhost", box.port, context=trust, timeout=10) as line:
            line.sendmail("a@b.example", ["c@d.example"], LETTER)
        assert box.messages[0].is_encrypted


def test_a_client_that_does_not_trust_the_certificate_hangs_up():
    with Mailbox(tls="implicit") as box, pytest.raises(ssl.SSLCertVerificationError):
        smtplib.SMTP_SSL("localhost", box.port, context=ssl.create_default_context(), timeout=10)


def test_logins_can_be_refused_in_the_words_of_any_provider():
    with Mailbox(username="ana", password="s3cret") as box, connected(box) as line:
        box.faults.refuse_logins(534, "5.7.9 Application-specific password required")
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            line.login("ana", "s3cret")
        assert refused.value.smtp_code == 534
        box.clear_faults()
        assert line.login("ana", "s3cret")[0] == 235


def test_senders_and_recipients_can_be_refused_by_pattern(box):
    box.faults.refuse_senders("^spam@", 553, "5.1.8 Bad sender")
    box.faults.refuse_recipients("@gone", 550, "5.1.1 No such user")
    box.faults.refuse_recipients("^busy@", 450, "4.2.1 Busy", times=1)
    with connected(box) as line:
        with pytest.raises(smtplib.SMTPSenderRefused) as sender:
            line.sendmail("Spam@acme.example", ["ben@acme.example"], LETTER)
        assert (sender.value.smtp_code, sender.value.smtp_error) == (553, b"5.1.8 Bad sender")
        refused = line.sendmail(
            "ana@acme.example", ["x@gone.example", "busy@b.example", "ok@b.example"], LETTER
        )
        assert refused == {
            "x@gone.example": (550, b"5.1.1 No such user"),
            "busy@b.example": (450, b"4.2.1 Busy"),
        }
        line.sendmail("ana@acme.example", ["busy@b.example"], LETTER)
    assert [mail.recipients for mail in box.messages] == [("ok@b.example",), ("busy@b.example",)]


def test_the_content_can_be_refused_after_the_dot(box):
    box.faults.refuse_content("ben@", 554, "5.7.1 Looks like spam", times=1)
    with connected(box) as line:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            line.sendmail("ana@acme.example", ["ben@acme.example"], LETTER)
        assert (refused.value.smtp_code, len(box)) == (554, 0)
        line.sendmail("ana@acme.example", ["ben@acme.example"], LETTER)
    assert len(box) == 1


@pytest.mark.parametrize(("at", "kept"), [("before_dot", 0), ("after_dot", 1), ("after_dot_unstored", 0)])
def test_the_connection_can_be_dropped_around_the_dot(box, at, kept):
    box.faults.drop(at, times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(box, letter=LETTER * 2000)
    assert len(box) == kept
    send(box)
    assert len(box) == kept + 1


def test_a_drop_can_wait_for_one_address(box):
    box.faults.drop("after_dot", "^ben@")
    send(box, "kim@acme.example")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(box, "ben@acme.example")
    assert len(box) == 2


def test_a_connection_takes_only_so_many_messages(box):
    box.faults.limit_connection(2)
    with connected(box) as line:
        for _ in range(2):
            line.sendmail("ana@acme.example", ["ben@acme.example"], LETTER)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            line.sendmail("ana@acme.example", ["ben@acme.example"], LETTER)
        assert refused.value.smtp_code == 421
    send(box)
    assert len(box) == 3


def test_connections_can_be_refused_and_come_back_at_the_same_port(box):
    port = box.port
    box.refuse_connections()
    with pytest.raises(ConnectionRefusedError):
        connected(box)
    box.refuse_connections(is_refusing=False)
    send(box)
    assert (len(box), box.port) == (1, port)


def test_replies_can_be_slow(box):
    """The pause is the server's, so a client with less patience gives up."""
    box.faults.slow_down(30)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtplib.SMTP(box.host, box.port, timeout=0.05)
    box.clear_faults()
    send(box)


def test_it_comes_back_at_the_same_port_after_a_stop():
    box = Mailbox()
    box.start()
    send(box)
    port = box.port
    box.stop()
    box.start()
    send(box)
    box.stop()
    assert (box.port, len(box)) == (port, 2)


def test_a_stop_leaves_nothing_behind_even_in_the_middle_of_a_letter(box):
    line = connected(box)
    line.ehlo()
    line.mail("ana@acme.example")
    line.rcpt("ben@acme.example")
    line.docmd("DATA")
    box.stop()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        line.docmd("NOOP")
    line.close()


def test_replies_do_not_wait_for_delayed_acknowledgements(box):
    """With Nagle's algorithm on, every reply would cost up to 40 ms."""
    with connected(box) as line:
        line.ehlo()
        [served] = box._server._lines
        peer = served.transport.get_extra_info("socket")
        assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
