import pytest

from campaigns.account import ImapServer
from campaigns.account_forms import read_smtp
from campaigns.account_mailbox import guess_imap
from campaigns.errors import InputError

FORM = {
    "host": "smtp.acme.example.com",
    "user": "olga@acme.example.com",
    "password": "app pass word",
    "reads": "yes",
}


@pytest.mark.parametrize(
    ("smtp", "imap"),
    [
        ("smtp.acme.example.com", "imap.acme.example.com"),
        ("SMTP.Acme.Example.com.", "imap.acme.example.com"),
        ("mail.acme.example.com", "mail.acme.example.com"),
        ("smtp.gmail.com", "imap.gmail.com"),
        ("smtp.office365.com", "outlook.office365.com"),
        ("smtp-mail.outlook.com", "outlook.office365.com"),
        ("smtp.mail.yahoo.com", "imap.mail.yahoo.com"),
        ("smtp-relay.gmail.com", ""),
        ("email-smtp.eu-west-1.amazonaws.com", ""),
        ("smtp.sendgrid.net", ""),
        ("smtp.eu.mailgun.org", ""),
        ("relay.acme.example.com", ""),
        ("smtp.com", ""),
    ],
)
def test_where_mail_is_read_is_guessed_from_where_it_is_sent(smtp, imap):
    assert guess_imap(smtp) == imap


def test_nothing_is_read_unless_it_was_allowed():
    entry = read_smtp(FORM | {"reads": "", "imap_host": "imap.acme.example.com"})
    assert entry.credential.imap is None
    assert not entry.credential.reads


def test_left_empty_it_is_the_usual_place_with_the_same_login():
    credential = read_smtp(FORM).credential
    assert credential.imap == ImapServer("imap.acme.example.com", 993, "tls")
    assert credential.reads


def test_a_mailbox_elsewhere_has_a_login_of_its_own():
    typed = {"host": "smtp.sendgrid.net", "user": "apikey", "from": "olga@acme.example.com"}
    mailbox = {
        "imap_host": " IMAP.Acme.example.com ",
        "imap_port": "143",
        "imap_user": "olga",
        "imap_password": "secret there",
    }
    entry = read_smtp(FORM | typed | mailbox)
    assert entry.imap == ImapServer("imap.acme.example.com", 143, "starttls", "olga", "secret there")
    assert "secret there" not in repr(entry)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"host": "smtp.sendgrid.net"}, "imap_host"),
        ({"imap_host": "no spaces"}, "imap_host"),
        ({"imap_host": "127.0.0.1"}, "imap_host"),
        ({"imap_host": "169.254.169.254"}, "imap_host"),
        ({"imap_host": "2130706433"}, "imap_host"),
        ({"imap_host": "a" * 300}, "imap_host"),
        ({"imap_port": "110"}, "imap_port"),
        ({"imap_port": "²5"}, "imap_port"),
        ({"imap_port": "993", "imap_security": "starttls"}, "imap_security"),
        ({"imap_port": "143", "imap_security": "plain"}, "imap_security"),
        ({"imap_user": "olga"}, "imap_password"),
        ({"imap_user": "a\nb", "imap_password": "x"}, "imap_user"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(typed, field):
    with pytest.raises(InputError) as caught:
        read_smtp(FORM | typed)
    assert list(caught.value.fields) == [field]


def test_the_own_machine_may_be_tried_where_bot_and_person_share_it():
    near = FORM | {"host": "127.0.0.1", "port": "2500", "imap_host": "127.0.0.1", "imap_port": "1430"}
    assert read_smtp(near, is_try_out=True).imap == ImapServer("127.0.0.1", 1430, "plain")
