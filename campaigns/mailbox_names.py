"""Whether two addresses may be of one person: not everybody answers from where they were invited."""

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


def is_same_person(address: str, key: str) -> bool:
    """Whether ``address`` is that of the attendee with ``key``, or an alias in the same organisation."""
    if _box(address) == _box(key):
        return True
    domain = address.rpartition("@")[2]
    return domain == key.rpartition("@")[2] and domain not in _PUBLIC


def _box(address: str) -> tuple[str, str]:
    """The mailbox behind it: a tag after a plus sign is the owner's, and Gmail sees no dots."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return local.replace(".", ""), "gmail.com"
    return local, domain
