import csv
import io
import sys
from unicodedata import category

from campaigns.export import csv_bytes, problems_csv
from campaigns.model import Problem

RISKY = set("=+-@\t\r\0＝＋－＠")


def read_back(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_file_has_its_mark_and_windows_line_ends():
    assert csv_bytes(("a", "b"), [(1, "é,")]) == b'\xef\xbb\xbfa,b\r\n1,"\xc3\xa9,"\r\n'


def test_no_first_character_of_all_unicode_starts_a_formula():
    letters = [chr(code) for code in range(sys.maxunicode + 1)]
    cells = read_back(csv_bytes(("cell",), ((letter + "1+1",) for letter in letters)))[1:]
    assert len(cells) == len(letters)
    for letter, (cell,) in zip(letters, cells, strict=True):
        if letter in RISKY:
            assert cell.startswith("'"), repr(letter)
        else:
            assert cell[:1] not in RISKY, repr(letter)
    hidden = {letter for letter in letters if category(letter) in ("Cc", "Cs")} - {"\n", "\t"}
    assert hidden.isdisjoint("".join(cell for (cell,) in cells))


def test_a_formula_behind_blanks_or_hidden_characters_is_quoted_too():
    cells = ["  =1+1", "\n=1+1", "\x01=1+1", "\x0b@x", '\0=cmd|"/c calc"!A0']
    assert all(
        cell.startswith("'") for (cell,) in read_back(csv_bytes(("c",), ((cell,) for cell in cells)))[1:]
    )


def test_numbers_of_our_own_stay_numbers():
    assert read_back(csv_bytes(("c",), [(-5,)]))[1] == ["-5"]


def test_headers_are_guarded_as_well():
    assert read_back(csv_bytes(("=A1",), [])) == [["'=A1"]]


def test_problems_come_in_the_order_of_the_list():
    data = problems_csv(
        [Problem(7, "info@example.com", "Shared.", blocks=False), Problem(3, "=x", "Not an address.")]
    )
    assert read_back(data)[1:] == [
        ["3", "'=x", "Not an address.", "no"],
        ["7", "info@example.com", "Shared.", "see reason"],
    ]
