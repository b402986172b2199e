import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from campaigns.invite_clean import MAX_NAME, display_name, many_lines, one_line

ANY = st.text(alphabet=st.characters())


@given(ANY)
def test_one_line_is_one_line_without_control_characters(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert line == one_line(line)


@given(ANY)
def test_many_lines_knows_one_line_end(text):
    lines = many_lines(text)
    assert lines.splitlines() == (lines.split("\n") if lines else [])
    assert not {unicodedata.category(sign) for sign in lines.replace("\n", "")} & {"Cc", "Cs", "Zl", "Zp"}
    assert lines == many_lines(lines)


@given(ANY)
def test_a_name_holds_nothing_that_calendar_programs_read_differently(text):
    name = display_name(text)
    assert not set(name) & set('"\\^')
    assert len(name) <= MAX_NAME


def test_what_names_are_made_of_is_kept():
    for name in ("José Ñandú", "山田　太郎", "O'Neil, Jr.", "प्रिया", "👩\u200d👩\u200d👧", "דוד\u200f לוי"):
        assert display_name(name) == name
