import pytest

from campaigns.errors import ConfigError
from mailers.server_url import Security
from mailers.smtp_account import SmtpAccount, parse_smtp_url
from mailers.smtp_profiles import UNKNOWN, limits_for


def test_a_full_url_is_taken_apart():
    account = parse_smtp_url(
        "smtp://ann%40acme.example:p%40ss%2Fw@mail.acme.example:2525?from=events@acme.example&name=Events"
    )
    assert account == SmtpAccount(
        host="mail.acme.example",
        port=2525,
        security=Security.STARTTLS,
        user="ann@acme.example",
        password="p@ss/w",
        sender="events@acme.example",
        sender_name="Events",
    )


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example.com?from=a@b.c", 587, Security.STARTTLS),
        ("smtps://mail.example.com?from=a@b.c", 465, Security.TLS),
        ("smtp://localhost:1025?from=a@b.c", 1025, Security.PLAIN),
        ("smtp://127.0.0.1:1025?from=a@b.c", 1025, Security.PLAIN),
        ("smtp://[::1]:1025?from=a@b.c", 1025, Security.PLAIN),
        ("smtps://localhost:1025?from=a@b.c", 1025, Security.TLS),
        ("smtp://10.0.0.5:25?from=a@b.c", 25, Security.STARTTLS),
        ("smtp://localhost.evil.example?from=a@b.c", 587, Security.STARTTLS),
    ],
)
def test_only_this_machine_is_spoken_to_without_encryption(url, port, security):
    account = parse_smtp_url(url)
    assert (account.port, account.security) == (port, security)


def test_the_sender_is_the_user_if_that_is_an_address():
    assert parse_smtp_url("smtp://ann%40acme.example:x@mail.example.com").sender == "ann@acme.example"


def test_an_unescaped_at_sign_in_the_user_is_understood():
    assert parse_smtp_url("smtp://ann@acme.example:x@mail.example.com").user == "ann@acme.example"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.com", "does not begin"),
        ("http://mail.example.com", "does not begin"),
        ("", "does not begin"),
        ("smtp://", "no mail server"),
        ("smtp://ann:x@", "no mail server"),
        ("smtp://ann:pa/ss@mail.example.com", "port"),
        ("smtp://ann:pa#ss@mail.example.com", "port"),
        ("smtp://mail.example.com/inbox?from=a@b.c", "goes on"),
        ("smtp://mail.example.com:99999?from=a@b.c", "port"),
        ("smtp://mail.example.com:465?from=a@b.c", "465"),
        ("smtps://mail.example.com:587?from=a@b.c", "587"),
        ("smtp://ann@mail.example.com?from=a@b.c", "without a password"),
        ("smtp://:x@mail.example.com?from=a@b.c", "without a password"),
        ("smtp://ann:x%00y@mail.example.com?from=a@b.c", "control character"),
        ("smtp://ann:x@mail.example.com", "from which address"),
        ("smtp://mail.example.com?from=nobody", "not a usable address"),
        ("smtp://mail.example.com?from=a@b.c%0d%0aBcc:x@y.z", "not a usable address"),
        ("smtp://mail.example.com?from=a@b.c&tls=off", "unknown option: tls"),
        ("smtp://mail.example.com?from", "cannot be read"),
    ],
)
def test_each_mistake_in_the_url_is_named_with_what_to_do(url, said):
    with pytest.raises(ConfigError, match=said) as caught:
        parse_smtp_url(url)
    assert caught.value.hint


def test_a_mistake_never_shows_the_password():
    with pytest.raises(ConfigError) as caught:
        parse_smtp_url("smtp://ann:hunter2@mail.example.com?from=nobody")
    assert "hunter2" not in str(caught.value)


def test_the_password_is_not_in_the_repr():
    assert "hunter2" not in repr(parse_smtp_url("smtp://a%40b.c:hunter2@mail.example.com"))


def test_known_hosts_have_their_published_limits():
    assert limits_for("smtp.office365.com").per_minute == 30
    assert limits_for("SMTP.Gmail.com.").per_day == 500
    assert limits_for("email-smtp.eu-west-1.amazonaws.com").per_day is None
    assert limits_for("smtp.gmail.com.evil.example") == UNKNOWN
    assert limits_for("mail.example.com") == UNKNOWN
