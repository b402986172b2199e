"""Before a run starts: whether mail providers have reason to doubt its invites. Pure.

Nothing here stops a run. A *warning* is a rule that the providers publish and this run breaks; a *hint* is
what cannot be seen from here, or what is good to know.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from campaigns.account import Account, Service
from campaigns.identity import domain_of
from campaigns.model import Campaign

GMAIL_DOMAINS = ("gmail.com", "googlemail.com")
BULK_A_DAY = 5_000
"""Whoever sends so many to personal Gmail addresses in a day is a bulk sender from then on
(support.google.com/mail/answer/81126)."""

SES_SANDBOX = (200, 1)
"""A day and a second: what every new account of Amazon SES has
(docs.aws.amazon.com/ses/latest/dg/request-production-access.html)."""

_GMAIL_GUIDE = "support.google.com/mail/answer/81126"
_CALENDAR_GUIDE = "support.google.com/a/answer/2905486"
OUTSIDE_PAID, OUTSIDE_FREE = 10_000, 100
"""About so many people outside one's own domain Google Calendar lets an account invite "in a short period":
one that has paid for a while, as published; a free one, as people have measured. The last is no promise."""


class Level(StrEnum):
    FINE = "fine"
    HINT = "hint"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Check:
    """What was ``said`` about one thing, and the ``advice``, '' where there is nothing to do."""

    level: Level
    said: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """What the DNS says about a domain that mail comes from. None: it did not answer that question.

    ``spf`` counts its SPF records, of which there may be one. ``dkim_selectors`` are those of the usual names
    under which a key was found: no domain lists its own. ``dmarc`` is the policy ('none', 'quarantine',
    'reject'), '' without one.
    """

    domain: str
    exists: bool = True
    spf: int | None = None
    dkim_selectors: tuple[str, ...] | None = None
    dmarc: str | None = None


class Domains(Protocol):
    """Looks a domain up, in about two seconds at the most."""

    def look(self, domain: str) -> DomainFacts | None:
        """None if the DNS does not answer. Raises nothing."""
        ...


def preflight(
    account: Account,
    campaign: Campaign,
    domain: DomainFacts | None,
    *,
    gmail: int,
    invites: int,
    spent_today: int,
    can_unsubscribe: bool,
    outside: int = 0,
    fills_a_day: Callable[[int], bool] | None = None,
) -> tuple[Check, ...]:
    """What is to be known before ``invites`` go, warnings first.

    ``gmail`` of them go to personal Gmail addresses, ``outside`` to people who are not of the account's own
    domain. ``spent_today`` is what was sent in the last 24 hours by this account and by the mail accounts of
    the organizer's domain, which the invites are from. ``fills_a_day`` tells whether so many of the invites
    go within some 24 hours (None: they all do).
    """
    bulk = _bulk(account, gmail, invites, spent_today, fills_a_day or (lambda count: count <= invites))
    checks = [*_gmail_share(campaign, gmail, invites, bulk)]
    checks += [*_unsubscribe(account, bulk, can_unsubscribe=can_unsubscribe), *_quota(account)]
    checks += _people_outside(account, outside)
    if account.kind != Service.GOOGLE_CALENDAR:  # Google writes those mails, in its own name
        checks += [*_from_domain(account, campaign), *_records(campaign, domain, bulk)]
    if gmail:
        checks.append(_known_sender(campaign))
    order = (Level.WARNING, Level.HINT, Level.FINE)
    return tuple(sorted(checks, key=lambda check: order.index(check.level)))


class _Bulk(StrEnum):
    """How near a run comes to Google's bulk rule."""

    NO = "no"
    NEAR = "near"  # if they stand together on the list, or what was sent in the last 24 hours went there too
    YES = "yes"


def _bulk(
    account: Account, to_gmail: int, invites: int, spent_today: int, fills_a_day: Callable[[int], bool]
) -> _Bulk:
    if account.kind == Service.GOOGLE_CALENDAR or not to_gmail:
        return _Bulk.NO
    a_day = to_gmail if account.day_limit is None else min(to_gmail, account.day_limit)
    # as they lie in the list on average
    if a_day >= BULK_A_DAY and fills_a_day(-(-BULK_A_DAY * invites // to_gmail)):
        return _Bulk.YES
    lacking = max(BULK_A_DAY - spent_today, 1)
    return _Bulk.NEAR if a_day >= lacking and fills_a_day(lacking) else _Bulk.NO


def _gmail_share(campaign: Campaign, to_gmail: int, invites: int, bulk: _Bulk) -> Iterator[Check]:
    if not to_gmail:
        return
    share = max(round(100 * to_gmail / invites), 1)
    said = f"{to_gmail:,} of {invites:,} invites ({share} %) go to Gmail addresses."
    domain = domain_of(campaign.organizer.address)
    rule = f"From {BULK_A_DAY:,} a day on, Google treats {domain} as a bulk sender, for good."
    match bulk:
        case _Bulk.NO:
            yield Check(Level.FINE, said)
        case _Bulk.NEAR:
            advice = (
                f"{rule} It may come to that if they stand together on the list, or with what"
                " your domain sent in the last 24 hours."
            )
            yield Check(Level.HINT, said, advice)
        case _Bulk.YES:
            advice = (
                f"{rule} Spread them over more days, or have SPF, DKIM, DMARC and one-click unsubscribe"
                f" in place: {_GMAIL_GUIDE}"
            )
            yield Check(Level.WARNING, said, advice)


def _unsubscribe(account: Account, bulk: _Bulk, *, can_unsubscribe: bool) -> Iterator[Check]:
    if account.kind == Service.GOOGLE_CALENDAR:
        said = "Google Calendar writes the mails itself, so they have no unsubscribe link."
        yield Check(Level.HINT, said, "For people who do not know you, send through a mail account.")
    elif can_unsubscribe:
        yield Check(Level.FINE, "Every mail has a one-click unsubscribe link.")
    else:
        level = Level.HINT if bulk is _Bulk.NO else Level.WARNING
        said = "The invites have no unsubscribe link."
        yield Check(level, said, "Ask whoever runs sendinvites to set PUBLIC_URL.")


def _quota(account: Account) -> Iterator[Check]:
    """What Amazon SES says, where it is asked."""
    quota = account.quota
    if quota is None:
        return
    if quota.trouble:
        known = "" if quota.asked_at is None else ", and the last known limits count"
        advice = f"You can start all the same{known}. Another key is entered with Renew token."
        yield Check(Level.HINT, quota.trouble, advice)
    if quota.asked_at is None:
        return
    if (quota.per_day, quota.per_second) == SES_SANDBOX:
        said = "Amazon SES allows 200 invites in 24 hours and one a second: the limits of its sandbox."
        advice = (
            "From there mail goes only to addresses that you have verified, and every other attendee fails."
            " Ask AWS for production access in the SES console first."
        )
        yield Check(Level.WARNING, said, advice)
    elif not quota.trouble:
        a_day = "any number of" if quota.per_day is None else f"{quota.per_day:,}"
        pace = "" if quota.per_second is None else f", {quota.per_second:,} a second"
        yield Check(Level.FINE, f"Amazon SES allows {a_day} invites in 24 hours{pace}.")


def _people_outside(account: Account, outside: int) -> Iterator[Check]:
    """What Google Calendar counts apart from its requests, and how much it allows."""
    is_free = domain_of(account.address) in GMAIL_DOMAINS
    wall = OUTSIDE_FREE if is_free else OUTSIDE_PAID
    if account.kind != Service.GOOGLE_CALENDAR or 2 * outside <= wall:
        return
    said = f"{outside:,} of them are outside {domain_of(account.address)}."
    if is_free:
        said = f"{outside:,} people are invited from a free account."
    about = (
        f"Google Calendar lets such an account invite about {wall:,} people outside in a short time, and some"
    )
    advice = (
        f"{about} fewer ({_CALENDAR_GUIDE}); then it refuses, for hours or days. The run would pause and go"
        " on later. For more people connect Gmail or an SMTP server: they send the invites as mail."
    )
    yield Check(Level.WARNING if outside > wall else Level.HINT, said, advice)


def _from_domain(account: Account, campaign: Campaign) -> Iterator[Check]:
    shown, sending = domain_of(campaign.organizer.address), domain_of(account.address)
    if shown != sending:
        said = f"Invites say they are from {shown}, and the account that sends them is at {sending}."
        advice = (
            f"Make sure that this account may send for {shown}, or use an organizer's address at {sending}."
        )
        yield Check(Level.HINT, said, advice)


def _records(campaign: Campaign, facts: DomainFacts | None, bulk: _Bulk) -> Iterator[Check]:
    domain = domain_of(campaign.organizer.address)
    if facts is None:
        said = f"The mail records of {domain} could not be looked up now."
        yield Check(Level.HINT, said, "This does not stop the sending.")
        return
    if not facts.exists:
        said = f"The domain {domain} was not found in the DNS."
        advice = "Look at the organizer's address again: most receivers refuse mail from such a domain."
        yield Check(Level.WARNING, said, advice)
        return
    yield from _spf_and_dkim(domain, facts, bulk)
    yield from _dmarc(domain, facts, bulk)
    if None in {facts.spf, facts.dkim_selectors, facts.dmarc}:
        yield Check(Level.HINT, f"Not every mail record of {domain} could be looked up now.")


def _spf_and_dkim(domain: str, facts: DomainFacts, bulk: _Bulk) -> Iterator[Check]:
    if facts.spf == 1:
        yield Check(Level.FINE, f"{domain} has an SPF record.")
    elif facts.spf == 0:
        unsigned = facts.dkim_selectors == ()
        level = Level.WARNING if unsigned or bulk is not _Bulk.NO else Level.HINT
        advice = "Add the one your mail service names. Gmail refuses mail with neither SPF nor DKIM."
        yield Check(level, f"{domain} has no SPF record.", advice)
    elif facts.spf is not None:
        said = f"{domain} has {facts.spf} SPF records, and receivers then heed none of them."
        yield Check(Level.WARNING, said, "Put them together into one.")
    if facts.dkim_selectors:
        names = ", ".join(facts.dkim_selectors)
        yield Check(Level.FINE, f"{domain} has a DKIM key ({names}).")
    elif facts.dkim_selectors == ():
        said = f"No DKIM key of {domain} was found under the usual names."
        advice = "It may have another name. Check in your mail service that DKIM signing is on."
        yield Check(Level.HINT, said, advice)


def _dmarc(domain: str, facts: DomainFacts, bulk: _Bulk) -> Iterator[Check]:
    if facts.dmarc:
        yield Check(Level.FINE, f"{domain} has a DMARC policy ({facts.dmarc}).")
    elif facts.dmarc == "":
        level = Level.HINT if bulk is _Bulk.NO else Level.WARNING
        advice = f"Publish one at _dmarc.{domain}; “v=DMARC1; p=none” is enough for Gmail."
        yield Check(level, f"{domain} has no DMARC policy.", advice)


def _known_sender(campaign: Campaign) -> Check:
    said = "Some Gmail users let only people they know put events into their calendar."
    advice = (
        "They get the mail, and the event appears when they answer it."
        f" It helps if {campaign.organizer.address} is in their contacts, or has written to them before."
    )
    return Check(Level.HINT, said, advice)
