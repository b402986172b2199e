"""Whether two addresses are of one person: not everybody answers from where they were invited."""

import re
from unicodedata import combining, normalize

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PUBLIC_DOMAINS = """aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
    googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
    icloud.com laposte.net libero.it live.co.uk live.com live.de live.fr mac.com mail.com mail.ru me.com
    msn.com naver.com orange.fr outlook.com outlook.de outlook.es outlook.fr pm.me proton.me
    protonmail.com qq.com rocketmail.com t-online.de tutanota.com wanadoo.fr web.de yahoo.co.jp
    yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com
    126.com 163.com"""
_PUBLIC = frozenset(_PUBLIC_DOMAINS.split())
"""Where anybody may have an address: sharing such a domain says nothing."""
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
    return domain == _box(key)[1] and domain not in _PUBLIC


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
