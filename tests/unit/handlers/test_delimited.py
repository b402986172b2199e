from contextlib import closing

import pytest

from campaigns.columns import Row
from campaigns.roster import read_roster
from handlers.sheets import Limits, read_rows
from tests.fakes.spreadsheets import (
    PEOPLE,
    cells_of,
    refusal_of,
)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("cp1252", b""),
        ("utf-16", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32", b""),
    ],
)
def test_a_list_in_any_usual_encoding_is_read_with_every_letter(tmp_path, encoding, mark):
    path = tmp_path / "list.csv"
    path.write_bytes(mark + PEOPLE.encode(encoding))
    with closing(read_rows(path, "list.csv")) as rows:
        assert list(rows) == [
            Row(1, ("Name", "E-mail")),
            Row(2, ("José Núñez", "jose@example.com")),
            Row(3, ("Zoë Ørsted", "zoe@example.com")),
        ]
        assert bool(rows.notes) == (encoding == "cp1252")
        assert not any(note.blocks for note in rows.notes)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_separator_is_found(tmp_path, separator, ends):
    path = tmp_path / "list.csv"
    lines = (["Name", "E-mail", "City; or, place"], ['"López, Ana; Dr."', "ana@example.com", "x"])
    path.write_bytes(
        ends.join(separator.join(cells) for cells in lines).replace("City; or, place", "City").encode()
    )
    assert cells_of(path) == [("Name", "E-mail", "City"), ("López, Ana; Dr.", "ana@example.com", "x")]


def test_semicolons_win_over_commas_within_names(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("López, Ana;ana@example.com\nRuiz, Bob;bob@example.com\n", encoding="utf-8")
    assert cells_of(path)[0] == ("López, Ana", "ana@example.com")


@pytest.mark.parametrize(("declared", "separator"), [("sep=;", ";"), ('"sep=^"', "^"), ("sep=\t", "\t")])
def test_the_separator_that_excel_declares_is_honoured(tmp_path, declared, separator):
    path = tmp_path / "list.csv"
    path.write_text(f"{declared}\nemail{separator}name\nana@example.com{separator}a,b", encoding="utf-8")
    with closing(read_rows(path, "list.csv")) as rows:
        assert list(rows) == [Row(2, ("email", "name")), Row(3, ("ana@example.com", "a,b"))]


def test_a_row_is_where_its_first_line_is_however_many_lines_it_runs_over(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('email,note\nana@example.com,"one\ntwo\n"\nbob@example.com,x\n', encoding="utf-8")
    with closing(read_rows(path, "list.csv")) as rows:
        assert [row.line for row in rows] == [1, 2, 5]


@pytest.mark.parametrize("tail", ["", "bob@example.com,Bob\n" * 3, "bob@example.com,Bob\n" * 20_000])
def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path, tail):
    path = tmp_path / "list.csv"
    path.write_text(f'email,name\nana@example.com,"Ana\n{tail}', encoding="utf-8")
    assert "line 2 is never closed" in refusal_of(path)


def test_a_damaged_utf8_file_is_refused_with_the_line_rather_than_read_as_something_else(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("email\nñandú@example.com\n".encode() + b"x\xff\n")
    assert "line 3" in refusal_of(path)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *(("山田花子", "shift_jis"), ("メール", "shift_jis"), ("张三", "gb18030"), ("홍길동", "cp949")),
        *(("Иван Петров", "cp1251"), ("Ιωάννης", "cp1253")),
    ],
)
def test_letters_of_other_code_pages_are_refused_rather_than_read_as_western(tmp_path, name, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes(f"email,name\nana@example.com,{name}\n".encode(encoding))
    assert "letters" in refusal_of(path)


def test_a_letter_may_stand_across_two_pieces_of_reading(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"email\n" + b"a" * 65529 + "é\n".encode())
    assert cells_of(path, Limits(cell=70_000))[1][0].endswith("aé")


def test_nul_bytes_late_in_the_file_reach_no_attendee(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"email,name\n" + b"a@example.com,x\n" * 300 + b"b@example.com,B\0ob\n")
    with closing(read_rows(path, "list.csv")) as rows:
        assert read_roster(rows).attendees[-1].name == "Bob"
