"""What stands in an address cell, made into addresses that are ready for the wire."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from campaigns.invite_clean import one_line

_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_QUOTES = "\"'`´‘’‚‛“”„‟«»"
_OPENINGS = _QUOTES + " <>()[],;:"
_EDGES = _OPENINGS + "."  # a dot ends a sentence; in front it is a slip of the address, and maybe another's

# Accepts only what email-validator accepts, at a thirtieth of the price (a property test compares the two).
# Two hyphens in a row are left to email-validator: they may belong to an A-label.
_PLAIN = re.compile(
    r"(?!.*--)(?=.{6,254}\Z)[A-Za-z0-9_+-]{1,64}(?:\.[A-Za-z0-9_+-]{1,64}){0,8}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63})"
)
_AT = re.compile("[@\uff20]")
_PIECE = re.compile(r'(?:"[^"]*"|[^;,\r\n])+')
_SPECIAL_ENDINGS = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_LOCALHOST = re.compile(r"[^@]+@(?:[^@]+\.)?localhost", re.IGNORECASE)

_UNATTENDED = frozenset(
    (
        *("noreply", "no-reply", "no_reply", "no.reply"),
        *("donotreply", "do-not-reply", "do_not_reply", "do.not.reply"),
        *("postmaster", "mailer-daemon", "mailerdaemon"),
    )
)
_SHARED_WORDS = """abuse accounts admin administrator all billing careers contact contacto enquiries everyone
    feedback finance hello help helpdesk hostmaster hr info inquiries jobs kontakt legal mail marketing media
    news newsletter office orders press privacy reception sales security service spam staff support team
    webmaster"""
_SHARED = frozenset(_SHARED_WORDS.split())

SHARED = "This looks like a shared mailbox: everyone who reads it gets the invite."
WIDE = "Full-width letters were changed to plain ones."


class AddressError(ValueError):
    """The cell holds no address that can be invited; the text says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """``text`` is ready for the wire, ``key`` identifies the person, ``name`` stood beside it in the cell."""

    text: str
    key: str
    name: str = ""
    notes: tuple[str, ...] = ()


def looks_like_address(cell: str) -> bool:
    """Whether the cell holds an address, without the price of finding out what is wrong with it."""
    if "@" not in cell and "\uff20" not in cell:
        return False
    try:
        return any(read_address(part) for part in split_addresses(cell))
    except AddressError:
        return False


def split_addresses(cell: str) -> list[str]:
    """The parts of a cell that hold one address each, split at ``;``, ``,`` and line ends.

    What stands before a comma without an address is a part of the name in front of ``<``, or on its own.
    """
    if cell.count("@") + cell.count("\uff20") < 2:
        return [cell]
    parts: list[str] = []
    kept = ""
    for piece in _PIECE.findall(cell):
        if kept.strip(_EDGES) and _AT.search(piece) and "<" not in piece:
            parts.append(kept)
            kept = ""
        kept = f"{kept}, {piece.strip()}" if kept.strip() else piece.strip()
        if _AT.search(piece):
            parts.append(kept)
            kept = ""
    if kept.strip(_EDGES) and parts:
        parts[-1] = f"{parts[-1]}, {kept}"
    return parts


def read_address(text: str, *, allow_test_domains: bool = False) -> Address:
    """The one address in ``text``. Raises AddressError with the reason."""
    plain = _PLAIN.fullmatch(text)
    if plain and plain[1].lower() not in _SPECIAL_ENDINGS and text.find("@") <= 64:
        return _judged(text, "", ())
    name, bare = _unwrapped(text)
    bare, notes = _narrow(bare)
    return _judged(_validated(bare, allow_test_domains=allow_test_domains), name, notes)


def _unwrapped(text: str) -> tuple[str, str]:
    """The name beside the address, and the address without quotes, ``mailto:``, blanks and stray marks."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE).replace("\u00a0", " ")).strip()
    name = ""
    if text.endswith(">") and "<" in text:
        name, _, text = text[:-1].rpartition("<")
    text = text.rstrip(_EDGES).lstrip(_OPENINGS)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return one_line(name.strip(_EDGES)), text.rstrip(_EDGES).lstrip(_OPENINGS)


def _narrow(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` with full-width letters made plain, and a note if there were any."""
    if text.isascii():
        return text, ()
    if any("\uff01" <= letter <= "\uff5e" for letter in text):
        return unicodedata.normalize("NFKC", text), (WIDE,)
    return text, ()


def _validated(text: str, *, allow_test_domains: bool) -> str:
    local, at, domain = text.rpartition("@")
    if not text:
        raise AddressError("There is no e-mail address in this line.")
    if not at:
        raise AddressError("This is not an e-mail address: it has no @ sign.")
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise AddressError("An address cannot hold spaces. Put a comma or a semicolon between several.")
    if "@" in local:
        raise AddressError("This has more than one @ sign. Put a comma or a semicolon between several.")
    if not local.isascii():
        raise AddressError("Letters with accents or of other scripts before the @ cannot be mailed yet.")
    local_test = allow_test_domains and _LOCALHOST.fullmatch(text)
    if local_test:
        domain = f"{domain}.example"
    try:
        valid = validate_email(
            f"{local}@{domain}", check_deliverability=False, test_environment=allow_test_domains, strict=True
        )
    except EmailNotValidError as refusal:
        raise AddressError(_reason(domain, str(refusal))) from None
    if valid.ascii_email is None:
        raise AddressError("This address cannot be written in plain letters, which mail servers need.")
    return valid.ascii_email.removesuffix(".example") if local_test else valid.ascii_email


def _reason(domain: str, refusal: str) -> str:
    """email-validator's refusal in the organizer's words."""
    ending = domain.rpartition(".")[2].lower()
    if ending in _SPECIAL_ENDINGS:
        return f"Addresses that end in “{ending}” are reserved and reach nobody."
    if "." not in domain:
        return "The part after the @ has no dot. Is the ending, such as “.com”, missing?"
    return refusal


def _judged(text: str, name: str, notes: tuple[str, ...]) -> Address:
    local, _, domain = text.rpartition("@")
    domain = domain.lower()
    box = local.lower()
    role = box.partition("+")[0]
    if role in _UNATTENDED:
        raise AddressError(f"Nobody reads “{role}@”; an invite there is lost.")
    if role in _SHARED or role.startswith("list-") or role.endswith("-list"):
        notes = (*notes, SHARED)
    return Address(f"{local}@{domain}", f"{box}@{domain}", name, notes)
