"""Which column holds the attendees' addresses, and what is said where another holds addresses too.

The header decides before the cells do, and one wrong row decides nothing: else a misspelt address would have
the invites go to the people of the other column.
"""

import re
from collections.abc import Iterable, Sequence

from campaigns.addresses import looks_like_address
from campaigns.headings import EMAIL, canonical, field_name
from campaigns.invite_clean import one_line

_HALF = 0.5
_SOME = 0.2
# Headers that may also be a postal address or a name: taken for e-mail only if the cells say so.
_PERHAPS_WORDS = """address addresses adresse adresses adresa adres direccion indirizzo endereco adress osoite
    адрес attendee contact contacts kontakt contacto invitee participant guest user login username to"""
_PERHAPS_EMAIL = frozenset(_PERHAPS_WORDS.split())
_MAIL = frozenset(("mail", "mails", "email", "emails", "mailadresse", "emailadresse", "courriel", "correo"))
_ATTENDEE = frozenset(("attendee", "invitee", "participant", "registrant", "teilnehmer", "asistente"))
_OF_A_KIND = frozenset(("work", "business", "primary", "user", "guest"))
_SECOND_WORDS = """contact contacts kontakt contacto manager assistant boss buyer purchaser booker organizer
    host parent emergency billing cc bcc second secondary alternative alternate other backup"""
_SECOND = frozenset(_SECOND_WORDS.split())
# What was meant for an address by whoever typed it, though it may not be one.
_MEANT = re.compile(r"[@\uff20]|[(\[{<\s]at[)\]}>\s]", re.IGNORECASE)
_NAMED = 3


def headed(fields: Sequence[str], below: Sequence[Sequence[str]]) -> int | None:
    """The address column under a header with these ``fields``, of which one must be about e-mail."""
    found = [
        index
        for index, field in enumerate(fields)
        if is_known(field) or (_may_be(field) and share(below, index) > _SOME)
    ]
    return min(found, key=lambda at: _place(below, at, _rank(fields[at])), default=None)


def unheaded(sample: Sequence[Sequence[str]], below: Sequence[Sequence[str]]) -> int | None:
    """The address column of a list without a known header; the first row may still be one."""
    width = max(len(cells) for cells in sample)
    shares = [max(share(below, index), share(sample, index)) for index in range(width)]
    found = [index for index in range(width) if shares[index] >= _HALF]
    if not found or (max(shares) <= 1 - _SOME and sum(part > 0 for part in shares) > 1):
        return None
    return min(found, key=lambda at: _place(below, at, rank=0))


def taken_of_several(header: Sequence[str], address: int, below: Sequence[Sequence[str]]) -> str:
    """What to tell where the list has addresses of others in another column; '' where it has not."""
    taken = set(_addresses(below, address))
    others = [
        index
        for index in range(max((len(cells) for cells in below), default=0))
        if index != address
        and share(below, index) >= _HALF
        and not taken.issuperset(found := _addresses(below, index))
        and (len(found) > 1 or _may_be(field_name(cell(header, index))))  # else it is a slip in one row
    ]
    if not others:
        return ""
    named = [_called(header, index) for index in others[:_NAMED]]
    if len(others) > _NAMED:
        named.append(f"{len(others) - _NAMED} more")
    mine = _called(header, address)
    return (
        f"Invites go to the addresses in {mine}. Those in {' and '.join(named)} are not invited. "
        f"If you mean those, delete {mine} and upload the list again."
    )


def share(rows: Iterable[Sequence[str]], index: int) -> float:
    """How much of what stands in a column are addresses."""
    filled = [text for cells in rows if (text := cell(cells, index))]
    return sum(map(looks_like_address, filled)) / len(filled) if filled else 0.0


def cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def is_known(field: str) -> bool:
    """Whether a header means e-mail whatever stands below it."""
    return canonical(field) == EMAIL


def _may_be(field: str) -> bool:
    return is_known(field) or field in _PERHAPS_EMAIL or not _MAIL.isdisjoint(field.split("_"))


def _rank(field: str) -> int:
    """How surely a header means the attendee's own address, and not somebody else's; 0 is the surest."""
    words = set(field.split("_"))
    if words & _SECOND:
        return 4
    if not (is_known(field) or words & _MAIL):
        return 3
    if words & _ATTENDEE:
        return 0
    return 1 if is_known(field) and not words & _OF_A_KIND else 2


def _place(below: Sequence[Sequence[str]], index: int, rank: int) -> tuple[int, int, bool, int]:
    """The least is the address column: filled well enough, then by header, then not one address for many."""
    found = _addresses(below, index)
    left = len(below) - len(found)
    enough = left <= max(1, len(below) * _HALF)
    few = 0 if enough else 1 if found else 2
    is_shared = len(found) > 1 and len(found) >= 2 * len(set(found))
    return few, rank, is_shared, index


def _addresses(rows: Iterable[Sequence[str]], index: int) -> list[str]:
    """What was meant for an address: a misspelt one is one here."""
    return [text.casefold() for cells in rows if _MEANT.search(text := cell(cells, index))]


def _called(header: Sequence[str], index: int) -> str:
    title = one_line(cell(header, index))[:40]
    return f"“{title}”" if title else f"column {index + 1}"
