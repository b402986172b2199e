import io
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest

from campaigns.columns import Row
from handlers import workbooks
from handlers.sheets import Limits, read_rows
from tests.fakes.spreadsheets import (
    MAIN,
    PEOPLE,
    cells_of,
    refusal_of,
    write_xls,
    write_xlsx,
    write_zip,
    xml_row,
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"\xef\xbb\xbf<table><tr><td>ana@example.com", "web page"),
        (b'<?xml version="1.0"?><Workbook>', "XML"),
        (b"\x1f\x8b\x08\0", "packed"),
        (b"{\\rtf1", "text document"),
        (b'[{"email": "ana@example.com"}]', "JSON"),
        (b"BEGIN:VCARD\n", "contacts"),
        (b"\0\1\2\3ana@example.com", "binary"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 900, "damaged"),
    ],
)
@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_what_is_no_list_is_told_by_its_bytes_and_not_by_its_name(tmp_path, content, said, name):
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refusal_of(path)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", "binary Excel"),
        ("Index/Tables.iwa", "Numbers"),
        ("a.csv", "zip"),
    ],
)
def test_other_archives_are_told_apart(tmp_path, member, said):
    assert said in refusal_of(write_zip(tmp_path / "list.xlsx", {member: "x"}))


def test_a_csv_named_xlsx_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_text(PEOPLE, encoding="utf-8")
    assert len(cells_of(path)) == 3


def test_a_workbook_gives_texts_numbers_and_dates_as_people_type_them(tmp_path):
    rows = xml_row(3, "email", "n") + (
        '<row r="5"><c r="A5" t="inlineStr"><is><t>ana@example.com</t></is></c>'
        '<c r="B5"><v>34600111222</v></c>'
        '<c r="C5"><v>1.5</v></c><c r="D5" t="b"><v>1</v></c><c r="E5" s="1"><v>46000</v></c>'
        '<c r="F5" s="1"><v>46000.5</v></c><c r="G5" t="str"><f>A1</f><v>made</v></c></row>'
    )
    path = write_xlsx(tmp_path / "list.xls", rows)
    with closing(read_rows(path, "list.xls")) as read:
        assert list(read) == [
            Row(3, ("email", "n")),
            Row(4, ()),
            Row(
                5,
                ("ana@example.com", "34600111222", "1.5", "TRUE", "2025-12-09", "2025-12-09 12:00", "made"),
            ),
        ]
        assert read.notes == []


def test_the_first_visible_sheet_with_anything_in_it_is_read_and_named(tmp_path):
    sheets = [
        "",
        xml_row(1, "secret@example.com"),
        xml_row(1, "ana@example.com"),
        xml_row(1, "bob@example.com"),
    ]
    path = write_xlsx(tmp_path / "list.xlsx", *sheets, hidden={2})
    with closing(read_rows(path, "list.xlsx")) as rows:
        assert [row.cells for row in rows] == [("ana@example.com",)]
        assert [note.reason for note in rows.notes] == ["Only the sheet “Sheet3” was read, not “Sheet4”."]
        assert not rows.notes[0].blocks


def test_a_workbook_without_anything_visible_is_refused(tmp_path):
    assert "no visible sheet" in refusal_of(write_xlsx(tmp_path / "a.xlsx", xml_row(1, "x"), "", hidden={1}))


@pytest.mark.parametrize("name", ["list.ods", "list.xlsx", "list.list"])
def test_an_ods_is_read_by_any_name(tmp_path, name):
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    row = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("ana@example.com", "Ana")
    )
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
        f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="People"><table:table-row>{row}</table:table-row></table:table>'
        "</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    members = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    manifest = f'<manifest:manifest xmlns:manifest="{office}manifest:1.0"/>'
    path = write_zip(tmp_path / name, members | {"META-INF/manifest.xml": manifest}, zipfile.ZIP_STORED)
    assert cells_of(path) == [("ana@example.com", "Ana")]


@pytest.mark.parametrize("name", ["list.xls", "list.csv"])
def test_an_old_xls_is_read_by_any_name(tmp_path, name):
    path = write_xls(tmp_path / name, "ana@example.com", "Ana")
    assert cells_of(path) == [("ana@example.com", "Ana")]


def test_a_bomb_is_refused_by_the_archives_directory(tmp_path):
    """The sheet is no XML at all: a reader that opened it would say something else."""
    members = {"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b"\0" * (3 * 2**20)}
    path = write_zip(tmp_path / "list.xlsx", members)
    assert "too large once it is unpacked" in refusal_of(path)
    assert "too large once it is unpacked" in refusal_of(path, Limits(unpacked_bytes=2**20, ratio=10_000))
    assert "damaged" in refusal_of(path, Limits(ratio=10_000))


def test_an_archive_of_thousands_of_files_is_refused(tmp_path):
    members = {"xl/workbook.xml": "x"} | {f"xl/{n}.xml": "" for n in range(1001)}
    assert "too large" in refusal_of(write_zip(tmp_path / "list.xlsx", members))


def test_a_sheet_that_asks_for_half_a_terabyte_ends_its_reader_and_not_the_bot(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "too large" in refusal_of(write_xlsx(tmp_path / "list.xlsx", rows))


PEAK = """
import resource, sys
from pathlib import Path
from campaigns.errors import RosterError
from handlers.sheet_limits import Limits
from handlers.sheets import read_rows
try:
    list(read_rows(Path(sys.argv[1]), "list.xlsx", Limits(ratio=10_000)))
except RosterError:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""The most kilobytes that the child which reads the list has held."""


def test_a_text_repeated_by_reference_cannot_fill_the_memory(tmp_path):
    """Shared strings are copied into every cell that refers to them: 1 MB × 50,000 cells are 50 GB."""
    path = write_xlsx(
        tmp_path / "list.xlsx", "".join(f'<row r="{n}"><c t="s"><v>0</v></c></row>' for n in range(1, 50_001))
    )
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>{"x" * 2**20}</t></si></sst>')
    assert "too large" in refusal_of(path, Limits(ratio=10_000))
    if sys.platform == "linux":  # elsewhere the limit may be missing, and the unit is another
        # in a process of its own: the peak of children counts what else the tests have started
        told = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, check=True)
        assert int(told.stdout) < 600 * 1024


def test_a_million_rows_are_refused(tmp_path):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a{n % 9}@example.com</t></is></c></row>'
        for n in range(1, 1_048_577)
    )
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    assert path.stat().st_size < Limits().upload_bytes
    assert "more than 100,000 rows" in refusal_of(path)


def test_a_workbook_under_a_password_is_told_as_such(tmp_path):
    path = write_xlsx(tmp_path / "list.xlsx", xml_row(1, "x"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "password" in refusal_of(path)


def test_a_workbook_that_lost_its_end_is_told_as_damaged(tmp_path):
    path = write_xlsx(tmp_path / "list.xlsx", xml_row(1, "x") * 500)
    path.write_bytes(path.read_bytes()[:-100])
    assert "damaged" in refusal_of(path)


def test_a_sheet_that_breaks_off_in_the_middle_gives_no_half_list(tmp_path):
    assert "damaged" in refusal_of(
        write_xlsx(tmp_path / "list.xlsx", xml_row(1, "ana@example.com") + "<row r='2'><c")
    )


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b'{"sheet":"A","others":[]}\n',
        b'{"sheet":"A","others":[]}\n[1,"x"]\n',
        b'{"sheet":"A","others":[]}\n[1,"x',
    ],
)
def test_a_reader_that_was_stopped_in_the_middle_gives_no_half_list(told):
    with pytest.raises(EOFError):
        list(workbooks._rows(io.BytesIO(told), []))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(upload_bytes=20), "MB"),
        (Limits(rows=1), "more than 1 rows"),
        (Limits(columns=1), "Line 1 has 2 columns"),
        (Limits(cell=8), "cell in line 2"),
    ],
)
def test_a_list_beyond_the_limits_is_refused(tmp_path, limits, said):
    path = tmp_path / "list.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    assert said in refusal_of(path, limits)


def test_blank_rows_and_cells_at_the_end_count_for_nothing(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email,,,\nana@example.com,,,\n" + ",,,\n" * 50, encoding="utf-8")
    assert cells_of(path, Limits(rows=1, columns=1))[:2] == [("email",), ("ana@example.com",)]


def test_reading_may_end_early_and_leaves_no_process(tmp_path):
    path = write_xlsx(tmp_path / "list.xlsx", "".join(xml_row(n, "ana@example.com") for n in range(1, 5_000)))
    with closing(read_rows(path, "list.xlsx")) as rows:
        assert next(rows).line == 1
    with pytest.raises(StopIteration):
        next(rows)
