"""Attendee lists as files, made by hand to the byte, and how the tests read them."""

import struct
import zipfile
from contextlib import closing

import pytest

from campaigns.errors import RosterError
from handlers.sheets import read_rows

PEOPLE = "Name,E-mail\r\nJosé Núñez,jose@example.com\r\nZoë Ørsted,zoe@example.com\r\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DATED = (
    '<styleSheet xmlns="{}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def write_zip(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_xlsx(path, *sheets, hidden=()):
    """Each sheet is the XML of its rows."""
    listed = related = ""
    members = {}
    for n, rows in enumerate(sheets, 1):
        state = 'state="hidden"' if n in hidden else ""
        listed += f'<sheet name="Sheet{n}" sheetId="{n}" {state} r:id="r{n}"/>'
        related += relationship(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml")
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        members[f"xl/worksheets/sheet{n}.xml"] = sheet
    members["_rels/.rels"] = relationships(relationship("w", "officeDocument", "xl/workbook.xml"))
    members["xl/_rels/workbook.xml.rels"] = relationships(
        related
        + relationship("s", "styles", "styles.xml")
        + relationship("t", "sharedStrings", "sharedStrings.xml")
    )
    members["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    )
    members["xl/styles.xml"] = DATED.format(MAIN)
    return write_zip(path, members)


def relationship(name, kind, target):
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def relationships(inner):
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def xml_row(line, *cells):
    texts = (
        f'<c r="{chr(65 + at)}{line}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{line}">{"".join(texts)}</row>'


def cells_of(path, limits=None):
    with closing(read_rows(path, path.name, limits)) as rows:
        return [row.cells for row in rows]


def refusal_of(path, limits=None):
    with pytest.raises(RosterError) as refused, closing(read_rows(path, path.name, limits)) as rows:
        list(rows)
    assert refused.value.hint
    return refused.value.message


def write_xls(path, *cells):
    """A BIFF8 workbook with one row of texts, in the smallest compound file that may hold it."""

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    name = b"\x06\x00People"
    start = 20 + 4 + 6 + len(name) + 4
    book = record(0x809, bof) + record(0x85, struct.pack("<IBB", start, 0, 0) + name) + record(0x0A, b"")
    book += record(0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, text in enumerate(cells):
        book += record(0x204, struct.pack("<HHHHB", 0, at, 0, len(text), 0) + text.encode("latin-1"))
    book = (book + record(0x0A, b"")).ljust(8 * 512, b"\0")

    def entry(name, kind, child, first, size):
        wide = (name + "\0").encode("utf-16-le")
        return (
            wide.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(wide), kind, 1, -1, -1, child)
            + b"\0" * 36
            + struct.pack("<iQ", first, size)
        )

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<iiiiIiiii", 0, 1, 1, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<109i", 0, *[-1] * 108)
    table = struct.pack("<128i", -3, -2, *range(3, 10), -2, *[-1] * 118)
    directory = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 2, len(book)) + b"\0" * 256
    path.write_bytes(header + table + directory + book)
    return path
