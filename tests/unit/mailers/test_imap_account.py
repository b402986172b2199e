import pytest

from campaigns.errors import ConfigError
from mailers.imap_account import ImapAccount, parse_imap_url
from mailers.server_url import Security


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("imaps://a%40b.example:p%2Fw@imap.example.com", 993, Security.TLS),
        ("imaps://a%40b.example:p%2Fw@imap.example.com:1993/", 1993, Security.TLS),
        ("imap://a%40b.example:p%2Fw@imap.example.com", 143, Security.STARTTLS),
    ],
)
def test_the_url_says_where_and_how(url, port, security):
    assert parse_imap_url(url) == ImapAccount("imap.example.com", port, security, "a@b.example", "p/w")


def test_only_this_machine_is_talked_to_in_clear():
    assert parse_imap_url("imap://a:b@127.0.0.1:1430").security is Security.PLAIN


def test_the_password_does_not_show():
    assert "canary" not in repr(parse_imap_url("imaps://a:canary@imap.example.com"))


@pytest.mark.parametrize(
    "url",
    [
        "smtp://a:b@imap.example.com",
        "imaps://imap.example.com",
        "imaps://a@imap.example.com",
        "imaps://a:b@",
        "imaps://a:b@imap.example.com:99999",
        "imaps://a:b@imap.example.com/INBOX",
        "imaps://a:b@imap.example.com?x=1",
        "imaps://a:b%0Ac@imap.example.com",
    ],
)
def test_what_is_wrong_is_said_with_what_to_do_and_without_the_password(url):
    with pytest.raises(ConfigError) as caught:
        parse_imap_url(url)
    assert caught.value.hint
    assert "a:b" not in str(caught.value)
