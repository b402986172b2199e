"""Who is let in over IMAP: by password or token, in clear and over TLS."""

import base64
import ssl

import pytest
from imapclient.exceptions import LoginError

from playground.imap_login import GOOGLE_SAYS, MICROSOFT_SAYS
from playground.imap_server import ImapServer
from tests.unit.playground.imap.clients import GONE, LETTER, OWNER, PASSWORD, Bare, dialled


def bearer(user, token):
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()) + b"\r\n"


def test_a_wrong_password_is_refused_and_a_new_one_is_good_at_once(box, imap):
    with dialled(imap) as line:
        with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
            line.login(OWNER, "wrong")
        with pytest.raises(LoginError):
            line.login("somebody@acme.example", PASSWORD)
        box.change_password("pässword")
        line.plain_login(OWNER, "pässword")
        assert b"AUTH=PLAIN" not in line.capabilities()


@pytest.mark.parametrize("said", [None, MICROSOFT_SAYS])
def test_a_token_opens_the_owners_mailbox_alone(box, said):
    more = {"token_refusal": said} if said else {}
    with ImapServer(box, is_good_token=lambda token: token == "good", **more) as imap:
        for user, token in ((OWNER, "bad"), ("ben@acme.example", "good")):
            with Bare(imap) as bare:
                assert bare.say(b"a AUTHENTICATE XOAUTH2\r\n") == b"+ \r\n"
                assert bare.say(bearer(user, token)).startswith(b"+ eyJzdGF0dXMiOiAiNDAwIi")
                assert bare.say(b"\r\n") == f"a NO {said or GOOGLE_SAYS}\r\n".encode()
        with dialled(imap) as line:
            line.oauth2_login(OWNER, "good")
            line.select_folder("INBOX", readonly=True)
            box.faults.expire_token()
            with pytest.raises(GONE):
                line.noop()
        with Bare(imap) as bare:
            bare.say(b"a AUTHENTICATE XOAUTH2\r\n")
            assert bare.say(bearer(OWNER, "good")).startswith(b"+ ")


def test_a_token_is_taken_with_the_first_line_too(box):
    with ImapServer(box, is_good_token=lambda token: token == "good") as imap, Bare(imap) as bare:
        assert bare.say(b"a AUTHENTICATE XOAUTH2 dXNlcj14\r\n").startswith(b"+ ")
        assert bare.say(b"\r\n") == b"a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"
        assert bare.say(b"b AUTHENTICATE XOAUTH2 dXNlcj14\r\n").startswith(b"+ ")
        assert bare.say(b"no\r\n").startswith(b"b BAD")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_is_read_over_tls(box, tls):
    with ImapServer(box, tls=tls) as imap:
        imap.folder.put(LETTER)
        with dialled(imap) as line:
            if tls == "starttls":
                assert b"LOGINDISABLED" in line.capabilities()
                with pytest.raises(LoginError, match="PRIVACYREQUIRED"):
                    line.login(OWNER, PASSWORD)
                line.starttls(ssl.create_default_context(cafile=imap.certificate))
                assert b"LOGINDISABLED" not in line.capabilities()
            line.login(OWNER, PASSWORD)
            line.select_folder("INBOX", readonly=True)
            assert line.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == LETTER
            line.logout()


def test_what_is_said_in_clear_after_starttls_counts_for_nothing(box):
    with ImapServer(box, tls="starttls") as imap, Bare(imap) as bare:
        assert bare.say(b"a STARTTLS\r\nb NOOP\r\n").startswith(b"a OK")
        context = ssl.create_default_context(cafile=imap.certificate)
        bare.socket.settimeout(10)
        with context.wrap_socket(bare.socket, server_hostname="localhost") as safe:
            safe.sendall(b"c NOOP\r\n")
            assert safe.recv(100).startswith(b"c OK")
