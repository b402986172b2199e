"""What the DNS says about a domain that mail comes from: SPF, DKIM, DMARC."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import dns.exception
import dns.name
import dns.resolver

from campaigns.preflight import DomainFacts

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1.8)
"""Two seconds in all: the resolver rests between its tries, also after the last."""
SELECTORS = (
    *("google", "selector1", "selector2", "default"),
    *("k1", "k2", "k3", "s1", "s2", "mail", "dkim", "mx"),
)
"""Google Workspace, Microsoft 365, hosting panels, Mailchimp and Mailgun, SendGrid, and what people choose.
Amazon SES draws its names, so no list can hold them."""

_NOWHERE = frozenset({"example", "test", "invalid", "localhost", "local"})
"""Endings that are in no DNS (RFC 2606, RFC 6762): whoever tries sendinvites out need not wait for it."""
_ONE_TRY = timedelta(milliseconds=800)
"""After so long a question is asked again: datagrams get lost."""

_Found = TypeVar("_Found")


class DomainRecords:
    """Implements ``campaigns.preflight.Domains``. Threads may share it.

    ``nameservers`` and ``port``: others than those of this machine.
    """

    def __init__(
        self, nameservers: Sequence[str] = (), *, port: int = 53, patience: timedelta = PATIENCE
    ) -> None:
        self._nameservers = tuple(nameservers)
        self._port = port
        self._patience = patience
        self._cache = dns.resolver.LRUCache(1_000)

    def look(self, domain: str) -> DomainFacts | None:
        if domain.rpartition(".")[2].lower() in _NOWHERE:
            return None
        try:
            name = dns.name.from_text(domain)
            answers = _Answers(self._resolver(), self._patience)
            return _facts(domain, name, answers)
        except (dns.exception.DNSException, OSError) as trouble:
            _log.info("domain_lookup_failed", extra={"domain": domain, "cause": type(trouble).__name__})
            return None

    def _resolver(self) -> dns.resolver.Resolver:
        """A resolver as this machine's settings are now: a laptop's change with its network."""
        resolver = dns.resolver.Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers = list(self._nameservers)
            resolver.port = self._port
        resolver.cache = self._cache
        resolver.timeout = _ONE_TRY.total_seconds()
        return resolver


class _Unanswered(Exception):
    """The question stays open."""


class _NoSuchName(Exception):
    """The DNS holds nothing of this name, nor anything under it."""


class _Answers:
    """Asks for TXT records until the patience of one look is used up."""

    def __init__(self, resolver: dns.resolver.Resolver, patience: timedelta) -> None:
        self._resolver = resolver
        self._until = time.monotonic() + patience.total_seconds()

    def texts(self, name: dns.name.Name) -> list[str]:
        """Raises _NoSuchName, _Unanswered."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise _Unanswered
        try:
            answer = self._resolver.resolve(
                name, "TXT", lifetime=left, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            raise _NoSuchName from None
        except dns.exception.DNSException:
            raise _Unanswered from None
        return [b"".join(record.strings).decode("ascii", "replace") for record in answer.rrset or ()]


def _facts(domain: str, name: dns.name.Name, answers: _Answers) -> DomainFacts | None:
    keys = {selector: _under(name, selector, "_domainkey") for selector in SELECTORS}
    # all at once: a resolver far away takes longer for one question than for many side by side
    with ThreadPoolExecutor(len(keys) + 2, thread_name_prefix="dns") as threads:
        spf = threads.submit(_spf, name, answers)
        dmarc = threads.submit(_or_none, lambda: _dmarc(name, answers))
        dkim = threads.map(lambda key: _or_none(lambda: _has_key(key, answers)), keys.values())
        found = dict(zip(keys, dkim, strict=True))
    try:
        records = spf.result()
    except _NoSuchName:
        return DomainFacts(domain, exists=False)
    signed = tuple(selector for selector, is_there in found.items() if is_there)
    dkim_known = signed or None not in found.values()
    if records is None and dmarc.result() is None and not dkim_known:
        return None
    return DomainFacts(
        domain, spf=records, dkim_selectors=signed if dkim_known else None, dmarc=dmarc.result()
    )


def _spf(name: dns.name.Name, answers: _Answers) -> int | None:
    """How many SPF records there are. Raises _NoSuchName."""
    try:
        texts = answers.texts(name)
    except _Unanswered:
        return None
    return sum(text.lower().split(" ", 1)[0] == "v=spf1" for text in texts)


def _has_key(name: dns.name.Name, answers: _Answers) -> bool:
    """Whether a DKIM key is there; one with an empty ``p=`` was withdrawn (RFC 6376, 3.6.1)."""
    return any(_tags(text).get("p") for text in _texts_or_none(name, answers))


def _dmarc(name: dns.name.Name, answers: _Answers) -> str:
    """The policy for mail from ``name``: its own, else that of the nearest domain above; '' without one."""
    labels = name.labels
    for depth in range(len(labels) - 2):  # the root and the ending below it set no policy for others
        for text in _texts_or_none(_under(dns.name.Name(labels[depth:]), "_dmarc"), answers):
            tags = _tags(text)
            if tags.get("v", "").upper() == "DMARC1":
                policy = tags.get("p", "none")
                return (tags.get("sp", policy) if depth else policy).lower()
    return ""


def _tags(text: str) -> dict[str, str]:
    """``a=1; b=2`` as it is used by DKIM and DMARC."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _texts_or_none(name: dns.name.Name, answers: _Answers) -> list[str]:
    """What stands there; nothing if there is no such name. Raises _Unanswered."""
    try:
        return answers.texts(name)
    except _NoSuchName:
        return []


def _or_none(ask: Callable[[], _Found]) -> _Found | None:
    try:
        return ask()
    except _Unanswered:
        return None


def _under(name: dns.name.Name, *labels: str) -> dns.name.Name:
    return dns.name.from_text(".".join(labels), origin=name)
