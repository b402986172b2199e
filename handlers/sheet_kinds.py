"""What an uploaded file really is, by its bytes: names lie."""

import re
import zipfile
from enum import Enum
from pathlib import Path

from campaigns.errors import RosterError
from handlers.sheet_limits import Limits

_HEAD = 4096
_SAVE_AS = "Open it in Excel or Google Sheets, save it as CSV or Excel workbook (.xlsx), and upload that."


class SheetKind(Enum):
    DELIMITED = "CSV"
    ARCHIVE = "XLSX or ODS"
    OLE = "XLS"


_FOREIGN = (
    (rb"%PDF-", "a PDF"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP", "an image"),
    (rb"\0\0\0.ftyp", "an image or a video"),
    (rb"\s*(<!--|<!doctype\s+html|<html|<head|<body|<table|<meta|<style|<div)", "a web page"),
    (rb"\s*(<\?xml|<\w+[\s>])", "an XML file"),
    (rb"\{\\rtf", "a text document (RTF)"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!\x1a|BZh[1-9]1AY|\xfd7zXZ|\x28\xb5\x2f\xfd", "a packed file"),
    (rb"\s*BEGIN:V(CARD|CALENDAR)", "a contacts or calendar file"),
    (rb"\s*(\{\s*[\"}]|\[\s*[\[{])", "a JSON file"),
    (rb"SQLite format 3\0|\x7fELF", "a program or a database"),
)


def kind_of(path: Path, filename: str, limits: Limits) -> SheetKind:
    """How to read the file. Raises RosterError saying what it looks like if it is no list."""
    size = path.stat().st_size
    if size > limits.upload_bytes:
        raise RosterError(
            f"The file has {size / 2**20:.1f} MB; a list may have {limits.upload_bytes / 2**20:.0f} MB.",
            hint="Delete columns that are not needed, or split the list.",
        )
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise RosterError("The file is empty.", hint="Upload a list with one attendee on each row.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        _check_archive(path, filename, limits)
        return SheetKind.ARCHIVE
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _check_ole(path, filename)
        return SheetKind.OLE
    text = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, what in _FOREIGN:
        if re.match(pattern, text, re.IGNORECASE | re.DOTALL):
            raise looks_like(filename, what)
    return SheetKind.DELIMITED


def looks_like(filename: str, what: str, hint: str = _SAVE_AS) -> RosterError:
    name = "".join(letter for letter in filename if letter.isprintable())[:80] or "The file"
    return RosterError(f"“{name}” looks like {what}, not like a list.", hint=hint)


def _check_archive(path: Path, filename: str, limits: Limits) -> None:
    """Refuse what is no spreadsheet and what would unpack to too much, by the archive's directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    # NotImplementedError is zipfile's word for an archive of a later version of the format
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise damaged() from None
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise protected()
    _check_archive_kind(names, filename)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if (
        len(entries) > limits.entries
        or unpacked > limits.unpacked_bytes
        or (unpacked > 2**20 and unpacked > packed * limits.ratio)
    ):
        raise too_large()


def _check_archive_kind(names: set[str], filename: str) -> None:
    if "xl/workbook.xml" in names or ("content.xml" in names and "mimetype" in names):
        return
    if any(name.startswith("xl/") and name.endswith(".bin") for name in names):
        raise looks_like(filename, "a binary Excel workbook (.xlsb)")
    if any(name.startswith("word/") for name in names):
        raise looks_like(filename, "a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise looks_like(filename, "a presentation")
    if any(name.endswith(".iwa") for name in names):
        raise looks_like(
            filename, "an Apple Numbers document", "In Numbers choose File, Export To, CSV, and upload that."
        )
    raise looks_like(filename, "a zip archive", "Unpack it and upload the list that is in it.")


def _check_ole(path: Path, filename: str) -> None:
    """Old Office files and protected new ones share one container; its directory tells them apart."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected()
    if not any(stream.encode("utf-16-le") + b"\0\0" in content for stream in ("Workbook", "Book")):
        raise looks_like(filename, "an old Word, PowerPoint or Outlook file")


def protected() -> RosterError:
    return RosterError(
        "The file is protected by a password.", hint="Save a copy without a password and upload that."
    )


def damaged() -> RosterError:
    return RosterError(
        "The spreadsheet cannot be read: the file is damaged or only a part of it.",
        hint="Open it, save it again as Excel workbook (.xlsx) or CSV, and upload that.",
    )


def too_large() -> RosterError:
    return RosterError(
        "The spreadsheet is too large once it is unpacked.",
        hint="Delete the empty rows and columns after the list and other sheets, or save the list as CSV.",
    )


def empty() -> RosterError:
    return RosterError(
        "The spreadsheet is empty: no visible sheet holds anything.",
        hint="Upload a list with one attendee on each row.",
    )
