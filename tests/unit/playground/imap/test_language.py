"""The language of IMAP, octet by octet: what is understood, and what is bad."""

import pytest

from tests.unit.playground.imap.clients import OWNER, PASSWORD


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (b"a NOOP\n", b"* BAD"),
        (b"a  NOOP\r\n", b"a BAD"),
        (b"a\r\n", b"a BAD"),
        (b"a NOOP more\r\n", b"a BAD"),
        (b"a SELECT INBOX\r\n", b"a BAD"),
        (b"a UID SEARCH ALL\r\n", b"a BAD"),
        (b'a LOGIN "x\r\n', b"a BAD"),
        (b"a LOGIN (x) y\r\n", b"a BAD"),
        (b"a LOGIN x {3+}\r\n", b"* BAD"),
        (b"a LOGIN x\r\n", b"a BAD"),
        (b"a AUTHENTICATE PLAIN !!\r\n", b"a BAD"),
        (b"a AUTHENTICATE CRAM-MD5\r\n", b"a NO"),
        (b"a" * 70_000, b"* BAD"),
    ],
)
def test_before_the_login_only_the_language_is_understood(bare, words, answer):
    assert bare.say(words).startswith(answer)


@pytest.mark.parametrize(
    "words",
    [
        b"UID SEARCH",
        b"UID SEARCH SINCE 2026-11-22",
        b"UID SEARCH SINCE 31-Feb-2026",
        b"UID SEARCH UID 0:*",
        b"UID SEARCH UID 1,",
        b"UID SEARCH FLAVOUR",
        b"UID SEARCH OR ALL",
        b"UID FETCH 1 ALL",
        b"UID FETCH 1 (BODY.PEEK[)",
        b"UID FETCH 1 ()",
        b"UID FETCH 1",
        b"UID",
        b"LOGIN x y",
        b"FETCH (1) UID",
    ],
)
def test_what_is_not_the_language_is_bad(bare, words):
    bare.login()
    assert bare.say(b"c " + words + b"\r\n").startswith(b"c BAD")
    assert bare.say(b"d NOOP\r\n").startswith(b"d OK")


def test_a_literal_is_asked_for(bare):
    assert bare.say(b"a LOGIN {%d}\r\n" % len(OWNER)) == b"+ Go ahead\r\n"
    assert bare.say(OWNER.encode() + b" {8}\r\n") == b"+ Go ahead\r\n"
    assert bare.say(PASSWORD.encode() + b"\r\n").startswith(b"a OK [CAPABILITY ")
