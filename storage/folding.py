"""How titles are compared with what people type: without regard to case, in every script."""

import unicodedata

_MOST_WORDS = 20  # a search of more is a paste by mistake, and each word costs
_LARGEST_ID = 2**31 - 1


def fold(text: str) -> str:
    """Equal for texts that read the same: ``STRASSE`` and ``Straße``, É in one sign or in two."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def words_of(typed: str) -> list[str]:
    """The folded words to look for, each once."""
    return list(dict.fromkeys(fold(typed).split()))[:_MOST_WORDS]


def number_of(word: str) -> int | None:
    """The campaign that ``#12`` or ``12`` may name; None for other words."""
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(_LARGEST_ID))):
        return None
    number = int(digits)
    return number if number <= _LARGEST_ID else None
