import base64
import quopri

from hypothesis import given
from hypothesis import strategies as st

from campaigns.mime import base64_lines, mailbox_line, quoted_printable, subject_line
from tests.unit.campaigns.invites import header

VISIBLE = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")) | st.just(" "), max_size=300
).map(lambda text: " ".join(text.split(" ")).strip())


@given(st.binary(max_size=500))
def test_base64_lines_are_76_columns_and_decode_to_the_same(octets):
    encoded = base64_lines(octets)
    assert base64.b64decode(encoded) == octets
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))


@given(st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=("Cs",)), max_size=500))
def test_quoted_printable_is_7_bit_in_short_crlf_lines_and_decodes_to_the_same(text):
    encoded = quoted_printable(text + "\n")
    assert encoded.isascii()
    assert encoded.count(b"\n") == encoded.count(b"\r") == encoded.count(b"\r\n")
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert quopri.decodestring(encoded).replace(b"\r\n", b"\n").decode() == text + "\n"


@given(VISIBLE)
def test_a_subject_arrives_as_it_was_in_lines_of_at_most_78(text):
    line = subject_line(text)
    assert line.isascii()
    assert all(len(part) <= 78 for part in line.split("\r\n"))
    assert header(line.encode() + b"\r\n\r\n", "Subject") == text


def test_a_plain_subject_stays_readable():
    assert subject_line("Autumn day") == "Subject: Autumn day"
    assert subject_line("word " * 20 + "end") == "Subject:" + " word" * 13 + "\r\n" + " word" * 7 + " end"


def test_text_that_looks_like_an_encoded_word_is_encoded():
    line = subject_line("=?utf-8?q?fake?=")
    assert "fake" not in line
    assert header(line.encode() + b"\r\n\r\n", "Subject") == "=?utf-8?q?fake?="


def test_a_mailbox_is_quoted_only_where_it_must_be():
    assert mailbox_line("To", "Bob Dee", "b@x.y") == "To: Bob Dee <b@x.y>"
    assert mailbox_line("To", "Dee, Bob", "b@x.y") == 'To: "Dee, Bob" <b@x.y>'
    assert mailbox_line("To", 'A "b" \\', "b@x.y") == 'To: "A \\"b\\" \\\\" <b@x.y>'
    assert mailbox_line("To", "", "b@x.y") == "To: b@x.y"


def test_a_long_address_goes_to_its_own_line():
    line = mailbox_line("To", "Bob Dee", "b" * 60 + "@example.example.com")
    assert line == "To: Bob Dee\r\n <" + "b" * 60 + "@example.example.com>"
